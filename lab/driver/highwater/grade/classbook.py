"""All grades together: a table for a spreadsheet, a page, and a picture of what the class believes."""

import csv
import io
import shutil
import subprocess
from collections import Counter
from pathlib import Path

from ..claims import plural
from ..predict.beliefs import Belief, load_beliefs
from ..textfile import write_text
from ..tree import Tree
from .marks import Grade, points
from .report import PARTS

BAR = 40                # characters of the longest bar
HARDEST = 12            # tests that are listed
PLOT = """set terminal svg size 800,{height} background rgb 'white' font 'sans-serif,13'
set encoding utf8
$met << EOD
{rows}
EOD
set title 'Students with a belief behind a wrong answer'
set xrange [0:*]
set yrange [{lowest}:0.6]
set xtics {tics}
set ytics nomirror scale 0
set lmargin {left}
set style fill solid 0.7
unset key
plot $met using ($1/2.0):2:($1/2.0):(0.35):ytic(3) with boxxyerror linecolor rgb '#4477aa'
"""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_class(tree: Tree, folder: Path, grades: list[Grade]) -> list[Path]:
    """Writes what there is to say of the class; the files."""
    beliefs = load_beliefs(tree) if (tree.chapters / "misconceptions.toml").is_file() else {}
    met = believed(grades)
    written = {"class.csv": table(grades), "class.txt": class_page(grades, met, beliefs)}
    drawn = picture(met, beliefs)
    if drawn:
        written["misconceptions.svg"] = drawn
    for name, text in written.items():
        write_text(folder / name, text)
    return [folder / name for name in written]


def believed(grades: list[Grade]) -> list[tuple[str, int, int]]:
    """The beliefs behind wrong answers: how many answers, and how many students; the most frequent first."""
    answers: Counter[str] = Counter()
    students: Counter[str] = Counter()
    for grade in grades:
        held = [row.misconception for row in grade.answered if row.misconception]
        answers.update(held)
        students.update(set(held))
    return sorted(((name, count, students[name]) for name, count in answers.items()),
                  key=lambda row: (-row[2], -row[1], row[0]))


def table(grades: list[Grade]) -> str:
    """class.csv: a line for each submission, points by part and by task, then what was found."""
    tasks = list(dict.fromkeys((task.part, task.name) for grade in grades for task in grade.tasks))
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["submission", "who", "score", "of", *PARTS, "right", "wrong", "findings",
                   *(f"{part}: {name}" for part, name in tasks)])
    for grade in grades:
        scores = {(task.part, task.name): points(task.score) for task in grade.tasks}
        verdicts = Counter(row.verdict for row in grade.answered if row.sure is not None)
        rows.writerow([_cell(grade.entry), _cell(grade.who), points(grade.score), points(grade.most),
                       *(points(sum(task.score for task in grade.part(part))) for part in PARTS),
                       verdicts["right"], verdicts["wrong"], _cell("; ".join(grade.findings)),
                       *(scores.get(task, "") for task in tasks)])
    return text.getvalue()


def _cell(text: str) -> str:
    """A spreadsheet runs what begins like a formula; a quote in front makes it text."""
    return f"'{text}" if text.startswith(FORMULA) else text


def class_page(grades: list[Grade], met: list[tuple[str, int, int]], beliefs: dict[str, Belief]) -> str:
    count = len(grades)
    lines = [f"{count} submission{plural(count)}", ""]
    lines += _spread(grades) + _hardest(grades) + _histogram(met, beliefs) + _calibration(grades)
    lines += _odd(grades)
    return "\n".join(lines).rstrip() + "\n"


