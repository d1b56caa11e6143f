"""One key at a time from a terminal, which is afterwards as it was."""

import os
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

NEXT, BACK, QUIT, AGAIN, OPEN = "next", "back", "quit", "again", "open"
KEYS = {b"\r": NEXT, b"\n": NEXT, b" ": NEXT, b"n": NEXT, b"\x1b[C": NEXT, b"\x1b[6~": NEXT, b"\x1bOC": NEXT,
        b"b": BACK, b"\x7f": BACK, b"\x1b[D": BACK, b"\x1b[5~": BACK, b"\x1bOD": BACK,
        b"q": QUIT, b"\x04": QUIT, b"": QUIT, b"r": AGAIN, b"o": OPEN}
SCREEN, NORMAL = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"     # a screen of its own, no cursor
CLEAR = "\x1b[2J\x1b[H"


def at_a_terminal() -> bool:
    """May pages be turned by keys? Not in a pipe, nor at a terminal that knows no more than lines."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


@contextmanager
def keyboard() -> Iterator[None]:
    """Keys come at once and unseen; whatever happens, the terminal is put back."""
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        put(SCREEN)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        put(NORMAL)


def pressed() -> str:
    """Waits for a key that means something; an end of the input means to quit. Of several that were
    pressed meanwhile the first counts: nobody leafs blindly."""
    while True:
        typed = os.read(sys.stdin.fileno(), 64)
        if typed in KEYS:
            return KEYS[typed]
        for key in filter(typed.startswith, filter(None, KEYS)):
            return KEYS[key]


def put(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
