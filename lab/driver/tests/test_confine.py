"""A hostile program behind every wall, behind one of them, behind none: each limit holds, nothing is left."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import DRIVER

from highwater import confine as module
from highwater.complaint import Complaint
from highwater.confine import MIB, Ending, Limits, confine

WALLS = ("namespaces", "landlock", "seccomp")
SETS = [(), ("landlock", "seccomp"), WALLS]
SHORT = Limits(seconds=0.25, memory=64 * MIB, output=10_000, file=MIB, folder_bytes=4 * MIB, files=100, processes=8)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """The program, compiled once; and once under AddressSanitizer, beside it."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, flags in (("hostile", []), ("hostile-asan", ["-fsanitize=address,undefined"])):
        done = subprocess.run(["gcc", "-O1", "-Wall", "-Wextra", *flags, DRIVER / "tests" / "hostile" / "hostile.c",
                               "-o", folder / name], capture_output=True, text=True)
        assert done.returncode == 0 and done.stderr == "", done.stderr
    return folder


@pytest.fixture
def act(hostile, tmp_path):
    """Runs a deed in a folder of its own, whose neighbour must stay as it is."""
    folder, neighbour = tmp_path / "mine", tmp_path / "neighbour"
    folder.mkdir()
    neighbour.mkdir()
    (neighbour / "answer.c").write_text("int answer = 42;\n")

    def run(*words: str, limits: Limits = SHORT, program: str = "hostile", without=(), **more) -> Ending:
        shutil.copy(hostile / program, folder / "program")
        ending = confine(["./program", *words], folder, limits, without=without, watched=[neighbour], **more)
        assert not [pid for pid in Path("/proc").glob("[0-9]*") if runs(pid, folder / "program")]
        assert set(ending.walls) <= set(WALLS) - set(without)
        return ending

    return run


def runs(pid: Path, program: Path) -> bool:
    """Is this process, a folder of /proc, one of the program's? Others begin and end meanwhile."""
    try:
        return os.readlink(pid / "exe").startswith(str(program))
    except OSError:
        return False


def everywhere(test):
    return pytest.mark.parametrize("without", SETS, ids=lambda without: "-".join(without) or "nothing")(test)


# --- How a command ends ---


@pytest.mark.parametrize("words, status", [
    ((), 0), (("exit", "3"), 3), (("exit", "255"), 255), (("crash",), -signal.SIGSEGV), (("abort",), -signal.SIGABRT),
    (("listen",), 7), (("silent",), 5), (("file",), -signal.SIGXFSZ),
])
@pytest.mark.parametrize("without", [(), WALLS], ids=["walls", "bare"])
def test_the_status_is_the_commands(act, words, status, without):
    ending = act(*words, without=without)
    assert (ending.status, ending.trouble, ending.outside, ending.left) == (status, "", (), 0)


def test_a_command_that_is_not_there_is_a_complaint(tmp_path):
    with pytest.raises(Complaint, match="^nothing cannot be run: No such file or directory$"):
        confine(["./nothing"], tmp_path)


def test_the_output_and_the_surroundings(tmp_path):
    (tmp_path / "show.sh").write_text("echo out; echo err >&2; echo $HOME $TMPDIR $MORE; pwd; cat; touch $HOME/file\n")
    ending = confine(["sh", "show.sh"], tmp_path, variables={"MORE": "more"})
    home = tmp_path / ".tmp"
    assert ending.text == f"out\nerr\n{home} {home} more\n{tmp_path}\n"
    assert (home / "file").exists() and ending.outside == ()


# --- Limits ---


@pytest.mark.parametrize("deed, trouble, without", [
    *((deed, "time", without) for deed in ("loop", "stubborn", "sleep") for without in ((), WALLS)),
    *((deed, deed if deed == "files" else "output", without) for deed in ("print", "files") for without in ((), WALLS)),
    *((deed, "processes", without) for deed in ("fork", "fork-away") for without in SETS),
])
def test_a_limit_is_met(act, deed, trouble, without, monkeypatch):
    if trouble == "time":
        monkeypatch.setattr(module, "AT_LEAST", 0)
        monkeypatch.setattr(module, "SLOWER", 2)
    ending = act(deed, without=without, limits=SHORT if trouble == "time" else replace(SHORT, seconds=5))
    assert (ending.status, ending.trouble) == (None, trouble)
    assert len(ending.output) == (SHORT.output if trouble == "output" else 0)


