"""An answer in Python: large objects with pointers, never written, must not be resident."""

import subprocess
import sys

GOOD, BAD, CANNOT_TELL = 0, 1, 125


def probe(count: int, size: int, kind: str, percent: int = 0) -> dict[str, int]:
    """Allocates `count` objects of `size` bytes, writes a part of each: the figures by name."""
    words = ["./probe", str(count), str(size), kind, str(percent)]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name: int(number) for name, number in map(str.split, lines)}


def main() -> int:
    figures = probe(8, 4 << 20, "pointers")
    print(f"{figures['inuse']} B in use, {figures['resident']} B resident")
    return GOOD if figures["resident"] < figures["inuse"] / 2 else BAD


sys.exit(main())
