"""The machine lines of a run: figures, and verdicts of claims and counterexamples."""

from dataclasses import dataclass, field
from fractions import Fraction

from .complaint import Complaint


@dataclass(frozen=True)
class Figure:
    """One number of a run. `text` is it as printed, without commas or ~."""

    name: str
    text: str
    unit: str
    exact: bool

    @property
    def value(self) -> Fraction:
        return Fraction(self.text)

    @property
    def decimals(self) -> int:
        """How many digits the run printed after the point."""
        return len(self.text.partition(".")[2])


@dataclass
class Results:
    """All machine lines of one run."""

    figures: dict[str, Figure] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)               # id: holds | refuted
    beyond: dict[tuple[str, str], str] = field(default_factory=dict)   # id, name: fails | holds
    sentences: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def exact(self) -> int:
        return sum(figure.exact for figure in self.figures.values())

    @property
    def measured(self) -> int:
        return len(self.figures) - self.exact


def parse_results(text: str, where: str) -> Results:
    """Reads the machine lines; a line that is none of the three kinds is a complaint."""
    results = Results()
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split("\t")
        try:
            _add(results, fields)
        except ValueError as error:
            raise Complaint(f"{where}, machine line {number}: {error}", 1) from None
    return results


def _add(results: Results, fields: list[str]) -> None:
    match fields:
        case ["figure", name, text, unit, ("exact" | "measured") as kind]:
            figure = Figure(name, text, unit, kind == "exact")
            _new(name in results.figures, name)
            Fraction(text)
            results.figures[name] = figure
        case ["claim", id, ("holds" | "refuted") as verdict, sentence]:
            _new(id in results.claims, id)
            results.claims[id] = verdict
            results.sentences[id,] = sentence
        case ["beyond", id, name, ("fails" | "holds") as verdict, sentence]:
            _new((id, name) in results.beyond, f"{id} beyond {name}")
            results.beyond[id, name] = verdict
            results.sentences[id, name] = sentence
        case _:
            raise ValueError(f'"{" ".join(fields)}" is no figure, claim or beyond')


def _new(known: bool, name: str) -> None:
    if known:
        raise ValueError(f'"{name}" is there twice')
