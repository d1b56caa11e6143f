"""What lies in folders, so that a change is seen where the kernel does not tell of it."""

import os
from collections.abc import Iterator
from contextlib import suppress

State = tuple[int, int, int, int]       # size, time of change, i-node, mode


def snapshot(folders: list[str], most: int = 1 << 20) -> dict[str, State]:
    """The state of everything in these folders, at most so many."""
    found: dict[str, State] = {}
    for path in (path for folder in folders for path in _walk(folder)):
        if len(found) >= most:
            break
        with suppress(OSError):
            about = os.lstat(path)
            found[path] = (about.st_size, about.st_mtime_ns, about.st_ino, about.st_mode)
    return found


def _walk(folder: str) -> Iterator[str]:
    for at, folders, files in os.walk(folder):
        yield at
        yield from (os.path.join(at, name) for name in files)


def differences(before: dict[str, State], after: dict[str, State]) -> list[str]:
    """What was done, in the words that seccomp's findings have. A folder changes with what is in it."""
    said = [f"remove {path}" for path in before if path not in after]
    said += [f"write {path}" for path, state in after.items()
             if before.get(path) != state and not os.path.isdir(path)]
    return sorted(said)
