"""One try: a folder with a student's files against a drill's tests."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from ..confine import MIB, Ending, Limits
from ..tree import Tree
from .bisecting import try_check
from .report import End, Finding, Outcome, Report, Stop, Stopped, unjudged
from .spec import Drill
from .tools import plainly
from .verdict import alone, printed, read_outcomes, stop_of
from .workshop import open_workshop

CONFIG = "asan"                     # the lab that a student's files are linked with
TRUSTED = "default"                 # and that of the workbook's own, where many are tried
OWN_BYTES = 192 * MIB               # of a test program itself, its runner and the sanitizers' shadow
OUTPUT = MIB
Runner = Callable[..., Ending]
OF_ONE = ("output", "files", "memory")      # troubles of the whole run that one test alone may have made


def try_drill(tree: Tree, drill: Drill, sources: Path, only: str | None = None, trusted: bool = False) -> Report:
    """What the drill's tests, or the one called `only`, say of the files in `sources`. Whatever is in
    those files is told in the report; a complaint is about the lab or the drill itself. `trusted` files are
    the workbook's own, of which `make check` tries many: without sanitizers and without walls."""
    if drill.kind == "bisect":
        return try_check(tree, drill, sources)
    shop = open_workshop(Tree(tree.root, TRUSTED), drill, plainly) if trusted else \
        open_workshop(Tree(tree.root, CONFIG), drill)
    with tempfile.TemporaryDirectory(prefix="high-water-drill-") as folder:
        try:
            program, warnings = shop.build(sources, Path(folder))
        except Stopped as stopped:
            return unjudged(drill, stopped.finding)
        return _run(drill, program, warnings, only, shop.run)


def _run(drill: Drill, program: Path, warnings: str, only: str | None, run: Runner) -> Report:
    """Runs the tests, one after another."""
    ending, report = _once(drill, program, only, run)
    outcomes = read_outcomes(drill, report, ending.text)
    if outcomes is None and ending.trouble in OF_ONE:
        if only is None:
            return _one_by_one(drill, program, warnings, run)
        outcomes = tuple(alone(drill, name, ending.trouble) if name == only else Outcome(name, End.NOT_RUN)
                         for name in drill.tests())
        return Report(drill, outcomes, None, warnings, printed(ending.text))
    if outcomes is None:
        return unjudged(drill, _no_report(drill, ending), warnings=warnings, printed=printed(ending.text))
    finding = stop_of(drill, ending.trouble, ending.text) if ending.trouble else None
    return Report(drill, outcomes, finding, warnings, printed(ending.text))


def _one_by_one(drill: Drill, program: Path, warnings: str, run: Runner) -> Report:
    """Each test in a run of its own: one that prints or allocates without end must not cost the others
    their verdict. (The sanitizer ends a test that takes too much, but looks only now and then.)"""
    reports = [_run(drill, program, "", name, run) for name in drill.tests()]
    outcomes = tuple(next(outcome for outcome in report.outcomes if outcome.name == name)
                     for name, report in zip(drill.tests(), reports))
    stopped = [report.finding for report in reports if report.finding is not None]
    said = "\n".join(report.printed for report in reports if report.printed)
    return Report(drill, outcomes, stopped[0] if stopped else None, warnings, said)


def _once(drill: Drill, program: Path, only: str | None, run: Runner) -> tuple[Ending, bytes]:
    """One run, and the report that it wrote, empty if it wrote none."""
    report = program.parent / "report.xml"
    report.unlink(missing_ok=True)
    limits = Limits(seconds=drill.seconds * (len(drill.tests()) + 1), output=OUTPUT, sanitized=True,
                    memory=drill.memory + OWN_BYTES)
    command = [str(program), f"--xml={report}", "--verbose", "--ascii", "--jobs=1",
               *([f"--filter=*/{only}"] if only else [])]
    ending = run(command, program.parent, limits, variables=_sanitizers(drill))
    return ending, report.read_bytes() if report.is_file() else b""


def _sanitizers(drill: Drill) -> dict[str, str]:
    """Every error ends the test at once; an object larger than all that it may have is one."""
    most = drill.memory // MIB
    return {"ASAN_OPTIONS": f"abort_on_error=1:detect_leaks=0:max_allocation_size_mb={most}:"
                            f"hard_rss_limit_mb={most + OWN_BYTES // MIB // 2}:quarantine_size_mb=16",
            "UBSAN_OPTIONS": "abort_on_error=1:print_stacktrace=1"}


def _no_report(drill: Drill, ending: Ending) -> Finding:
    if ending.trouble:
        return stop_of(drill, ending.trouble, ending.text)
    return Finding(Stop.BROKEN, "the tests ended without a report: it has damaged what is around it")
