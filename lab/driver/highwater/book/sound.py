"""The finished site: every link leads to a page and an anchor that are there, nothing that a browser
loads comes from outside, no marker is left."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from ..links import OUTSIDE

LOADED = {"link": "href", "img": "src", "script": "src", "iframe": "src", "source": "src",
          "object": "data", "embed": "src", "image": "href", "use": "href"}
FROM_CSS = re.compile(r"@import|url\(")
FROM_SVG = re.compile(r"""@import|<script|<image|href\s*=\s*["'](?!#)""")


class Reader(HTMLParser):
    """What a page has of anchors, and of links: (line, address, whether a browser loads it)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[int, str, bool]] = []
        self.remarks: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        line = self.getpos()[0]
        if given.get("id"):
            self.ids.append(given["id"])
        if tag == "a" and given.get("href") is not None:
            self.links.append((line, given["href"], False))
        elif given.get(LOADED.get(tag, "")) is not None:
            self.links.append((line, given[LOADED[tag]], True))

    def handle_comment(self, data: str) -> None:
        self.remarks.append(self.getpos()[0])


def unsound(folder: Path) -> list[str]:
    """One sentence for everything that is wrong with the site in the folder."""
    pages = {path: Reader(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    wrong = []
    for path, reader in pages.items():
        name = path.relative_to(folder)
        wrong += [f"{name}: the anchor #{id} is there twice"
                  for id in sorted(set(reader.ids)) if reader.ids.count(id) > 1]
        wrong += [f"{name}:{line}: a comment is left" for line in reader.remarks]
        for line, address, loaded in reader.links:
            if sentence := _wrong(folder, path, address, loaded, pages):
                wrong.append(f"{name}:{line}: {sentence}")
    for suffix, pattern in ((".css", FROM_CSS), (".svg", FROM_SVG)):
        wrong += [f"{path.relative_to(folder)}: loads something from elsewhere"
                  for path in sorted(folder.rglob(f"*{suffix}"))
                  if pattern.search(path.read_text(encoding="utf-8"))]
    return wrong


def _wrong(folder: Path, page: Path, address: str, loaded: bool, pages: dict[Path, Reader]) -> str | None:
    if OUTSIDE.match(address) or address.startswith("//"):
        return f"{address} would be loaded from outside" if loaded else None
    file, _, anchor = unquote(address).partition("#")
    there = Path(os.path.normpath(page.parent / file)) if file else page
    if not there.is_file() or not there.is_relative_to(folder):
        return f"the link {address} leads nowhere"
    if anchor and there in pages and anchor not in pages[there].ids:
        return f"there is no anchor #{anchor} in {there.relative_to(folder)}"
    return None
