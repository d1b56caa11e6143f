"""Sealed files: their last line tells how many lines stand before it, their digest, and where.

    end: 23 lines, sha256 0123456789abcdef, where 1a2b3c4d 5e6f7a8b 9c0d1e2f

So a file that was cut short or edited by hand is recognised, and the line that was changed is named. For
that are the three sums. Line i has a hash h, and they are the sums of h, i h and i i h over all lines,
modulo a prime. If one line changed, its h differs by some d, and the sums by d, i d and i i d: the second
divided by the first is i, and the third proves that it was one line and no more.
"""

import hashlib
import re
from typing import NamedTuple

from .complaint import Complaint

PRIME = 4294967291      # the largest below 2**32
CURE = "`make golden` records it anew"
FINGERPRINT = r"(\d+) lines, sha256 ([0-9a-f]{16}), where ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8})"
TRAILER = re.compile("end: " + FINGERPRINT)
ENDS = {"<!-- ": " -->"}    # of a comment that needs one


def digest(text: str) -> str:
    """The first sixteen digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Fingerprint(NamedTuple):
    """What is remembered of a text."""

    lines: int
    digest: str
    sums: tuple[int, int, int]

    @classmethod
    def of(cls, text: str) -> "Fingerprint":
        hashes = [int(digest(line), 16) % PRIME for line in text.removesuffix("\n").split("\n") if text]
        sums = tuple(sum(number**power * value for number, value in enumerate(hashes, 1)) % PRIME
                     for power in range(3))
        return cls(len(hashes), digest(text), sums)

    @classmethod
    def read(cls, found: re.Match[str]) -> "Fingerprint":
        """From the groups of FINGERPRINT, the first of a pattern."""
        return cls(int(found[1]), found[2], tuple(int(found[group], 16) for group in (3, 4, 5)))

    def __str__(self) -> str:
        return (f"{self.lines} lines, sha256 {self.digest}, "
                f"where {' '.join(f'{number:08x}' for number in self.sums)}")

    def unlike(self, text: str, name: str) -> str | None:
        """What is wrong with a text that should have this fingerprint, with file and line."""
        other = Fingerprint.of(text)
        if other == self:
            return None
        if other.digest == self.digest or other[::2] == self[::2]:
            return f"{name}:{other.lines + 1}: the trailer was changed by hand"
        if other.lines != self.lines:
            return f"{name} has {other.lines} lines and not {self.lines}"
        line = self._changed(other)
        return f"{name}:{line}: was changed by hand" if line else f"{name} was changed by hand, in several lines"

    def _changed(self, other: "Fingerprint") -> int | None:
        """The line in which two texts of as many lines differ, if it is one."""
        first, second, third = ((now - was) % PRIME for now, was in zip(other.sums, self.sums))
        if first == 0:
            return None
        line = second * pow(first, -1, PRIME) % PRIME
        return line if 1 <= line <= self.lines and third == line * second % PRIME else None


def reason(complaint: Complaint, name: str) -> str:
    """What a complaint says of the file of that name, where the name stands already."""
    return re.sub(rf"^{re.escape(name)}(:\d+:)? ", "", str(complaint)).removesuffix(f"; {CURE}")


def seal(text: str, comment: str = "") -> str:
    """The text with its trailer; `comment` is put before the trailer, for a file with a syntax."""
    if text and not text.endswith("\n"):
        text += "\n"
    return f"{text}{comment}end: {Fingerprint.of(text)}{ENDS.get(comment, '')}\n"


def unseal(sealed: str, name: str, comment: str = "") -> str:
    """The text that seal was given; a complaint if the file is not as it was written."""
    body, end, last = sealed.removesuffix("\n").rpartition("\n")
    text = body + end
    here = f"{name}:{text.count(chr(10)) + 1}"
    if not sealed.endswith("\n"):
        raise Complaint(f"{here}: is cut short, its last line has no end; {CURE}")
    found = TRAILER.fullmatch(last.removeprefix(comment).removesuffix(ENDS.get(comment, "")))
    if not found:
        raise Complaint(f"{here}: is cut short, its last line is not the trailer; {CURE}")
    if wrong := Fingerprint.read(found).unlike(text, name):
        raise Complaint(f"{wrong}; {CURE}")
    return text
