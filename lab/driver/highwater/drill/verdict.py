"""What a test program left, read: Criterion's report, its running commentary, a sanitizer's words.

The report says how each test ended. The commentary (--verbose, one test at a time) is cut at
the lines that begin a test, so that a crash has the words that belong to it. Only the report can pass a
test, and the student's code cannot write to it; what it prints to the commentary can spoil a
message at most.
"""

import re
import xml.etree.ElementTree as xml

from .report import End, Finding, Outcome, Stop
from .spec import Drill

BEGINS = re.compile(r"^\[RUN \] \w+::(\w+)$", re.MULTILINE)
CRITERION = re.compile(r"^\[(?:----|====|RUN |PASS|FAIL|SKIP|ERR )\]")
PLACE = re.compile(r"^(?:\S*/)?([\w.-]+\.[ch]):(\d+): ", re.DOTALL)
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")
SANITIZER = re.compile(r"^={20,}$|^==\d+==|: runtime error: |^AddressSanitizer:")
RUNTIME = re.compile(r"^(?:\S*/)?([\w.-]+):(\d+):\d+: runtime error: (.*)$", re.MULTILINE)
ADDRESS = re.compile(r"AddressSanitizer:? ?(?:ERROR: )?([\w-]+)")
FRAME = re.compile(r"^\s+#\d+ 0x[0-9a-f]+ in (\w+) (?:\S*/)?([\w.-]+):(\d+)", re.MULTILINE)
ASSERTION = re.compile(r"^\S+: (?:\S*/)?([\w.-]+):(\d+): (\w+): Assertion `(.*)' failed\.$", re.MULTILINE)
MEMORY = ("hard rss limit exhausted", "allocation-size-too-big", "out-of-memory")
WORDS = {
    "heap-buffer-overflow": "reads or writes beyond an object",
    "stack-buffer-overflow": "reads or writes beyond a local array",
    "global-buffer-overflow": "reads or writes beyond a global array",
    "heap-use-after-free": "uses memory after it was given back",
    "use-after-poison": "uses memory that it was not given, or has given back",
    "stack-use-after-return": "uses a local variable after its function has returned",
    "stack-overflow": "calls itself without end, until the stack is full",
    "SEGV": "reads or writes where nothing is (a null or a wild pointer)",
    "FPE": "divides by zero",
}


def read_outcomes(drill: Drill, report: bytes, said: str) -> tuple[Outcome, ...] | None:
    """How each test of the drill ended; None if the report is not there or not whole."""
    cases = _cases(report)
    if cases is None:
        return None
    words = commentary(said)
    return tuple(_outcome(drill, name, cases.get(name, []), words.get(name, "")) for name in drill.tests())


def _cases(report: bytes) -> dict[str, list[xml.Element]] | None:
    """The report's cases by their tests: one each, and many for one with parameters."""
    found: dict[str, list[xml.Element]] = {}
    try:
        root = xml.fromstring(NO_XML.sub("?", report.decode(errors="replace")))
    except xml.ParseError:
        return None
    for case in root.iter("testcase"):
        found.setdefault(case.get("name", ""), []).append(case)
    return found


def _outcome(drill: Drill, name: str, cases: list[xml.Element], words: str) -> Outcome:
    """Passed is only what every case of it says, after at least one assertion."""
    for case in cases:
        status = case.get("status")
        if status == "SKIPPED":         # it was not asked for: no drill's code may skip a test
            return Outcome(name, End.NOT_RUN)
        if status == "FAILED":
            return _failed(name, case)
        if status == "ERRORED":
            return _errored(drill, name, case, words)
        if status != "PASSED" or case.get("assertions", "0") == "0":
            return Outcome(name, End.LEFT, "it ended before its first assertion")
    return Outcome(name, End.PASSED) if cases else Outcome(name, End.NOT_RUN)


def _failed(name: str, case: xml.Element) -> Outcome:
    """Criterion lists the last assertion first; a student reads the first one first."""
    texts = [text.strip() for failure in case.iter("failure") for text in failure.itertext()]
    text = next((text for text in reversed(_split(texts)) if text), "an assertion failed")
    place = PLACE.match(text)
    where = f"{place[1]}, line {place[2]}" if place else ""
    return Outcome(name, End.FAILED, text[place.end():].strip() if place else text, where)


def _split(texts: list[str]) -> list[str]:
    """The messages, each beginning with the file and line of its assertion."""
    return [piece.strip() for text in texts for piece in re.split(r"\n(?=\S+\.[ch]:\d+: )", text)]


def _errored(drill: Drill, name: str, case: xml.Element, words: str) -> Outcome:
    error = case.find("error")
    if error is not None and error.get("type") == "timeout":
        return Outcome(name, End.ENDLESS, f"does not end within {drill.seconds} seconds: is there a loop "
                                          "whose condition never turns false?")
    if any(sign in words for sign in MEMORY):
        return Outcome(name, End.MEMORY, takes_too_much(drill))
    return Outcome(name, End.CRASHED, crash(drill, words))


def takes_too_much(drill: Drill) -> str:
    return f"takes more than the {drill.memory >> 20} MiB of memory that it may"


def alone(drill: Drill, name: str, trouble: str) -> Outcome:
    """The outcome of a test that was run alone and took more than the run may."""
    if trouble == "memory":
        return Outcome(name, End.MEMORY, takes_too_much(drill))
    return Outcome(name, End.FLOOD, "prints more than 1 MiB: a line or two tell as much")


def crash(drill: Drill, words: str) -> str:
    """A sanitizer's words, or an assertion's, as one sentence with a place."""
    if failed := ASSERTION.search(words):
        return f"stops at an assert: {failed[4]} ({failed[3]}, {failed[1]}, line {failed[2]})"
    if error := RUNTIME.search(words):
        return f"{error[3]} ({error[1]}, line {error[2]}){_by_way_of(drill, error[1], words)}"
    if error := ADDRESS.search(words):
        told = f"{WORDS[error[1]]}: {error[1]}" if error[1] in WORDS else error[1]
        return f"{told}{_by_way_of(drill, '', words)}"
    return "crashes"


def _by_way_of(drill: Drill, known: str, words: str) -> str:
    """The innermost function of the student's on the stack, unless the place is known to be there."""
    frames = [frame for frame in FRAME.finditer(words) if frame[2] in drill.edit]
    if known in drill.edit or not frames:
        return ""
    return f", in {frames[0][1]} ({frames[0][2]}, line {frames[0][3]})"


def stop_of(drill: Drill, trouble: str, said: str) -> Finding:
    """What it means for the drill that the run met a limit."""
    running = list(BEGINS.finditer(said))
    where = f"in {running[-1][1]} it " if running else "it "
    match trouble:
        case "memory":
            return Finding(Stop.MEMORY, where + takes_too_much(drill))
        case "processes":
            return Finding(Stop.CALLS, f"{where}starts one process after the other")
    return Finding(Stop.ENDLESS, f"{where}does not end")


def commentary(said: str) -> dict[str, str]:
    """What was said during each test."""
    pieces = BEGINS.split(said)
    words: dict[str, str] = {}
    for name, text in zip(pieces[1::2], pieces[2::2]):
        words[name] = words.get(name, "") + text
    return words


def printed(said: str) -> str:
    """What the student's code printed: all but Criterion's lines and, to its end, a sanitizer's report."""
    lines = []
    for name, text in commentary(said).items():
        own = []
        for line in text.splitlines():
            if SANITIZER.search(line):
                break
            if line.strip() and not CRITERION.match(line):
                own.append(line)
        lines += [f"{name}:", *(f"  {line}" for line in own)] if own else []
    return "\n".join(lines)
