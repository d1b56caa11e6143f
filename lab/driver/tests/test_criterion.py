"""Test binaries that do not end as they should: every listed test still has an outcome."""

from pathlib import Path

import pytest
from highwater.complaint import Complaint
from highwater.criterion import list_tests, run_tests
from highwater.tree import Tree

LIST = "two: 2 tests\n|-- first\n`-- second\n"
CASE = '<testcase name="{}" status="PASSED"></testcase>'


def binary(tmp_path: Path, run: str, listing: str = LIST) -> Path:
    """A script that lists tests like Criterion, and runs as told; $report is the file to write."""
    path = tmp_path / "test_two"
    path.write_text(f"#!/bin/sh\nreport=${{1#--xml=}}\nif [ $1 = --list ]; then cat <<'E'\n{listing}E\n"
                    f"exit 0; fi\n{run}\n")
    path.chmod(0o755)
    return path


def report(*names: str) -> str:
    cases = "".join(CASE.format(name) for name in names)
    return f"echo '<testsuites><testsuite name=\"two\">{cases}</testsuite></testsuites>' >$report"


def troubles(tmp_path: Path, run: str, **how: float) -> list[str]:
    outcomes = run_tests(Tree(tmp_path), binary(tmp_path, run), **how)
    assert list(outcomes) == [("two", "first"), ("two", "second")]
    return [outcome.trouble for outcome in outcomes.values()]


def test_both_pass(tmp_path):
    assert troubles(tmp_path, report("first", "second")) == ["", ""]


def test_one_that_is_not_in_the_report(tmp_path):
    first, second = troubles(tmp_path, report("first"))
    assert first == "" and second.startswith("is not in the report")


@pytest.mark.parametrize("run", ["echo killed >&2; kill -9 $$", ":", "echo '<testsuites>' >$report"])
def test_no_report(tmp_path, run):
    assert all(trouble.startswith("is not in the report") for trouble in troubles(tmp_path, run))


def test_a_test_that_failed_is_not_run_again(tmp_path):
    count = f"echo run >>{tmp_path}/runs; "
    assert troubles(tmp_path, count + report("first") + "; exit 1")[1] != ""
    assert (tmp_path / "runs").read_text() == "run\n"


def test_what_was_said_is_told(tmp_path):
    assert "killed" in troubles(tmp_path, "echo killed >&2; kill -9 $$")[0]


def test_all_pass_and_yet_a_bad_status(tmp_path):
    assert "ended with status 3" in troubles(tmp_path, report("first", "second") + "; exit 3")[0]


def commands():
    """The command lines of all that runs here."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_text(errors="replace")
        except OSError:     # it ended meanwhile
            pass


def test_endless(tmp_path):
    mark = f"5.{tmp_path.stat().st_ino}"
    endless = f"echo began; sleep {mark} >/dev/null 2>&1 & wait"
    assert "stopped after 0.3 seconds\nbegan" in troubles(tmp_path, endless, seconds=0.3)[0]
    assert not any(mark in line for line in commands()), "a child of the stopped runner lives on"


def test_a_parameterised_test_fails_if_one_parameter_does(tmp_path):
    bad = '<testcase name="second" status="FAILED"><failure>two of three</failure></testcase>'
    run = report("first", "second", "second").replace("</testsuite>", f"{bad}</testsuite>", 1)
    assert troubles(tmp_path, run) == ["", "two of three"]


@pytest.mark.parametrize("listing", ["", "two: 0 tests\n"])
def test_nothing_listed(tmp_path, listing):
    with pytest.raises(Complaint, match="lists no test"):
        list_tests(Tree(tmp_path), binary(tmp_path, ":", listing))
