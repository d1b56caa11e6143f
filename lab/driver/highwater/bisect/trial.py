"""A student's check, run on a revision: under limits, and judged as `git bisect run` does.

The check is run in a folder of its own that holds the revision's files and its probe, built. A C
file is compiled with the revision's pool first; a Python file is run by this Python; anything else must
be a program. Its exit status is the answer: 0 good, 1 to 124 bad, 125 skip. A revision that does
not compile is skipped without asking. Everything else (a crash, a time-out, a flood) is no
answer, and ends the bisection with a sentence.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..complaint import Complaint
from ..confine import Limits, confine
from ..run import environment, run_group
from ..tree import Tree
from .halving import Answer
from .row import Revision

FLAGS = "-std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -Wshadow -Wconversion -Wcast-qual".split()
SECONDS = 5                 # of one run of the check
COMPILER_SECONDS = 60
MEMORY_BYTES = 1 << 29      # address space of the check; the probe's arena is half of it
OUTPUT_BYTES = 1 << 20      # what it may print, or write into a file
BY_SHELL = ["/bin/sh", "-c", 'exec "$@"', "sh"]      # says by its status if there is no program to run
SHOWN = 56                  # characters of its last line that are shown


@dataclass(frozen=True)
class Trial:
    """The check's answer, and the last line that it printed."""

    answer: Answer
    said: str


@dataclass(frozen=True)
class Bench:
    """Where revisions are built and the check is run on them."""

    tree: Tree
    check: Path

    def ask(self, revision: Revision) -> Trial:
        """Runs the check on the revision, or skips one that does not compile."""
        built = build(self.tree, revision)
        if built is None:
            return Trial(Answer.SKIP, "does not compile")
        with tempfile.TemporaryDirectory(prefix="high-water-bisect-") as folder:
            work = Path(folder) / "revision"
            shutil.copytree(built, work)
            return self._run(self._command(work, revision), work, revision)

    def _command(self, work: Path, revision: Revision) -> list[str]:
        match self.check.suffix:
            case ".py":
                return [sys.executable, str(self.check)]
            case ".c":
                program = work / "check"
                done = _compile([str(self.check), "pool.o", "-o", str(program)], work)
                if done.returncode != 0:
                    raise Complaint(f"{self.check.name} does not compile with revision "
                                    f"{revision.number}: {_first_error(done.stdout)}")
                return [str(program)]
            case _:
                return [str(self.check)]

    def _run(self, command: list[str], work: Path, revision: Revision) -> Trial:
        """Runs the check where it cannot touch anything but the revision."""
        who = f"{self.check.name} on revision {revision.number}"
        limits = Limits(SECONDS, MEMORY_BYTES, OUTPUT_BYTES, file=OUTPUT_BYTES)
        ending = confine([*BY_SHELL, *command], work, limits, readable=[self.check.parent])
        if ending.trouble:
            raise Complaint(f"{who}: {_met(ending.trouble)}", 1)
        if ending.outside:
            raise Complaint(f"{who}: tries to {ending.outside[0]}, outside the folder in which it is run", 1)
        printed, status = ending.output, ending.status
        said = _last_line(printed)
        return Trial(_judge(status, said, printed, who), said)


def build(tree: Tree, revision: Revision) -> Path | None:
    """The folder with the revision's files, its pool.o and its probe; None if it does not compile.

    It is kept in build/ under the digest of all that went in, so that no revision is built twice.
    """
    key = repr((sorted(revision.files.items()), compiler(), FLAGS))
    kept = tree.root / "build" / "bisect" / hashlib.sha256(key.encode()).hexdigest()[:16]
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".") as folder:
            new = Path(folder) / "new"
            new.mkdir()
            for name, text in revision.files.items():
                (new / name).write_text(text)
            said = _compile(["-c", "pool.c"], new).stdout
            if (new / "pool.o").exists():
                said += _compile(["probe.c", "pool.o", "-o", "probe"], new).stdout
            (new / "compiler-said").write_text(said)
            if not kept.is_dir():
                new.rename(kept)
    return kept if (kept / "probe").exists() else None


def compiler() -> list[str]:
    return os.environ.get("CC", "gcc").split()


def _compile(arguments: list[str], folder: Path) -> subprocess.CompletedProcess:
    """Runs the compiler in a folder, whose headers <...> finds; what it says is in stdout."""
    try:
        return run_group([*compiler(), *FLAGS, "-I.", *arguments], COMPILER_SECONDS, cwd=folder,
                         env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, errors="replace")
    except FileNotFoundError:
        raise Complaint(f"{compiler()[0]} is not here; `make doctor` says what is missing") from None
    except subprocess.TimeoutExpired:
        raise Complaint(f"{compiler()[0]} does not end", 1) from None


def _first_error(said: str) -> str:
    """The compiler's first error, or its first line, without the path."""
    lines = said.splitlines() or ["the compiler says nothing"]
    line = next((line for line in lines if "error:" in line), lines[0])
    return re.sub(r"^\S*/", "", line).strip()


def _last_line(printed: bytes) -> str:
    """The last line with something on it, fit for a terminal."""
    lines = [line for line in printed[-4096:].decode(errors="replace").splitlines() if line.strip()]
    line = "".join(c if c.isprintable() else "?" for c in lines[-1].strip()) if lines else ""
    return line if len(line) <= SHOWN else line[:SHOWN - 3] + "..."


def _met(limit: str) -> str:
    """The limit that a check met, in words."""
    return {
        "output": f"prints or writes more than {OUTPUT_BYTES >> 20} MiB; one line is enough, the answer is the "
                  "exit status",
        "time": f"does not end within {SECONDS} seconds",
        "memory": f"takes more than {MEMORY_BYTES >> 20} MiB of memory",
        "processes": "starts more and more processes",
        "files": "writes more and more files",
    }.get(limit, f"cannot be run to its end: {limit}")


def _judge(status: int, said: str, printed: bytes, who: str) -> Answer:
    """The answer that an exit status stands for; a complaint where git would give up or be misled."""
    if status == 1 and b"Traceback (most recent call last)" in printed:
        raise Complaint(f"{who}: stops with an exception, which git would take for bad: {said}", 1)
    if status == 0:
        return Answer.GOOD
    if 1 <= status <= 124:
        return Answer.BAD
    if status == 125:
        return Answer.SKIP
    raise Complaint(f"{who}: {_no_answer(status)}", 1)


def _no_answer(status: int) -> str:
    if status < 0 or status > 128:
        number = -status if status < 0 else status - 128
        try:
            name = signal.Signals(number).name
        except ValueError:
            return f"ends with status {status}, which is no answer"
        return (f"crashes with {name}, which is no answer; it has {MEMORY_BYTES >> 20} MiB of memory, "
                "and NULL beyond that")
    return f"ends with status {status}, by which a shell says that it found no program to run"
