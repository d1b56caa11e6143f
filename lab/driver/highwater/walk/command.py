"""`make show`: the walk itself, by keys at a terminal, all at once elsewhere."""

import os
import shutil
import subprocess
import sys

from ..complaint import Complaint
from ..manifest import Chapter, find_chapter
from ..predict.questions import load_paper
from ..textfile import read_text
from ..tree import Tree
from .blocks import read_blocks
from .keys import AGAIN, BACK, CLEAR, NEXT, OPEN, QUIT, at_a_terminal, keyboard, pressed, put
from .screen import Size, drawn, pages
from .stage import Stage
from .steps import Step, steps_of

FOOT = {"ask": "Enter: we have said it", "run": "r runs it again", "came": "r runs it again",
        "picture": "o opens the picture"}
PRINTED = Size(116, 10**6)      # no page of a run is wider


def walk(tree: Tree, called: str | None) -> int:
    """Walks a chapter."""
    if called is None:
        raise Complaint("which chapter? `make show CHAPTER=01`")
    chapter = find_chapter(tree, called)
    paper = load_paper(tree, chapter) if chapter.predict else None
    prose = chapter.folder / "README.md"
    steps = steps_of(chapter, paper, read_blocks(read_text(prose, tree.name(prose))))
    stage = Stage(tree, chapter, paper)
    if not at_a_terminal():
        return _print_all(stage, steps)
    with keyboard():
        _by_keys(chapter, stage, steps)
    return 0


def _print_all(stage: Stage, steps: list[Step]) -> int:
    for step in steps:
        print(f"\n==== {step.title}\n")
        for page in pages(stage.blocks(step), PRINTED):
            print("\n".join(page))
        sys.stdout.flush()
    return 0


def _by_keys(chapter: Chapter, stage: Stage, steps: list[Step]) -> None:
    """Turns pages until the last one or q. `at` is the step, `page` its page; a page of -1 is the last."""
    at, page, said = 0, 0, ""
    while 0 <= at < len(steps):
        size = Size(*shutil.get_terminal_size())
        if stage.needs_run(steps[at]):
            put(CLEAR + drawn(steps[at].title, [f"running {steps[at].words[0]} ..."], "", size))
        shown = pages(stage.blocks(steps[at]), size)
        page = min(page % len(shown) if page < 0 else page, len(shown) - 1)
        put(CLEAR + drawn(_title(steps[at], page, len(shown)), shown[page], said or _foot(chapter, steps, at), size))
        said = ""
        match pressed():
            case str(key) if key == NEXT:
                at, page = (at, page + 1) if page + 1 < len(shown) else (at + 1, 0)
            case str(key) if key == BACK:
                at, page = (at, page - 1) if page > 0 else (max(at - 1, 0), -1 if at else 0)
            case str(key) if key == AGAIN:
                page = 0 if stage.forget(steps[at]) else page
            case str(key) if key == OPEN:
                said = _opened(stage, steps[at])
            case str(key) if key == QUIT:
                return


def _title(step: Step, page: int, count: int) -> str:
    return f"{step.title}  ({page + 1} of {count})" if count > 1 else step.title


def _foot(chapter: Chapter, steps: list[Step], at: int) -> str:
    keys = ["Enter next", "b back", *filter(None, [FOOT.get(steps[at].kind)]), "q quit"]
    return f"chapter {chapter.number}, {at + 1}/{len(steps)}   {'   '.join(keys)}"


def _opened(stage: Stage, step: Step) -> str:
    """Opens a picture beside the walk; what the last line says of it."""
    picture = stage.picture(step)
    if picture is None:
        return "there is no picture here"
    opener = shutil.which("xdg-open")
    if opener is None:
        return f"xdg-open is not there; the picture is {stage.tree.name(picture)}"
    subprocess.Popen([opener, str(picture)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL, start_new_session=True, env=os.environ)
    return f"opened {stage.tree.name(picture)}"
