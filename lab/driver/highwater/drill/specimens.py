"""For a drill whose student writes the test: its specimen, sound and with each fault of `mutants`.

The faults are those of `make mutants` (lab/mutants). specimen.c is compiled against a copy of the changed
header, which stands before the lab's in the search; the lab itself is never touched. Sanitizers watch the
student's code and the heap; a specimen is broken on purpose.
"""

import shutil
from pathlib import Path

from ..complaint import Complaint
from ..mutants.faults import Mutant, read_mutants
from ..tree import Tree
from .spec import Drill
from .tools import note_warnings, tool

CHEAP = ("-O0", "-g0", "-fno-sanitize=all")


def specimen_parts(tree: Tree, drill: Drill) -> list[Mutant]:
    """The faults that a drill names, in its order; each is in a header, or no specimen would have it."""
    if not drill.mutants:
        return []
    where = tree.name(drill.folder / "drill.toml")
    known = {mutant.name: mutant for mutant in read_mutants(tree)}
    for name in drill.mutants:
        if name not in known:
            raise Complaint(f'{where}: lab/mutants has no fault "{name}"')
        if not known[name].file.startswith("lab/") or not known[name].file.endswith(".h"):
            raise Complaint(f"{where}: {name} is in {known[name].file}, and a specimen is made of lab/*/*.h")
    return [known[name] for name in drill.mutants]


def compile_specimens(tree: Tree, drill: Drill, mutants: list[Mutant], compiler: tuple[str, ...],
                      folder: Path) -> list[Path]:
    """specimen_0.o, sound, and one for each fault."""
    if not mutants:
        return []
    return [_compile(tree, drill, mutant, number, compiler, folder)
            for number, mutant in enumerate([None, *mutants])]


def _compile(tree: Tree, drill: Drill, mutant: Mutant | None, number: int, compiler: tuple[str, ...],
             folder: Path) -> Path:
    changed, made = folder / f"changed-{number}", folder / f"specimen_{number}.o"
    if mutant is not None:
        copy = changed / mutant.file
        copy.parent.mkdir(parents=True)
        copy.write_text(mutant.text(tree), encoding="utf-8")
    said = tool([compiler[0], f"-I{changed / 'lab'}", *compiler[1:], *CHEAP, f"-I{drill.folder}",
                 f"-DSPECIMEN=specimen_{number}", "-c", str(drill.specimen), "-o", str(made)])
    if mutant is None:
        note_warnings(folder, said)
    shutil.rmtree(changed, ignore_errors=True)
    return made
