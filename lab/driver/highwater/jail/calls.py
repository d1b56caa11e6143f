"""Seccomp: a call that would write is shown to the keeper before it happens.

The filter, a few instructions that the kernel runs at each call, lets all pass but those that open for
writing, change a folder, send a signal or begin a process. Those wait until the keeper has answered. It
reads the path from the caller's memory and says "go on", or refuses with EACCES and notes the path. A
thread could change the path in between: what holds it back then is Landlock and the read-only view. The
notes are for the report.
"""

import ctypes
import errno
import fcntl
import os
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from .kernel import MACHINE, syscall
from .processes import group_of

AT_FDCWD = -100
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
RETURN_ALLOW, RETURN_NOTIFY, RETURN_ERROR = 0x7FFF0000, 0x7FC00000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06      # of the filter's machine
NEW_LISTENER, SET_FILTER = 1 << 3, 1
RECEIVE, SEND, CONTINUE = 0xC0502100, 0xC0182101, 1
NOTICE = struct.Struct("=QIIiIQ6Q")
FOREIGN = 0x40000000        # bit of the calls of a second set, which x86-64 has
LONGEST = 4096

# For each call, where its paths are: pairs of arguments (a folder's descriptor, or None, and the path).
# "open" asks for its flags too; of a call that follows no link at the end of a path the last name counts.
ONE, AT = ((None, 0),), ((0, 1),)
TWO, AT_TWO = ((None, 0), (None, 1)), ((0, 1), (2, 3))


@dataclass(frozen=True)
class Call:
    """A system call that may write: what it does, where its paths are, which argument holds its flags."""

    does: str
    paths: tuple[tuple[int | None, int], ...]
    flags: int | None = None
    follows: bool = False


OPEN = Call("write", ONE, flags=1, follows=True)
OPENAT = Call("write", AT, flags=2, follows=True)
CUT = Call("write", ONE, follows=True)
REMOVE, REMOVE_AT = Call("remove", ONE), Call("remove", AT)
MAKE, MAKE_AT = Call("make", ONE), Call("make", AT)
CHANGE, CHANGE_AT = Call("change", ONE, follows=True), Call("change", AT, follows=True)
MOVE, MOVE_AT = Call("move", TWO), Call("move", AT_TWO)
LINK, LINK_AT = Call("link", TWO), Call("link", AT_TWO)
POINT, POINT_AT = Call("make", ((None, 1),)), Call("make", ((1, 2),))
SIGNAL, FORK = Call("signal", ()), Call("fork", ())

TABLES: dict[str, tuple[int, dict[int, Call]]] = {
    "x86_64": (0xC000003E, {
        2: OPEN, 257: OPENAT, 85: CUT, 76: CUT, 87: REMOVE, 84: REMOVE, 263: REMOVE_AT,
        83: MAKE, 133: MAKE, 258: MAKE_AT, 259: MAKE_AT, 90: CHANGE, 92: CHANGE, 94: CHANGE, 132: CHANGE,
        235: CHANGE, 268: CHANGE_AT, 260: CHANGE_AT, 280: CHANGE_AT, 261: CHANGE_AT, 452: CHANGE_AT,
        82: MOVE, 264: MOVE_AT, 316: MOVE_AT, 86: LINK, 265: LINK_AT, 88: POINT, 266: POINT_AT,
        62: SIGNAL, 200: SIGNAL, 234: SIGNAL, 129: SIGNAL, 56: FORK, 57: FORK, 58: FORK}),
    "aarch64": (0xC00000B7, {
        56: OPENAT, 45: CUT, 35: REMOVE_AT, 34: MAKE_AT, 33: MAKE_AT, 53: CHANGE_AT, 54: CHANGE_AT,
        88: CHANGE_AT, 452: CHANGE_AT, 38: MOVE_AT, 276: MOVE_AT, 37: LINK_AT, 36: POINT_AT,
        129: SIGNAL, 130: SIGNAL, 131: SIGNAL, 138: SIGNAL, 220: FORK}),
}
SECCOMP = {"x86_64": 317, "aarch64": 277}
REFUSED = (424, 425, 435, 437)  # of pidfd_send_signal, io_uring_setup, clone3, openat2 too little is seen


