"""A digit that slips, anywhere in the book or the record, is named with its file and line.

A few digits of each kind of file are changed, each by itself and in memory, and the checks are asked.
"""

import random

import pytest
from everything import digits

KINDS = sorted({path.suffix for path in digits.files()})
SAMPLE = 12     # digits of a kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_digit_that_slips_is_named(kind: str):
    chance = random.Random(kind)
    files = [path for path in digits.files() if path.suffix == kind and digits.digits_of(path)]
    missed = []
    for path in chance.choices(files, k=SAMPLE):
        at = chance.choice(digits.digits_of(path))
        line, said = digits.slipped(path, at)
        if not digits.is_named(path, line, said):
            missed.append(f"{path.name}:{line}, digit {at}: {said}")
    assert not missed, "\n".join(missed)


def test_every_kind_is_there():
    assert set(KINDS) == {".dot", ".figures", ".gp", ".md", ".svg", ".toml", ".txt"}


def test_nothing_is_said_of_files_as_they_are():
    for kind in KINDS:
        path = next(path for path in digits.files() if path.suffix == kind)
        assert digits.said(digits.Draft(digits.this_tree()), path) == []
