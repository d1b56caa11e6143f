"""`make inlined`: the compiler folded the typed maps; no call in them goes through a pointer.

Looked at is the machine code of the instantiations (FOLDED in the Makefile), as each configuration
compiled it. Refused is, in any function of them:

  - every call through a register or memory:   call *0x18(%rax)
  - every jump through a register or memory, which is a call too when it is the last thing a
    function does, unless it is a jump table: its target was read from .rodata, so a
    relocation into .rodata stands in the jump itself or in the twelve instructions before it.

x86-64 only: other machines write an indirect call in another way.
"""

import re
import subprocess
from pathlib import Path

from .complaint import Complaint
from .tree import Tree

CONFIGS = ("default", "portable", "clang", "clang-portable")
FUNCTION = re.compile(r"^[0-9a-f]+ <(\S+)>:$")
INDIRECT = re.compile(r"\t(?:notrack )?(?:bnd )?(call|jmp)q?\s+\*")
INSTRUCTION = re.compile(r"^\s+[0-9a-f]+:\t")
RELOCATION = re.compile(r"^\t+[0-9a-f]+: R_X86_64_\S+\t(\S+)")
REACH = 12      # instructions between reading a jump table and jumping


def folded_objects(tree: Tree) -> list[Path]:
    """The objects of the instantiations in every configuration that is built."""
    sources = folded_sources(tree)
    found = []
    for config in CONFIGS:
        folder = tree.root / "build" / config
        objects = [(folder / source).with_suffix(".o") for source in sources]
        found += [path for path in objects if path.is_file()]
    return found


def folded_sources(tree: Tree) -> list[str]:
    """The list of the instantiations, which the Makefile keeps."""
    text = (tree.root / "Makefile").read_text(encoding="utf-8")
    found = re.search(r"^FOLDED\s*:=\s*\$\(wildcard ([^)]*)\)", text, re.MULTILINE)
    if not found:
        raise Complaint("the Makefile has no line FOLDED := $(wildcard ...)")
    return found[1].replace("\\\n", " ").split()


def indirect_calls(listing: str, name: str) -> tuple[int, list[str]]:
    """How many functions an objdump -dr listing has, and its indirect calls."""
    functions, found, current = 0, [], ""
    recent: list[str] = []      # lines of this function, the last ones
    for line in listing.splitlines():
        if heading := FUNCTION.match(line):
            functions, current, recent = functions + 1, heading[1], []
        elif INSTRUCTION.match(line) or RELOCATION.search(line):
            recent.append(line)
            if pointer := INDIRECT.search(line):
                found.append((current, pointer[1], line, recent, len(recent)))
    return functions, [f"{name}: {function}: {' '.join(line.split())}"
                       for function, kind, line, lines, at in found
                       if not (kind == "jmp" and _from_table(lines, at))]


def _from_table(lines: list[str], at: int) -> bool:
    """Was the target of the jump before lines[at] read from .rodata?"""
    own = lines[at:at + 1]              # a relocation follows its instruction
    before = [line for line in lines[:at]][-2 * REACH:]
    return any((found := RELOCATION.search(line)) and found[1].startswith((".rodata", ".LJTI"))
               for line in before + own)


def check_inlined(tree: Tree) -> tuple[int, list[str], list[str]]:
    """Functions looked at, indirect calls found, and the objects that were read."""
    objects = folded_objects(tree)
    functions, found = 0, []
    for path in objects:
        done = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", str(path)],
                              capture_output=True, text=True)
        if done.returncode != 0 or "x86-64" not in done.stdout[:200]:
            raise Complaint(f"{tree.name(path)} is not x86-64: this check reads only that")
        count, calls = indirect_calls(done.stdout, tree.name(path))
        if count == 0:
            found.append(f"{tree.name(path)} holds no function")
        functions, found = functions + count, found + calls
    if functions == 0:
        raise Complaint("no function to look at: the typed maps are not built")
    return functions, found, [tree.name(path) for path in objects]
