"""`make predict`: asked before a run, kept as it was answered, compared afterwards.

Nothing is compiled here: the toy's chapter has a shell script for a program, which prints what
the goldens hold.
"""

import io
import json
import os
import pty
import select
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction

import pytest
from conftest import CLEAN, DRIVER, Toy, lay_out
from highwater.cli import main
from highwater.complaint import Complaint
from highwater.golden import golden_paths, seal
from highwater.manifest import load_chapter
from highwater.predict.answers import Answer, number_of, read_answer
from highwater.predict.ask import ask
from highwater.predict.compare import Graded, graded, recorded
from highwater.predict.judge import faults, how_far, is_near, within
from highwater.predict.questions import Range, load_paper, plain, predict_section
from highwater.predict.store import load, read_prediction, store

PROSE = """# Counting

## Predict

Write *before* you [run](../../README.md).

1. How many bytes has the `map[int]` of **two**
   keys? And why?
2. What is left of its <!-- = retain.heap.filled.bytes -->37,832<!-- / --> bytes: nothing, half, all?
3. Does counting take time?

## Run it

1. Not a question.
"""
MANIFEST = """
number = 1
slug = "toy-count"
title = "Counting toys"
question = "How many are there?"
targets = ["retain", "bench"]

[[claim]]
id = "kept"
says = "It stays."
proof = "trace"
scope = "toys"
pass = "it is there twice"
source = "lab"
target = "retain"
expect = "holds"
[[claim.beyond]]
name = "no-count"
says = "Without a count it does not."
expect = "fails"

[[predict]]
id = "bytes"
asks = "How many bytes has the map[int] of two keys"
kind = "number"
real = "retain.heap.filled.bytes"
unit = "B"
near = 1.25
wrong = [
    { value = "retain.heap.filled.keys * 16", means = "entries-are-all" },
    { from = "10 * retain.heap.filled.bytes", means = "maps-are-huge" },
]

[[predict]]
id = "left"
asks = "What is left of its 37,832 bytes"
kind = "choice"
real = "retain.heap.deleted.bytes / retain.heap.filled.bytes * 100 | .0"
unit = "%"
choices = [
    { says = "nothing", below = 10, means = "delete-frees" },
    { says = "half", from = 25, below = 75, means = "delete-frees" },
    { says = "all", from = 90 },
]

[[predict]]
id = "time"
asks = "Does counting take time"
kind = "word"
real = "bench.heap.filled.time"
unit = "ns"
choices = [
    { says = "yes", from = 1 },
    { says = "no", below = 1, means = "entries-are-all" },
]
"""
BELIEFS = """
[entries-are-all]
says = "A map takes what its entries take."
chapter = 1
[maps-are-huge]
says = "A map takes any amount."
chapter = 1
[delete-frees]
says = "Deleting frees."
chapter = 2
"""
FIGURES = {
    "retain": "beyond\tkept\tno-count\tfails\tno count\nclaim\tkept\tholds\tkept\n"
              "figure\tretain.heap.filled.bytes\t37832\tB\texact\n"
              "figure\tretain.heap.filled.keys\t2\t\texact\n"
              "figure\tretain.heap.deleted.bytes\t37832\tB\texact\n",
    "bench": "figure\tbench.heap.filled.time\t48.6\tns\tmeasured\n",
}
GOOD = "36 KiB!\nb?\nyes\n"


def put(toy: Toy, name: str, text: str) -> None:
    path = toy.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def program(toy: Toy, figures: dict[str, str]) -> None:
    """A program that prints these machine lines."""
    for target, lines in figures.items():
        put(toy, f"build/{target}", lines)
    put(toy, "build/default/chapters/01-toy-count/toy_count",
        '#!/bin/sh\necho "the page of $1"\ncat "build/$1" >"$3"\n')
    (toy.root / "build/default/chapters/01-toy-count/toy_count").chmod(0o755)


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory):
    toy = Toy(lay_out(tmp_path_factory.mktemp("predict") / "tree"))
    shutil.rmtree(toy.root / "chapters/02-toy-order")
    put(toy, "README.md", "# Toys\n")
    put(toy, "chapters/sources.toml", "")
    put(toy, "chapters/01-toy-count/README.md", PROSE)
    put(toy, "chapters/01-toy-count/chapter.toml", MANIFEST)
    put(toy, "chapters/misconceptions.toml", BELIEFS)
    program(toy, FIGURES)
    for target, lines in FIGURES.items():
        for path, text in zip(golden_paths(toy.tree, "01-toy-count", target),
                              (f"the page of {target}\n", lines)):
            put(toy, toy.tree.name(path), seal(text))
    return toy


