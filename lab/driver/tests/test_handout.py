"""`make handout`, `make mark`: drawn from a name, never twice the same, and marked without a key.

Nothing is compiled here: the toy's chapter has a shell script for a program.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import CLEAN, DRIVER, Toy, lay_out
from highwater.cli import main
from highwater.complaint import Complaint
from highwater.handout.draw import draw
from highwater.handout.form import read_form
from highwater.handout.mark import OtherSheet, mark
from highwater.handout.names import spelling
from highwater.handout.questions import load_course
from highwater.handout.sheet import blank_form, markdown

COURSE = """
edition = "1"

[[question]]
id = "box"
chapter = 1
title = "A box"
text = "A box of <kind.says> holds <keys> toys: `box(<keys>)`."
run = ["retain", "--keys=<keys>", "--seed=<seed>"]
explore = "make retain CHAPTER=01 KEYS=<keys> SEED=<seed>"
[question.draw]
keys = { between = [[2_000, 2_999], [4_000, 4_999]] }
seed = { of = [3, 5] }
kind = { of = [{ says = "wood", row = "wood" }, { says = "tin", row = "tin" }] }
[[question.ask]]
id = "bytes"
asks = "How many bytes has a box of <keys>"
kind = "number"
real = "retain.heap.<kind.row>.bytes"
unit = "B"
near = 1.02
wrong = [{ value = "<keys> * 16 + 0 * retain.heap.tin.bytes", means = "entries-are-all" }]
[[question.ask]]
id = "left"
asks = "What is left of it"
kind = "choice"
real = "retain.heap.<kind.row>.left / retain.heap.<kind.row>.bytes * 100 | .0"
unit = "%"
choices = [
    { says = "nothing", below = 10, means = "delete-frees" },
    { says = "half", from = 25, below = 75, means = "delete-frees" },
    { says = "all", from = 90 },
]
[[question.ask]]
id = "toys"
asks = "How many toys"
kind = "number"
real = "retain.heap.wood.keys"
near = 1.0001
wrong = [{ below = 10, means = "delete-frees" }]
"""
BELIEFS = """
[entries-are-all]
says = "A box takes what its toys take."
chapter = 1
[delete-frees]
says = "Deleting frees."
chapter = 2
"""
# A program that answers --keys=N: 1,024 N bytes, all of them left.
PROGRAM = """#!/bin/sh
echo toys
keys=${2#--keys=}
for last; do :; done
for row in wood tin; do
    printf 'figure\\tretain.heap.%s.bytes\\t%s\\tB\\texact\\n' $row $((keys * 1024)) >>"$last"
    printf 'figure\\tretain.heap.%s.left\\t%s\\tB\\texact\\n' $row $((keys * 1024)) >>"$last"
    printf 'figure\\tretain.heap.%s.keys\\t%s\\t\\texact\\n' $row $keys >>"$last"
done
"""
PROGRAM_PATH = "build/default/chapters/01-toy-count/toy_count"


def put(toy: Toy, name: str, text: str) -> Path:
    path = toy.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory) -> Toy:
    toy = Toy(lay_out(tmp_path_factory.mktemp("handout") / "tree"))
    put(toy, "chapters/handout.toml", COURSE)
    put(toy, "chapters/misconceptions.toml", BELIEFS)
    put(toy, PROGRAM_PATH, PROGRAM).chmod(0o755)
    return toy


@pytest.fixture
def toy(laid_out, tmp_path) -> Toy:
    return Toy(shutil.copytree(laid_out.root, tmp_path / "tree", ignore=shutil.ignore_patterns("lab")))


@pytest.fixture
def drive(toy, monkeypatch, capsys):
    """The driver in this process: most of a driver's time is its start."""
    monkeypatch.setenv("HIGHWATER_ROOT", str(toy.root))

    def run(*words: str):
        capsys.readouterr()
        return subprocess.CompletedProcess(words, main(list(words)), *capsys.readouterr())

    return run


def keys_of(toy: Toy, who: str = "ada") -> int:
    return draw(toy.tree, who).tasks[0].drawn["keys"]


def form(toy: Toy, who: str = "ada", **answers: str) -> str:
    """The form of a name, filled in."""
    text = blank_form(draw(toy.tree, who))
    for id, answer in answers.items():
        text = text.replace(f"\n{id}: \n", f"\n{id}: {answer}\n")
    return text


def marks(toy: Toy, **answers: str) -> dict:
    handout = draw(toy.tree, "ada")
    return {one.id: one for one in mark(toy.tree, handout, form(toy, **answers))}


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed, spelt", [
    ("ada", "ada"), ("  Ada  LOVELACE ", "ada-lovelace"), ("ada_lovelace", "ada-lovelace"),
    ("Ada\u00a0Lovelace", "ada-lovelace"), ("Zoë", "zoe"), ("Zoe\u0308", "zoe"), ("Åsa Müßig", "asa-mussig"),
    ("o'Brien, Pat", "o-brien-pat"), ("../../etc/passwd", "etc-passwd"), ("李 雷", "李-雷"), ("s1234567", "s1234567"),
    ("ﬁona", "fiona"), ("की", "की"), ("Анна", "анна"), ("ada@uni.example", "ada-uni-example"),
])
def test_one_spelling_counts(typed, spelt):
    assert spelling(typed) == spelt == spelling(spelt)


