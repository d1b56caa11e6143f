"""What the three commands print: short, and always what to do next."""

from ..claims import plural
from ..predict.ask import wrapped
from ..tree import Tree
from .progress import Progress, State
from .report import End, Outcome, Report, Stop
from .spec import Drill

MOST_LINES = 12             # of what a student's code printed, and of a compiler's warnings
HEADS = {End.PASSED: "passed", End.FAILED: "FAILED", End.CRASHED: "CRASHED", End.ENDLESS: "ENDLESS",
         End.MEMORY: "MEMORY", End.FLOOD: "FLOOD", End.LEFT: "LEFT", End.NOT_RUN: "not run"}
STOPS = {Stop.MISSING: "There is a file too few", Stop.COMPILE: "It does not compile",
         Stop.CALLS: "It cannot be judged", Stop.ENDLESS: "It was stopped", Stop.MEMORY: "It was stopped",
         Stop.OUTPUT: "It was stopped", Stop.BROKEN: "It cannot be judged"}


def call(word: str, drill: Drill, several: bool) -> str:
    """The command that does `word` with a drill; a chapter with one needs no name."""
    return f"make {word} CHAPTER={drill.number}" + (f" DRILL={drill.name}" if several else "")


def heading(drill: Drill) -> str:
    return f"{drill.number}  {drill.name}: {drill.title}"


def sentence(text: str) -> str:
    """A manifest's line as a sentence."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def opening(tree: Tree, drill: Drill, several: bool, files: list[str]) -> str:
    """What a student reads when a drill is begun."""
    return "\n".join([
        heading(drill), "", wrapped(sentence(drill.says), 2, "  "), "",
        f"  read   {tree.name(drill.folder / 'README.md')}",
        *(f"  {lead}   {name}" for lead, name in zip(["edit", *["    "] * len(files)], files)),
        f"  then   {call('drill', drill, several)}",
        f"  stuck? {call('hint', drill, several)}"])


def result(tree: Tree, report: Report, several: bool, next_: str, hints_left: int) -> str:
    """A try: each test, then what stopped it, then what to do."""
    drill = report.drill
    lines = [heading(drill), ""]
    if drill.kind == "bisect":
        lines = [*lines, report.printed.rstrip(), ""] if report.printed.strip() else lines
    if report.finding is not None:
        lines += [wrapped(f"{STOPS[report.finding.stop]}: {report.finding.says}", 2, "  "), ""]
    if any(outcome.end is not End.NOT_RUN for outcome in report.outcomes):
        lines += [*_outcomes(report), ""]
    lines += _said("The compiler warns", report.warnings)
    if drill.kind != "bisect":
        lines += _said("Your code printed", report.printed)
    last = (_earned(tree, report, several, next_, hints_left) if report.passed
            else _not_yet(report, several, hints_left))
    return "\n".join([*lines, *last])


def _outcomes(report: Report) -> list[str]:
    lines = []
    for outcome in report.outcomes:
        lines.append(f"  {HEADS[outcome.end]:8} {outcome.name}")
        lines += [wrapped(text, 11, " " * 11) for text in _told(outcome)]
    return lines


def _told(outcome: Outcome) -> list[str]:
    """The message, line by line, and where its assertion stands."""
    lines = [line for line in outcome.message.splitlines() if line.strip()]
    return lines + ([f"({outcome.where})"] if outcome.where else [])


def _said(lead: str, text: str) -> list[str]:
    lines = text.rstrip().splitlines()
    if not lines:
        return []
    rest = [f"    ... and {len(lines) - MOST_LINES} lines more"] if len(lines) > MOST_LINES else []
    return [f"  {lead}:", *(f"    {line}" for line in lines[:MOST_LINES]), *rest, ""]


def _earned(tree: Tree, report: Report, several: bool, next_: str, hints_left: int) -> list[str]:
    drill, count = report.drill, len(report.outcomes)
    how = "Your check finds the culprit." if drill.kind == "bisect" else \
        ("The test passes." if count == 1 else f"All {count} tests pass.")
    answers = " and ".join(tree.name(drill.answers / name) for name in drill.edit)
    lines = [f"{how} Compare with {answers}."]
    if hints_left:
        lines.append(f"{hints_left} hint{plural(hints_left)} you did not need: {call('hint', drill, several)}")
    return [*lines, next_]


def _not_yet(report: Report, several: bool, hints_left: int) -> list[str]:
    drill, count = report.drill, len(report.outcomes)
    counted = count > 1 and (report.finding is None or report.count)
    lines = [f"{report.count} of {count} tests pass."] if counted else []
    if hints_left:
        return [*lines, f"{call('hint', drill, several)} helps ({hints_left} hint{plural(hints_left)} left)."]
    return [*lines, f"All hints are given; {call('hint', drill, several)} shows the last one again."]


def hint(drill: Drill, number: int, hints: list[str], several: bool) -> str:
    """One hint."""
    left = len(hints) - number
    more = f"{left} more: {call('hint', drill, several)}" if left else "It was the last one."
    return f"{heading(drill)}, hint {number} of {len(hints)}\n\n{hints[number - 1]}\n\n{more}"


def table(rows: list[tuple[Drill, State, Progress, int]]) -> str:
    """All drills, a line each."""
    width = max(len(drill.name) for drill, *_ in rows)
    lines = [f"chapter  {'drill':{width}}  {'state':24}  hints"]
    for drill, state, progress, hints in rows:
        lines.append(f"{drill.number:7}  {drill.name:{width}}  {_state(drill, state, progress):24}  "
                     f"{f'{progress.hints} of {hints}' if progress.hints else ''}".rstrip())
    return "\n".join(lines)


def _state(drill: Drill, state: State, progress: Progress) -> str:
    match state:
        case State.FAILING if drill.kind == "bisect":
            return "not found yet"
        case State.FAILING:
            return f"{progress.passed} of {progress.tests} tests pass"
        case State.CHANGED:
            return "changed since tried"
    return state.value
