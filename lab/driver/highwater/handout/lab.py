"""The right answers: there is no file of them. They come from runs of the lab's own programs, made when
a sheet is marked, held in memory, and gone afterwards."""

from dataclasses import dataclass, field

from ..chapterrun import run_target
from ..complaint import Complaint
from ..figures import Figure
from ..predict.judge import Lookup
from ..tree import Tree
from .draw import Task


@dataclass
class Lab:
    """Runs programs, each once: in a class some students draw the same numbers."""

    tree: Tree
    done: dict[tuple[str, ...], dict[str, Figure]] = field(default_factory=dict)

    def lookup(self, task: Task) -> Lookup:
        """Finds the figures of the run that answers a question. A program that crashes, is not built
        or refuses its options is a complaint: no answer is BAD for that."""
        command = (task.chapter.name, *task.run)
        if command not in self.done:
            target, *options = task.run
            self.done[command] = run_target(self.tree, task.chapter, target, options).results.figures
        figures = self.done[command]

        def find(name: str) -> Figure:
            if name not in figures:
                raise Complaint(f'handout.toml, question {task.id}: no figure "{name}" is printed by '
                                + " ".join(command))
            return figures[name]

        return find
