"""`make oracle`: the real runtimes are asked, and the lab's models are held against what they said.

golden/oracle/RUNTIME.txt holds a header (runtime, version, architecture, date, the digest of the
scenarios), then one line for each scenario, step and quantity. Where a toolchain is found its
runtime is asked anew: a recording that differs is written, and the exit status is 1, as with
`make golden`. In CI nothing is asked or written. The models are compared in any case.
"""

import datetime
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .complaint import Complaint
from .seal import digest, seal, unseal
from .textfile import read_text, write_text
from .tree import Tree

# The last releases of each line; the models carry the same names.
GO = {"go1.23": "go1.23.12", "go1.24": "go1.24.13", "go1.25": "go1.25.14", "go1.26": "go1.26.11",
      "go1.27": "go1.27.4"}
RUNTIMES = (*GO, "rust")
SECONDS = 300
MOST_SHOWN = 10     # differences of one runtime that are printed
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Recording:
    """What a runtime said: a header of `# name value` lines, and rows."""

    header: dict[str, str]
    lines: str

    def rows(self) -> dict[Row, str]:
        return rows_of(self.lines)


def rows_of(lines: str) -> dict[Row, str]:
    """scenario, step, quantity -> value."""
    rows: dict[Row, str] = {}
    for line in lines.splitlines():
        scenario, step, quantity, value = line.split("\t")
        rows[scenario, step, quantity] = value
    return rows


def scenarios_path(tree: Tree) -> Path:
    return tree.root / "lab/oracle/scenarios.txt"


def scenarios_digest(tree: Tree) -> str:
    """The digest of the steps alone: a comment may change."""
    path = scenarios_path(tree)
    lines = [" ".join(line.split("#")[0].split())
             for line in read_text(path, tree.name(path)).splitlines()]
    return digest("\n".join(line for line in lines if line))


def recording_path(tree: Tree, runtime: str) -> Path:
    return tree.golden / "oracle" / f"{runtime}.txt"


def read_recording(tree: Tree, runtime: str) -> Recording:
    """A recording, or a complaint if it is missing, damaged, or of other scenarios."""
    path = recording_path(tree, runtime)
    name = tree.name(path)
    try:
        text = unseal(read_text(path, name), name)
    except Complaint as complaint:
        raise Complaint(str(complaint).replace("make golden", "make oracle")) from None
    header = dict(line[2:].split(" ", 1) for line in text.splitlines() if line.startswith("# "))
    if header.get("scenarios") != scenarios_digest(tree):
        raise Complaint(f"{name} is of other scenarios; `make oracle` records it anew")
    return Recording(header, "".join(line for line in text.splitlines(True) if line[0] != "#"))


def models(tree: Tree) -> list[str]:
    """The runtimes that the lab has a model of."""
    return _run(tree, [str(_program(tree))]).split()


def _program(tree: Tree) -> Path:
    program = tree.build / "lab/oracle/oracle_models"
    if not program.is_file():
        raise Complaint(f"{tree.name(program)} is not built; `make build` does")
    return program


def _run(tree: Tree, command: list[str], **environment: str) -> str:
    done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, timeout=SECONDS,
                          env=dict(os.environ, **environment))
    if done.returncode != 0:
        raise Complaint(done.stderr.strip() or f"{command[0]}: status {done.returncode}", 1)
    return done.stdout


def compare(recorded: dict[Row, str], told: dict[Row, str]) -> list[str]:
    """A sentence for each quantity in which a model and its runtime differ."""
    wrong = []
    for row in [*recorded, *(row for row in told if row not in recorded)]:
        theirs, ours = recorded.get(row, "nothing"), told.get(row, "nothing")
        if theirs != ours:
            scenario, step, quantity = row
            wrong.append(f"{scenario}, step {step}, {quantity}: the runtime says "
                         f"{_short(theirs)}, the model {_short(ours)}")
    return wrong


def _short(value: str) -> str:
    return value if len(value) <= 90 else value[:87] + "..."


def differences(tree: Tree, runtime: str) -> list[str]:
    """How the lab's model of a runtime differs from its recording."""
    recording = read_recording(tree, runtime)
    told = _run(tree, [str(_program(tree)), runtime, str(scenarios_path(tree)),
                       str(recording_path(tree, runtime))])
    return [f"{runtime}: {sentence}" for sentence in compare(recording.rows(), rows_of(told))]