def _spread(grades: list[Grade]) -> list[str]:
    """How many are in each tenth of the points."""
    tenths = Counter(min(9, int(10 * grade.score / grade.most)) if grade.most else 0 for grade in grades)
    longest = max(tenths.values(), default=1)
    lines = ["Points, in parts of all there are", ""]
    for tenth in range(10):
        lines.append(f"  {10 * tenth:3}-{10 * tenth + (10 if tenth == 9 else 9):3} %{tenths[tenth]:6}  "
                     f"{_bar(tenths[tenth], longest)}".rstrip())
    return [*lines, ""]


def _bar(count: int, longest: int) -> str:
    return "#" * max(1, round(BAR * count / longest)) if count else ""


def _hardest(grades: list[Grade]) -> list[str]:
    """The tests that failed most, of those that judged anything."""
    judged = [(f"{task.name}: {item.name}", item.verdict) for grade in grades for task in grade.part("drills")
              for item in task.items if item.name.isidentifier() and item.verdict != "MISSING"]
    tried = Counter(name for name, _ in judged)
    failed = Counter(name for name, verdict in judged if verdict == "BAD")
    rows = sorted((name for name in failed if failed[name]), key=lambda name: (-failed[name], name))[:HARDEST]
    lines = [f"  {failed[name]:4} of {tried[name]:4}  {name}" for name in rows]
    return ["Tests of drills that failed most", "", *lines, ""] if lines else []


def _histogram(met: list[tuple[str, int, int]], beliefs: dict[str, Belief]) -> list[str]:
    """What the class believes, with the chapter that treats it."""
    if not met:
        return []
    longest = max(students for _, _, students in met)
    lines = ["Beliefs behind wrong answers: students, answers, the chapter that treats it", ""]
    for name, answers, students in met:
        chapter = f"chapter {beliefs[name].chapter:02}" if name in beliefs else ""
        lines.append(f"  {students:4} {answers:5}  {chapter:10}  {_bar(students, longest):{BAR}}  {name}")
        lines += [f"{'':25}{beliefs[name].says}"] if name in beliefs else []
    return [*lines, ""]


def _calibration(grades: list[Grade]) -> list[str]:
    rows = [row for grade in grades for row in grade.answered if row.sure is not None]
    if not rows:
        return []
    lines = ["How well the class judges: answers, right ones", ""]
    for sure, title in (("sure", "sure (!)"), ("", "unmarked"), ("a guess", "a guess (?)")):
        those = [row.verdict for row in rows if row.sure == sure]
        share = f"{100 * those.count('right') / len(those):.0f} %" if those else "-"
        lines.append(f"  {title:12}{len(those):6}{those.count('right'):6}{share:>7}")
    return [*lines, ""]


def _odd(grades: list[Grade]) -> list[str]:
    """What an instructor should look at: names that are there twice, and findings."""
    names: dict[str, list[str]] = {}
    for grade in grades:
        names.setdefault(" ".join(grade.who.lower().split()), []).append(grade.entry)
    lines = [f"  {who}: the name is in {len(entries)} submissions: {', '.join(entries)}"
             for who, entries in names.items() if len(entries) > 1]
    lines += [f"  {grade.entry}: {finding}" for grade in grades for finding in grade.findings]
    return ["Findings", "", *lines, ""] if lines else []


def picture(met: list[tuple[str, int, int]], beliefs: dict[str, Belief]) -> str:
    """The same histogram as SVG, if gnuplot is there; empty if not."""
    if not met or shutil.which("gnuplot") is None:
        return ""
    names = [f"{name} (chapter {beliefs[name].chapter:02})" if name in beliefs else name for name, _, _ in met]
    rows = [f'{students} {-at} "{name}"' for at, (name, (_, _, students)) in enumerate(zip(names, met))]
    script = PLOT.format(height=80 + 26 * len(rows), rows="\n".join(rows), lowest=0.6 - len(rows),
                         left=max(map(len, names)) + 2, tics="1" if met[0][2] < 12 else "autofreq")
    done = subprocess.run(["gnuplot"], input=script, capture_output=True, text=True, timeout=60)
    return done.stdout if done.returncode == 0 else ""