@dataclass(frozen=True)
class Quick(Toy):
    """A toy whose driver runs in this process: most of a driver's time is its start."""

    patch: pytest.MonkeyPatch
    caught: pytest.CaptureFixture

    def driver(self, *words: str, typed: str | bytes = "", **environment: str):
        typed = typed.encode() if isinstance(typed, str) else typed
        with self.patch.context() as patch:
            for name in set(os.environ) - set(CLEAN):
                patch.delenv(name)
            for name, value in (environment | {"HIGHWATER_ROOT": str(self.root)}).items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
            self.caught.readouterr()
            status = main(list(words))
        return subprocess.CompletedProcess(words, status, *self.caught.readouterr())


@pytest.fixture
def toy(laid_out, tmp_path, monkeypatch, capsys):
    shutil.copytree(laid_out.root, tmp_path / "tree", ignore=shutil.ignore_patterns("lab"))
    return Quick(tmp_path / "tree", monkeypatch, capsys)


def predict(toy: Quick, typed: str | bytes, *words: str):
    """`make predict` with answers on its standard input."""
    return toy.driver("predict", *words, typed=typed)


def answered(toy: Toy, typed: str = GOOD) -> None:
    done = predict(toy, typed, "--chapter=1")
    assert done.returncode == 0, done.stderr


def stored(toy: Toy) -> str:
    return (toy.root / ".predictions/01-toy-count.json").read_text()


def test_answers_are_stored_whole_with_version_and_date(toy):
    done = predict(toy, "# mine\n\n" + GOOD, "--chapter=1")
    assert done.returncode == 0 and done.stderr == ""
    kept = json.loads(stored(toy))
    assert [(row["id"], row["answer"], row["sure"]) for row in kept["answers"]] == [
        ("bytes", "36 KiB", "sure"), ("left", "half", "a guess"), ("time", "yes", "")]
    assert kept["version"] in done.stdout and len(kept["date"]) == 10
    assert "make retain CHAPTER=01, make bench CHAPTER=01" in done.stdout
    assert [path.name for path in (toy.root / ".predictions").iterdir()] == ["01-toy-count.json"]


def test_answers_from_a_file_and_by_make(laid_out, tmp_path):
    toy = Toy(shutil.copytree(laid_out.root, tmp_path / "tree"))
    put(toy, "chapters/01-toy-count/my.txt", GOOD)
    assert toy.make("predict", "CHAPTER=1", "ANSWERS=none.txt").stderr.startswith("none.txt is missing\n")
    assert toy.make("predict", "ANSWERS=my.txt", folder="chapters/01-toy-count").returncode == 0
    assert '"36 KiB"' in stored(toy)
    assert "Predicted on" in toy.make("predict", "CHAPTER=01").stdout
    assert "01-toy-count" in toy.make("predict").stdout


def test_never_overwritten(toy):
    answered(toy)
    before = toy.state()
    put(toy, "build/other", "1\na\nno\n")
    done = predict(toy, "", "--chapter=1", "--answers=build/other")
    assert done.returncode == 2 and "predictions are kept as they were made" in done.stderr
    predict(toy, "1\na\nno\n", "--chapter=1")
    assert toy.state() == before


def test_two_at_once_keep_the_first(toy):
    paper = load_paper(toy.tree, load_chapter(toy.tree, toy.root / "chapters/01-toy-count"))
    store(toy.tree, paper, [Answer("1"), Answer(None), Answer("yes")])
    before = stored(toy)
    with pytest.raises(Complaint, match="is there already"):
        store(toy.tree, paper, [Answer("2"), Answer(None), Answer("yes")])
    assert stored(toy) == before and len(list(toy.tree.predictions.iterdir())) == 1


