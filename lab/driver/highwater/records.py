"""Looking things up in the goldens, as they are or as they are about to be."""

import re

from .complaint import Complaint
from .constants import NAME, constant
from .draft import Draft
from .figures import Figure, parse_results
from .golden import Golden, read_golden
from .manifest import Chapter

PLACE = re.compile(r"(?:(\d\d):)?(.+)")
RULE = re.compile(r"── (\S+) ───*")


class Records:
    """The goldens of all chapters, each read once."""

    def __init__(self, draft: Draft, chapters: list[Chapter]) -> None:
        self.draft = draft
        self.chapters = {f"{chapter.number:02d}": chapter for chapter in chapters}
        self._goldens: dict[tuple[str, str], Golden] = {}
        self._figures: dict[tuple[str, str], dict[str, Figure]] = {}

    def _place(self, name: str, here: Chapter | None) -> tuple[Chapter, str]:
        """Splits 04:name; without a number it is this chapter's."""
        number, rest = PLACE.fullmatch(name).groups()
        chapter = self.chapters.get(number) if number else here
        if chapter is None:
            raise Complaint(f'"{name}": there is no chapter {number}' if number else
                            f'"{name}": outside a chapter say whose, as in 01:{name}')
        return chapter, rest

    def _golden(self, chapter: Chapter, target: str) -> Golden:
        if target not in chapter.targets:
            raise Complaint(f'{chapter.name} has no target "{target}" in chapter.toml')
        key = chapter.name, target
        if key not in self._goldens:
            self._goldens[key] = read_golden(self.draft, *key)
        return self._goldens[key]

    def figure(self, name: str, here: Chapter | None) -> Figure:
        """The figure called so, or the constant of the C, or a complaint."""
        if NAME.fullmatch(name):
            folders = (self.draft.tree.root / "lab", *([here.folder] if here else []))
            return Figure(name, str(constant(name, folders)), "", True)
        chapter, rest = self._place(name, here)
        key = chapter.name, rest.partition(".")[0]
        if key not in self._figures:
            golden = self._golden(chapter, key[1])
            self._figures[key] = parse_results(golden.figures, " ".join(key)).figures
        if rest not in self._figures[key]:
            raise Complaint(f'no run of {chapter.name} prints a figure "{rest}"')
        return self._figures[key][rest]

    def output(self, words: str, here: Chapter | None) -> str:
        """A golden page, or one table of it: "retain", "retain heap", "04:bench"."""
        target, _, table = words.partition(" ")
        chapter, target = self._place(target, here)
        page = self._golden(chapter, target).page
        return table_of(page, table.strip(), f"{chapter.name} {target}") if table else page


def table_of(page: str, name: str, where: str) -> str:
    """One table of a page: its heads, its rule (which carries its name) and its rows."""
    lines = page.splitlines()
    for number, line in enumerate(lines):
        found = RULE.fullmatch(line.strip())
        if found and found[1] == name and number > 0:
            end = number
            while end < len(lines) and lines[end].strip():
                end += 1
            return "\n".join(lines[number - 1:end]) + "\n"
    raise Complaint(f'the page of {where} has no table "{name}"')
