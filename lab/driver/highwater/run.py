"""Running a chapter's program, the same way every time."""

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .complaint import Complaint
from .manifest import Chapter
from .tree import Tree

SECONDS = 300    # of any one run: far above what a chapter takes, it only stops an endless one


@dataclass(frozen=True)
class Run:
    """What a program left: its exit status, its page, its machine lines, its complaints."""

    status: int
    page: str
    figures: str
    complaints: str


def environment() -> dict[str, str]:
    """A fixed environment: a page must not depend on who looks at it."""
    fixed = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", "/usr/bin:/bin")}
    if "TERM" in os.environ:
        fixed["TERM"] = os.environ["TERM"]
    return fixed


def run_program(tree: Tree, chapter: Chapter, arguments: list[str]) -> Run:
    """Runs the chapter's program. A crash, an endless run or output that is not text complains."""
    program = chapter.program(tree)
    what = f"{chapter.name}: {' '.join([chapter.slug_, *arguments])}"
    with tempfile.TemporaryDirectory(prefix="high-water-") as folder:
        figures = Path(folder) / "figures"
        status, page, complaints = _run(
            tree, [str(program), *arguments, "--figures", str(figures)], what)
        if status < 0:
            raise Complaint(f"{what}: crashed with {signal.Signals(-status).name}", 1)
        lines = figures.read_bytes() if figures.exists() else b""
    try:
        return Run(status, page.decode(), lines.decode(), complaints.decode(errors="replace"))
    except UnicodeDecodeError:
        raise Complaint(f"{what}: printed something that is not text", 1) from None


def _run(tree: Tree, command: list[str], what: str) -> tuple[int, bytes, bytes]:
    """Runs one command; a terminal on stderr is left to the program, for its progress lines."""
    watched = sys.stderr.isatty()
    try:
        done = run_group(command, SECONDS, cwd=tree.root, env=environment(),
                         stdout=subprocess.PIPE, stderr=None if watched else subprocess.PIPE)
    except FileNotFoundError:
        raise Complaint(f"{tree.name(Path(command[0]))} is not built; `make build` does") from None
    except subprocess.TimeoutExpired:
        raise Complaint(f"{what}: did not end within {SECONDS} seconds", 1) from None
    return done.returncode, done.stdout, done.stderr or b""


def run_group(command: list[str], seconds: float, **how: Any) -> subprocess.CompletedProcess:
    """subprocess.run with a time limit that ends the children of the command too: an endless test
    of a stopped runner would otherwise go on for ever."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **how)
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as expired:
        _end_group(process)
        expired.output, expired.stderr = process.communicate()
        raise
    finally:
        _end_group(process)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _end_group(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
