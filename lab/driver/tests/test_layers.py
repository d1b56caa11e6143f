"""Includes that point the wrong way are found, each with its file and line."""

import pytest
from highwater.complaint import Complaint
from highwater.layers import check_layers
from highwater.tree import Tree

GOOD = {
    "lab/LAYERS": "# rooms\nlow other\nmiddle   # of three\nhigh\ntests\n",
    "lab/low/low.h": "#include <stdio.h>\n#include <low_of_the_system.h>\n",
    "lab/other/other.h": "",
    "lab/middle/middle.h": '#include "low/low.h"\n#include "other/other.h"\n',
    "lab/middle/middle.c": '#include "middle/middle.h"\n  #  include "middle.h"\n',
    "lab/high/high.c": '#include "low/low.h"\n',
    "lab/tests/help.h": '#include "middle/middle.h"\n',
    "lab/tests/test_low.c": '#include <criterion/criterion.h>\n#include "tests/help.h"\n',
    "chapters/01-one/one.h": '#include "middle/middle.h"\n',
    "chapters/01-one/one.c": '#include "one.h"\n',
    "chapters/02-two/two.h": "",
}


def check(tmp_path, **changed: str) -> list[str]:
    files = GOOD | {name.replace("__", "/").replace("_dot_", "."): text
                    for name, text in changed.items()}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    count, wrong = check_layers(Tree(tmp_path))
    assert count > 5
    return wrong


def test_good(tmp_path):
    assert check(tmp_path) == []


@pytest.mark.parametrize("file, text, said", [
    ("lab/low/low.h", '\n#include "middle/middle.h"\n',
     "lab/low/low.h:2: low includes middle, which stands above it in lab/LAYERS"),
    ("lab/low/low.c", '#include "other/other.h"\n',
     "lab/low/low.c:1: low includes other, which stands beside it in lab/LAYERS"),
    ("lab/high/high.c", '#include "tests/help.h"\n', "high includes tests, which stands above it"),
    ("lab/low/low.c", "#include <low/low.h>\n", '<low/low.h> is a file of the lab: write "low/low.h"'),
    ("lab/low/low.c", '#include "stdio.h"\n', '"stdio.h" is not a file of the lab'),
    ("lab/high/high.c", '#include "middle/middle.c"\n', "includes middle/middle.c, which is no header"),
    ("lab/new/new.h", '#include "low/low.h"\n', 'the room "new" is not in lab/LAYERS'),
    ("lab/low/low.c", '#include "../../chapters/01-one/one.h"\n', "the lab includes a chapter"),
    ("chapters/01-one/one.c", '#include "tests/help.h"\n', "a chapter includes a test"),
    ("chapters/01-one/one.c", '#include "../02-two/two.h"\n', "a chapter includes another folder's file"),
    ("chapters/01-one/drills/a.c", '#include "tests/help.h"\n', "a chapter includes a test"),
])
def test_wrong(tmp_path, file, text, said):
    wrong = check(tmp_path, **{file: text})
    assert any(said in sentence for sentence in wrong), wrong


def test_cycle_in_a_room(tmp_path):
    wrong = check(tmp_path, **{"lab/low/low.h": '#include "low/a.h"\n', "lab/low/a.h":
                               '\n#include "low/b.h"\n', "lab/low/b.h": '#include "low/low.h"\n'})
    assert wrong == ["a cycle of includes: lab/low/low.h:1 -> lab/low/a.h:2 -> lab/low/b.h:1 -> "
                     "lab/low/low.h"]


def test_room_named_twice(tmp_path):
    with pytest.raises(Complaint, match="twice"):
        check(tmp_path, **{"lab/LAYERS": "low\nother low\n"})