def test_a_write_that_fails_leaves_nothing(toy, monkeypatch):
    monkeypatch.setattr(os, "link", lambda old, new: (_ for _ in ()).throw(OSError(28, "No space left")))
    done = predict(toy, GOOD, "--chapter=1")
    assert done.returncode == 1 and "cannot be written: No space left" in done.stderr
    assert list(toy.tree.predictions.iterdir()) == []


def test_folder_that_cannot_be_written(toy):
    put(toy, ".predictions", "a file\n")
    done = predict(toy, GOOD, "--chapter=1")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "cannot be written" in done.stderr


@pytest.mark.parametrize("typed, said", [
    ("", "has 0 answers for the 3 questions"),
    ("1\nb\n", "has 2 answers for the 3 questions"),
    (GOOD + "yes\n", "has 4 answers for the 3 questions"),
    ("many\nb\nyes\n", 'line 1, bytes: "many" is no answer here: write a number (unit: B; 36 MiB will do), or skip'),
    ("-1\nb\nyes\n", '"-1" is no answer here'),
    ("nan\nb\nyes\n", '"nan" is no answer here'),
    ("1 mile\nb\nyes\n", '"1 mile" is no answer here'),
    ("1e999\nb\nyes\n", '"1e999" is no answer here'),
    ("٣\nb\nyes\n", "is no answer here"),
    ("1\nd\nyes\n", 'line 2, left: "d" is no answer here: write a letter from a to c'),
    ("1\nb\noh yes\n", 'line 3, time: "oh yes" is no answer here: write one word'),
    ("1\nb\n!\n", "an empty line is no answer"),
    ("1" * 999 + "\nb\nyes\n", "too long"),
    ("1\x07\nb\nyes\n", "not text"),
    (b"\xff\xfe", "is not text"),
])
def test_bad_answers_get_one_sentence_and_nothing_is_stored(toy, typed, said):
    done = predict(toy, typed, "--chapter=1")
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
    assert "nothing is stored" in done.stderr and not (toy.root / ".predictions").exists()


def test_answers_without_a_chapter(toy):
    done = predict(toy, "", "--answers=x")
    assert done.returncode == 2 and "say CHAPTER= too" in done.stderr


def test_chapter_without_questions(toy):
    put(toy, "chapters/01-toy-count/chapter.toml", MANIFEST[:MANIFEST.index("[[predict]]")])
    assert "has no questions to predict yet" in predict(toy, "", "--chapter=1").stderr


def at_a_terminal(toy: Toy, *typed: bytes, words: list[str] = ["predict", "--chapter=1"],
                  **environment: str) -> tuple[int, str]:
    """The driver at a terminal of its own: each piece is typed when the prompt stands there."""
    mine, its = pty.openpty()
    child = subprocess.Popen([sys.executable, str(DRIVER / "hw.py"), *words],
                             env=CLEAN | environment | {"HIGHWATER_ROOT": str(toy.root)},
                             stdin=its, stdout=its, stderr=its, start_new_session=True)
    os.close(its)
    shown, left = b"", list(typed)
    while select.select([mine], [], [], 10)[0]:
        try:
            piece = os.read(mine, 4096)
        except OSError:
            break
        shown += piece
        if left and shown.endswith(b"> "):
            os.write(mine, left.pop(0))
            shown += b"\n"
    os.close(mine)
    return child.wait(10), shown.decode()


def test_asked_at_a_terminal_until_each_answer_is_one(toy):
    status, shown = at_a_terminal(toy, b"lots\n", b"36 KiB\n", b"skip\n", b"no\n")
    assert status == 0, shown
    assert "1 of 3. How many bytes has the map[int] of two keys? And why?" in shown
    assert "To answer: How many bytes has the map[int] of two keys?" in shown
    assert '"lots" is no answer here' in shown and "a  nothing" in shown and "Write before you run." in shown
    assert [row["answer"] for row in json.loads(stored(toy))["answers"]] == ["36 KiB", None, "no"]