def test_vowel_signs_are_letters():
    assert spelling("की") != spelling("का")


@pytest.mark.parametrize("name", ["", " ", "...", "/", "🙂", "\n\n", "\0", "a" * 61, "-" * 5000])
def test_absurd_names_get_one_sentence(name, drive):
    done = drive("handout", f"--who={name}")
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and len(done.stderr) < 150 and "is no name" in done.stderr


def test_a_name_stays_in_its_folder(toy, drive):
    assert drive("handout", "--who=../../../etc").returncode == 0
    assert [path.name for path in (toy.root / "build/handouts").iterdir()] == ["etc"]


def test_a_name_is_text_in_the_sheet(toy):
    text = markdown(toy.tree, draw(toy.tree, "<b>*ada*</b>"), "build")
    assert r"\<b\>\*ada\*\</b\>" in text


# --- drawing ---------------------------------------------------------------------------------


def test_drawn_as_ever(toy):
    """Pinned: another machine, another Python or another year draws the same."""
    handout = draw(toy.tree, "ada")
    assert handout.tasks[0].drawn == {"keys": 4628, "seed": 5, "kind": {"says": "tin", "row": "tin"}}
    assert [choice.says for choice in handout.questions[1].choices] == ["nothing", "all", "half"]
    assert handout.number == "e5ab9f14"


def test_hash_seeds_draw_alike(toy):
    said = "from pathlib import Path; from highwater.tree import Tree; from highwater.handout.draw import draw;" \
           f"print(draw(Tree(Path({str(toy.root)!r})), 'ada'))"
    pages = {subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, cwd=DRIVER,
                            env=CLEAN | {"PYTHONHASHSEED": seed}, check=True).stdout for seed in "123"}
    assert len(pages) == 1 and pages != {""}


def test_a_name_is_printed_as_text(toy):
    assert draw(toy.tree, "Ada\x1b[2J\n Byron").name == "Ada [2J Byron"


def test_names_editions_and_questions_draw_apart(toy):
    course = load_course(toy.tree)
    drawn = {json.dumps(draw(toy.tree, f"student {n}", course).tasks[0].drawn) for n in range(50)}
    assert len(drawn) == 50
    before = draw(toy.tree, "ada")
    toy.edit("chapters/handout.toml", 'edition = "1"', 'edition = "2"')
    assert draw(toy.tree, "ada").tasks[0].drawn != before.tasks[0].drawn
    toy.edit("chapters/handout.toml", 'edition = "2"', 'edition = "1"')
    toy.edit("chapters/handout.toml", 'id = "box"', 'id = "chest"')
    assert draw(toy.tree, "ada").tasks[0].drawn != before.tasks[0].drawn


def test_a_mended_word_is_the_same_sheet(toy):
    before = draw(toy.tree, "ada")
    toy.edit("chapters/handout.toml", "holds <keys> toys", "has <keys> toys")
    toy.edit("chapters/handout.toml", "near = 1.02", "near = 1.03")
    assert draw(toy.tree, "ada").number == before.number
    toy.edit("chapters/handout.toml", "[2_000, 2_999]", "[2_000, 2_998]")
    assert draw(toy.tree, "ada").number != before.number


