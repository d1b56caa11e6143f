"""System calls that Python has no name for, by ctypes."""

import ctypes
import os
import platform
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

MACHINE = platform.machine()
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 24, 36, 38
CAP_DAC_READ_SEARCH, LAST_CAP = 2, 63
CAPABILITY_VERSION = 0x20080522
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
MOUNT_SETATTR, MOUNT_ATTR_RDONLY, AT_RECURSIVE, AT_FDCWD = 442, 1, 0x8000, -100


def syscall(number: int, *arguments: Any) -> int:
    """A call by its number; OSError if it fails."""
    return _checked(_libc.syscall(ctypes.c_long(number), *map(_wide, arguments)))


def prctl(option: int, argument: int) -> None:
    _checked(_libc.prctl(option, ctypes.c_ulong(argument), 0, 0, 0))


def unshare(flags: int) -> None:
    _checked(_libc.unshare(flags))


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    _checked(_libc.mount(source.encode(), target.encode(), kind and kind.encode(), ctypes.c_ulong(flags),
                         data and data.encode()))


def set_read_only(path: str, read_only: bool, recursive: bool) -> None:
    """Turns a mount, or all below it too, read-only or back."""
    attributes = (ctypes.c_uint64 * 4)(*((MOUNT_ATTR_RDONLY, 0) if read_only else (0, MOUNT_ATTR_RDONLY)), 0, 0)
    syscall(MOUNT_SETATTR, AT_FDCWD, ctypes.c_char_p(path.encode()), AT_RECURSIVE if recursive else 0,
            ctypes.byref(attributes), ctypes.sizeof(attributes))


def drop_capabilities() -> None:
    """Root without its powers, but for one: to read what belongs to others, such as a clone mounted into a
    container. The walls decide what may be read."""
    for capability in range(LAST_CAP + 1):
        if capability != CAP_DAC_READ_SEARCH:
            try:
                prctl(PR_CAPBSET_DROP, capability)
            except OSError:
                break
    kept = 1 << CAP_DAC_READ_SEARCH if os.geteuid() == 0 else 0
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    data = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    try:
        _checked(_libc.capset(header, data))
    except OSError:
        _checked(_libc.capset(header, (ctypes.c_uint32 * 6)()))


def _wide(argument: Any) -> Any:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
