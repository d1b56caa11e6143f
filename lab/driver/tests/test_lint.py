"""No naked numbers: what is one, and what is not."""

import pytest
from highwater.lint import broken_lines, naked_numbers
from highwater.markers import find_markers


@pytest.mark.parametrize("text, number", [
    ("takes 37,832,752 bytes of", "37,832,752 bytes"),
    ("takes 36.08 MiB", "36.08 MiB"), ("takes 36MiB", "36MiB"), ("a 36-MiB table", "36-MiB"),
    ("in ~48.6 µs", "~48.6 µs"), ("97 % of", "97 %"), ("97% of", "97%"), ("by -3 %", "-3 %"),
    ("5x as fast", "5x"), ("5× as", "5"), ("one in 128.", "128"), ("12", "12"), ("in 2024", "2024"),
    ("**8** slots", "8"), ("| filled | 8 B |", "8 B"), ("a 64-bit word", "64-bit"), ("the 32nd", "32nd"),
    ("[8 slots](x.md)", "8 slots"), ("![8 slots](x.svg)", "8 slots"), ("<b title=\"8 slots\">", "8 slots"),
    ("# 8 slots", "8 slots"), ("### From 8 on", "8 on"), ("# 3. From 8 on", "8 on"),
    ("`128` of", "128"), ("``128`` of", "128"), ("`8 slots`", "8 slots"), ("`1 << 20`", None),
    ("`5 * 5 + 3`", None), ("a 0x80", None), ("put 1025", "1025"), ("1.24 tables", "1.24 tables"),
    ("tick 13", "13"), ("key 3,771", "3,771"), ("slot 1024", "1024"), ("chapter 4.5", "4.5"),
    ("<!-- = 1024 -->1,024<!-- / -->", "1024"), ("<!-- = 1024 | .1 -->1024.0<!-- / -->", "1024 | .1"),
    ("```text\n8 slots\n```", "8 slots"), ("~~~c\n8 slots\n~~~", "8 slots"),
])
def test_naked(text, number):
    found = [found.strip() for _, found in naked_numbers(f"Here it\n{text}\n")]
    assert found if number is None else found == [number]


@pytest.mark.parametrize("text", [
    "chapter 4 says", "Chapters 4, 5 and 12", "Go 1.24 tables", "Go\n1.23", "Go 1.24.0's", "Go 1.24.", "Python 3",
    "GOGC 100", "rule 3 keys", "slots 0 to 3", "[part 1]", "eight slots", "S3 keys", "u64 keys", "x86-64", "p99.9",
    "v1.5x", "sha256", "h2", "F06", "2. second\n3. third", "> 2. second", "**2.** second", "# 8. slots", "## 2",
    "`make retain KEYS=56`", "`[128]byte`", "`k = 4`", "`16n / 7k`", "`2 e^(-w/M) - 1`", "`int64`",
    "`0`", "`01`", "`10000000`", "`02`", "`0x80`", "`03 02 80`",
    "`5 * 5 + 3`, <!-- = 5 * 5 + 3 -->28<!-- / -->", "`(5 * 5) / 4`, <!-- = (5 * 5) / 4 * 100 | .0 -->625<!-- / --> %",
    "```\nmake retain KEYS=56\n```", "```sh\nmake # 8 slots\n```", "```console\n8 slots\n```",
    "<!-- = a.b -->8<!-- / --> slots", "<!-- F01 -->8 slots<!-- / -->", "<!-- = 2 * 4 -->8<!-- / --> slots",
    "<!-- = A_B -->8<!-- / --> slots",
    "<!-- output x -->\n```text\n8 slots\n```\n<!-- /output -->", "<!-- code x.c f -->\n```c\n8;\n```\n<!-- /code -->",
    "[here](8-slots.md)", "[here](<8 slots.md>)", "https://example.org/8%20slots",
])
def test_free(text):
    assert naked_numbers(f"Here it\n{text}\n") == []


def test_every_number_with_its_line():
    text = "A 1 B\n\n```c\n2 B;\n```\n3 B and\n<!-- = x.y -->4<!-- / --> B\n5 B\n"
    assert naked_numbers(text) == [(1, "1 B"), (4, "2 B"), (6, "3 B"), (8, "5 B")]


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