def test_draws_are_spread(toy):
    """All values are drawn, each range by its width, each letter at each place."""
    course = load_course(toy.tree)
    handouts = [draw(toy.tree, f"s{n}", course) for n in range(500)]
    keys = [handout.tasks[0].drawn["keys"] for handout in handouts]
    assert all(2000 <= key <= 2999 or 4000 <= key <= 4999 for key in keys)
    assert 200 < sum(key < 3000 for key in keys) < 300 and len(set(keys)) > 400
    firsts = [handout.questions[1].choices[0].says for handout in handouts]
    assert all(120 < firsts.count(says) < 220 for says in ("nothing", "half", "all"))


def test_neighbours_are_not_the_own_numbers(toy):
    course = load_course(toy.tree)
    for n in range(300):
        task = draw(toy.tree, f"s{n}", course).tasks[0]
        assert f"KEYS={task.drawn['keys']} " not in task.explore and f"SEED={task.drawn['seed']}" not in task.explore


# --- the sheet and the form ------------------------------------------------------------------


def test_sheet_and_form_are_written(toy, drive):
    done = drive("handout", "--who=Ada")
    handout = draw(toy.tree, "Ada")
    sheet = (toy.root / "build/handouts/ada/handout.md").read_text()
    keys = keys_of(toy)
    assert done.returncode == 0 and handout.number in done.stdout and "handout.txt" in done.stdout
    assert f"holds {keys:,} toys: `box({keys})`" in sheet and f"has a box of {keys:,}?" in sheet
    assert "*(in B, right within a factor of 1.02)*" in sheet and "*(exactly)*" in sheet and handout.number in sheet
    assert [f"- {letter}) {choice.says}" in sheet for letter, choice in zip("abc", handout.questions[1].choices)]
    assert "(../../../chapters/01-toy-count/README.md)" in sheet and "instructor's choice" in sheet
    text = (toy.root / "build/handouts/ada/handout.txt").read_text()
    assert text == blank_form(handout) and text.startswith("# The answers of Ada")
    assert not (read := read_form(text, handout.questions)).given and not read.odd and read.sheet == handout.number


def test_a_filled_form_stays(toy, drive):
    drive("handout", "--who=ada")
    path = put(toy, "build/handouts/ada/handout.txt", form(toy, bytes="2 MiB", left="many"))
    before = path.read_bytes()
    toy.edit("chapters/handout.toml", "[2_000, 2_999]", "[2_000, 2_998]")
    done = drive("handout", "--who=ada")
    assert path.read_bytes() == before
    assert "2 of 3 answered, but look at this" in done.stdout and 'left: "many" is no answer here' in done.stdout
    assert "it is of sheet" in done.stdout


def test_a_blank_form_is_replaced(toy, drive):
    drive("handout", "--who=ada")
    toy.edit("chapters/handout.toml", 'edition = "1"', 'edition = "2"')
    drive("handout", "--who=ada")
    assert draw(toy.tree, "ada").number in (toy.root / "build/handouts/ada/handout.txt").read_text()


def test_scribble_counts_as_filled_in(toy, drive):
    path = put(toy, "build/handouts/ada/handout.txt", "my notes\n")
    done = drive("handout", "--who=ada")
    assert path.read_text() == "my notes\n" and 'line 1, "my notes", is not' in done.stdout


def test_a_form_that_is_no_text_stays(toy, drive):
    path = put(toy, "build/handouts/ada/handout.txt", "")
    path.write_bytes(b"\xff\xfe")
    done = drive("handout", "--who=ada")
    assert done.returncode == 0 and "is not text" in done.stdout and path.read_bytes() == b"\xff\xfe"
    assert drive("mark", "--who=ada").returncode == 2


def test_folder_that_cannot_be_written(toy, drive):
    put(toy, "build/handouts", "a file\n")
    done = drive("handout", "--who=ada")
    assert done.returncode == 1 and "cannot be written" in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_class(toy, drive):
    names = put(toy, "names.txt", "# the class\n" + "".join(f"Student {n}\n" for n in range(200)))
    put(toy, "build/handouts/student-7/handout.txt", "bytes: 5\n")
    done = drive("handout", f"--class={names}")
    assert done.returncode == 0 and "200 sheets" in done.stdout and "1 forms are filled in" in done.stdout
    assert len(list((toy.root / "build/handouts").glob("*/handout.md"))) == 200


