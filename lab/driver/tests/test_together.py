"""Many files replaced as one: a crash, a kill or an error at any call leaves all old, or all new."""

import errno
import fcntl
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CLEAN, Toy
from highwater import together
from highwater.complaint import Complaint
from highwater.together import finish, replace_all, unfinished
from highwater.tree import Tree

OLD = {"a.txt": "old a\n", "deep/b.txt": "old b\n", "c.md": "old c\n"}
NEW = {"a.txt": "new a\n", "deep/b.txt": "new b\n", "c.md": "new c\n", "fresh/d.svg": "new d\n"}
CALLS = ("link", "replace", "rename", "mkdir", "unlink", "rmdir", "chmod", "open", "sync", "write")
MOST = 400      # calls: far above what the few files take


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """What a power cut needs, no test can see, and a busy disk takes long."""
    monkeypatch.setattr(os, "sync", lambda: None)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    for name, text in OLD.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text(text)
    return Tree(tmp_path / "tree")


def texts(tree: Tree) -> dict[str, str]:
    """What a reader of the tree finds."""
    return {str(path.relative_to(tree.root)): path.read_text() for path in sorted(tree.root.rglob("*"))
            if path.is_file() and ".recording" not in path.relative_to(tree.root).parts[0]}


def replace(tree: Tree) -> None:
    replace_all(tree, {tree.root / name: text for name, text in NEW.items()})


def at_call(number: int, act, patch) -> list[int]:
    """Makes the call of that number (of those that change the disk) act before it is done."""
    left = [number]

    def watched(original):
        def call(*words, **more):
            left[0] -= 1
            if left[0] == -1:
                act()
            return original(*words, **more)
        return call

    for name in CALLS:
        patch.setattr(os, name, watched(getattr(os, name)))
    return left


def in_a_child(number: int, tree: Tree) -> int:
    """Replaces in a process of its own, which is killed at that call; its status."""
    child = os.fork()
    if child == 0:
        at_call(number, lambda: os._exit(9), pytest.MonkeyPatch())
        try:
            replace(tree)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_all_are_replaced_and_nothing_is_left(tree):
    replace(tree)
    assert texts(tree) == NEW and sorted(path.name for path in tree.root.iterdir()) == [
        "a.txt", "c.md", "deep", "fresh"]


def test_killed_at_any_call(tree):
    """Until the next run the tree may be mixed, and says so; after it all are old, or all are new."""
    found = set()
    for number in range(MOST):
        for name, text in OLD.items():
            (tree.root / name).write_text(text)
        (tree.root / "fresh/d.svg").unlink(missing_ok=True)
        if in_a_child(number, tree) == 0:
            break
        before, half = texts(tree), unfinished(tree)
        assert half or before in (OLD, NEW), number
        finished = finish(tree)
        assert texts(tree) == (NEW if half else before) and bool(finished) == half
        assert not list(tree.root.glob(".recording*"))
        found.add((before == OLD, before == NEW, half))
    assert number < MOST - 1 and texts(tree) == NEW
    assert found == {(True, False, False), (True, False, True), (False, False, True), (False, True, True),
                     (False, True, False)}


def test_killed_again_while_it_is_finished(tree, monkeypatch):
    monkeypatch.setattr(together, "_take", lambda tree: os._exit(9))
    assert in_a_child(MOST, tree) == 9 and unfinished(tree)
    monkeypatch.undo()
    for number in range(MOST):
        child = os.fork()
        if child == 0:
            at_call(number, lambda: os._exit(9), pytest.MonkeyPatch())
            finish(tree)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break
    assert number > 10 and finish(tree) == [] and texts(tree) == NEW


def fail(error: type[BaseException] | int):
    def act():
        raise OSError(error, os.strerror(error)) if isinstance(error, int) else error
    return act


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EACCES, KeyboardInterrupt])
def test_an_error_at_any_call_brings_the_old_back(tree, error):
    """Or it comes so late that all stand: what is left then is only rubbish."""
    refused = 0
    for number in range(MOST):
        with pytest.MonkeyPatch.context() as patch:
            left = at_call(number, fail(error), patch)
            try:
                replace(tree)
                told = False
            except (Complaint, KeyboardInterrupt):
                told = True
        assert not unfinished(tree)
        if told and texts(tree) != NEW:
            assert texts(tree) == OLD, number
            refused += 1
        else:
            assert texts(tree) == NEW and (not told or error is KeyboardInterrupt), number
            replace_all(tree, {tree.root / name: text for name, text in OLD.items()})
            (tree.root / "fresh/d.svg").unlink()
        assert finish(tree) == []
        if left[0] >= 0:
            break
    assert number < MOST - 1 and refused > 20


def test_a_place_that_is_a_folder(tree):
    (tree.root / "c.md").unlink()
    (tree.root / "c.md").mkdir()
    with pytest.raises(Complaint, match="Nothing is written: "):
        replace(tree)
    assert texts(tree) == {name: text for name, text in OLD.items() if name != "c.md"}


def test_old_files_that_cannot_be_put_back_wait_for_the_next_run(tree, monkeypatch):
    def full(*words):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        patch.setattr(together, "write_text", lambda path, text: (
            path.parent.mkdir(parents=True, exist_ok=True), path.write_text(text)))
        with pytest.raises(Complaint, match="`make golden` goes on from here"):
            replace(tree)
    assert unfinished(tree) and len(finish(tree)) == len(NEW) and texts(tree) == OLD


def test_a_stopped_run_is_finished_by_the_next_and_fails_it(toy: Toy):
    toy.mode("digit")
    script = ("import os, sys; sys.path.insert(0, 'lab/driver'); from highwater import cli; real = os.replace\n"
              "def replace(old, new):\n"
              "    if str(new).endswith('README.md') and '.recording' not in str(new): os._exit(9)\n"
              "    real(old, new)\n"
              "os.replace = replace; cli.main(['golden'])\n")
    done = subprocess.run([sys.executable, "-c", script], cwd=toy.root, capture_output=True, text=True,
                          env=CLEAN | {"HIGHWATER_ROOT": str(toy.root)})
    assert done.returncode == 9, done.stderr
    assert (toy.root / ".recording/side").read_text() == "new"
    done = toy.driver("golden")
    assert done.returncode == 1 and "Nothing changed" in done.stdout, done.stdout
    assert done.stdout.count("finished, for a `make golden` that was stopped: ") == 7
    assert "-->37,833<!--" in (toy.root / "chapters/02-toy-order/README.md").read_text()
    assert toy.driver("golden").returncode == 0


def test_two_at_once(toy: Toy):
    handle = os.open(toy.root, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    done = toy.driver("golden")
    os.close(handle)
    assert done.returncode == 2 and "another `make golden` is at work here" in done.stderr


def test_a_disk_that_is_full(toy: Toy):
    """A limit on the size of files stands for it: the first texts can be written, a picture cannot."""
    toy.mode("digit")
    before = toy.state()
    done = subprocess.run(
        [sys.executable, "lab/driver/hw.py", "golden"], cwd=toy.root, capture_output=True, text=True, env=CLEAN,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    assert done.returncode == 1 and "Nothing is written: File too large" in done.stderr, done.stderr
    assert toy.state() == before
