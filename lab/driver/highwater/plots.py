"""Plots: a chapter's gnuplot script over the figures of its goldens, and the SVG rendered from both.

chapters/NN-slug/NAME.gp finds every table of the chapter's pages as a datablock called after
target and table: the table `cost` of `make bench` is $bench_cost. A row is the row's slug and
its figures in the order of the columns, NaN where a cell holds none. The SVG carries the fingerprint of the
script and the digest of the figures, and is sealed: a stale one is found without rendering anything.
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from .chapterrun import run_targets
from .complaint import Complaint
from .draft import Draft
from .figures import Results, parse_results
from .golden import read_golden, read_sealed
from .manifest import Chapter
from .pictures import XML
from .seal import FINGERPRINT, Fingerprint, digest, seal
from .tree import Tree

DRAWN = re.compile(rf"<!-- drawn from {FINGERPRINT} of (\S+), and figures, sha256 ([0-9a-f]{{16}}) -->")
HEAD = """set terminal svg size 800,480 dynamic background rgb 'white' font 'sans-serif,14'
set encoding utf8
set datafile missing 'NaN'
"""


def plot_paths(tree: Tree, chapter: Chapter, name: str) -> tuple[Path, Path]:
    """The script of a plot and its rendering."""
    return chapter.folder / f"{name}.gp", tree.diagrams / chapter.name / f"{name}.svg"


def datablocks(figures: Results) -> str:
    """The tables of one target as gnuplot's datablocks; figures outside tables are left out."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for name, figure in figures.figures.items():
        parts = name.split(".")
        if len(parts) == 4:
            target, table, row, column = parts
            block = re.sub(r"\W", "_", f"{target}_{table}")
            tables.setdefault(block, {}).setdefault(row, {})[column] = figure.text
    return "".join(_datablock(block, rows) for block, rows in tables.items())


def _datablock(block: str, rows: dict[str, dict[str, str]]) -> str:
    columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
    lines = [f"# row {' '.join(columns)}"]
    lines += [" ".join([f'"{row}"', *(cells.get(column, "NaN") for column in columns)])
              for row, cells in rows.items()]
    return "\n".join([f"${block} << EOD", *lines, "EOD", ""])


class Plot(NamedTuple):
    """What gnuplot is given: the common settings, the data, then the chapter's script."""

    name: str           # of the script
    data: str
    script: str

    @property
    def drawn(self) -> str:
        """What the SVG says of it."""
        return (f"<!-- drawn from {Fingerprint.of(self.script)} of {self.name}, "
                f"and figures, sha256 {digest(self.data)} -->")


def plot_of(draft: Draft, chapter: Chapter, name: str, figures: list[Results]) -> Plot:
    script = plot_paths(draft.tree, chapter, name)[0]
    return Plot(script.name, HEAD + "".join(map(datablocks, figures)), draft.read(script))


def recorded_plot(draft: Draft, chapter: Chapter, name: str) -> Plot:
    """The plot over the chapter's goldens."""
    goldens = [read_golden(draft, chapter.name, target).figures for target in chapter.targets]
    return plot_of(draft, chapter, name, [parse_results(text, chapter.name) for text in goldens])


def render_plot(plot: Plot) -> str:
    """The SVG that gnuplot draws; what it was drawn from stands in it."""
    if shutil.which("gnuplot") is None:
        raise Complaint("gnuplot is not there to draw a plot; `make setup` installs it")
    done = subprocess.run(["gnuplot"], input=plot.data + plot.script, capture_output=True, text=True, timeout=60)
    if done.returncode != 0 or "<svg" not in done.stdout:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise Complaint(f"{plot.name}: gnuplot refuses it: {said[-1].strip()}", 1)
    head, mark, rest = done.stdout.partition("<svg")
    return f"{head}{plot.drawn}\n{mark}{rest}"


def stale_plot(draft: Draft, chapter: Chapter, name: str) -> str | None:
    """What is wrong with the SVG of a plot, or None."""
    script, svg = plot_paths(draft.tree, chapter, name)
    plot = recorded_plot(draft, chapter, name)
    cure = f"{draft.tree.name(svg)} was drawn from another; `make golden` draws it"
    try:
        found = DRAWN.search(read_sealed(draft, svg, XML))
    except Complaint as complaint:
        return str(complaint)
    if found and (wrong := Fingerprint.read(found).unlike(plot.script, draft.tree.name(script))):
        return f"{wrong}: {cure}"
    if found is None or found[0] != plot.drawn:
        return f"{draft.tree.name(svg)} was not drawn from {script.name} and the recorded figures; `make golden` draws it"
    return None


def record_plot(draft: Draft, chapter: Chapter, name: str) -> None:
    """Puts the plot into the draft, whose goldens are those of the latest runs, if it is stale."""
    script, svg = plot_paths(draft.tree, chapter, name)
    if stale_plot(draft, chapter, name):
        draft.put(svg, seal(render_plot(recorded_plot(draft, chapter, name)), XML),
                  "is of other figures or another script; drawn anew")


def show_plots(tree: Tree, chapter: Chapter) -> None:
    """`make diagram`: draws a chapter's plots into build/, from runs on this machine."""
    if not chapter.plots:
        return
    figures = [done.results for done in run_targets(tree, chapter, chapter.targets)]
    for name in chapter.plots:
        recorded = plot_paths(tree, chapter, name)[1]
        svg = tree.root / "build" / "diagrams" / chapter.name / f"{name}.svg"
        svg.parent.mkdir(parents=True, exist_ok=True)
        svg.write_text(render_plot(plot_of(Draft(tree), chapter, name, figures)), encoding="utf-8")
        print(f"{tree.name(svg)}: of this run; the recorded one is {tree.name(recorded)}")
