"""One grade in three forms: a page for a person, results.json for Gradescope, XML for everything else."""

import json
import textwrap
import xml.etree.ElementTree as xml
from collections import Counter
from itertools import groupby

from ..claims import plural
from .marks import Grade, Item, Task, points, total

WIDTH = 92
PARTS = {"drills": "Drills", "predictions": "Predictions", "handout": "Handout"}
LEVELS = {"sure": "sure (!)", "": "unmarked", "a guess": "a guess (?)"}
AFTERWARDS = ("predictions", "handout")     # these tell right answers


def page(grade: Grade) -> str:
    """What a student and an instructor read."""
    head = f"{grade.who}: {points(grade.score)} of {points(grade.most)} points"
    lines = [head, "=" * len(head), "", *_sums(grade), ""]
    if grade.findings:
        lines += ["Findings", "--------", *(_wrapped(f"- {finding}", "  ") for finding in grade.findings), ""]
    for part, title in PARTS.items():
        if grade.part(part):
            lines += [title, "-" * len(title), *_part(grade.part(part)), ""]
    lines += _judgement(grade)
    lines += [f"Submission {grade.entry} ({grade.digest}), graded by lab {grade.lab}."]
    return "\n".join(lines) + "\n"


def _sums(grade: Grade) -> list[str]:
    rows = []
    for part in PARTS:
        tasks = grade.part(part)
        if tasks:
            there = sum(not task.missing for task in tasks)
            score, most = (points(total(getattr(task, name) for task in tasks)) for name in ("score", "most"))
            rows.append(f"{part:12}{score:>7} of {most:>4}    {there} of {len(tasks)} handed in")
    return rows


def _part(tasks: tuple[Task, ...]) -> list[str]:
    """The tasks that were handed in, in full; of the others the names."""
    lines = []
    for task in tasks:
        if not task.missing or any(item.says for item in task.items):
            lines += ["", f"{task.name}: {points(task.score)} of {points(task.most)}"]
            lines += task_lines(task)
    missing = [task.name for task in tasks if task.missing and not any(item.says for item in task.items)]
    if missing:
        lines += ["", _wrapped(f"MISSING  {', '.join(missing)}", "         ")]
    return lines[1:] if lines and not lines[0] else lines


def task_lines(task: Task) -> list[str]:
    """Its items. Neighbours of which the same is said share the words, and those that are just missing come
    by name at the end."""
    lines = []
    told = [item for item in task.items if item.says or item.verdict != "MISSING"]
    for (verdict, says), group in groupby(told, key=lambda item: (item.verdict, item.says)):
        for name in [", ".join(item.name for item in group)] if says else [item.name for item in group]:
            lines += item_lines(Item(name, verdict, says))
    silent = [item.name for item in task.items if item.verdict == "MISSING" and not item.says]
    return lines + ([_wrapped(f"MISSING  {', '.join(silent)}", 11 * " ", "  ")] if silent else [])


def item_lines(item: Item) -> list[str]:
    """A verdict, what it is of, and below it the context."""
    lines = [_wrapped(f"{item.verdict:9}{item.name}", 11 * " ", "  ")]
    return lines + [_wrapped(line, 13 * " ", 11 * " ") for line in item.says.splitlines()]


def _judgement(grade: Grade) -> list[str]:
    """How well the student judges, and the beliefs behind wrong answers."""
    if not grade.answered:
        return []
    title = "What the answers tell"
    lines = [title, "-" * len(title), f"{'predictions':16}answers  right"]
    for sure, title in LEVELS.items():
        rows = [row for row in grade.answered if row.sure == sure]
        lines.append(f"{title:16}{len(rows):7}{sum(row.verdict == 'right' for row in rows):7}")
    beliefs = Counter((row.misconception, row.believed, row.treated) for row in grade.answered
                      if row.misconception)
    for (name, says, chapter), count in sorted(beliefs.items(), key=lambda pair: (-pair[1], pair[0][0])):
        lines.append(_wrapped(f"{count} answer{plural(count)} from {name}: {says} Chapter {chapter} "
                              "treats it.", "  "))
    return [*lines, ""]


def _wrapped(text: str, hang: str, begin: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=begin, subsequent_indent=hang, break_long_words=False,
                         break_on_hyphens=False)


# --- Gradescope ---


def results(grade: Grade) -> str:
    """results.json: a test for each task, its output the report's lines. What tells a right answer is
    shown to students after the due date."""
    tests = [{"name": f"{PARTS[task.part]}: {task.name}", "number": str(number), "score": task.score,
              "max_score": task.most, "status": "passed" if task.score >= task.most else "failed",
              "output": "\n".join(task_lines(task)),
              "output_format": "text", "tags": [task.part],
              "visibility": "after_due_date" if task.part in AFTERWARDS else "visible"}
             for number, task in enumerate(grade.tasks, 1)]
    whole = {"score": grade.score, "output": _summary(grade), "output_format": "text", "visibility": "visible",
             "stdout_visibility": "hidden", "tests": tests,
             "extra_data": {"max_score": grade.most, "who": grade.who, "submission": grade.digest,
                            "lab": grade.lab}}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _summary(grade: Grade) -> str:
    return "\n".join([f"{points(grade.score)} of {points(grade.most)} points", "", *_sums(grade),
                      *(["", "Findings:"] if grade.findings else []),
                      *(f"- {finding}" for finding in grade.findings)])


# --- JUnit ---


def junit(grade: Grade) -> str:
    """A suite for each task, a case for each item: BAD fails, MISSING is skipped."""
    counts = Counter(item.verdict for task in grade.tasks for item in task.items)
    root = xml.Element("testsuites", name=grade.who, tests=str(counts.total()), failures=str(counts["BAD"]),
                       errors="0")
    for task in grade.tasks:
        verdicts = Counter(item.verdict for item in task.items)
        suite = xml.SubElement(root, "testsuite", name=f"{task.part}: {task.name}", tests=str(len(task.items)),
                               failures=str(verdicts["BAD"]), skipped=str(verdicts["MISSING"]), errors="0")
        for item in task.items:
            _case(suite, task, item)
    if grade.findings:
        xml.SubElement(root[0] if len(root) else root, "system-err").text = "\n".join(grade.findings)
    xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def _case(suite: xml.Element, task: Task, item: Item) -> None:
    case = xml.SubElement(suite, "testcase", classname=f"{task.part}.{task.name}", name=item.name)
    first = item.says.partition("\n")[0]
    if item.verdict == "BAD":
        xml.SubElement(case, "failure", message=first or "BAD").text = item.says
    elif item.verdict == "MISSING":
        xml.SubElement(case, "skipped", message=first or "not handed in")
    elif item.says:
        xml.SubElement(case, "system-out").text = item.says
