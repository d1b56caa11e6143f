"""`make show`: what the steps of a chapter are, how they fit a terminal, and the keys, at a real terminal (pty)."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl

import pytest
from conftest import CLEAN, Toy
from highwater.manifest import find_chapter
from highwater.walk.blocks import PAGE as PAGE_OF_A_RUN
from highwater.walk.blocks import Block, read_blocks
from highwater.walk.keys import KEYS
from highwater.walk.screen import Size, drawn, lines_of, pages
from highwater.walk.steps import steps_of

PROSE = """# 1. Counting

Is it **bold**, `code`
and <!-- = a.b -->37<!-- / --> of [them](x.md)?

## Run it

```
make retain CHAPTER=01
```

<!-- output retain -->
```text
old page
```
<!-- /output -->

* one
* two
  and more

<!-- output 02:iter heap -->
```text
another chapter's
```
<!-- /output -->

| a | b |
|---|---|
| 1 | `2` |

![A box](../../diagrams/01-toy-count/box.svg)

<details><summary>Answer</summary>

It is *so*.

    ```c
    int x;
    ```

</details>

After it.
"""
SECONDS = 20


def test_blocks():
    blocks = read_blocks(PROSE)
    assert [(block.kind, block.text) for block in blocks] == [
        ("heading", "1. Counting"), ("text", "Is it bold, code and 37 of them?"), ("heading", "Run it"), ("code", ""),
        ("live", "retain"), ("item", "one"), ("item", "two and more"), ("code", "text"), ("table", ""),
        ("picture", "A box"), ("opens", "Answer"), ("text", "It is so."), ("code", "c"), ("closes", ""),
        ("text", "After it.")]
    assert blocks[12].lines == ("int x;",) and blocks[7].lines == ("another chapter's",)


def test_steps(toy: Toy):
    chapter = find_chapter(toy.tree, "1")
    steps = steps_of(chapter, None, read_blocks(PROSE))
    assert [(step.kind, step.title) for step in steps] == [
        ("prose", "1. Counting"), ("prose", "Run it"), ("run", "Run it"), ("prose", "Run it"), ("picture", "Run it"),
        ("prose", "Answer"), ("prose", "Run it")]
    assert steps[0].blocks[0].text == chapter.question and steps[2].words == ("retain", "")


WORDS = Block("text", "word " * 300)
PAGE = Block("code", "", tuple("x" * 60 if line % 7 else "" for line in range(80)))
TABLE = Block("table", "", ("| name | what |", "|---|---|", f"| a | {'long ' * 40} |"))


@pytest.mark.parametrize("columns, lines", [(80, 24), (120, 40), (40, 12), (20, 6), (200, 60)])
@pytest.mark.parametrize("blocks", [[WORDS], [PAGE], [TABLE, WORDS, PAGE], [Block("item", "word " * 99, ("* ",))], []])
def test_every_page_fits(columns, lines, blocks):
    size = Size(columns, lines)
    shown = pages(blocks, size)
    for page in shown:
        screen = drawn("A title that is rather long for a narrow terminal", page, "Enter next" * 9, size)
        plain = re.sub(r"\x1b\[\d?m", "", screen)
        assert len(plain.split("\n")) <= max(lines, 3 + 5)
        assert all(len(line) <= max(columns, 28) for line in plain.split("\n"))
    whole = "".join("".join(page) for page in shown)
    assert whole.count("word") == sum(block.text.count("word") for block in blocks)
    assert whole.count("x") == sum("".join(block.lines).count("x") for block in blocks)


def test_a_table_is_not_torn():
    small = [Block("code", "", ("a", "b", "", "head", "── t ──", "1", "2", "3"))]
    assert pages(small, Size(80, 12)) == [["a", "b"], ["head", "── t ──", "1", "2", "3"]]


def test_a_table_that_is_too_wide_comes_in_parts():
    lines = ("what   first, B   second  third", "── t ─────────────────────────", "one       1,000        2      3",
             "two           4  ~50,000      6")
    assert lines_of(Block("code", PAGE_OF_A_RUN, lines), Size(40, 20)) == list(lines)
    assert lines_of(Block("code", PAGE_OF_A_RUN, lines), Size(33, 20)) == [
        "what   first, B   second", "── t ───────────────────", "one       1,000        2", "two           4  ~50,000", "",
        "what  third", "── t ──────", "one       3", "two       6"]


def test_sentences_of_a_run_are_folded_anew():
    lines = ("It is said in a", "sentence or two.")
    assert lines_of(Block("code", PAGE_OF_A_RUN, lines), Size(80, 20)) == ["It is said in a sentence or two."]
    assert lines_of(Block("code", "c", lines), Size(80, 20)) == list(lines)


def test_a_long_line_is_folded_at_a_blank():
    assert lines_of(Block("code", "", ("a  b longer " + "c" * 20, "d" * 25)), Size(28, 20)) == [
        "a  b longer", "c" * 20, "d" * 20, "d" * 5]


class Terminal:
    """The driver at a terminal of its own."""

    def __init__(self, toy: Toy, *words: str, columns: int = 80, lines: int = 24, **environment: str) -> None:
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(toy.root)
            signal.signal(signal.SIGINT, signal.SIG_DFL)    # a shell's background jobs ignore it
            os.execve(sys.executable, [sys.executable, "lab/driver/hw.py", "show", *words],
                      CLEAN | {"TERM": "xterm"} | environment)
        ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen = ""

    def until(self, wanted: str) -> str:
        """What is on the screen as soon as the words stand there."""
        deadline = time.monotonic() + SECONDS
        while wanted not in self.screen.rpartition("\x1b[2J")[2]:
            assert time.monotonic() < deadline, f"{wanted!r} did not come: {self.screen[-800:]!r}"
            if select.select([self.end], [], [], 0.1)[0]:
                try:
                    self.screen += os.read(self.end, 65536).decode(errors="replace").replace("\r\n", "\n")
                except OSError:
                    break
        return self.screen.rpartition("\x1b[2J")[2]

    def press(self, key: str) -> None:
        self.screen = ""
        os.write(self.end, key.encode())

    def status(self) -> int:
        """How it ended; all that was left to read is on the screen."""
        while select.select([self.end], [], [], SECONDS)[0]:
            try:
                self.screen += os.read(self.end, 65536).decode(errors="replace")
            except OSError:
                os.close(self.end)
                return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.kill(self.pid, signal.SIGKILL)
        pytest.fail(f"it did not end: {self.screen[-800:]!r}")


@pytest.fixture
def told(toy: Toy) -> Toy:
    (toy.root / "chapters/01-toy-count/README.md").write_text(PROSE)
    return toy


def test_a_walk_by_keys(told: Toy):
    before = told.state()
    show = Terminal(told, "--chapter=1")
    first = show.until("q quit")
    assert "\x1b[1m1. Counting\x1b[0m" in first and "chapter 1, 1/7" in first and "old page" not in first
    show.press("\r")
    assert "make retain CHAPTER=01" in show.until("2/7")
    show.press(" ")
    page = show.until("r runs it again")
    assert "filled   37,832" in page and "old page" not in page and "3/7" in page
    told.mode("digit")
    show.press("r")
    assert "filled   37,833" in show.until("3/7   Enter")
    (told.root / "toy.mode").unlink()
    show.press("n")
    show.until("4/7")
    show.press("\x1b[C")
    assert "diagrams/01-toy-count/box.svg" in show.until("o opens the picture")
    show.press("b")
    show.until("4/7")
    show.press("bb")        # a key that is held: one page
    show.until("3/7")
    show.press("q")
    assert show.status() == 0 and show.screen.endswith("\x1b[?25h\x1b[?1049l")
    assert told.state() == before


def test_back_goes_to_the_last_page_of_a_step_and_stays_at_the_first(told: Toy):
    (told.root / "chapters/01-toy-count/README.md").write_text(
        "# 1. C\n\nFirst.\n\n## Two\n\n" + "word " * 300 + "\n\n## Three\n\nIt ends.\n")
    show = Terminal(told, "--chapter=1", lines=14)
    show.until("First.")
    for key, wanted in (("b", "First."), ("\n", "(1 of 3)"), ("\n", "(2 of 3)"), ("\n", "(3 of 3)"),
                        ("\n", "It ends."), ("b", "(3 of 3)"), ("b", "(2 of 3)"), ("b", "(1 of 3)"), ("b", "First."),
                        ("b", "First."), ("\n", "(1 of 3)"), ("\n", "(2 of 3)"), ("\n", "(3 of 3)"), ("\n", "It ends.")):
        show.press(key)
        show.until(wanted)
    show.press("\n")
    assert show.status() == 0


def test_a_picture_is_opened_when_asked(told: Toy):
    tool = told.root / "build/tool"
    tool.mkdir()
    (tool / "xdg-open").write_text('#!/bin/sh\necho "$1" >"$0.said"\n')
    (tool / "xdg-open").chmod(0o755)
    show = Terminal(told, "--chapter=1", PATH=f"{tool}:{os.environ['PATH']}")
    for wanted in ("1/7", "2/7", "3/7", "4/7"):
        show.until(wanted)
        show.press("\r")
    show.until("5/7")
    show.press("o")
    show.until("opened diagrams/01-toy-count/box.svg")
    show.press("q")
    assert show.status() == 0
    deadline = time.monotonic() + SECONDS
    while not (tool / "xdg-open.said").exists() or not (tool / "xdg-open.said").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert (tool / "xdg-open.said").read_text().strip() == str(told.root / "diagrams/01-toy-count/box.svg")


def test_a_run_that_crashes_is_shown_and_the_walk_goes_on(told: Toy):
    told.mode("crash")
    show = Terminal(told, "--chapter=1")
    for wanted in ("1/7", "2/7"):
        show.until(wanted)
        show.press("\r")
    assert "crashed with SIGABRT" in show.until("3/7   Enter")
    show.press("\r")
    show.until("4/7")
    show.press("q")
    assert show.status() == 0


@pytest.mark.parametrize("ending, status", [("\x04", 0), ("\x03", 130)])
def test_an_end_of_the_input_and_an_interrupt_put_the_terminal_back(told: Toy, ending, status):
    show = Terminal(told, "--chapter=1")
    show.until("1/7")
    show.press(ending)
    assert show.status() == status and show.screen.endswith("\x1b[?25h\x1b[?1049l")


def test_a_terminal_that_goes_away(told: Toy):
    show = Terminal(told, "--chapter=1")
    show.until("1/7")
    os.close(show.end)
    deadline = time.monotonic() + SECONDS
    while os.waitpid(show.pid, os.WNOHANG)[0] == 0:
        if time.monotonic() > deadline:
            os.kill(show.pid, signal.SIGKILL)
            pytest.fail("it stayed")
        time.sleep(0.05)


def test_without_a_terminal_all_is_printed(told: Toy):
    done = told.driver("show", "--chapter=1")
    assert done.returncode == 0 and "\x1b" not in done.stdout
    assert "filled   37,832" in done.stdout and "As recorded." in done.stdout and "old page" not in done.stdout
    assert done.stdout.index("Is it bold") < done.stdout.index("filled") < done.stdout.index("After it.")


def test_a_run_that_is_another_is_shown_as_one(told: Toy):
    told.mode("digit")
    assert "Not as recorded:" in told.driver("show", "--chapter=1").stdout


@pytest.mark.parametrize("words, said", [((), "which chapter?"), (("--chapter=7",), 'no chapter "7"')])
def test_wrong_use(toy: Toy, words, said):
    done = toy.driver("show", *words)
    assert done.returncode == 2 and said in done.stderr and done.stdout == ""


def test_make_show(told: Toy):
    done = subprocess.run(["make", "--no-print-directory", "show", "CHAPTER=1"], cwd=told.root, env=CLEAN,
                          capture_output=True, text=True)
    assert done.returncode == 0 and "Is it bold" in done.stdout, done.stderr


def test_keys_are_what_the_last_line_says():
    assert {KEYS[key] for key in (b"\r", b" ", b"\n")} == {"next"} and KEYS[b"b"] == "back" and KEYS[b"q"] == "quit"