@pytest.mark.parametrize("text, said", [
    ("ada\n\nAda\n", "lines 1 and 3: both are ada"), ("ada\n...\n", 'line 2: "..." is no name'),
    ("# none\n", "holds no name")])
def test_a_class_with_a_fault_writes_nothing(toy, drive, text, said):
    names = put(toy, "names.txt", text)
    done = drive("handout", f"--class={names}")
    assert done.returncode == 2 and said in done.stderr and not (toy.root / "build/handouts").exists()


@pytest.mark.parametrize("words, said", [
    (["handout"], "WHO=ada"), (["handout", "--who=a", "--class=b"], "WHO=ada"), (["mark"], "WHO=ada"),
    (["handout", "--class=none.txt"], "none.txt is missing"), (["mark", "--who=ada"], "handout.txt is missing"),
    (["mark", "--who=ada", "--answers=none.txt"], "none.txt is missing")])
def test_wrong_use_gets_one_sentence(drive, words, said):
    done = drive(*words)
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1


def test_by_make(laid_out, tmp_path):
    toy = Toy(shutil.copytree(laid_out.root, tmp_path / "tree"))
    assert toy.make("handout", "WHO=O'Brien $(false)").returncode == 0
    put(toy, "my names.txt", "ada\n")
    done = toy.make("handout", "CLASS=my names.txt")
    assert done.returncode == 0 and (toy.root / "build/handouts/ada/handout.md").exists(), done.stderr


# --- marking ---------------------------------------------------------------------------------


@pytest.mark.parametrize("spelt", [
    lambda b: f"{b}", lambda b: f"{b:,}", lambda b: f"{b:,} B", lambda b: f"{b} bytes", lambda b: f"{b / 1024:.1f} KiB",
    lambda b: f"{b / 2**20:.3f} MiB", lambda b: f"{b / 1e6:.2f} MB!", lambda b: f"{b:.3e}".replace("+0", ""),
    lambda b: f"{b * 1.019:.0f} ?", lambda b: f"{b}   # I counted"])
def test_right_in_many_spellings(toy, spelt):
    assert marks(toy, bytes=spelt(keys_of(toy) * 1024))["bytes"].verdict == "GOOD"


def letter_of(toy: Toy, says: str) -> str:
    choices = draw(toy.tree, "ada").questions[1].choices
    return "abc"[[choice.says for choice in choices].index(says)]


@pytest.mark.parametrize("how", [lambda toy: "all", lambda toy: "ALL!", lambda toy: "al", lambda toy: letter_of(toy, "all"),
                                 lambda toy: letter_of(toy, "all").upper()])
def test_a_choice_by_letter_or_words(toy, how):
    assert marks(toy, left=how(toy))["left"].verdict == "GOOD"


def test_wrong_ones_say_why(toy):
    keys = keys_of(toy)
    found = marks(toy, bytes=f"{keys * 16}", left=letter_of(toy, "half"), toys=f"{keys + 1}")
    assert {one.verdict for one in found.values()} == {"BAD"}
    assert found["bytes"].misconception == "entries-are-all" and found["left"].misconception == "delete-frees"
    assert found["bytes"].why == (
        '64.0 times too low; often believed, and false: "A box takes what its toys take." Chapter 1 shows what is true of it.')
    assert found["toys"].why == "off by one" and found["toys"].misconception is None
    assert found["bytes"].right == f"{keys * 1024:,} B" and found["left"].right == "all (100 %)"


@pytest.mark.parametrize("unit, size, why", [
    ("KiB", 2**20, "1,024 times too small: right, had it been MiB"),
    ("MiB", 2**10, "1,024 times too large: right, had it been KiB"),
    ("", 2**20, "1,048,576 times too small: right, had it been MiB"),
    ("MB", 2**20, "1.05 times too small: right, had it been MiB")])
def test_a_slip_of_the_unit_is_told(toy, unit, size, why):
    found = marks(toy, bytes=f"{keys_of(toy) * 1024 / size:.3f} {unit}")["bytes"]
    assert (found.verdict, found.why, found.misconception) == ("BAD", why, None)


