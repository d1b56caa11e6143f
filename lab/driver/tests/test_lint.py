"""No naked numbers: what is one, and what is not."""

import pytest
from highwater.lint import broken_lines, naked_numbers
from highwater.markers import find_markers


@pytest.mark.parametrize("text, number", [
    ("takes 37,832,752 bytes of", "37,832,752 bytes"),
    ("takes 36.08 MiB", "36.08 MiB"),
    ("takes 36MiB", "36MiB"),
    ("a 36-MiB table", "36-MiB"),
    ("in ~48.6 µs", "~48.6 µs"),
    ("97 % of", "97 %"), ("97% of", "97%"),
    ("5x as fast", "5x"), ("5 times as fast", "5 times"), ("5× as", "5×"),
    ("8 slots", "8 slots"), ("1 slot", "1 slot"), ("1,024 entries", "1,024 entries"),
    ("5 million entries", "5 million entries"),
    ("(8 slots)", "8 slots"), ("**8** slots and 9 groups.", "9 groups"),
    ("| filled | 8 B |", "8 B"),
    ("7 bits", "7 bits"),
    ("[8 slots](x.md)", "8 slots"),
    ("1 B, no more", "1 B"),
])
def test_naked(text, number):
    assert naked_numbers(f"Here it\n{text}\n") == [(2, number)]


@pytest.mark.parametrize("text", [
    "chapter 4 says", "chapter 4 slots it in", "Go 1.24 tables", "rule 3 keys", "in 2024", "64-bit word",
    "eight slots", "`8 slots`", "``8 slots ` 9 slots``", "# 8 slots", "### 8 slots",
    "```text\n8 slots\n```", "```\n`\n8 slots\n```", "~~~\n8 slots\n~~~",
    "<!-- = a.b -->8<!-- / --> slots", "<!-- F01 -->8 slots<!-- / -->",
    "<!-- output x -->\n```text\n8 slots\n```\n<!-- /output -->",
    "[here](8-slots.md)", "[here](<8 slots.md>)", "https://example.org/8%20slots", "S3 keys", "u64 keys", "x86-64 pages", "v1.5x",
    "1.24", "12", "sha256 slots", "0x80", "<img width=\"8 px\" alt=\"\">",
])
def test_free(text):
    assert naked_numbers(f"Here it\n{text}\n") == []


def test_every_number_with_its_line():
    text = "A 1 B\n\n```c\n2 B;\n```\n3 B and\n<!-- = x.y -->4<!-- / --> B\n5 B\n"
    assert naked_numbers(text) == [(1, "1 B"), (6, "3 B"), (8, "5 B")]


@pytest.mark.parametrize("text, lines", [
    ("It has\n<!-- = a.b -->4<!-- / --> of\nits <!-- = a.c -->5<!-- / -->", [2]),
    ("   <!-- F06 -->six<!-- / -->.", [1]),
    ("> <!-- = a.b -->4<!-- / -->", [1]), ("2. <!-- = a.b -->4<!-- / -->", [1]),
    ("- <!-- F06 -->six<!-- / -->", [1]),
    ("```text\n<!-- = a.b -->\n```\n<!-- output retain -->\n<!-- /output -->", []),
    ("| 1 | <!-- = a.b | .2 -->4<!-- / --> |", [1]),
    ("| 1 | <!-- = a.b -->4<!-- / --> | <!-- = a.b | , -->4<!-- / --> |", [1]),
    ("| 1 | <!-- = a.b \\| .2 -->4<!-- / --> | <!-- = a.b -->4<!-- / --> |", []),
    ("of <!-- = a.b | .2 -->4<!-- / -->", []),
])
def test_markers_that_spoil_the_markdown(text, lines):
    assert [line for line, _ in broken_lines(text)] == lines


def test_a_row_of_a_table_may_have_an_expression_with_digits():
    markers, wrong = find_markers("| 1 | <!-- = a.b / MiB \\| .2 -->4<!-- / --> |")
    assert (markers[0].argument, wrong) == ("a.b / MiB | .2", [])
