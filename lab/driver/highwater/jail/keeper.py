"""The keeper: begins a command behind the walls, looks after its limits, ends it, and tells.

It is asked in one line of JSON on stdin, and answers in one on stdout; the bytes of the output follow it. Stdin
stays open as long as somebody wants the answer: when the driver dies, the keeper ends everything.
"""

import json
import os
import re
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import Any

from . import calls, inside, kernel, namespaces
from .processes import descendants, end_all, use_of
from .snapshot import differences, snapshot

LOOK = 0.02             # seconds between two looks at time, memory and processes
LOOK_AT_FILES = 0.25    # and at the folder
GRACE = 0.3             # for children of the command that are ending anyway
END = 10                # at most, to end everything
MANY = 10               # paths outside that are told
CRITERION = re.compile(r"/tmp/criterion_\d+\.sock|/dev/shm/bxfi?_\w+|/dev/(null|zero|full|tty)")


class Keeper:
    """One command, from its beginning to its end."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked = asked
        self.began = time.monotonic()
        self.began_it = False
        self.looked_at_files = self.began
        self.listener: calls.Listener | None = None
        self.before: dict[str, Any] | None = None
        self.output = bytearray()
        self.told: dict[str, Any] = {"status": None, "trouble": "", "failed": "", "outside": [],
                                     "left": 0, "walls": [], "halfway": False}

    def keep(self) -> dict[str, Any]:
        """Runs the command and tells how it ended."""
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        try:
            spaces = "namespaces" not in self.asked["without"] and namespaces.enter()
        except OSError:
            return self.told | {"halfway": True}
        if spaces:
            self.told["walls"].append("namespaces")
        self.talk, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pipe, out = os.pipe()
        self.init = os.fork()
        if self.init == 0:
            inside.init(self.asked, spaces, theirs, out)
        os.close(out)
        theirs.close()
        try:
            self._watch()
        finally:
            self._end()
        return self.told

    def _watch(self) -> None:
        """Until the command has ended, met a limit, or nobody waits for it any more."""
        poll = select.poll()
        for what in (self.talk, self.pipe, sys.stdin):
            poll.register(what, select.POLLIN)
        while not self.told["trouble"]:
            for descriptor, _ in poll.poll(LOOK * 1000):
                if descriptor == self.talk.fileno():
                    if not self._hear(poll):
                        return
                elif descriptor == self.pipe:
                    if not self._read():
                        poll.unregister(self.pipe)
                elif descriptor == sys.stdin.fileno():
                    self.told["trouble"] = "nobody waits"
                else:
                    self.listener.answer()
            self._look()

    def _hear(self, poll: "select.poll") -> bool:
        """A word from inside; False if the command has ended."""
        message, descriptors, _, _ = socket.recv_fds(self.talk, 65536, 1)
        if not message:     # init is gone: the command has ended it, or it never was
            self.told["trouble" if self.began_it else "failed"] = "init is gone"
            return False
        word = json.loads(message)
        if "walls" not in word:
            self.told.update(word)
            return "status" not in word
        self.told["walls"] += word["walls"]
        if descriptors:
            self.listener = calls.Listener(
                descriptors[0], self.asked["folder"], CRITERION, self._inside,
                "namespaces" in self.told["walls"], self.asked["processes"])
            poll.register(descriptors[0], select.POLLIN)
        else:
            self.before = snapshot(self.asked["watched"])
        self.began, self.began_it = time.monotonic(), True
        self.talk.send(b"g")
        return True

    def _read(self) -> bool:
        """Takes what was printed; False at its end."""
        with suppress(OSError):
            got = os.read(self.pipe, 1 << 16)
            self.output += got
            if len(self.output) > self.asked["output"]:
                del self.output[self.asked["output"]:]
                self.told["trouble"] = "output"
            return bool(got)
        return False

    def _look(self) -> None:
        """Is a limit met?"""
        use, now = use_of(self._inside()), time.monotonic()
        if now - self.began > self.asked["wall"] or use.seconds > self.asked["seconds"]:
            self.told["trouble"] = "time"
        elif use.memory > self.asked["memory"]:
            self.told["trouble"] = "memory"
        elif use.count > self.asked["processes"] or self.listener and self.listener.full:
            self.told["trouble"] = "processes"
        elif now - self.looked_at_files > LOOK_AT_FILES:
            self.looked_at_files = now
            self._look_at_files()

    def _inside(self) -> list[int]:
        return descendants(self.init, 2 * self.asked["processes"])

    def _look_at_files(self) -> None:
        found = snapshot([self.asked["folder"]], most=self.asked["files"] + 1)
        size = sum(size for size, *_ in found.values())
        if len(found) > self.asked["files"] or size > self.asked["folder_bytes"]:
            self.told["trouble"] = "files"

    def _end(self) -> None:
        """Counts what was left behind, ends everything, and gathers the rest of the output."""
        by_itself = self.told["status"] is not None and not self.told["trouble"]
        until = time.monotonic() + (GRACE if by_itself else 0)
        while (left := use_of(self._inside()).count) and time.monotonic() < until:
            self._let_go()
        if by_itself:
            self.told["left"] = left
            self._look_at_files()
        with suppress(OSError):
            os.kill(self.init, signal.SIGKILL)
        end_all(os.getpid(), END)
        os.set_blocking(self.pipe, False)
        while not self.told["trouble"] and self._read():
            pass
        self._tell_outside()

    def _let_go(self) -> None:
        """What ends by itself may still write, and must not wait for an answer for ever."""
        if self.listener and select.select([self.listener.descriptor], [], [], 0.005)[0]:
            self.listener.answer()
        else:
            time.sleep(0.005)

    def _tell_outside(self) -> None:
        if self.listener:
            self.told["outside"] = list(self.listener.outside)[:MANY]
        elif self.before is not None:
            self.told["outside"] = differences(self.before, snapshot(self.asked["watched"]))[:MANY]


def main() -> None:
    """Answers one question."""
    asked = json.loads(sys.stdin.buffer.raw.readline())
    keeper = Keeper(asked)
    told = keeper.keep()
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + keeper.output)