def install() -> int:
    """Lays the filter over this process and its children; the descriptor on which the keeper
    hears of calls. OSError if the kernel has no such thing."""
    if MACHINE not in TABLES:
        raise OSError(errno.ENOSYS, "no table of calls for this machine")
    code = _filter(*TABLES[MACHINE])
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("=HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    return syscall(SECCOMP[MACHINE], SET_FILTER, NEW_LISTENER, ctypes.c_char_p(program))


def _filter(architecture: int, calls: dict[int, Call]) -> bytes:
    """The program: eight bytes an instruction (code, how far to jump if so, if not, a constant)."""
    def step(code: int, constant: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, constant)

    refuse = step(RETURN, RETURN_ERROR | errno.ENOSYS)
    notify, allow = step(RETURN, RETURN_NOTIFY), step(RETURN, RETURN_ALLOW)
    steps = [step(LOAD, 4), step(EQUAL, architecture, yes=1), refuse,
             step(LOAD, 0), step(AT_LEAST, FOREIGN, no=1), refuse]
    for number in REFUSED:
        steps += [step(EQUAL, number, no=1), refuse]
    for number, call in calls.items():
        if call.flags is None:
            steps += [step(EQUAL, number, no=1), notify]
        else:
            steps += [step(EQUAL, number, no=4), step(LOAD, 16 + 8 * call.flags),
                      step(ANY_BIT, WRITING, no=1), notify, allow]
    return b"".join([*steps, allow])


@dataclass
class Listener:
    """The keeper's end: answers the calls, and keeps what was tried outside."""

    descriptor: int
    folder: str
    also: re.Pattern[str]
    inside: Callable[[], list[int]]             # the command's processes
    alone: bool                                 # no other process can be reached by a signal
    most: int                                   # processes
    full: bool = False                          # a process more was wanted
    outside: dict[str, None] = field(default_factory=dict)

    def answer(self) -> None:
        """Takes one call and lets it go on or refuses it. The caller may be gone by then."""
        notice = bytearray(NOTICE.size)
        try:
            fcntl.ioctl(self.descriptor, RECEIVE, notice)
        except OSError:
            return
        id, pid, _, number, _, _, *arguments = NOTICE.unpack(notice)
        call = TABLES[MACHINE][1][number]
        if call is FORK:
            self.full = wrong = self.full or len(self.inside()) >= self.most
        else:
            wrong = self._signals(arguments) if call is SIGNAL else self._writes(call, pid, arguments)
        error = errno.EAGAIN if call is FORK else errno.EACCES
        reply = struct.pack("=QqiI", id, 0, -error if wrong else 0, 0 if wrong else CONTINUE)
        try:
            fcntl.ioctl(self.descriptor, SEND, reply)
        except OSError:
            pass

    def _writes(self, call: Call, pid: int, arguments: list[int]) -> bool:
        """Would it change something outside? That is noted."""
        try:
            found = [path for at in call.paths if (path := _path(pid, at, arguments, call.follows))]
        except OSError:
            return False
        outside = [path for path in found if not self._allowed(path)]
        if any(not _own(path) for path in outside):
            self.outside.setdefault(f"{call.does} {outside[0]}")
        return bool(outside)

    def _signals(self, arguments: list[int]) -> bool:
        """Would it reach a process that the command did not begin? That is noted too."""
        pid = ctypes.c_int32(arguments[0]).value
        if self.alone or pid == 0:
            return False
        inside = self.inside()
        if pid < 0:
            known = any(group_of(one) == -pid for one in inside)
        else:
            known = pid in inside or any(os.path.exists(f"/proc/{one}/task/{pid}") for one in inside)
        if not known:
            self.outside.setdefault("signal a process")
        return not known

    def _allowed(self, path: str) -> bool:
        return path == self.folder or path.startswith(self.folder + "/") or bool(self.also.fullmatch(path))


def _own(path: str) -> bool:
    """A program may try its own settings in /proc; the kernel's are another matter."""
    return bool(re.match(r"/proc/(\d+|self|thread-self)/", path))


def _path(pid: int, at: tuple[int | None, int], arguments: list[int], follows: bool) -> str:
    """The absolute path that a call means, links resolved; "" if it has none."""
    name = os.fsdecode(_text(pid, arguments[at[1]]))
    if not name:
        return ""
    folder = f"/proc/{pid}/cwd"
    if at[0] is not None:
        descriptor = ctypes.c_int32(arguments[at[0]]).value
        folder = folder if descriptor == AT_FDCWD else f"/proc/{pid}/fd/{descriptor}"
    whole = name if name.startswith("/") else os.path.join(os.readlink(folder), name)
    if whole.startswith("/proc/"):
        return os.path.normpath(whole)
    if follows:
        return os.path.realpath(whole)
    parent, last = os.path.split(whole.rstrip("/"))
    return os.path.normpath(os.path.join(os.path.realpath(parent), last))


def _text(pid: int, address: int) -> bytes:
    """The bytes up to a NUL in another process; a page at a time, since the next may not be there."""
    if address == 0:
        return b""
    found = b""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        while b"\0" not in found and len(found) < LONGEST:
            memory.seek(address + len(found))
            found += memory.read(LONGEST - (address + len(found)) % LONGEST)
    return found.partition(b"\0")[0]
