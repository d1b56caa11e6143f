"""Pictures that stand alone in a page: their size, and the text below them."""

import os
import re
from pathlib import Path
from urllib.parse import unquote

from ..complaint import Complaint
from ..links import OUTSIDE
from ..textfile import read_text
from ..tree import Tree

ALONE = re.compile(r'<p><img\s+src="([^"]*)"\s+alt="([^"]*)" /></p>')
POINTS = re.compile(r'\bwidth="([\d.]+)pt" height="([\d.]+)pt"')
VIEW = re.compile(r'\bviewBox="0 0 ([\d.]+) ([\d.]+)"')


def with_figures(tree: Tree, here: str, body: str) -> str:
    """A picture that stands alone gets its size, its text below it, and leads to itself: on a
    telephone one opens it to see it large. A browser that knows the size keeps the room free."""
    def figure(found: re.Match[str]) -> str:
        address, text = found.groups()
        path = tree.root / os.path.normpath(os.path.join(os.path.dirname(here), unquote(address)))
        size = "" if OUTSIDE.match(address) else ' width="{}" height="{}"'.format(*size_of(tree, path))
        return (f'<figure><a href="{address}"><img src="{address}" alt="{text}"{size}></a>'
                f"<figcaption>{text}</figcaption></figure>")

    return ALONE.sub(figure, body)


def size_of(tree: Tree, picture: Path) -> tuple[int, int]:
    """Width and height of an SVG in CSS pixels: as it says, in points; or those of its view."""
    head = read_text(picture, tree.name(picture)).partition("<svg")[2].partition(">")[0]
    if said := POINTS.search(head):
        return round(float(said[1]) * 4 / 3), round(float(said[2]) * 4 / 3)
    if view := VIEW.search(head):
        return round(float(view[1])), round(float(view[2]))
    raise Complaint(f"{tree.name(picture)} does not say how large it is")
