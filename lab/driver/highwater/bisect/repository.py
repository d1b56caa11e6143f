"""The row as a git history, for whoever wants to drive the real `git bisect`."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ..complaint import Complaint
from ..run import environment
from .row import Row
from .trial import FLAGS

FIRST_DAY = 1767225600      # of the history, in seconds since 1970: the first of January 2026
DAY = 86400


def write_repository(row: Row, folder: Path, check: Path) -> None:
    """Makes a repository of the row, with the tags good and bad and the script ./check."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Complaint(f"{folder} is there already, and not an empty folder")
    _git(None, "-c", "init.defaultBranch=main", "init", "--quiet", str(folder))
    _git(folder, "fast-import", "--quiet", stdin="".join(_stream(row)))
    _git(folder, "checkout", "--quiet", "main")
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "exclude").write_text("/check\n/check-program\n/pool.o\n/probe\n/behave\n")
    script = folder / "check"
    script.write_text(_script(check))
    script.chmod(0o755)


def _git(folder: Path | None, *words: str, stdin: str = "") -> None:
    """Runs git with nobody's settings but its own."""
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    where = ["-C", str(folder)] if folder else []
    try:
        done = subprocess.run(["git", *where, *words], input=stdin, text=True, capture_output=True,
                              env=environment() | alone)
    except FileNotFoundError:
        raise Complaint("git is not here; without it `make bisect` halves by itself") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["without a word"]
        raise Complaint(f"git {words[0]} fails: {lines[-1]}", 1)


def _stream(row: Row) -> Iterator[str]:
    """What git fast-import reads: a commit for each revision, a day apart."""
    before: dict[str, str] = {}
    for revision in row.revisions:
        when = FIRST_DAY + revision.number * DAY
        yield f"commit refs/heads/main\nmark :{revision.number + 1}\n"
        yield f"committer The pool's authors <pool@example.org> {when} +0000\n"
        yield _data(f"{revision.title}\n\n{revision.why}\n")
        for name, text in revision.files.items():
            if before.get(name) != text:
                yield f"M 100644 inline {name}\n" + _data(text)
        before = revision.files
    yield "reset refs/tags/good\nfrom :1\n\n"
    yield f"reset refs/tags/bad\nfrom :{row.last + 1}\n\n"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _script(check: Path) -> str:
    """The check as git runs it. 128 ends the bisection: it is the check that is wrong."""
    compiler = f"${{CC:-gcc}} {' '.join(FLAGS)} -I."
    path = shlex.quote(str(check.resolve()))
    lines = [
        "#!/bin/sh",
        "# git bisect run ./check: is this revision good (0), bad (1 to 124), or to be skipped (125)?",
        f"{compiler} -c pool.c || exit 125",
    ]
    if check.suffix != ".c":
        lines += [f"{compiler} probe.c pool.o -o probe || exit 125"]
    match check.suffix:
        case ".c":
            lines += [f"{compiler} {path} pool.o -o check-program || exit 128", "exec ./check-program"]
        case ".py":
            lines += [f"exec {shlex.quote(sys.executable)} {path}"]
        case _:
            lines += [f"exec {path}"]
    return "\n".join(lines) + "\n"
