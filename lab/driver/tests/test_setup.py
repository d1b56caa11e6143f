"""setup.sh: silent when all is there, and one line to type when it may not install."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import DRIVER

SETUP = DRIVER / "setup.sh"


def run_setup(*words: str, **environment: str):
    return subprocess.run(["sh", str(SETUP), *words], env=os.environ | environment,
                          capture_output=True, text=True)


@pytest.fixture
def bare(tmp_path) -> Path:
    """A folder of commands that has the shell's own and little else."""
    for name in ("sh", "gcc", "make", "cat", "ln"):
        (tmp_path / name).symlink_to(shutil.which(name))
    fake = tmp_path / "id"
    fake.write_text("#!/bin/sh\necho 1000\n")
    fake.chmod(0o755)
    return tmp_path


def test_silent_when_all_is_there():
    done = run_setup("install")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_looking_changes_nothing_and_names_all():
    done = run_setup("look")
    assert done.returncode == 0 and "MISSING" not in done.stdout
    for package in ("gcc", "libcriterion-dev", "graphviz", "python3-pytest"):
        assert f"found    {package} " in done.stdout


def test_without_root_it_says_what_to_type(bare):
    done = run_setup("install", PATH=str(bare))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines() == [
        "Not installed, and this needs root and apt: apt-get install pkg-config libcriterion-dev "
        "graphviz gnuplot-nox valgrind binutils"]


def test_looking_says_what_is_missing(bare):
    done = run_setup("look", PATH=str(bare))
    assert "MISSING  graphviz          draws the pictures" in done.stdout
    assert "MISSING  gnuplot-nox       draws the plots" in done.stdout
    assert "by hand: apt-get install pkg-config libcriterion-dev" in done.stdout


def apt(bare: Path, script: str) -> None:
    (bare / "id").write_text("#!/bin/sh\necho 0\n")
    (bare / "env").symlink_to(shutil.which("env"))
    (bare / "apt-get").write_text(f"#!/bin/sh\necho \"$*\" >>{bare}/log\n{script}\n")
    (bare / "apt-get").chmod(0o755)


def test_installs_after_saying_what(bare):
    for name in ("dot", "gnuplot", "valgrind", "objdump"):
        (bare / name).symlink_to("cat")
    apt(bare, f"case $* in *install*) ln -s {shutil.which('pkg-config')} {bare}/pkg-config ;; esac")
    done = run_setup("install", PATH=str(bare))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Installing from the distribution: pkg-config libcriterion-dev\n"
    assert (bare / "log").read_text().splitlines() == [
        "-q update", "-q -y --no-install-recommends install pkg-config libcriterion-dev"]


def test_an_optional_package_is_installed_when_asked_for(bare):
    for name in ("dot", "gnuplot", "valgrind", "objdump"):
        (bare / name).symlink_to("cat")
    (bare / "pkg-config").symlink_to(shutil.which("pkg-config"))
    apt(bare, f"case $* in *install*) ln -s cat {bare}/pandoc ;; esac")
    assert run_setup("install", PATH=str(bare)).stdout == ""
    assert "absent   pandoc            optional: makes the web site" in run_setup(
        "look", PATH=str(bare)).stdout
    done = run_setup("install", "pandoc", PATH=str(bare))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Installing from the distribution: pandoc\n"
    assert (bare / "log").read_text().splitlines()[-1] == "-q -y --no-install-recommends install pandoc"
    assert run_setup("install", "pandoc", PATH=str(bare)).stdout == ""


def test_says_when_the_installation_did_not_help(bare):
    apt(bare, "echo no such host; exit 100")
    done = run_setup("install", PATH=str(bare))
    assert done.returncode == 2
    said = done.stderr.splitlines()
    assert said[0] == "no such host"
    assert said[1].startswith("Still missing after the installation: pkg-config")


def test_too_old_a_python_is_told(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\ncase $* in *version_info*) exit 1 ;; esac\n")
    old.chmod(0o755)
    done = run_setup("install", PYTHON=str(old))
    assert done.returncode == 2 and "needs Python 3.11" in done.stderr