def test_stopped_half_way_nothing_is_stored(toy):
    status, shown = at_a_terminal(toy, b"36 KiB\n", b"\x04")
    assert status == 130 and "stopped at question 2 of 3; nothing is stored" in shown
    assert not (toy.root / ".predictions").exists()


@pytest.mark.parametrize("stop", [EOFError, KeyboardInterrupt])
def test_stopping_is_a_complaint(toy, stop):
    """Control-D and control-C alike, at the first question and at the last."""
    for typed in ([], ["1", "b"]):
        left = list(typed)

        def line(prompt: str) -> str:
            if left:
                return left.pop(0)
            raise stop

        with pytest.raises(Complaint, match=f"stopped at question {len(typed) + 1} of 3") as complaint:
            ask(paper_of(toy), lambda text: None, line)
        assert complaint.value.status == 130


def test_ci_is_never_asked(toy):
    status, shown = at_a_terminal(toy, CI="1")
    assert status == 2 and "CI is set, so nobody is asked" in shown


def test_compared_with_the_recorded_runs(toy):
    answered(toy, "32!\nb\nyes\n")
    done = predict(toy, "", "--chapter=1")
    assert done.returncode == 0
    text = done.stdout
    assert "yours    32, sure\n     real     37,832 B\n     wrong    1,182 times too low" in text
    assert "belief entries-are-all: A map takes what its entries take. Chapter 1 shows" in " ".join(text.split())
    assert "yours    half\n     real     all (100 %)\n     wrong\n     belief   delete-frees" in text
    assert "real     yes (~48.6 ns)\n     right" in text
    assert text.endswith("1 of 3 answers right.\n")


def test_a_run_shows_what_its_own_figures_decide(toy):
    answered(toy)
    program(toy, FIGURES | {"bench": "figure\tbench.heap.filled.time\t0.5\tns\tmeasured\n"})
    retained = toy.driver("retain", "--chapter=1")
    assert retained.returncode == 0 and "As recorded" in retained.stdout
    assert "36 KiB" in retained.stdout and "counting take time" not in retained.stdout
    assert "2.6 % too low" in retained.stdout and "1 of 2 answers right." in retained.stdout
    timed = toy.driver("bench", "--chapter=1").stdout
    assert "no (~0.5 ns)\n     wrong" in timed and "36 KiB" not in timed


def test_runs_say_nothing_without_predictions_or_with_own_options(toy):
    assert "redict" not in toy.driver("retain", "--chapter=1").stdout
    answered(toy)
    assert "redict" not in toy.driver("retain", "--chapter=1", "--keys=5").stdout


def test_skipped(toy):
    answered(toy, "skip\nSKIP\nyes\n")
    text = predict(toy, "", "--chapter=1").stdout
    assert "skipped  it is 37,832 B" in text and "1 of 1 answer right, 2 skipped." in text


def test_word_that_no_choice_has(toy):
    answered(toy, "1\nb\nperhaps\n")
    assert "yours    perhaps\n     real     yes (~48.6 ns)\n     wrong\n\n" in predict(toy, "", "--chapter=1").stdout


def test_question_asked_in_other_words_since(toy):
    answered(toy)
    toy.edit("chapters/01-toy-count/README.md", "Does counting take time?", "Does counting take time, then?")
    text = predict(toy, "", "--chapter=1").stdout
    assert "asked in other words when you answered" in text and "of the questions, which is" in text
    assert "1 of 2 answers right." in text


@pytest.mark.parametrize("text", [
    "", "{}", "[]", '{"version": "1", "date": "2026-01-01", "answers": [{"id": 5}]}',
    '{"version": "1", "date": "yesterday", "answers": []}', "\0"])