def test_far_from_any_belief(toy):
    found = marks(toy, bytes="7 GiB", toys="0")
    assert "times too high" in found["bytes"].why and found["bytes"].misconception is None
    assert found["toys"].misconception == "delete-frees"


def test_missing_ones(toy):
    found = marks(toy, left="skip")
    assert {one.verdict for one in found.values()} == {"MISSING"} and found["bytes"].right.endswith(" B")
    assert {one.verdict for one in mark(toy.tree, draw(toy.tree, "ada"), "")} == {"MISSING"}


@pytest.mark.parametrize("text, why", [
    ("bytes: many\n", "is no answer here"), ("bytes: 5\nbytes: 6\n", "answered twice: 5, then 6"),
    ("bytes: nan\n", "is no answer here"), ("bytes: 1e99999999\n", "is no answer here"),
    ("bytes: -1\n", "is no answer here"), (f"bytes: {'9' * 100_000}\n", "too long"), ("left: z\n", "is no answer here"),
    ("bytes: \x1b[2J\n", "too long or not text"), ("bytes: ٣\n", "is no answer here")])
def test_what_cannot_be_read_is_bad(toy, text, why):
    found = [one for one in mark(toy.tree, draw(toy.tree, "ada"), text) if one.verdict != "MISSING"]
    assert [one.verdict for one in found] == ["BAD"] and why in found[0].why


def test_the_same_twice_is_one_answer(toy):
    bytes = keys_of(toy) * 1024
    assert mark(toy.tree, draw(toy.tree, "ada"), f"bytes: {bytes}\nbytes: {bytes}\n")[0].verdict == "GOOD"


def test_no_form_at_all(toy):
    handout = draw(toy.tree, "ada")
    for text in ("\0" * 50, ":::\n" * 5000, "\u2028", "{}", "sheet:\n", "bytes\n"):
        assert {one.verdict for one in mark(toy.tree, handout, text)} == {"MISSING"}
    assert len(read_form("x\n" * 5000, handout.questions).odd) == 1000


def test_another_sheet_is_not_marked(toy):
    with pytest.raises(OtherSheet, match="it is somebody else's, or was drawn from other questions"):
        mark(toy.tree, draw(toy.tree, "ada"), form(toy, who="grace", bytes="5"))


@pytest.mark.parametrize("program, said, status", [
    (None, "is not built", 2), ("#!/bin/sh\nkill -SEGV $$\n", "crashed with SIGSEGV", 1),
    ("#!/bin/sh\necho no memory >&2\nexit 1\n", "exit status 1: no memory", 1),
    ("#!/bin/sh\necho toys\n", 'no figure "retain.heap', 2)])
def test_a_lab_that_fails_is_nobodys_mistake(toy, drive, program, said, status):
    path = toy.root / PROGRAM_PATH
    path.unlink()
    if program:
        put(toy, PROGRAM_PATH, program).chmod(0o755)
    put(toy, "build/handouts/ada/handout.txt", form(toy, bytes="5"))
    done = drive("mark", "--who=ada")
    assert done.returncode == status and said in done.stderr and "BAD" not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_page_of_marks(toy, drive):
    put(toy, "build/handouts/ada/handout.txt", form(toy, bytes="1 KiB", left="all") + "scribble\n")
    done = drive("mark", "--who=ADA")
    assert done.returncode == 0 and done.stdout.endswith("1 GOOD, 1 BAD, 1 MISSING of 3.\n")
    assert f"right   {keys_of(toy) * 1024:,} B" in done.stdout and 'given   1 KiB' in done.stdout
    assert '"scribble", is not' in done.stdout and "1. A box (chapter 1)" in done.stdout


def test_a_class_runs_each_command_once(toy):
    from highwater.handout.lab import Lab
    lab = Lab(toy.tree)
    handout = draw(toy.tree, "ada")
    first = mark(toy.tree, handout, "", lab)
    (toy.root / PROGRAM_PATH).unlink()
    assert mark(toy.tree, handout, "", lab) == first


