"""What a student's object defines and calls, and what it may.

The tests and the student's code are one program. `exit(0)` in a function under test would end the test
before its assertions, and Criterion takes that for success; a `main` would take the place of
Criterion's. So a drill's code may call the lab, and of the C library what computes, asks
for memory and prints. All names but those that the tests ask for are made local, so a helper that is
called like a function of the lab disturbs nobody.
"""

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..complaint import Complaint
from ..run import environment

# Of the lab all but the rooms that print a chapter's page and end a chapter's program.
NOT_OF_THE_LAB = ("page_", "program_")
LIBRARY = frozenset("""
    memchr memcmp memcpy memmove memset mempcpy strchr strcmp strcpy strcspn strlen strncmp strncpy strnlen
    strrchr strspn strstr strdup strndup
    malloc calloc realloc free aligned_alloc qsort qsort_r bsearch abs labs llabs div ldiv lldiv
    strtol strtoll strtoul strtoull
    printf fprintf vprintf vfprintf snprintf vsnprintf puts putchar putc fputs fputc fwrite fflush stdout stderr
    ceil floor sqrt log log2 log10 exp exp2 pow fabs fmin fmax round lround llround trunc fmod ldexp frexp
    isalpha isdigit isalnum isspace isprint isxdigit toupper tolower
    __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc __errno_location
    __assert_fail abort __stack_chk_fail _GLOBAL_OFFSET_TABLE_
    """.split())
SANITIZERS = ("__asan_", "__ubsan_", "__sanitizer_")
LEAVES = frozenset("exit _exit _Exit quick_exit longjmp _longjmp siglongjmp pthread_exit "
                   "raise kill".split())
CRITERIONS = re.compile(r"^ *\d+ cr_", re.MULTILINE)      # a section that the runner reads
ASSEMBLER = re.compile(r"\b(asm|__asm|__asm__)\b")


@dataclass(frozen=True)
class Symbols:
    """The names that objects share with others."""

    defined: frozenset[str]
    called: frozenset[str]


def symbols_of(*objects: Path) -> Symbols:
    """The global names of objects or of a library."""
    done = subprocess.run(["nm", "--format=posix", "--extern-only", *map(str, objects)], text=True,
                          capture_output=True, env=environment(), errors="replace")
    if done.returncode != 0:
        raise Complaint(f"nm refuses {objects[0].name}: {done.stderr.strip()}", 1)
    rows = [line.split() for line in done.stdout.splitlines()]
    kinds = [(row[0], row[1]) for row in rows if len(row) >= 2 and len(row[1]) == 1]
    called = frozenset(name for name, kind in kinds if kind in "Uwv")
    defined = frozenset(name for name, kind in kinds if kind not in "Uwv")
    return Symbols(defined, called - defined)


def registers(*objects: Path) -> str | None:
    """What objects put before the runner's eyes, in a sentence. Criterion finds tests and hooks in
    sections of a name; a hook is called in the runner itself, and could change what came of a test."""
    done = subprocess.run(["objdump", "--section-headers", *map(str, objects)], text=True,
                          capture_output=True, env=environment(), errors="replace")
    if done.returncode != 0:
        raise Complaint(f"objdump refuses {objects[0].name}: {done.stderr.strip()}", 1)
    if CRITERIONS.search(done.stdout):
        return "it has a test or a hook of Criterion's: the drill brings its own"
    return None


def objection(objects: Symbols, asked: Iterable[str], lab: frozenset[str]) -> str | None:
    """What a student's objects may not, or lack, in a sentence; None if all is well."""
    if "main" in objects.defined:
        return "it defines main, which the tests have already: take yours out, or rename it"
    if lacking := sorted(set(asked) - objects.defined):
        return (f"it does not define {_listed(lacking)}, which the tests call: the header says how it is "
                "declared, and it must not be static")
    if strange := sorted(name for name in objects.called if not _may_call(name, lab)):
        if leaves := [name for name in strange if name in LEAVES]:
            return f"it calls {_listed(leaves)}: a function of a drill returns, whatever happens"
        return (f"it uses {_listed(strange)}: a drill's code may call the lab, and of the C library what "
                "computes, asks for memory and prints")
    return None


def _may_call(name: str, lab: frozenset[str]) -> bool:
    if name in LIBRARY or name.startswith(SANITIZERS):
        return True
    return name in lab and not name.startswith(NOT_OF_THE_LAB)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def uses_assembler(text: str) -> bool:
    """An assembler's `syscall` would call what no list of names shows."""
    return ASSEMBLER.search(text) is not None