def test_damaged_file_is_told_and_left(toy, text):
    put(toy, ".predictions/01-toy-count.json", text)
    before = toy.state()
    done = predict(toy, GOOD, "--chapter=1")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    run = toy.driver("retain", "--chapter=1")
    assert run.returncode == 0 and ".predictions/01-toy-count.json" in run.stderr
    assert predict(toy, "").returncode == 2 and toy.state() == before


def test_answers_of_another_kind_in_the_file(toy):
    """A file changed by hand may hold what no prompt lets in."""
    answered(toy)
    put(toy, ".predictions/01-toy-count.json", stored(toy).replace("36 KiB", "a lot"))
    done = predict(toy, "", "--chapter=1")
    assert done.returncode == 2 and '"a lot" is no answer here' in done.stderr


def test_no_golden_changes_because_of_predictions(toy):
    toy.driver("golden")
    answered(toy)
    before = toy.state()
    done = toy.driver("golden")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing changed" in done.stdout and toy.state() == before


def test_everything_shows_what_its_runs_decide(toy):
    answered(toy)
    shown = toy.driver("all").stdout
    assert "beside this run of retain" in shown and "beside this run of bench" in shown
    assert "1 of 2 answers right." in shown and shown.splitlines()[-1].endswith("All as expected.")


def after_run(toy: Toy) -> list[str]:
    return json.loads(stored(toy))["after_run"]


def test_a_prediction_before_any_run_says_so(toy):
    answered(toy)
    toy.driver("retain", "--chapter=1")
    assert after_run(toy) == [] and "Shown before" not in predict(toy, "", "--chapter=1").stdout
    assert not any(row.after_run for row in rows_of(toy))


@pytest.mark.parametrize("runs, shown, late", [
    ([["retain", "--chapter=1"], ["retain", "--chapter=1"]], ["retain"], [True, True, False]),
    ([["bench", "--chapter=1", "--keys=5"], ["retain"]], ["bench", "retain"], [True, True, True]),
    ([["all"]], ["make"], [True, True, True]),
    ([["all", "--chapter=1"]], ["retain", "bench"], [True, True, True]),
    ([["golden"], ["predict"], ["iter", "--chapter=1"]], [], [False, False, False]),
])
def test_a_prediction_after_a_run_says_so(toy, runs, shown, late):
    for words in runs:
        toy.driver(*words)
    answered(toy)
    assert after_run(toy) == shown and [row.after_run for row in rows_of(toy)] == late
    text = predict(toy, "", "--chapter=1").stdout
    assert f"Shown before you answered: {', '.join(shown)}." in text if shown else "Shown" not in text


def test_a_run_goes_on_where_nothing_can_be_noted(toy):
    put(toy, ".predictions", "a file\n")
    assert toy.driver("retain", "--chapter=1").returncode == 0


def test_the_first_run_at_a_terminal_says_that_nothing_is_predicted(toy):
    said = "Not predicted: `make predict CHAPTER=01` still asks, and notes that retain ran before."
    assert at_a_terminal(toy, words=["retain", "--chapter=1"])[1].splitlines()[-1] == said
    assert said not in at_a_terminal(toy, words=["retain", "--chapter=1"])[1]


def rows_of(toy: Toy) -> list[Graded]:
    chapter = paper_of(toy).chapter
    return graded(toy.tree, chapter, load(toy.tree, chapter))


def test_graded(toy):
    answered(toy, "32!\nc?\nskip\n")
    bytes_, left, time = rows_of(toy)
    assert bytes_ == Graded("bytes", "How many bytes has the map[int] of two keys", "32", "sure", "37,832 B",
                            "wrong", "1,182 times too low", "entries-are-all",
                            "A map takes what its entries take.", 1, False)
    assert (left.verdict, left.given, left.right, left.misconception) == ("right", "all", "all (100 %)", None)
    assert (time.verdict, time.given, time.right, time.treated) == ("skipped", None, "yes (~48.6 ns)", None)


