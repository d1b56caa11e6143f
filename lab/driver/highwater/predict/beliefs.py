"""chapters/misconceptions.toml: what people believe of maps, by name, with the chapter that treats it."""

from dataclasses import dataclass

from ..complaint import Complaint
from ..manifest import ID, Fields, parse_toml
from ..textfile import read_text
from ..tree import Tree


@dataclass(frozen=True)
class Belief:
    """A misconception: a sentence that is false, and the chapter in which a run shows it."""

    id: str
    says: str
    chapter: int


def load_beliefs(tree: Tree) -> dict[str, Belief]:
    """All beliefs by their ids, or a complaint."""
    path = tree.chapters / "misconceptions.toml"
    where = tree.name(path)
    found = {}
    for id, table in parse_toml(read_text(path, where), where).items():
        if not ID.fullmatch(id) or not isinstance(table, dict):
            raise Complaint(f'{where}: "{id}" is not a table named by lower-case words and hyphens')
        fields = Fields(f"{where}, {id}", table)
        found[id] = Belief(id, fields.take("says", str), fields.take("chapter", int))
        fields.end()
    return found
