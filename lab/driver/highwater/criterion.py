"""Criterion's test binaries: what tests they hold, and how each of them ended.

Criterion exits 0 when no test matched, and a crash of the runner itself leaves no report: so
the list is taken first, and every test of it must be in the report.
"""

import re
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .complaint import Complaint
from .run import environment, run_group
from .tree import Tree

SUITE = re.compile(r"^(\w+): \d+ tests?$")
TEST = re.compile(r"^(?:├──|└──|\|--|`--) (\w+)( \(skipped\))?$")
SECONDS = 120           # of one binary: many times what the slowest takes
SANITIZERS = {
    "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=0",
    "UBSAN_OPTIONS": "abort_on_error=1:print_stacktrace=1",
}

SKIPPED = "skipped itself: it cannot run here"


@dataclass(frozen=True)
class Outcome:
    """How a test ended: empty if it passed, else what went wrong."""

    suite: str
    test: str
    trouble: str

    @property
    def skipped(self) -> bool:
        """A test may find that the system lacks what it looks at. One that is switched off in
        the source is no such test: it proves nothing and fails."""
        return self.trouble == SKIPPED


def test_binaries(tree: Tree) -> list[Path]:
    """The binaries that are to be there: one for each test source, built or not."""
    lab = [tree.build / "lab" / "tests" / path.stem
           for path in sorted(tree.root.glob("lab/tests/test_*.c"))]
    chapters = []
    for folder in tree.chapter_folders():
        if any(folder.glob("test_*.c")):
            slug_ = folder.name.split("-", 1)[1].replace("-", "_")
            chapters.append(tree.build / "chapters" / folder.name / f"test_{slug_}")
    return lab + chapters


def list_tests(tree: Tree, binary: Path) -> dict[tuple[str, str], bool]:
    """Every (suite, test) of a binary, and whether it is switched off; a complaint if it has none."""
    if not binary.is_file():
        raise Complaint(f"{tree.name(binary)} is not built")
    done = _run(tree, binary, ["--list", "--ascii"])
    suite, found = "", {}
    for line in done.stdout.splitlines():
        if heading := SUITE.match(line):
            suite = heading[1]
        elif test := TEST.match(line):
            found[suite, test[1]] = test[2] is not None
    if done.returncode != 0 or not found:
        raise Complaint(f"{tree.name(binary)} lists no test")
    return found


def run_tests(tree: Tree, binary: Path, jobs: int = 0,
              seconds: float = SECONDS) -> dict[tuple[str, str], Outcome]:
    """Runs a binary once. Every listed test has an outcome, also one that never ran."""
    listed = list_tests(tree, binary)
    with tempfile.TemporaryDirectory(prefix="high-water-") as folder:
        report = Path(folder) / "report.xml"
        arguments = [f"--xml={report}", "--quiet", *([f"--jobs={jobs}"] if jobs else [])]
        try:
            done = _run(tree, binary, arguments, seconds)
            said, status = done.stdout + done.stderr, done.returncode
        except subprocess.TimeoutExpired as expired:
            said, status = f"stopped after {seconds} seconds\n{expired.output}{expired.stderr}", 1
        found = _read_report(report)
    outcomes = {key: Outcome(*key, "is switched off" if off else
                             found.get(key, f"is not in the report\n{said[-2000:]}"))
                for key, off in listed.items()}
    if status != 0 and not any(outcome.trouble for outcome in outcomes.values()):
        first = next(iter(listed))
        outcomes[first] = Outcome(*first, f"the binary ended with status {status}\n{said[-2000:]}")
    if any(outcome.trouble for outcome in outcomes.values()) and said.strip():
        outcomes = {key: _with(outcome, said) for key, outcome in outcomes.items()}
    return outcomes


def run_test(tree: Tree, binary: Path, suite: str, test: str, seconds: float,
             under: Sequence[str] = ()) -> Outcome:
    """Runs one test of a binary, as the last words of the command `under`. A run that does not report
    within the seconds is begun once more: on a busy machine it may be the runner that stands still."""
    said, found = "", {}
    with tempfile.TemporaryDirectory(prefix="high-water-") as folder:
        report = Path(folder) / "report.xml"
        command = [*under, str(binary), f"--xml={report}", "--quiet", "--jobs=1",
                   f"--filter={suite}/{test}"]
        for _ in range(2):
            try:
                done = _start(tree, command, seconds)
                said = done.stdout + done.stderr
            except subprocess.TimeoutExpired:
                found = {(suite, test): "timed out"}
                continue
            found = _read_report(report)
            break
    trouble = found.get((suite, test), f"is not in the report\n{said[-2000:]}")
    return _with(Outcome(suite, test, trouble), said)


def _with(outcome: Outcome, said: str) -> Outcome:
    """A crash says little in the report: what a sanitizer wrote belongs to it."""
    if outcome.trouble in ("crashed", "timed out"):
        return Outcome(outcome.suite, outcome.test, f"{outcome.trouble}\n{said[-4000:]}")
    return outcome


def _run(tree: Tree, binary: Path, arguments: list[str],
         seconds: float = SECONDS) -> subprocess.CompletedProcess[str]:
    return _start(tree, [str(binary), *arguments], seconds)


def _start(tree: Tree, command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    return run_group(command, seconds, cwd=tree.root, stdout=subprocess.PIPE,
                     stderr=subprocess.PIPE, env=environment() | SANITIZERS, text=True,
                     errors="replace")


def _read_report(report: Path) -> dict[tuple[str, str], str]:
    """Criterion's XML: the trouble of each test. A parameterised test is there many times."""
    found: dict[tuple[str, str], str] = {}
    try:
        suites = xml.parse(report).getroot()
    except (OSError, xml.ParseError):
        return found
    for suite in suites.iter("testsuite"):
        for case in suite.iter("testcase"):
            key = suite.get("name", ""), case.get("name", "")
            found[key] = "\n".join(filter(None, [found.get(key, ""), _trouble(case)]))
    return found


def _trouble(case: xml.Element) -> str:
    status = case.get("status")
    if status == "PASSED":
        return ""
    if status == "SKIPPED":
        return SKIPPED
    error = case.find("error")
    if error is not None:
        return "timed out" if error.get("type") == "timeout" else "crashed"
    return "\n".join(failure.text or failure.get("message", "failed")
                     for failure in case.iter("failure")) or f"ended as {status}"
