"""The page over all chapters: how often one is right, and whether one knows when one is."""

from collections import Counter

from ..complaint import Complaint
from ..manifest import Chapter, sound_chapters
from ..tree import Tree
from .beliefs import load_beliefs
from .compare import recorded, verdicts
from .judge import Verdict
from .questions import load_paper
from .store import load

LEVELS = {"sure": "sure (!)", "": "unmarked", "a guess": "a guess (?)"}


def show_calibration(tree: Tree) -> int:
    """Prints the page; a chapter whose answers cannot be read is told after it, and fails it."""
    rows: list[tuple[Chapter, str, list[Verdict]]] = []
    wrong = []
    for chapter in sound_chapters(tree)[0]:
        try:
            prediction = load(tree, chapter)
            if prediction is not None:
                found = verdicts(load_paper(tree, chapter), prediction, recorded(tree, chapter))
                rows.append((chapter, prediction.date, found))
        except Complaint as complaint:
            wrong.append(str(complaint))
    if rows:
        print("\n".join(_page(tree, rows)), flush=True)
    elif not wrong:
        print("Nothing is predicted yet; `make predict CHAPTER=01` begins.", flush=True)
    if wrong:
        raise Complaint("\n".join(wrong))
    return 0


def _page(tree: Tree, rows: list[tuple[Chapter, str, list[Verdict]]]) -> list[str]:
    everything = [verdict for _, _, found in rows for verdict in found]
    lines = ["What you predicted, beside the recorded runs", "",
             f"{'chapter':24}{'predicted':12}{'right':>7}{'wrong':>7}{'skipped':>9}"]
    lines += [_row(chapter.name, date, found) for chapter, date, found in rows]
    lines += [_row("all", "", everything), "",
              f"{'you were':24}{'answers':>9}{'right':>7}{'in 100':>8}"]
    lines += [_level(said, [verdict for verdict in everything if _answered(verdict)
                            and verdict.given.answer.sure == sure]) for sure, said in LEVELS.items()]
    return lines + _numbers(everything) + _beliefs(tree, everything)


def _answered(verdict: Verdict) -> bool:
    return verdict.state in ("right", "wrong")


def _row(name: str, date: str, found: list[Verdict]) -> str:
    states = Counter(verdict.state for verdict in found)
    return f"{name:24}{date:12}{states['right']:7}{states['wrong']:7}{states['skipped']:9}"


def _level(said: str, found: list[Verdict]) -> str:
    right = sum(verdict.state == "right" for verdict in found)
    share = f"{100 * right / len(found):.0f}" if found else "-"
    return f"{said:24}{len(found):9}{right:7}{share:>8}"


def _numbers(everything: list[Verdict]) -> list[str]:
    """Whether wrong numbers lean to one side."""
    low, high = (sum(verdict.state == "wrong" and verdict.tends == side for verdict in everything)
                 for side in (-1, 1))
    if not low + high:
        return []
    return ["", f"Wrong numbers: {low} too low, {high} too high."]


def _beliefs(tree: Tree, everything: list[Verdict]) -> list[str]:
    """The beliefs behind wrong answers, the most frequent first."""
    met = Counter(verdict.means for verdict in everything if verdict.means)
    known = load_beliefs(tree)
    lines = [f"{count:4}  chapter {known[id].chapter:2}  {id}: {known[id].says}"
             for id, count in sorted(met.items(), key=lambda item: (-item[1], item[0]))]
    return ["", "Beliefs behind wrong answers:", *lines] if lines else []
