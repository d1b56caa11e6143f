"""A submission, read once and with suspicion.

It may be a folder or a zip, and anything may be in it: links to elsewhere, pipes, a file without end, names
that are no text. So the known names are asked for, and only plain files of a modest size are read.
What else lies there is named, since a misspelt folder is the usual reason for a missing answer.
"""

import hashlib
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .marks import shown

LARGEST = 1 << 20       # bytes of one file
MOST_ENTRIES = 2000     # that are looked at
NAMED = 8               # of a kind that are named
LONGEST_NAME = 80
HANDOUT = "handout.txt"
PARTS = ("who", HANDOUT, "predictions", "drills")
NOISE = re.compile(r"(^|/)(\.DS_Store|__MACOSX|\.git|desktop\.ini|Thumbs\.db)(/|$)|~$")


@dataclass
class Intake:
    """What was handed in: the known files by their names, and what is odd about the rest."""

    entry: str
    files: dict[str, bytes] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    @property
    def who(self) -> str:
        """The name in the file `who`, else that of the folder."""
        return self._name()[0]

    @property
    def digest(self) -> str:
        """Of everything that the grade depends on."""
        told = [self.entry, self.findings, [(name, hashlib.sha256(content).hexdigest())
                                            for name, content in sorted(self.files.items())]]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    def _name(self) -> tuple[str, str]:
        """The name, and what is wrong with the file that should hold it."""
        usual = self.entry.removesuffix(".zip")
        if "who" not in self.files:
            return usual, ""
        try:
            lines = self.files["who"].decode("utf-8").split("\n")
        except UnicodeDecodeError:
            return usual, "who is not text in UTF-8; the folder's name stands in"
        name = shown(" ".join(lines[0].split()))
        if not name:
            return usual, "who is empty; the folder's name stands in"
        if len(name) > LONGEST_NAME or any(line.strip() for line in lines[1:]):
            return name[:LONGEST_NAME], "who holds more than one line with a name"
        return name, ""

    def look_at_name(self) -> None:
        if wrong := self._name()[1]:
            self.findings.append(wrong)

    def lay_out(self, part: str, folder: Path) -> Path | None:
        """The files of a folder such as drills/NN-slug/DRILL, copied; None if there are none."""
        inside = {name.removeprefix(f"{part}/"): content for name, content in self.files.items()
                  if name.startswith(f"{part}/")}
        for name, content in inside.items():
            (folder / name).write_bytes(content)
        return folder if inside else None


def called(name: str) -> str:
    """The name of a submission's folder as reports print it; two that differ stay different."""
    if shown(name) == name:
        return name
    return f"{shown(name)} ({hashlib.sha256(os.fsencode(name)).hexdigest()[:6]})"


def is_submission(folder: Path) -> bool:
    """Is this one submission, rather than a folder of many?"""
    return folder.is_file() or any(os.path.lexists(folder / name) for name in PARTS)


def take_in(path: Path, known: frozenset[str]) -> Intake:
    """Reads the known files of a submission, wherever its files may lie."""
    intake = Intake(called(path.name))
    try:
        if path.is_symlink():
            intake.findings.append("the submission is a link, and links are not followed")
        elif path.is_dir():
            _take_folder(path, known, intake)
        elif path.is_file() and zipfile.is_zipfile(path):
            _take_zip(path, known, intake)
        else:
            intake.findings.append("the submission is neither a folder nor a zip")
    except OSError as error:
        intake.findings.append(f"the submission cannot be read: {error.strerror}")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        intake.findings.append("the zip is damaged or locked")
    intake.look_at_name()
    return intake


def _take_folder(folder: Path, known: frozenset[str], intake: Intake) -> None:
    odd: list[str] = []
    entries = list(_walk(folder, ""))
    for name, entry in sorted(entries, key=lambda pair: os.fsencode(pair[0])):
        if entry.is_dir(follow_symlinks=False):
            continue
        about = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(about.st_mode):
            intake.findings.append(f"{shown(name)} is a link, and links are not followed")
        elif name not in known:
            odd.append(name)
        elif not stat.S_ISREG(about.st_mode):
            intake.findings.append(f"{shown(name)} is no plain file")
        elif about.st_size > LARGEST:
            intake.findings.append(_too_large(name, about.st_size))
        else:
            intake.files[name] = _read(entry.path)
    _name_odd(odd, len(entries), intake)


def _walk(folder: Path, before: str, left: int = MOST_ENTRIES) -> Iterator[tuple[str, os.DirEntry]]:
    """What lies in a folder and below, by its name from the submission's; links are not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = before + entry.name
            if NOISE.search(name):
                continue
            yield name, entry
            left -= 1
            if left > 0 and entry.is_dir(follow_symlinks=False):
                for inner in _walk(Path(entry.path), name + "/", left):
                    yield inner
                    left -= 1
            if left <= 0:
                return


def _read(path: str) -> bytes:
    """A plain file's bytes; what grew or became a link since it was looked at is cut or refused."""
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(opened, "rb") as file:
        return file.read(LARGEST)


def _take_zip(path: Path, known: frozenset[str], intake: Intake) -> None:
    odd: list[str] = []
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist()[:MOST_ENTRIES]
                   if not member.is_dir() and not NOISE.search(member.filename)]
        top = _common_folder([member.filename for member in members])
        for member in members:
            name = member.filename.removeprefix(top)
            if name not in known or name in intake.files:
                odd.append(name)
            elif member.file_size > LARGEST:
                intake.findings.append(_too_large(name, member.file_size))
            else:
                with archive.open(member) as file:
                    intake.files[name] = file.read(LARGEST)
        _name_odd(odd, len(members), intake)


def _common_folder(names: list[str]) -> str:
    """The folder that a zip was made of, if all lies in one that is none of ours."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) == 1 and all("/" in name for name in names) and not tops & set(PARTS):
        return tops.pop() + "/"
    return ""


def _too_large(name: str, size: int) -> str:
    return f"{shown(name)} has {size:,} bytes; a file of more than {LARGEST:,} is not read"


def _name_odd(odd: list[str], entries: int, intake: Intake) -> None:
    """Files that nothing asks for: named, since a misspelt name is a missing answer."""
    for name in odd[:NAMED]:
        intake.findings.append(f"{shown(name)[:200]} is not looked at: nothing asks for a file of that name")
    if len(odd) > NAMED:
        intake.findings.append(f"{len(odd) - NAMED} more files are not looked at")
    if entries >= MOST_ENTRIES:
        intake.findings.append(f"there are {MOST_ENTRIES:,} files or more; the rest is not looked at")
    if not intake.files and not intake.findings:
        intake.findings.append("the submission is empty")
