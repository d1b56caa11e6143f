"""Reading and writing whole text files: strictly read, and replaced whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .complaint import Complaint


def read_text(path: Path, name: str) -> str:
    """The text of a file, or a complaint that calls it `name` if it is missing or not text."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise Complaint(f"{name} is missing") from None
    except (IsADirectoryError, PermissionError) as error:
        raise Complaint(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Complaint(f"{name} is not text") from None
    if "\0" in text:
        raise Complaint(f"{name} is not text")
    return text


def write_text(path: Path, text: str) -> None:
    """Replaces the file: the new text is written beside it and then takes its name."""
    with _beside(path, text) as beside:
        os.replace(beside, path)


def write_new(path: Path, text: str) -> None:
    """Writes a file that is not there yet, whole; FileExistsError if it is, and it stays as it is."""
    with _beside(path, text) as beside:
        os.link(beside, path)


@contextmanager
def _beside(path: Path, text: str) -> Iterator[str]:
    """A finished file in the same folder, gone afterwards unless it was given its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(beside, 0o644)
        yield beside
    finally:
        with suppress(FileNotFoundError):
            os.unlink(beside)
