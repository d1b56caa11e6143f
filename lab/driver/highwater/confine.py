"""A command of a student's, run in a folder of its own: under limits, and away from everything else.

    ending = confine([str(folder / "program"), "5"], folder, Limits(seconds=5, memory=256 * MIB))
    if ending.trouble: ...

Whatever the command does (it loops, forks, allocates or prints without end, ignores signals, leaves a
daemon behind, writes into other folders) is told in the ending, and is over when confine returns. How: see
`highwater.jail`. Its limits on time are on the processor's first, so that a busy machine does not turn a
slow answer into a wrong one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .complaint import Complaint
from .run import environment

MIB = 1 << 20
SLOWER = 4              # times the seconds on a processor may pass on the clock
AT_LEAST = 2            # seconds on the clock, for all that is not the command's fault
DRIVER = Path(__file__).resolve().parents[1]
KEEPER = f"import sys; sys.path.insert(0, {str(DRIVER)!r}); from highwater.jail.keeper import main; main()"


@dataclass(frozen=True)
class Limits:
    """What a command may use. Memory is its address space; a program under AddressSanitizer has an
    endless one, so with `sanitized` it is what all its processes keep resident."""

    seconds: float = 5
    memory: int = 512 * MIB
    output: int = MIB
    file: int = 16 * MIB
    folder_bytes: int = 256 * MIB
    files: int = 10_000
    processes: int = 64
    sanitized: bool = False

    @property
    def wall(self) -> float:
        """Seconds on the clock: for a command that sleeps."""
        return self.seconds * SLOWER + AT_LEAST


@dataclass(frozen=True)
class Ending:
    """How a command ended.

    status    its exit status, or the number of the signal that ended it, negated; None if a limit was met
    trouble   the limit that was met: time, memory, output, processes, files; else empty
    outside   what it tried to do outside its folder: "write PATH", "remove PATH", ...
    left      how many processes it left behind (they are ended)
    walls     what the kernel offered: namespaces, landlock, seccomp
    output    what it printed, on stdout and stderr
    """

    status: int | None
    trouble: str
    outside: tuple[str, ...]
    left: int
    walls: tuple[str, ...]
    output: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.output.decode(errors="replace")


def confine(command: list[str], folder: Path, limits: Limits = Limits(), readable: Iterable[Path] = (),
            variables: dict[str, str] | None = None, watched: Iterable[Path] = (),
            without: Iterable[str] = ()) -> Ending:
    """Runs the command in the folder, which alone it may change.

    It may read the system's folders and `readable`. HOME and TMPDIR are folders in its own. `watched`
    are compared before and after where the kernel does not show what a command tries. `without` names
    walls to leave out, for tests. A complaint if the command cannot be begun.
    """
    folder = folder.resolve()
    tmp = folder / ".tmp"
    tmp.mkdir(exist_ok=True)
    own = {"HOME": str(tmp), "TMPDIR": str(tmp), "PWD": str(folder)}
    asked = asdict(limits) | {
        "wall": limits.wall, "command": command, "folder": str(folder), "without": list(without),
        "environment": environment() | own | (variables or {}),
        "readable": [str(path.resolve()) for path in readable],
        "watched": [str(path.resolve()) for path in watched]}
    told, output = _ask(asked)
    if told["halfway"]:     # namespaces are to be had, and then nothing can be done in them
        told, output = _ask(asked | {"without": [*asked["without"], "namespaces"]})
    if told["failed"]:
        raise Complaint(f"{os.path.basename(command[0])} cannot be run: {told['failed']}", 1)
    return Ending(told["status"], told["trouble"], tuple(told["outside"]), told["left"],
                  tuple(told["walls"]), output)


def _ask(asked: dict[str, object]) -> tuple[dict, bytes]:
    """A keeper's answer. Its stdin stays open until then: if this process dies, the keeper sees it."""
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", KEEPER], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as keeper:
        keeper.stdin.write(json.dumps(asked).encode() + b"\n")
        keeper.stdin.flush()
        answer = keeper.stdout.read()
        complaints = keeper.stderr.read()
    line, _, output = answer.partition(b"\n")
    if not line:
        said = complaints.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Complaint(f"a command could not be confined: {said[-1]}", 1)
    return json.loads(line), output
