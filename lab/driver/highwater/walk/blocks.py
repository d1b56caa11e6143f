"""The prose as blocks, each of one kind, its markers turned into what they stand for."""

import re
from dataclasses import dataclass

from ..markers import find_markers
from ..predict.questions import plain

HEADING = re.compile(r"(#{1,6}) (.*)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(<?([^)\s>]*)>?\)")
ITEM = re.compile(r"(?:[-*]|\d+\.) ")
FENCE = re.compile(r"(```+|~~~+)(.*)")
OPENS = re.compile(r"<details><summary>(.*?)</summary>")
PAGE = "page"       # the language of what a run printed
LIVE = re.compile(r"\0(.*)\0")


@dataclass(frozen=True)
class Block:
    """One piece of prose.

    kind    heading (depth, text) | text | item (with its mark) | table (rows of cells) | code (lines)
            | picture (text, address) | live (the words of an output marker) | opens (a summary) | closes
    """

    kind: str
    text: str = ""
    lines: tuple[str, ...] = ()
    depth: int = 0


def read_blocks(markdown: str) -> list[Block]:
    """All blocks of a file."""
    blocks: list[Block] = []
    lines = _unmarked(markdown).split("\n")
    while lines:
        line = lines.pop(0).strip()
        if fence := FENCE.match(line):
            blocks.append(Block("code", fence[2].strip(), tuple(_until(lines, fence[1]))))
        elif heading := HEADING.fullmatch(line):
            blocks.append(Block("heading", plain(heading[2]), depth=len(heading[1])))
        elif picture := PICTURE.fullmatch(line):
            blocks.append(Block("picture", plain(picture[1]), (picture[2],)))
        elif live := LIVE.fullmatch(line):
            blocks.append(Block("live", live[1]))
        elif opens := OPENS.match(line):
            blocks.append(Block("opens", plain(opens[1])))
        elif line == "</details>":
            blocks.append(Block("closes"))
        elif line.startswith("|"):
            blocks.append(Block("table", "", tuple([line, *_while(lines, lambda next: next.strip().startswith("|"))])))
        elif line:
            blocks.append(_text([line, *_while(lines, _goes_on)]))
    return blocks


def _unmarked(markdown: str) -> str:
    """The text without markers; an output of this chapter's own program becomes a line that names it."""
    for marker in reversed(find_markers(markdown)[0]):
        opening = markdown.rindex("<!--", 0, marker.start)
        closing = markdown.index("-->", marker.end) + 3
        live = marker.kind == "output" and ":" not in marker.argument
        markdown = markdown[:opening] + (f"\0{marker.argument}\0" if live else marker.content) + markdown[closing:]
    return markdown


def _text(lines: list[str]) -> Block:
    mark = ITEM.match(lines[0])
    text = " ".join(line.strip().removeprefix("> ") for line in lines)
    return Block("item", plain(text[mark.end():]), (mark[0],)) if mark else Block("text", plain(text))


def _goes_on(line: str) -> bool:
    """Does a line belong to the paragraph or item above it?"""
    line = line.strip()
    return bool(line) and not any((line.startswith(("|", "<details", "</details", "\0")), ITEM.match(line),
                                   FENCE.match(line), HEADING.fullmatch(line), PICTURE.fullmatch(line)))


def _while(lines: list[str], wanted) -> list[str]:
    taken = []
    while lines and wanted(lines[0]):
        taken.append(lines.pop(0).strip())
    return taken


def _until(lines: list[str], end: str) -> list[str]:
    """The lines of a fence, without the blanks that the whole of it is indented by."""
    taken = []
    while lines and lines[0].strip() != end:
        taken.append(lines.pop(0))
    if lines:
        lines.pop(0)
    indent = min((len(line) - len(line.lstrip()) for line in taken if line.strip()), default=0)
    return [line[indent:] for line in taken]
