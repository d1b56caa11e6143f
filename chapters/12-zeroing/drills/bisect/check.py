"""Is this revision of the pool good? The exit status answers: 0 good, 1 to 124 bad, 125 cannot
tell.

Copy this file, change the copy, and run `make bisect CHECK=copy.py`: it is run in a folder that
holds the revision's files and its probe, built (probe.c says what it takes). As it stands it
runs, and says good of every revision.
"""

import subprocess
import sys

GOOD, BAD, CANNOT_TELL = 0, 1, 125


def probe(count: int, size: int, kind: str, percent: int = 0) -> dict[str, int]:
    """Allocates `count` objects of `size` bytes, writes a part of each: the figures by name."""
    words = ["./probe", str(count), str(size), kind, str(percent)]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name: int(number) for name, number in map(str.split, lines)}


def main() -> int:
    figures = probe(100, 48, "none")
    print(f"{figures['inuse']} B in use, {figures['resident']} B resident")
    return GOOD


sys.exit(main())
