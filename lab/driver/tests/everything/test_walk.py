"""Every chapter can be walked: its steps, on a small screen, nothing run."""

import pytest
from everything.conftest import complaints_fail, standing
from highwater.manifest import Chapter
from highwater.predict.questions import load_paper
from highwater.textfile import read_text
from highwater.tree import Tree
from highwater.walk.blocks import read_blocks
from highwater.walk.screen import Size, pages
from highwater.walk.stage import Stage
from highwater.walk.steps import steps_of

SMALL = Size(80, 24)


@pytest.mark.parametrize("chapter", [pytest.param(chapter, id=chapter.name) for chapter in standing()[0]])
def test_chapter_can_be_walked(tree: Tree, chapter: Chapter):
    with complaints_fail():
        paper = load_paper(tree, chapter)
        steps = steps_of(chapter, paper, read_blocks(read_text(chapter.folder / "README.md", "README.md")))
        stage = Stage(tree, chapter, paper)
        kinds = [step.kind for step in steps]
        assert kinds.count("ask") == len(paper.questions) and "came" in kinds and "run" in kinds
        assert kinds.index("ask") < kinds.index("run")
        assert {step.words[0] for step in steps if step.kind == "run"} <= set(chapter.targets)
        for step in steps:
            if step.kind not in ("run", "came"):
                text = "\n".join(line for page in pages(stage.blocks(step), SMALL) for line in page)
                assert text.strip() and "<!--" not in text and "\0" not in text, step
            if step.kind == "picture":
                assert stage.picture(step).is_file()
