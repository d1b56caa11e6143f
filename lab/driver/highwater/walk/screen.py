"""Lines for a terminal: folded to its width, split to its height, large and calm."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from ..predict.questions import plain
from .blocks import PAGE, Block

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
WIDEST = 76         # of prose: longer lines are hard to read from the last row
LEFT = 4            # columns kept free
RULE = "──"         # under the heads of a table
AROUND = 5          # lines for the title, the keys, and what is free between


@dataclass(frozen=True)
class Size:
    """What a terminal has room for."""

    columns: int
    lines: int

    @property
    def width(self) -> int:
        return max(20, self.columns - 2 * LEFT)

    @property
    def height(self) -> int:
        return max(3, self.lines - AROUND)


def pages(blocks: list[Block], size: Size) -> list[list[str]]:
    """The lines of the blocks, as many on a page as it holds. A block that fits on one page is not
    torn; a longer one begins where it stands."""
    found: list[list[str]] = [[]]
    blocks = list(_untorn(blocks))
    for at, block in enumerate(blocks):
        lines = lines_of(block, size)
        tight = at > 0 and block.kind == "item" and blocks[at - 1].kind == "item"
        room = size.height - len(found[-1]) - (0 if tight else 1)
        if found[-1] and len(lines) > room and (len(lines) <= size.height or room < size.height // 2):
            found.append([])
        if found[-1] and not tight:
            found[-1].append("")
        for line in lines:
            if len(found[-1]) >= size.height:
                found.append([])
            found[-1].append(line)
    return found


def lines_of(block: Block, size: Size) -> list[str]:
    """The lines of one block."""
    match block.kind:
        case "code" if block.text == PAGE and any(RULE in line for line in block.lines):
            return _columns(block.lines, size.width)
        case "code" if block.text == PAGE and not any("  " in line for line in block.lines):
            return textwrap.wrap(" ".join(block.lines), min(WIDEST, size.width), break_on_hyphens=False)
        case "code":
            return [piece for line in block.lines for piece in _folded(line, size.width)]
        case "table":
            return _table(block.lines, size.width)
        case "item":
            mark = block.lines[0]
            return textwrap.wrap(block.text, min(WIDEST, size.width), initial_indent=mark,
                                 subsequent_indent=" " * len(mark), break_on_hyphens=False) or [mark]
    return textwrap.wrap(block.text, min(WIDEST, size.width), break_on_hyphens=False)


def _folded(line: str, width: int) -> list[str]:
    """A line of code or of a page: nothing of it is lost where it is too long."""
    pieces, line = [], line.expandtabs(8)
    while len(line) > width:
        end = line.rfind(" ", width // 2, width + 1)
        end = width if end < 0 else end
        pieces.append(line[:end].rstrip())
        line = line[end:].lstrip()
    return [*pieces, line]


def _columns(lines: tuple[str, ...], width: int) -> list[str]:
    """A table of a run; one that is too wide comes in parts, each with the first column."""
    if max(map(len, lines)) <= width:
        return list(lines)
    rows = [line for line in lines if RULE not in line]
    empty = [all(line[at:at + 1] in ("", " ") for line in rows) for at in range(max(map(len, rows)) + 2)]
    ends = [at for at in range(1, len(empty) - 1) if empty[at] and empty[at + 1] and not empty[at - 1]]
    slices = [slice(start, end) for start, end in zip([0, *ends], ends) if start < end]
    parts = [[slices[0]]]
    for piece in slices[1:]:
        if sum(part.stop - part.start for part in [*parts[-1], piece]) > width and len(parts[-1]) > 1:
            parts.append([slices[0]])
        parts[-1].append(piece)
    found: list[str] = []
    for part in parts:
        wide = sum(piece.stop - piece.start for piece in part)
        found += [""] if found else []
        found += [folded for line in lines for folded in (
            [line[:wide]] if RULE in line else
            _folded("".join(line[piece].ljust(piece.stop - piece.start) for piece in part).rstrip(), width))]
    return found


def _untorn(blocks: list[Block]) -> Iterator[Block]:
    """A page of a run as its tables and paragraphs, so that none is torn that fits on a screen."""
    for block in blocks:
        if block.kind != "code":
            yield block
            continue
        for blank, group in groupby(block.lines, lambda line: not line.strip()):
            if not blank:
                yield Block("code", block.text, tuple(group))


def _table(rows: tuple[str, ...], width: int) -> list[str]:
    """A table in columns if there is room, else a row after the other."""
    cells = [[plain(cell.strip()) for cell in row.strip().strip("|").replace("\\|", "¦").split("|")]
             for row in rows if not set(row) <= set("|-: ")]
    count = max(map(len, cells), default=0)
    widths = [max(len(row[at]) if at < len(row) else 0 for row in cells) for at in range(count)]
    if sum(widths) + 2 * (count - 1) <= width:
        return ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths)).rstrip() for row in cells]
    return [line for row in cells[1:] for line in textwrap.wrap(
        "; ".join(filter(None, row)), min(WIDEST, width), subsequent_indent="  ", break_on_hyphens=False)]


def drawn(title: str, page: list[str], foot: str, size: Size) -> str:
    """A whole screen: the title in bold, the page, the keys at the bottom."""
    body = [f"{BOLD}{title[:size.width]}{PLAIN}", "", *page]
    body += [""] * (size.height + 2 - len(body))
    return "\n".join(" " * LEFT + line if line else "" for line in ["", *body, "", foot[:size.width]])
