"""Running a compiler, a linker, objcopy: on what is sound, so that a refusal is a complaint."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ..complaint import Complaint
from ..confine import Ending, Limits
from ..run import environment, run_group

SECONDS = 60
ERROR = re.compile(r"^(\S+?:\d+):\d+: (?:fatal )?error: (.*)$", re.MULTILINE)
NOTE = re.compile(r"^In file included from|^\s+from ")


def tool(command: list[str]) -> str:
    """Runs a compiler or a linker on what is sound, and tells what it said; a complaint with its first error
    if it refuses."""
    try:
        done = run_group(command, SECONDS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         env=environment(), text=True, errors="replace")
    except FileNotFoundError:
        raise Complaint(f"{command[0]} is not here; `make doctor` says what is missing") from None
    except subprocess.TimeoutExpired:
        raise Complaint(f"{command[0]} does not end", 1) from None
    if done.returncode != 0:
        raise Complaint(f"{command[0]} refuses a drill's own part: {first_error(done.stdout)}", 1)
    return done.stdout


def plainly(command: list[str], folder: Path, limits: Limits, readable: Iterable[Path] = (),
            variables: dict[str, str] | None = None) -> Ending:
    """As confine, without the walls that cost more than the run of a small test: for the workbook's own files."""
    try:
        done = run_group(command, limits.wall, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
                         env=environment() | (variables or {}))
    except subprocess.TimeoutExpired as expired:
        return Ending(None, "time", (), 0, (), expired.output or b"")
    return Ending(done.returncode, "", (), 0, (), done.stdout)


def note_warnings(folder: Path, said: str) -> None:
    """Keeps what a compiler said of a drill's own sources, for `make check`."""
    with open(folder / "warnings", "a", encoding="utf-8") as warnings:
        warnings.write(said)


def first_error(said: str) -> str:
    """A compiler's first error with its file and line; else its first line that says something."""
    if error := ERROR.search(said):
        return f"{error[1].rpartition('/')[2]}: {error[2]}"
    lines = [line.strip() for line in said.splitlines() if line.strip() and not NOTE.match(line)]
    return lines[0] if lines else "it fails without a word"