def test_memory_is_refused_or_the_program_is_ended(act):
    """The address space ends: malloc says NULL, as at work. Under AddressSanitizer, which needs it
    without end, what is resident is watched."""
    refused = act("allocate")
    assert (refused.status, refused.text) == (0, "NULL\n")
    ended = act("allocate", program="hostile-asan", limits=Limits(memory=96 * MIB, sanitized=True))
    assert (ended.status, ended.trouble) == (None, "memory")


def test_a_program_under_a_sanitizer_runs(act):
    ending = act("exit", "3", program="hostile-asan", limits=Limits(sanitized=True))
    assert (ending.status, ending.trouble, ending.output) == (3, "", b"")


def test_a_busy_machine_is_not_the_commands_fault(act, monkeypatch):
    """The limit is on the processor's time; the clock may run on for much longer."""
    assert Limits(seconds=1).wall > 4
    monkeypatch.setattr(module, "SLOWER", 1000)
    for without in ((), WALLS):
        assert act("loop", without=without).trouble == "time"


@everywhere
def test_a_daemon_is_counted_and_ended(act, without):
    ending = act("daemon", without=without)
    assert (ending.status, ending.trouble, ending.left) == (0, "", 1)


def test_everything_ends_with_the_driver(tmp_path, hostile):
    """The driver is killed: neither the keeper nor the command goes on."""
    shutil.copy(hostile / "hostile", tmp_path / "program-of-a-killed-driver")
    text = (f"import sys; sys.path.insert(0, {str(DRIVER)!r})\nfrom pathlib import Path\n"
            "from highwater.confine import confine\n"
            f"confine(['./program-of-a-killed-driver', 'sleep'], Path({str(tmp_path)!r}), without={WALLS!r})\n")
    driver = subprocess.Popen([sys.executable, "-c", text])

    def running() -> bool:
        return any(b"program-of-a-killed-driver\0sleep" in path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")
                   if path.exists())

    assert wait_for(running)
    driver.kill()
    driver.wait()
    assert wait_for(lambda: not running())


def wait_for(condition, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.02)
    return False


# --- Outside ---


@pytest.mark.parametrize("deed, found", [
    ("write", "write {}"), ("remove", "remove {}"), ("move", "move {}"), ("make", "make {}"), ("change", "change {}"),
    ("follow", "write {}"),
])
@pytest.mark.parametrize("without", [(), ("namespaces",), ("namespaces", "landlock")],
                         ids=["walls", "no-namespaces", "seccomp-only"])
def test_what_it_tries_outside_is_refused_and_told(act, tmp_path, deed, found, without):
    path = tmp_path / "neighbour" / "answer.c"
    ending = act(deed, str(path), without=without)
    if "seccomp" not in ending.walls:
        pytest.skip("this kernel shows no calls")
    assert ending.text == "refused\n" and ending.outside == (found.format(path),)
    assert path.read_text() == "int answer = 42;\n" and path.stat().st_mode & 0o444


def test_a_path_that_climbs_out_is_seen_through(act, tmp_path):
    ending = act("write", "../neighbour/../neighbour/answer.c")
    assert ending.outside == (f"write {tmp_path}/neighbour/answer.c",)
    assert act("write", "../mine/own").outside == () and (tmp_path / "mine" / "own").exists()


@pytest.mark.parametrize("deed, kept", [("write", False), ("remove", False)])
def test_behind_no_wall_the_change_is_found(act, tmp_path, deed, kept):
    """Where the kernel offers nothing the deed is done, and told."""
    path = tmp_path / "neighbour" / "answer.c"
    ending = act(deed, str(path), without=WALLS)
    assert ending.walls == () and ending.text == "done\n"
    assert ending.outside == (f"{deed} {path}",)


@pytest.mark.parametrize("without", [("seccomp",), ("namespaces", "seccomp"), ("landlock", "seccomp")],
                         ids=["both", "landlock", "namespaces"])
def test_one_wall_is_enough_to_keep_the_neighbour(act, tmp_path, without):
    path = tmp_path / "neighbour" / "answer.c"
    # Criterion removes its socket from /tmp, where this folder is; Landlock alone cannot tell it from another.
    deeds = ("write", "move", "follow") + (("remove",) if "namespaces" not in without else ())
    for deed in deeds:
        ending = act(deed, str(path), without=without)
        if not ending.walls:
            pytest.skip("this kernel has no such wall")
        assert ending.text == "refused\n" and path.read_text() == "int answer = 42;\n", deed
        (tmp_path / "mine" / "innocent").unlink(missing_ok=True)


