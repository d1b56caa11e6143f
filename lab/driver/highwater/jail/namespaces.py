"""Namespaces: processes, network and files of one's own, without being root.

The keeper steps into them, and its next child is process 1 there. The child takes a view of the files of its
own, in which everything is read-only but the folder, /tmp and /dev/shm, which are new.

A private /tmp is more than isolation: Criterion names its socket there after the number of its
process, and with numbers of one's own two runs at once would meet at the same name.
"""

import os
from contextlib import suppress
from pathlib import Path

from . import kernel

NEWNS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
PRIVATE = ("/tmp", "/dev/shm")


def enter() -> bool:
    """New namespaces for this process and its children; False if the kernel does not allow it, OSError
    if it changes its mind half-way, as some do: this process is of no use then."""
    user, group = os.geteuid(), os.getegid()
    wanted = NEWIPC | NEWPID | NEWNET
    try:
        kernel.unshare(wanted)
        return True
    except OSError:
        pass
    try:
        kernel.unshare(NEWUSER | wanted)
    except OSError:
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def own_view(folder: str, readable: list[str], memory: int) -> None:
    """Called by process 1: another view of the files than everybody else's. OSError if it cannot be had."""
    kernel.unshare(NEWNS)
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kept = [(path, os.open(path, os.O_PATH)) for path in [folder, *readable] if os.path.exists(path)]
    with suppress(OSError):     # before Linux 5.12 Landlock and seccomp stand alone
        kernel.set_read_only("/", True, recursive=True)
    for place in PRIVATE:
        if os.path.isdir(place):
            kernel.mount("tmpfs", place, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV,
                         f"size={memory},mode=1777")
    for path, opened in kept:
        if path == folder or path.startswith("/tmp/"):
            _put_back(path, opened)
        os.close(opened)
    with suppress(OSError):
        kernel.set_read_only(folder, False, recursive=False)
    with suppress(OSError):     # in a container the old one stays, where the numbers are other ones
        kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)


def _put_back(path: str, opened: int) -> None:
    """Mounts what `opened` holds where it was, also if a private /tmp hides it now."""
    if not os.path.exists(path):
        if os.path.isdir(f"/proc/self/fd/{opened}"):
            os.makedirs(path)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            Path(path).touch()
    kernel.mount(f"/proc/self/fd/{opened}", path, None, kernel.MS_BIND)
