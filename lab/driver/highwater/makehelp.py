"""`make help`: the list of targets, read from the Makefile itself so that it cannot lag behind."""

import re

from .tree import Tree

TARGET = re.compile(r"^([a-z][a-z -]*):[^=]*##\s+(.*)$")


def print_help(tree: Tree) -> int:
    """Prints every target that has a `##` comment, under the Makefile's own headings."""
    for line in (tree.root / "Makefile").read_text().splitlines():
        if line.startswith("## "):
            print(f"\n{line[3:]}")
        elif found := TARGET.match(line):
            names = found[1].replace(" ", " | ")
            gap = "\n" + " " * 34 if len(names) > 30 else ""
            print(f"  make {names:28}{gap} {found[2]}".replace("make all ", "make     "))
    print("\nCHAPTER=01 (or a slug) names a chapter. KEYS= SEED= DESIGN= LIMIT= ROUNDS= go to its program:"
          "\n  make retain CHAPTER=01 KEYS=1000\nTRACE=FILE is chapter 16's: a count of records a line.")
    return 0
