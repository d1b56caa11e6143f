"""The two processes inside: init, which begins the command and reports its end, and the command
before it is one: it lays down what it could do, step by step, and then becomes the command."""

import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from typing import Any, NoReturn

from . import calls, kernel, landlock, namespaces

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt",
          "/proc", "/sys", "/dev")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/shm")
NOT_RUN = 126


def init(asked: dict[str, Any], spaces: bool, talk: socket.socket, output: int) -> NoReturn:
    """The first process inside. It outlives the command until the keeper has counted what is left."""
    try:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        if spaces:
            _look_around(asked, talk)
        else:
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        command = os.fork()
        if command == 0:
            _become(asked | {"alone": spaces}, talk, output)
    except OSError as error:
        _say(talk, {"failed": f"{error.strerror}"})
        os._exit(1)
    os.close(output)
    while True:
        pid, status = os.wait()
        if pid == command:
            _say(talk, {"status": os.waitstatus_to_exitcode(status)})
            signal.pause()


def _look_around(asked: dict[str, Any], talk: socket.socket) -> None:
    """Takes the view of the files that namespaces give. A kernel may allow the one and refuse the other."""
    try:
        if "view" in asked["without"]:
            raise PermissionError
        namespaces.own_view(asked["folder"], asked["readable"], asked["memory"])
    except OSError:
        _say(talk, {"status": None, "halfway": True})
        os._exit(1)


def _become(asked: dict[str, Any], talk: socket.socket, output: int) -> NoReturn:
    """Turns this process into the command, or says why not."""
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(asked["folder"])
        _limit(asked)
        _lay_down(asked, talk)
        if talk.recv(1) != b"g":
            os._exit(NOT_RUN)
        for name in ("SIGINT", "SIGPIPE", "SIGXFSZ"):      # which Python had ignored or caught
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        os.execvpe(asked["command"][0], asked["command"], asked["environment"])
    except OSError as error:
        _say(talk, {"failed": error.strerror or "no reason given"})
    except BaseException as error:
        _say(talk, {"failed": f"{type(error).__name__}: {error}"})
    os._exit(NOT_RUN)


def _limit(asked: dict[str, Any]) -> None:
    """The limits that the kernel holds itself, each for one process."""
    seconds = int(asked["seconds"]) + 2
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_CPU: seconds, resource.RLIMIT_FSIZE: asked["file"]}
    if not asked["sanitized"]:
        limits[resource.RLIMIT_AS] = asked["memory"]
    if os.geteuid() != 0:       # counts all of the user's, so it is only a brake on a fork bomb
        limits[resource.RLIMIT_NPROC] = _tasks_of_user() + 8 * asked["processes"] + 64
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def _tasks_of_user() -> int:
    """How many threads the user of this process has by now."""
    count = 0
    for name in os.listdir("/proc"):
        with suppress(OSError):
            if name.isdecimal() and os.stat(f"/proc/{name}").st_uid == os.geteuid():
                count += len(os.listdir(f"/proc/{name}/task"))
    return count


def _lay_down(asked: dict[str, Any], talk: socket.socket) -> None:
    """Privileges, then rights to files, then the calls themselves."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.drop_capabilities()
    walls, listener = [], []
    if "landlock" not in asked["without"] and landlock.version():
        landlock.restrict([asked["folder"], *DEVICES], [*SYSTEM, sys.base_prefix, *asked["readable"]], ["/tmp"])
        walls.append("landlock")
    if "seccomp" not in asked["without"]:
        with suppress(OSError):
            listener.append(calls.install())
            walls.append("seccomp")
    if not listener and not asked["alone"]:     # nothing but the keeper's speed is left against a fork bomb
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    socket.send_fds(talk, [json.dumps({"walls": walls}).encode()], listener)
    for descriptor in listener:
        os.close(descriptor)


def _say(talk: socket.socket, what: dict[str, Any]) -> None:
    with suppress(OSError):
        talk.send(json.dumps(what).encode())