# --- Asking the runtimes ---


def ask(tree: Tree, runtime: str) -> tuple[str, str, str] | None:
    """Version, architecture and lines of a runtime; None where its toolchain is not found."""
    return _ask_rust(tree) if runtime == "rust" else _ask_go(tree, GO[runtime])


def _ask_go(tree: Tree, version: str) -> tuple[str, str, str] | None:
    if shutil.which("go") is None:
        return None
    chosen = {"GOTOOLCHAIN": version, "GOFLAGS": "", "GOGC": "100", "GOMEMLIMIT": "off",
              "GODEBUG": "", "GOEXPERIMENT": ""}
    try:
        told = _run(tree, ["go", "env", "GOVERSION", "GOARCH"], **chosen).split()
    except Complaint:
        return None     # neither installed nor to be had
    if told[0] != version:
        return None
    late = int(version.split(".")[1]) >= 27
    sources = ["lab/oracle/oracle.go",
               "lab/oracle/oracle_put_1_27.go" if late else "lab/oracle/oracle_put.go"]
    lines = _run(tree, ["go", "run", "-ldflags=-checklinkname=0", *sources,
                        str(scenarios_path(tree))], **chosen)
    return version, told[1], lines


def _ask_rust(tree: Tree) -> tuple[str, str, str] | None:
    if shutil.which("rustc") is None:
        return None
    told = _run(tree, ["rustc", "-vV"])
    facts = dict(line.split(": ", 1) for line in told.splitlines() if ": " in line)
    with tempfile.TemporaryDirectory(prefix="high-water-") as folder:
        program = Path(folder) / "oracle"
        _run(tree, ["rustc", "--edition=2021", "-O", "lab/oracle/oracle.rs", "-o", str(program)])
        lines = _run(tree, [str(program), str(scenarios_path(tree))])
    machine = facts["host"].split("-")[0]
    return f"rustc {facts['release']}", {"x86_64": "amd64", "aarch64": "arm64"}.get(
        machine, machine), lines


def _comparable(lines: str, runtime: str) -> dict[Row, str]:
    """The rows without those that are random in Go: the orders of ranges."""
    return {row: value for row, value in rows_of(lines).items()
            if runtime == "rust" or row[2] != "order"}


def record(tree: Tree, runtime: str) -> str:
    """Asks one runtime anew; returns "same", "recorded" or "skipped"."""
    told = ask(tree, runtime)
    if told is None:
        return "skipped"
    version, architecture, lines = told
    try:
        before = read_recording(tree, runtime)
        if _comparable(before.lines, runtime) == _comparable(lines, runtime) \
                and before.header.get("version") == version:
            return "same"
    except Complaint:
        pass
    today = datetime.datetime.now(datetime.timezone.utc).date()
    header = (f"# runtime {runtime}\n# version {version}\n# architecture {architecture}\n"
              f"# date {today}\n# scenarios {scenarios_digest(tree)}\n")
    write_text(recording_path(tree, runtime), seal(header + lines))
    return "recorded"


def run_oracle(tree: Tree) -> int:
    """Asks what can be asked, then compares every model; 1 if anything changed or differs."""
    status = 0
    for runtime in RUNTIMES:
        outcome = "skipped" if os.environ.get("CI") else record(tree, runtime)
        status = max(status, outcome == "recorded")
        print({"skipped": f"{runtime}: not asked, the recording stands",
               "same": f"{runtime}: asked anew, it says what was recorded",
               "recorded": f"{runtime}: asked anew and recorded"}[outcome], flush=True)
    return max(status, check_models(tree))


def check_models(tree: Tree) -> int:
    """Holds every model against its recording."""
    having, status = models(tree), 0
    for runtime in RUNTIMES:
        if runtime not in having:
            print(f"{runtime}: the lab has no model of it yet")
            continue
        wrong = differences(tree, runtime)
        count = len(read_recording(tree, runtime).rows())
        for sentence in wrong[:MOST_SHOWN]:
            print(sentence, file=sys.stderr)
        print(f"{runtime}: {count} values, {len(wrong) or 'no'} "
              f"{'difference' if len(wrong) == 1 else 'differences'}")
        status = max(status, bool(wrong))
    return int(status)
