"""One try: a folder with a student's files against a drill's tests."""

import tempfile
from pathlib import Path

from ..confine import MIB, Ending, Limits, confine
from ..tree import Tree
from .bisecting import try_check
from .report import Finding, Report, Stop, Stopped, unjudged
from .spec import Drill
from .verdict import printed, read_outcomes, stop_of
from .workshop import open_workshop

CONFIG = "asan"                     # the lab that drills are linked with
OWN_BYTES = 192 * MIB               # of a test program itself, its runner and the sanitizers' shadow
OUTPUT = MIB


def try_drill(tree: Tree, drill: Drill, sources: Path, only: str | None = None) -> Report:
    """What the drill's tests, or the one called `only`, say of the files in `sources`. Whatever is in
    those files is told in the report; a complaint is about the lab or the drill itself."""
    if drill.kind == "bisect":
        return try_check(tree, drill, sources)
    shop = open_workshop(Tree(tree.root, CONFIG), drill)
    with tempfile.TemporaryDirectory(prefix="high-water-drill-") as folder:
        try:
            program, warnings = shop.build(sources, Path(folder))
        except Stopped as stopped:
            return unjudged(drill, stopped.finding)
        return _run(drill, program, warnings, only)


def _run(drill: Drill, program: Path, warnings: str, only: str | None) -> Report:
    """Runs the tests, one after another."""
    report = program.parent / "report.xml"
    limits = Limits(seconds=drill.seconds * (len(drill.tests()) + 1), memory=drill.memory + OWN_BYTES,
                    output=OUTPUT, sanitized=True)
    command = [str(program), f"--xml={report}", "--verbose", "--ascii", "--jobs=1",
               *([f"--filter=*/{only}"] if only else [])]
    ending = confine(command, program.parent, limits, variables=_sanitizers(drill))
    outcomes = read_outcomes(drill, report.read_bytes() if report.is_file() else b"", ending.text)
    if outcomes is None:
        return unjudged(drill, _no_report(drill, ending), warnings=warnings, printed=printed(ending.text))
    finding = stop_of(drill, ending.trouble, ending.text) if ending.trouble else None
    return Report(drill, outcomes, finding, warnings, printed(ending.text))


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
