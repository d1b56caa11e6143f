"""All that a process began: who they are, what they use, and how they are ended."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Use:
    """What a set of processes uses: how many they are, seconds of a processor, bytes of memory."""

    count: int
    seconds: float
    memory: int


def descendants(pid: int, most: int = 1 << 15) -> list[int]:
    """The processes that descend from this one, parents first, or somewhat more than `most` of them:
    who counts a fork bomb to its end never comes to end it."""
    found, open_ = [], [pid]
    while open_ and len(found) <= most:
        for child in _children(open_.pop()):
            found.append(child)
            open_.append(child)
    return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError), open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                children += map(int, file.read().split())
    return children


def use_of(pids: list[int]) -> Use:
    """What they use now. The time of children that have ended is in that of their parents."""
    count, ticks, pages = 0, 0, 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                _, resident, shared, *_ = map(int, file.read().split())
        except (OSError, ValueError):
            continue
        count += fields[0] not in "ZX"
        ticks += sum(map(int, fields[11:15]))
        pages += resident - shared
    return Use(count, ticks / TICKS, pages * PAGE)


def end_all(pid: int, seconds: float) -> bool:
    """Ends all that descend from this process, again and again until none is left: while one is
    ended another may be born. False if some are left after so many seconds."""
    until = time.monotonic() + seconds
    while True:
        found = descendants(pid, 200)
        groups = {group for child in found if (group := group_of(child)) not in (None, os.getpgrp())}
        for group in groups:        # the whole of a group at once: nobody in it is born in between
            with suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        for child in found:
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not descendants(pid):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.001)


def group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except OSError:
        return None
