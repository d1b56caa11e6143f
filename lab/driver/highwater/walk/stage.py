"""What each step shows: text from the prose, pages of live runs, real answers."""

import os
from pathlib import Path

from ..chapterrun import TargetRun, run_target
from ..complaint import Complaint
from ..draft import Draft
from ..expression import evaluate
from ..golden import read_golden
from ..manifest import Chapter
from ..predict.compare import recorded
from ..predict.judge import real_text
from ..predict.questions import Paper
from ..predict.ran import note_run
from ..records import table_of
from ..tree import Tree
from .blocks import PAGE, Block
from .steps import Step


class Stage:
    """A chapter on show. A target is run when it is first shown, and again when asked for."""

    def __init__(self, tree: Tree, chapter: Chapter, paper: Paper | None) -> None:
        self.tree, self.chapter, self.paper = tree, chapter, paper
        self.runs: dict[str, TargetRun | str] = {}

    def needs_run(self, step: Step) -> bool:
        return step.kind in ("run", "came") and step.words[0] not in self.runs

    def forget(self, step: Step) -> bool:
        """The next look at this step runs its target again, if it has one."""
        return step.kind in ("run", "came") and self.runs.pop(step.words[0], None) is not None

    def blocks(self, step: Step) -> list[Block]:
        """What the step shows."""
        match step.kind:
            case "ask":
                return self._question(step.number)
            case "run":
                return self._run(*step.words)
            case "came":
                return self._came(step.words[0])
            case "picture":
                return [Block("text", step.words[0]), Block("code", "", (self.tree.name(self.picture(step)),))]
        return list(step.blocks)

    def picture(self, step: Step) -> Path | None:
        """The file of a picture's step."""
        if step.kind != "picture":
            return None
        return Path(os.path.normpath(self.chapter.folder / step.words[1]))

    def _question(self, number: int) -> list[Block]:
        question = self.paper.questions[number - 1]
        shown = [Block("text", question.text)]
        if question.kind == "choice":
            shown += [Block("item", choice.says, (f"{chr(ord('a') + at)}. ",))
                      for at, choice in enumerate(question.choices)]
        return [*shown, Block("text", "What do you say?")]

    def _done(self, target: str) -> TargetRun | str:
        """The run of a target, or the sentence that says why there is none."""
        if target not in self.runs:
            try:
                self.runs[target] = run_target(self.tree, self.chapter, target)
                note_run(self.tree, self.chapter, target)
            except Complaint as complaint:
                self.runs[target] = str(complaint)
        return self.runs[target]

    def _run(self, target: str, table: str) -> list[Block]:
        done = self._done(target)
        head = Block("text", f"make {target} CHAPTER={self.chapter.number:02d}")
        if isinstance(done, str):
            return [head, Block("text", done)]
        page = table_of(done.run.page, table, f"{self.chapter.name} {target}") if table else done.run.page
        shown = [head, Block("code", PAGE, tuple(page.strip("\n").split("\n")))]
        return shown if table else [*shown, self._compared(done)]

    def _compared(self, done: TargetRun) -> Block:
        """One line: whether this run is the recorded one."""
        try:
            golden = read_golden(Draft(self.tree), self.chapter.name, done.target)
            changed = [*golden.changes(done.run.page, done.run.figures), *done.mistakes]
        except Complaint as complaint:
            return Block("text", str(complaint))
        return Block("code", "", ("Not as recorded:", *changed)) if changed else Block("text", "As recorded.")

    def _came(self, target: str) -> list[Block]:
        """The real answers to the questions that this target decides."""
        done = self._done(target)
        if isinstance(done, str):
            return [Block("text", done)]
        shown = []
        for number, question in enumerate(self.paper.questions, 1):
            if target in question.targets:
                shown.append(Block("item", f"{question.asks}?", (f"{number}. ",)))
                shown.append(Block("item", self._real(number, done), ("→ ",)))
        return shown

    def _real(self, number: int, done: TargetRun) -> str:
        question, lookup = self.paper.questions[number - 1], recorded(self.tree, self.chapter, done)
        try:
            return real_text(question, evaluate(question.real, lookup), lookup)
        except Complaint as complaint:
            return str(complaint)