def test_graded_whatever_the_file_holds(toy):
    answered(toy)
    whole = json.loads(stored(toy).replace("36 KiB", "a lot"))
    del whole["answers"][2]
    put(toy, "theirs.json", json.dumps(whole))
    prediction = read_prediction(toy.root / "theirs.json", "theirs.json")
    rows = graded(toy.tree, paper_of(toy).chapter, prediction)
    assert [row.verdict for row in rows] == ["unreadable", "wrong", "changed"]
    assert (rows[0].given, rows[0].right, rows[2].given) == ("a lot", "37,832 B", None)


@pytest.mark.parametrize("text", ["[" * 100000, '{"after_run": 5, "date": "2026-01-01", "version": "1", "answers": []}'])
def test_a_file_that_is_no_prediction(toy, text):
    put(toy, "theirs.json", text)
    with pytest.raises(Complaint, match="theirs.json is damaged"):
        read_prediction(toy.root / "theirs.json", "theirs.json")


def test_calibration(toy):
    assert "Nothing is predicted yet" in predict(toy, "").stdout
    answered(toy, "32!\nc!\nno?\n")
    lines = predict(toy, "").stdout.splitlines()
    assert lines[3].split()[0] == "01-toy-count" and lines[3].split()[2:] == ["1", "2", "0"]
    assert "sure (!) 2 1 50".split() == next(line for line in lines if line.startswith("sure")).split()
    assert "a guess (?) 1 0 0".split() == next(line for line in lines if line.startswith("a guess")).split()
    assert "unmarked 0 0 -".split() == next(line for line in lines if line.startswith("unmarked")).split()
    assert "Wrong numbers: 1 too low, 0 too high." in lines
    assert "   2  chapter  1  entries-are-all: A map takes what its entries take." in lines


@pytest.mark.parametrize("text, number", [
    ("37832", 37832), ("37,832", 37832), ("36 KiB", 36864), ("36KiB", 36864), ("0.5 MiB", 1 << 19),
    ("1 million", 10**6), ("2 million bytes", 2 * 10**6), ("5 B", 5), ("1e3", 1000), (".5", Fraction(1, 2)),
    ("0", 0),
])
def test_number(toy, text, number):
    question = paper_of(toy).questions[0]
    assert number_of(text, question) == number


def paper_of(toy: Toy):
    return load_paper(toy.tree, load_chapter(toy.tree, toy.root / "chapters/01-toy-count"))


@pytest.mark.parametrize("typed, meant", [
    ("A", "nothing"), ("c!", "all"), ("half", "half"), ("Not", "nothing"), ("h?", None), ("x", None)])
def test_choice(toy, typed, meant):
    question = paper_of(toy).questions[1]
    if meant:
        assert read_answer(question, typed).text == meant
    elif typed == "h?":
        assert read_answer(question, typed) == Answer("half", "a guess")
    else:
        with pytest.raises(Complaint):
            read_answer(question, typed)


@pytest.mark.parametrize("guess, real, ratio, near", [
    (80, 100, 1.25, True), (125, 100, 1.25, True), (79, 100, 1.25, False), (126, 100, 1.25, False),
    (0, 0, 1.25, True), (0, 1, 9.0, False), (1, 0, 9.0, False)])
def test_near(guess, real, ratio, near):
    assert is_near(Fraction(guess), Fraction(real), ratio) is near


@pytest.mark.parametrize("number, inside", [(24, False), (25, True), (74, True), (75, False)])
def test_range_holds_its_start_and_not_its_end(number, inside):
    assert within(Fraction(number), Range(25, 75), lambda name: None) is inside


@pytest.mark.parametrize("guess, real, said", [
    (90, 100, "10.0 % too low"), (110, 100, "10.0 % too high"), (300, 100, "3.0 times too high"),
    (1, 5000, "5,000 times too low"), (0, 7, "too low: nothing"), (7, 0, "too high: it is nothing")])
def test_how_far(guess, real, said):
    assert how_far(Fraction(guess), Fraction(real)) == said


@pytest.mark.parametrize("markdown, text", [
    ("A *b* **c** `m[7]` [d](e.md) [part 2]\n  f", "A b c m[7] d part 2 f"),
    ("`{int,*T}` and 2 * 3 * 4", "{int,*T} and 2 * 3 * 4"),
])
def test_plain(markdown, text):
    assert plain(markdown) == text