def test_it_reads_only_what_it_was_told(act, tmp_path):
    path = tmp_path / "neighbour" / "answer.c"
    ending = act("read", str(path))
    if not {"landlock", "namespaces"} & set(ending.walls):
        pytest.skip("this kernel hides nothing")
    assert ending.text == "refused\n"
    assert act("read", str(path), readable=[tmp_path / "neighbour"]).text == "done\n"
    assert act("read", "/usr/include/stdio.h").text == "done\n"
    for without in ((), ("namespaces", "seccomp"), ("landlock", "seccomp")):
        ending = act("write", str(path), readable=[tmp_path / "neighbour"], without=without)
        assert ending.text == "refused\n" or not ending.walls


def test_it_meets_nobody(act):
    """Neither through the network nor by signals."""
    ending = act("network")
    if "namespaces" not in ending.walls:
        pytest.skip("this kernel gives no network of one's own")
    assert ending.text in ("Network is unreachable\n", "Permission denied\n")
    bystander = subprocess.Popen(["sleep", "100"])
    try:
        assert act("signal", str(bystander.pid)).status == 1
        ending = act("signal", str(bystander.pid), without=("namespaces", "landlock"))
        assert (ending.status, ending.outside) == (1, ("signal a process",))
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_kernel_that_allows_half_of_it(act):
    """Namespaces, and then no mount in them: it goes on without."""
    ending = act("exit", "3", without=("view",))
    assert ending.status == 3 and "namespaces" not in ending.walls


def test_it_may_end_what_began_it_and_not_escape(act):
    ending = act("parent", without=WALLS)
    assert (ending.status, ending.trouble) == (None, "init is gone")
    assert act("parent").trouble == ""


def test_two_at_once_do_not_meet(hostile, tmp_path):
    """A keeper ends its own command's processes and no other's."""
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
        shutil.copy(hostile / "hostile", folder / "program")
    text = (f"import sys; sys.path.insert(0, {str(DRIVER)!r})\nfrom pathlib import Path\n"
            "from highwater.confine import *\n"
            f"print(confine(['./program', 'sleep'], Path({str(folders[0])!r}), Limits(seconds=0.1)).trouble)\n")
    other = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
    for without in ((), WALLS):
        confine(["./program", "daemon"], folders[1], SHORT, without=without)
    assert other.communicate()[0] == "time\n"


# --- As somebody else ---


def test_a_normal_user_has_the_same_walls(hostile, tmp_path):
    """Root steps down for this test; whoever is not root runs all of the above as what they are."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("not root, or no setpriv")
    somebody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*somebody, "test", "-r", str(DRIVER / "hw.py")]).returncode != 0:
        pytest.skip("this clone is not for others to read")
    folder = Path("/var/tmp") / f"high-water-{os.getpid()}"
    folder.mkdir()
    try:
        shutil.copy(hostile / "hostile", folder / "program")
        os.chown(folder, 65534, 65534)
        text = (f"import sys, json; sys.path.insert(0, {str(DRIVER)!r})\nfrom pathlib import Path\n"
                "from highwater.confine import *\nfound = []\n"
                "for words in (['exit', '3'], ['fork-away'], ['write', '/var/tmp/high-water-outside'], ['daemon']):\n"
                f"    for without in {[*SETS[:2], WALLS]!r}:\n"
                f"        ending = confine(['./program', *words], Path({str(folder)!r}), Limits(seconds=0.5, processes=8),\n"
                "                         without=without)\n"
                "        found.append([words[0], list(without), ending.status, ending.trouble, ending.left, ending.outside])\n"
                "print(json.dumps(found))\n")
        done = subprocess.run([*somebody, sys.executable, "-c", text], capture_output=True, text=True, cwd="/")
        assert done.stderr == ""
        for deed, without, status, trouble, left, outside in json.loads(done.stdout):
            expected = {"exit": (3, "", 0), "fork-away": (None, "processes", 0), "write": (0, "", 0), "daemon": (0, "", 1)}
            assert (status, trouble, left) == expected[deed], (deed, without)
            assert bool(outside) == (deed == "write" and "seccomp" not in without), (deed, without)
    finally:
        shutil.rmtree(folder)
        Path("/var/tmp/high-water-outside").unlink(missing_ok=True)