def test_no_key_is_left_on_disk(toy, drive, tmp_path, monkeypatch):
    """Everything that a marking leaves anywhere it may write is looked through for the right answers."""
    monkeypatch.setattr(tempfile, "tempdir", str(put(toy, "scratch/here", "").parent))
    drive("handout", "--who=ada")
    before = toy.state() | {str(path): b"" for path in (toy.root / "build").rglob("*")}
    put(toy, "build/handouts/ada/handout.txt", form(toy, bytes="5"))
    page = drive("mark", "--who=ada").stdout
    right = keys_of(toy) * 1024
    assert f"{right:,}" in page
    assert toy.state() | {str(path): b"" for path in (toy.root / "build").rglob("*")} == before
    for path in tmp_path.rglob("*"):
        text = path.read_bytes() if path.is_file() else b""
        assert str(right).encode() not in text and f"{right:,}".encode() not in text, path


# --- the data --------------------------------------------------------------------------------


@pytest.mark.parametrize("old, new, said", [
    ('edition = "1"', "", '"edition" is missing'),
    ('edition = "1"', f'edition = "{"x" * 65}"', '"edition" is longer'),
    ('title = "A box"', 'title = "A box"\ntitel = "x"', 'question box: "titel" is not a field'),
    ("chapter = 1", "chapter = 9", "question box: there is no chapter 9"),
    ('run = ["retain"', 'run = ["iter"', '"run" does not begin with a target of 01-toy-count: retain, bench'),
    ('explore = "make retain', 'explore = "rm -r', '"explore" is no `make` with a target'),
    ("[[2_000, 2_999], [4_000, 4_999]]", "[[2_999, 2_000]]", "draw keys: \"between\" holds something that is not"),
    ("[[2_000, 2_999], [4_000, 4_999]]", "[]", "draw keys: there are not two values"),
    ("{ of = [3, 5] }", "{ of = [3] }", "draw seed: there are not two values"),
    ("{ of = [3, 5] }", "{ of = [3, 5.5] }", 'draw seed: "of" is not a list of'),
    ("{ of = [3, 5] }", "{ off = [3, 5] }", 'draw seed: write either "between"'),
    ("{ of = [3, 5] }", "7", 'draw seed: write either "between"'),
    ("{ of = [3, 5] }", "{ of = [3, 5], to = 1 }", 'draw seed: "to" is not a field'),
    ('row = "tin" }', 'rows = "tin" }', 'draw kind: "of" is not a list of'),
    ("A box of <kind.says>", "A box of <kind.color>", 'nothing is drawn for the place "<kind.color>"'),
    ("A box of <kind.says>", "A box of <kind>", 'nothing is drawn for the place "<kind>"'),
    ("A box of <kind.says>", "A box of <shape>", 'nothing is drawn for the place "<shape>"'),
    ("seed = { of = [3, 5] }", "seed = { of = [3, 5] }\nspare = { of = [1, 2] }", '"spare" is drawn and used in no place'),
    ('id = "left"', 'id = "bytes"', 'the id "bytes" is there twice'),
    ("near = 1.02", "", 'question box, predict bytes: "near" is missing'),
    ('value = "<keys> * 16', 'val = "<keys> * 16', '"from", "below" and "value" are all missing'),
    ('means = "entries-are-all"', 'means = "cows-fly"', "bytes: misconceptions.toml has no cows-fly"),
    ("[[question]]", "[[questions]]", '"question" is not a list'),
    ("chapter = 1", "chapter = ", "is not TOML")])
def test_a_mistake_in_the_data_is_told(toy, drive, old, new, said):
    toy.edit("chapters/handout.toml", old, new)
    done = drive("handout", "--who=ada")
    assert done.returncode == 2 and said in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("chapters/handout.toml")
    assert not (toy.root / "build/handouts").exists()


def test_no_data(toy, drive):
    os.remove(toy.root / "chapters/handout.toml")
    assert drive("handout", "--who=ada").stderr == "chapters/handout.toml is missing\n"
    put(toy, "chapters/handout.toml", 'edition = "1"\n')
    assert "there is no [[question]]" in drive("handout", "--who=ada").stderr


def test_a_figure_that_is_not_printed_is_told(toy):
    toy.edit("chapters/handout.toml", 'real = "retain.heap.wood.keys"', 'real = "retain.heap.wood.kegs"')
    with pytest.raises(Complaint, match='question box: no figure "retain.heap.wood.kegs" is printed by 01-toy-count retain --keys='):
        marks(toy)