def test_section():
    intro, items = predict_section(PROSE)
    assert intro == "Write before you run." and len(items) == 3 and items[2] == "Does counting take time?"
    assert predict_section("# No such section\n") == ("", [])


@pytest.mark.parametrize("old, new, said", [
    ('asks = "Does', 'asks = "Would', '"asks" is not in the words of the prose'),
    ('kind = "word"', 'kind = "essay"', '"kind" is "essay"'),
    ('id = "time"', 'id = "left"', "two questions have one id"),
    ('id = "time"', 'id = "Time"', "not lower-case words"),
    ("near = 1.25\n", "", '"near" is missing'),
    ("near = 1.25\n", "near = 1.25\nchoices = []\n", '"choices" is not a field that is known here'),
    ('kind = "word"', 'kind = "word"\nnear = 2', '"near" is not a field that is known here'),
    ('{ says = "yes", from = 1 },', "", "two or more"),
    ('{ says = "yes", from = 1 },', '{ says = "No", from = 1 },', "each with other words"),
    ('{ says = "yes", from = 1 },', '{ says = "yes" },', "are all missing"),
    ('{ says = "yes", from = 1 },', '{ says = "yes", from = true },', '"from" is not'),
    ('real = "bench.heap.filled.time"', 'real = "12"', '"real" names no figure'),
    ('[[predict]]\nid = "bytes"', '[[predict]]\nid = "more"\n[[predict]]\nid = "bytes"',
     "asks 3 questions, and chapter.toml has 4"),
])
def test_manifest_mistake(toy, old, new, said):
    toy.edit("chapters/01-toy-count/chapter.toml", old, new)
    done = predict(toy, GOOD, "--chapter=1")
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("name, text", [
    ("retain.claim.kept", "1"), ("retain.beyond.kept.no-count", "1"), ("retain.claim.lost", None),
    ("retain.beyond.kept.lost", None), ("retain.beyond.kept", None)])
def test_verdict_as_a_figure(toy, name, text):
    lookup = recorded(toy.tree, paper_of(toy).chapter)
    if text:
        assert lookup(name).text == text and lookup(name).exact
    else:
        with pytest.raises(Complaint):
            lookup(name)


def test_verdict_is_of_the_run_where_there_is_one(toy):
    """In this run the counterexample holds: the answer that needs it to fail is wrong."""
    toy.edit("chapters/01-toy-count/chapter.toml", 'real = "bench.heap.filled.time"',
             'real = "retain.beyond.kept.no-count"')
    answered(toy)
    assert "yes (1 ns)" in toy.driver("retain", "--chapter=1").stdout
    program(toy, {"retain": FIGURES["retain"].replace("fails", "holds")})
    assert "no (0 ns)" in toy.driver("retain", "--chapter=1").stdout


@pytest.mark.parametrize("old, new, said", [
    ('{ says = "all", from = 90 }', '{ says = "all", from = 101 }', "makes 0 of the choices right"),
    ("from = 25, below = 75", "from = 25, below = 101", "makes 2 of the choices right"),
    ('from = 90 }', 'from = 90, means = "delete-frees" }', '"all" is right and means delete-frees'),
    ('below = 10, means = "delete-frees"', "below = 10", '"nothing" is wrong and names no belief'),
    ("near = 1.25", "near = 1", "not above 1"),
    ("filled.keys * 16", "filled.keys * 16000", "37,832 is right and means entries-are-all"),
    ("filled.keys * 16", "filled.kees * 16", None),
    ('real = "retain.heap.filled.bytes"', 'real = "retain.heap.filled.bites"', 'no run of 01-toy-count prints'),
])
def test_faults(toy, old, new, said):
    def found() -> list[str]:
        lookup = recorded(toy.tree, paper_of(toy).chapter)
        return [fault for question in paper_of(toy).questions for fault in faults(question, lookup)]
    assert found() == []
    toy.edit("chapters/01-toy-count/chapter.toml", old, new)
    assert any((said or "prints a figure") in fault for fault in found())
