"""What is around a page: the template, the contents, and the way to the page before and the next."""

from html import escape
from pathlib import Path
from string import Template

from ..manifest import Chapter
from .leaf import Leaf
from .place import FRONT, way

TEMPLATE = Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))


class Sheet:
    """The book as a row of pages, front page first; other pages hang beside it."""

    def __init__(self, row: list[Leaf], chapters: dict[Path, Chapter]) -> None:
        self.row = row
        self.chapters = chapters

    def page(self, leaf: Leaf) -> str:
        """The whole page."""
        book = self.row[0].title
        title = book if leaf.place == FRONT else f"{leaf.title} – {book}"
        chapter = self.chapters.get(leaf.source)
        question = f'<p class="question">{escape(chapter.question)}</p>\n' if chapter else ""
        head, end, rest = leaf.body.partition("</h1>\n")
        body = head + end + question + rest if end else leaf.body
        return TEMPLATE.substitute(title=title, book=book, root="../" * leaf.place.count("/"), body=body,
                                   pager=self._pager(leaf), contents=self._contents(leaf))

    def _contents(self, here: Leaf) -> str:
        """A list of the row, with the sections of the page that is open."""
        lines = []
        for leaf in self.row:
            chapter = self.chapters.get(leaf.source)
            number, name = (chapter.number, escape(chapter.title)) if chapter else ("", leaf.title)
            if leaf.place == FRONT:
                name = "Front page"
            current = ' aria-current="page"' if leaf is here else ""
            lines.append(f'<li><a href="{way(here.place, leaf.place)}"{current}>'
                         f'<span class="number">{number}</span>{name}</a>')
            if leaf is here and chapter:
                lines.append("<ul>" + "".join(f'<li><a href="#{id}">{text}</a></li>'
                                              for id, text in leaf.sections) + "</ul>")
            lines[-1] += "</li>"
        return "\n".join(lines)

    def _pager(self, here: Leaf) -> str:
        """The pages before and after this one."""
        if here not in self.row:
            return ""
        at = self.row.index(here)
        before = self.row[at - 1] if at > 0 else None
        after = self.row[at + 1] if at + 1 < len(self.row) else None
        return "\n".join(f'<a rel="{rel}" href="{way(here.place, leaf.place)}"><small>{word}</small>'
                         f"{leaf.title}</a>"
                         for rel, word, leaf in (("prev", "Previous", before), ("next", "Next", after))
                         if leaf)
