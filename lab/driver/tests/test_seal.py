"""Sealed files: any change is seen, and one changed line is named."""

import pytest
from highwater.complaint import Complaint
from highwater.seal import Fingerprint, seal, unseal

TEXT = "".join(f"line {number} of ten\n" for number in range(1, 11))
COMMENTS = ["", "// ", "<!-- "]


def said(sealed: str, comment: str = "") -> str:
    with pytest.raises(Complaint) as raised:
        unseal(sealed, "a.txt", comment)
    return str(raised.value)


@pytest.mark.parametrize("text", ["", "\n", "a\n", "a\n\nb\n", TEXT, "one\x0btwo\u2028three\n"])
@pytest.mark.parametrize("comment", COMMENTS)
def test_there_and_back(text, comment):
    sealed = seal(text, comment)
    assert unseal(sealed, "a.txt", comment) == text
    assert sealed.endswith(" -->\n") == (comment == "<!-- ")


def test_a_last_line_without_an_end_gets_one():
    assert unseal(seal("a"), "a.txt") == "a\n"


@pytest.mark.parametrize("comment", COMMENTS)
def test_every_digit_is_seen_and_its_line_named(comment):
    sealed = seal(TEXT, comment)
    for at, letter in enumerate(sealed):
        if letter.isdigit():
            changed = sealed[:at] + str((int(letter) + 1) % 10) + sealed[at + 1:]
            assert said(changed, comment).startswith(f"a.txt:{sealed.count(chr(10), 0, at) + 1}: "), changed


def test_every_line_is_named_whatever_becomes_of_it():
    lines = seal(TEXT).splitlines(True)
    for number in range(10):
        for new in ("\n", "x" * 1000 + "\n", lines[(number + 1) % 10]):
            changed = "".join([*lines[:number], new, *lines[number + 1:]])
            assert said(changed) == f"a.txt:{number + 1}: was changed by hand; `make golden` records it anew"


def test_two_lines_are_not_taken_for_one():
    lines = seal(TEXT).splitlines(True)
    for first in range(10):
        for second in range(first):
            changed = list(lines)
            changed[first], changed[second] = lines[second], lines[first]
            assert "a.txt was changed by hand, in several lines" in said("".join(changed))


def test_sums_that_point_to_a_line_by_chance_name_none():
    right = Fingerprint.of(TEXT)
    first, second, third = right.sums
    assert right._replace(digest="0" * 16, sums=(first + 7, second + 3 * 7, third + 9 * 7)).unlike(
        TEXT, "a.txt") == "a.txt:3: was changed by hand"
    assert right._replace(digest="0" * 16, sums=(first + 7, second + 3 * 7, third + 8 * 7)).unlike(
        TEXT, "a.txt") == "a.txt was changed by hand, in several lines"


def test_a_file_that_is_cut_short():
    sealed = seal(TEXT)
    for length in range(len(sealed)):
        assert said(sealed[:length])
    assert "a.txt:11: is cut short, its last line has no end" in said(sealed[:-1])
    assert "a.txt:10: is cut short, its last line is not the trailer" in said(TEXT)
    assert "a.txt has 9 lines and not 10" in said(sealed.partition("\n")[2])


def test_a_line_more_is_counted():
    assert Fingerprint.of(TEXT).unlike(TEXT + "x\n", "b.gp") == "b.gp has 11 lines and not 10"
    assert Fingerprint.of(TEXT).unlike(TEXT, "b.gp") is None
