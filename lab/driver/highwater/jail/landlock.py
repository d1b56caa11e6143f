"""Landlock: a process lays down for ever the right to touch files, but for those that it names first.

It came with Linux 5.13 and grew; a kernel is asked which version it has, and no right is named that
it does not know.
"""

import ctypes
import os
import stat
from collections.abc import Iterable

from .kernel import syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION = 1             # a flag of CREATE_RULESET: only tell the version
PATH_BENEATH = 1

EXECUTE, WRITE, READ, LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_FILE, MAKE_SOCKET, REFER, TRUNCATE, IOCTL = 1 << 5, 1 << 9, 1 << 13, 1 << 14, 1 << 15
FIRST_RIGHTS = (1 << 13) - 1
LATER_RIGHTS = ((2, REFER), (3, TRUNCATE), (5, IOCTL))
ON_A_FILE = EXECUTE | WRITE | READ | TRUNCATE | IOCTL
TO_READ = EXECUTE | READ | LIST
NETWORK = (4, 0b11)         # to bind and to connect over TCP
SCOPES = (6, 0b11)          # abstract sockets and signals that leave the domain


def version() -> int:
    """The kernel's version of Landlock; 0 if it has none."""
    try:
        return syscall(CREATE_RULESET, 0, 0, VERSION)
    except OSError:
        return 0


def restrict(writable: Iterable[str], readable: Iterable[str], shared: Iterable[str]) -> None:
    """Leaves this process the rights to these folders and files only; it needs no_new_privs. In the
    shared folders it may make sockets and remove files: Criterion does, in /tmp."""
    known = version()
    rights = FIRST_RIGHTS | sum(right for since, right in LATER_RIGHTS if known >= since)
    ruleset = _ruleset(known, rights)
    for path in writable:
        _allow(ruleset, path, rights)
    for path in readable:
        _allow(ruleset, path, TO_READ)
    for path in shared:
        _allow(ruleset, path, TO_READ | MAKE_SOCKET | REMOVE_FILE)
    syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _ruleset(known: int, rights: int) -> int:
    fields = [rights] + [mask for since, mask in (NETWORK, SCOPES) if known >= since]
    attribute = (ctypes.c_uint64 * len(fields))(*fields)
    return syscall(CREATE_RULESET, ctypes.byref(attribute), ctypes.sizeof(attribute), 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not stat.S_ISDIR(os.fstat(beneath).st_mode):
        rights &= ON_A_FILE
    rule = rights.to_bytes(8, "little") + beneath.to_bytes(4, "little")
    syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.c_char_p(rule), 0)
    os.close(beneath)
