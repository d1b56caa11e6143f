"""Grading: every kind of submission ends in a report, none in an end, and none meets another.

The class is small and its tree is the toy's, with one drill, one check and three questions; the reports are held
against lab/driver/tests/graded. After a change on purpose:

    RECORD_GRADES=1 make check PYTEST="-k reports_are_as_recorded"

writes them anew, and fails.
"""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as xml
import zipfile
from pathlib import Path

import pytest
from classroom import KINDS, seat
from conftest import CLEAN, DRIVER, ROOT, Toy

from highwater.bisect import trial
from highwater.complaint import Complaint
from highwater.grade import weights
from highwater.grade.command import known_files, run_grade
from highwater.grade.handin import run_handin
from highwater.grade.intake import take_in
from highwater.grade.marks import Grade, Item, Task, grade_from, shown, told
from highwater.grade.report import junit, page, results
from highwater.grade.shelf import Shelf, lab_version
from highwater.handout.command import run_handout
from highwater.tree import Tree

GRADED = DRIVER / "tests" / "graded"
PREDICT = """
## Predict

1. How many bytes has the map when it is filled?
2. What does a count cost: nothing, or something?
3. Does the count stay?
"""
QUESTIONS = """
[[predict]]
id = "bytes"
asks = "How many bytes has the map when it is filled"
kind = "number"
real = "retain.heap.filled.bytes"
unit = "B"
near = 1.25
wrong = [ { value = 80, means = "entries-are-all" } ]

[[predict]]
id = "cost"
asks = "What does a count cost"
kind = "choice"
real = "bench.heap.filled.time"
choices = [ { says = "nothing", below = 1, means = "counting-is-free" }, { says = "something", from = 1 } ]

[[predict]]
id = "stays"
asks = "Does the count stay"
kind = "word"
real = "retain.claim.count-is-kept"
choices = [ { says = "yes", from = 1 }, { says = "no", below = 1, means = "counting-is-free" } ]
"""
BELIEFS = """
[entries-are-all]
says = "A map takes what its entries take."
chapter = 1

[counting-is-free]
says = "What is counted costs nothing."
chapter = 2
"""
HANDOUT = """
edition = "1"
[[question]]
id = "box"
chapter = 1
title = "A box"
text = "A box of <kind.says> is filled."
run = ["retain"]
explore = "make retain CHAPTER=01"
[question.draw]
kind = { of = [{ says = "wood" }, { says = "tin" }] }
[[question.ask]]
id = "bytes"
asks = "How many bytes has it"
kind = "number"
real = "retain.heap.filled.bytes"
unit = "B"
near = 1.02
wrong = [{ value = 80, means = "entries-are-all" }]
[[question.ask]]
id = "weight"
asks = "What do its entries weigh"
kind = "choice"
real = "retain.heap.filled.bytes"
choices = [ { says = "nothing", below = 1, means = "counting-is-free" }, { says = "a lot", from = 1 } ]
"""
DRILL = "chapters/01-toy-count/drills/next-number"
FEWER = "".join(f"Test(next_number, after_{name}) {{ expect({n}); }}\n" for n, name in ((4, "four"), (5, "five"), (6, "six")))
EVERYTHING = 2 * weights.DRILL + 3 + 2 * weights.HANDOUT["GOOD"]


@pytest.fixture(scope="module")
def school(recorded_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The toy with questions, a lab under sanitizers, and the real check of chapter 12."""
    root = tmp_path_factory.mktemp("school") / "tree"
    shutil.copytree(recorded_toy, root)
    chapter = root / "chapters" / "01-toy-count"
    for name, text in (("README.md", PREDICT), ("chapter.toml", QUESTIONS)):
        (chapter / name).write_text((chapter / name).read_text() + text)
    (root / "chapters" / "misconceptions.toml").write_text(BELIEFS)
    (root / "chapters" / "handout.toml").write_text(HANDOUT)
    shutil.copytree(ROOT / "chapters" / "12-zeroing" / "drills", root / "chapters" / "12-zeroing" / "drills",
                    ignore=shutil.ignore_patterns("mine"))
    (root / "chapters" / "12-zeroing" / "chapter.toml").write_text(
        'number = 12\nslug = "zeroing"\ntitle = "Zeroing"\nquestion = "Which?"\ntargets = []\n')
    toy = Toy(root)
    manifest = root / DRILL / "drill.toml"
    manifest.write_text(re.sub(r"seconds = \d+", "seconds = 3", manifest.read_text()))
    toy.edit(f"{DRILL}/test_next_number.c", FEWER, "")      # three endless tests do as well as six
    built = toy.make("library", "CONFIG=asan")
    assert built.returncode == 0, built.stderr
    return Tree(root)


@pytest.fixture(scope="module")
def class_(school, tmp_path_factory) -> Path:
    """One student of each kind, and three that are no students at all."""
    folder = tmp_path_factory.mktemp("class") / "submissions"
    for number, kind in enumerate(KINDS):
        seat(school, folder, kind, kind, 22 + number - list(KINDS).index("partial"))      # of whom 22 hands in a bit of everything
    (folder / "notes.txt").write_text("not a submission\n")
    (folder / "link").symlink_to(folder / "good")
    seat(school, folder, "empty", "a\nname\x1b[2J of two lines", 0)
    return folder


@pytest.fixture(scope="module")
def graded(school, class_, tmp_path_factory) -> Path:
    """The class, graded once."""
    out = tmp_path_factory.mktemp("grades") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial, "SECONDS", 1)
        assert run_grade(school, str(class_), str(out)) == 0
    return out


def grade_of(out: Path, name: str) -> Grade:
    return grade_from(json.loads((out / name / "grade.json").read_text()))


def contents(out: Path) -> dict[str, bytes]:
    """All that was written but for the notes on tries and the lock."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*"))
            if path.is_file() and not path.relative_to(out).parts[0].startswith(".")}


# --- The class ---


def masked(text: str, out: Path) -> str:
    """Digests change with every line of the lab; the reports are about the rest."""
    assert str(out) not in text and "/tmp/" not in text.replace("/tmp/neighbour", "")
    return re.sub(r"\b[0-9a-f]{16}\b", "<digest>", text)


def test_reports_are_as_recorded(graded, class_):
    """Known good and known bad submissions, and what is said of them."""
    reports = {f"{name}.txt": graded / name / "report.txt" for name in KINDS if name != "zipped"}
    reports |= {"zipped.txt": graded / "zipped.zip" / "report.txt", "partial.json": graded / "partial" / "results.json",
                "partial.xml": graded / "partial" / "junit.xml", "class.csv": graded / "class.csv",
                "class.txt": graded / "class.txt"}
    changed = []
    for name, path in reports.items():
        text, record = masked(path.read_text(), class_), GRADED / name
        if not record.exists() or record.read_text() != text:
            changed.append(name)
            if "RECORD_GRADES" in os.environ:
                GRADED.mkdir(exist_ok=True)
                record.write_text(text)
    assert changed == []
    assert {path.name for path in GRADED.iterdir()} == set(reports)


def test_everything_is_earned_by_the_good_and_nothing_by_the_empty(graded):
    good = grade_of(graded, "good")
    assert good.score == good.most == EVERYTHING and good.findings == ()
    assert grade_of(graded, "zipped.zip").score == good.score
    for kind in ("empty", "untouched", "not-compiling", "borrowed-name"):
        assert grade_of(graded, kind).score == 0 and grade_of(graded, kind).most == good.most, kind
    assert grade_of(graded, "partial").score not in (0, good.score)
    wrong = grade_of(graded, "wrong")
    assert sum(task.score for task in wrong.part("predictions")) == 3
    assert 0 < sum(task.score for task in wrong.part("drills")) < weights.DRILL


@pytest.mark.parametrize("kind, said", [
    ("looping", "- drill 01-toy-count/next-number: after_one: does not end"), ("allocating", "memory"),
    ("printing", "- drill 01-toy-count/next-number: after_one: prints more than 1 MiB"), ("crashing", r"null pointer .* \(3 tests\)"), ("outside", "uses fclose and fopen"), ("forking", "fork"), ("not-compiling", "error: |next_number.c:1:"),
    ("damaged", "who is not text in UTF-8"), ("damaged", "01-toy-count.json is damaged"),
    ("damaged", "next_number.c is a link, and links"), ("damaged", "has 1,073,741,824 bytes"),
    ("damaged", "drills/pipe is"), ("borrowed-name", "drills/next-number/next_number.c is not looked at"),
    ("borrowed-name", "handout.txt: the form is of sheet"), ("wrong", "belief counting-is-free"),
    ("untouched", "the stub, as it was given"), ("empty", "the submission is empty"),
])
def test_what_went_wrong_is_told(graded, kind, said):
    assert re.search(said, " ".join((graded / kind / "report.txt").read_text().split()))


@pytest.mark.parametrize("kind, said", [
    ("looping", "does not end within 1 seconds"), ("printing", "prints or writes more than 1 MiB"),
    ("outside", "tries to write "), ("crashing", "SIGABRT"),
])
def test_a_check_that_goes_wrong_is_told(graded, kind, said):
    item = next(task for task in grade_of(graded, kind).tasks if task.name == "12-zeroing/bisect").items[0]
    assert item.verdict == "BAD" and (said in item.says or kind == "outside" and "PermissionError" in item.says)


def test_nothing_was_written_outside(graded, class_):
    assert not list(class_.parent.rglob("neighbour")) and not list(graded.rglob("neighbour"))
    assert not (graded / ".work").exists()


def test_what_is_no_submission_is_a_finding(graded):
    assert "neither a folder nor a zip" in (graded / "notes.txt" / "report.txt").read_text()
    assert "the submission is a link" in (graded / "link" / "report.txt").read_text()
    strange = [path for path in graded.iterdir() if path.name.startswith("a-name")]
    assert len(strange) == 1 and "\x1b" not in (strange[0] / "report.txt").read_text()


def test_the_table_is_safe_in_a_spreadsheet(graded):
    rows = list(csv.reader(io.StringIO((graded / "class.csv").read_text())))
    assert len(rows) == len(KINDS) + 4 and len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert any(row[1].startswith("'=HYPERLINK") for row in rows)


def test_gradescope_reads_it(graded):
    """The fields, types and words of its specification."""
    for path in graded.glob("*/results.json"):
        whole = json.loads(path.read_text())
        assert isinstance(whole["score"], (int, float)) and isinstance(whole["output"], str)
        assert set(whole) <= {"score", "output", "output_format", "visibility", "stdout_visibility", "tests", "extra_data"}
        for test in whole["tests"]:
            assert 0 <= test["score"] <= test["max_score"] and test["status"] in ("passed", "failed")
            assert test["visibility"] in ("visible", "after_due_date") and isinstance(test["number"], str)
            assert {type(test[name]) for name in ("name", "output", "output_format")} == {str}
        assert round(sum(test["score"] for test in whole["tests"]), 2) == whole["score"]


def test_junit_counts_what_it_holds(graded):
    for path in graded.glob("*/junit.xml"):
        root = xml.parse(path).getroot()
        cases = list(root.iter("testcase"))
        assert len(cases) == int(root.get("tests")) and len(list(root.iter("failure"))) == int(root.get("failures"))


def test_a_picture_of_beliefs(graded):
    if shutil.which("gnuplot") is None:
        pytest.skip("gnuplot is not here")
    drawn = (graded / "misconceptions.svg").read_text()
    assert "counting-is-free (chapter 02)" in drawn and xml.fromstring(drawn).tag.endswith("svg")


# --- Once more, from the middle, from the start ---


def test_again_nothing_is_graded_and_nothing_changes(school, class_, graded, capsys):
    before = contents(graded)
    stamp = (graded / "good" / "grade.json").stat().st_mtime_ns
    assert run_grade(school, str(class_), str(graded)) == 0
    assert contents(graded) == before and (graded / "good" / "grade.json").stat().st_mtime_ns == stamp
    assert capsys.readouterr().out.count("kept") == len(KINDS) + 3


def test_a_submission_that_changed_is_graded_again(school, class_, graded, tmp_path, capsys):
    """And only that one; what was half written is not there."""
    out, again = tmp_path / "out", tmp_path / "again"
    shutil.copytree(graded, out)
    shutil.copytree(class_ / "good", again / "good")
    shutil.copytree(class_ / "empty", again / "empty")
    (again / "good" / "who").write_text("Somebody Else\n")
    (out / ".work" / "new-1").mkdir(parents=True)
    (out / "empty" / "grade.json").write_text((out / "empty" / "grade.json").read_text()[:-20])
    assert run_grade(school, str(again), str(out)) == 0
    said = capsys.readouterr().out
    assert "kept" not in said and "grades of submissions that are not in SUBMIT" in said
    assert grade_of(out, "good").who == "Somebody Else" and not (out / ".work").exists()
    assert contents(out)["empty/report.txt"] == contents(graded)["empty/report.txt"]


def test_killed_half_way_it_goes_on(school, class_, graded, tmp_path):
    """All equal to the class graded in one go, and what was done is not done again."""
    out = tmp_path / "out"
    command = [sys.executable, str(DRIVER / "hw.py"), "grade", f"--submit={class_}", f"--out={out}"]
    surroundings = CLEAN | {"HIGHWATER_ROOT": str(school.root)}
    shutil.copytree(graded / ".tried", out / ".tried")
    (out / ".high-water-grades").touch()
    done = 0
    for kills in range(2):
        process = subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            if re.match(r" +\d+ ", line) and "kept" not in line:
                break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        now = len(list(out.glob("*/grade.json")))
        assert done < now < len(KINDS) + 3
        done = now
    last = subprocess.run(command, env=surroundings, capture_output=True, text=True)
    assert last.returncode == 0, last.stderr
    assert last.stdout.count("kept") >= done
    assert contents(out) == contents(graded)


def test_a_lab_that_cannot_grade_is_a_complaint(school, class_, tmp_path, monkeypatch):
    """Nobody gets a 0 because the instructor's clone is broken."""
    root = tmp_path / "tree"
    shutil.copytree(school.root, root)
    test = root / "chapters" / "01-toy-count" / "drills" / "next-number" / "test_next_number.c"
    test.write_text(test.read_text().replace("cr_assert(", "cr_assert_no("))
    with pytest.raises(Complaint, match="good: .*refuses a drill's own part") as complaint:
        run_grade(Tree(root), str(class_ / "good"), str(tmp_path / "out"))
    assert complaint.value.status == 1
    assert not (tmp_path / "out" / "good").exists()


def test_the_lab_is_the_same_lab_until_it_changes(school, tmp_path):
    root = tmp_path / "tree"
    shutil.copytree(school.root, root)
    before = lab_version(Tree(root))
    (root / "chapters" / "01-toy-count" / "drills" / "next-number" / "mine").mkdir()
    (root / "chapters" / "01-toy-count" / "drills" / "next-number" / "mine" / "x.c").touch()
    assert before == lab_version(Tree(root))
    test = root / "chapters" / "01-toy-count" / "drills" / "next-number" / "test_next_number.c"
    test.write_text(test.read_text() + "\n")
    assert before != lab_version(Tree(root))


# --- Wrong use ---


@pytest.mark.parametrize("submit, out, said", [
    (None, None, "SUBMIT=folder says what is to be graded"), ("nowhere", None, "there is no such folder"),
    ("full", "full", "lie in each other"), ("full", "full/out", "lie in each other"), ("full/a", "full", "lie in each other"),
    ("full", "other", "something else is there already"), ("none", "out", "is empty"), ("full", "file", "something else"),
])
def test_wrong_use_is_one_sentence(school, tmp_path, monkeypatch, submit, out, said):
    monkeypatch.chdir(tmp_path)
    for name in ("full/a", "other/thing", "none"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Complaint, match=said) as complaint:
        run_grade(school, submit, out)
    assert complaint.value.status == 2
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] in ([], [tmp_path / "out"])


# --- Intake ---


@pytest.mark.parametrize("make, said", [
    (lambda path: path.write_bytes(b"PK\x05\x06"), "neither a folder nor a zip"),
    (lambda path: path.write_bytes(ZIP[:-30]), "neither a folder nor a zip"),
    (lambda path: path.write_bytes(ZIP.replace(b"ada\n", b"eve\n")), "the zip is damaged or locked"),
    (lambda path: os.mkfifo(path), "neither a folder nor a zip"),
])
def test_a_bad_zip_is_a_finding(school, tmp_path, make, said):
    make(tmp_path / "x.zip")
    assert take_in(tmp_path / "x.zip", known_files(school)).findings[0].startswith(f"the submission is {said}".replace(
        "the submission is the zip", "the zip"))


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("who", "ada\n")
        archive.writestr("../who", "eve\n")
        archive.writestr("/who", "eve\n")
    return buffer.getvalue()


ZIP = _zip()


def test_a_zip_does_not_climb_out(school, tmp_path):
    (tmp_path / "x.zip").write_bytes(ZIP)
    intake = take_in(tmp_path / "x.zip", known_files(school))
    assert intake.files == {"who": b"ada\n"} and intake.who == "ada" and len(intake.findings) == 2


def test_a_zip_that_swells_is_not_read(school, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("handout.txt", b"0" * (1 << 22))
    intake = take_in(tmp_path / "x.zip", known_files(school))
    assert intake.files == {} and "has 4,194,304 bytes" in intake.findings[0]


def test_files_without_end_are_not_counted_to_the_end(school, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(2100):
        (folder / f"{number}.txt").touch()
    intake = take_in(folder, known_files(school))
    assert len(intake.findings) == 10 and "2,000 files or more" in intake.findings[-1]


@pytest.mark.parametrize("who, name, wrong", [
    (b"Ada Lovelace\n", "Ada Lovelace", ""), (b"  Ada \t Lovelace", "Ada Lovelace", ""), (b"", "x", "who is empty"),
    (b"\xff", "x", "not text in UTF-8"), (b"a\nb\n", "a", "more than one line"), (b"a" * 100, "a" * 80, "more than one line"),
    ("Zo\u00eb \u202e".encode(), "Zo\u00eb ?", ""),
])
def test_names(school, tmp_path, who, name, wrong):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "who").write_bytes(who)
    intake = take_in(tmp_path / "x", known_files(school))
    assert intake.who == name and (wrong in " ".join(intake.findings) if wrong else not intake.findings)


def test_messages_are_the_same_on_every_run():
    assert told("at 0x7ffd12345678:\x1b[2J\x07 bad\n\n") == "at 0x...:?[2J? bad"
    assert shown("a\nb\udcff") == "a?b\ufffd"
    assert len(told("x" * 10_000)) < 2100


def test_places_differ(tmp_path):
    shelf = Shelf(tmp_path)
    names = ["ada", "ada ", "a/da", "..", ".work", "class.csv", "Zo\u00eb", "x" * 300]
    places = {shelf.place(name) for name in names}
    assert len(places) == len(names) and all(place.parent == tmp_path and place.name[0] != "." for place in places)
    assert shelf.place("ada") == tmp_path / "ada" and shelf.place("class.csv").name != "class.csv"


def test_a_grade_comes_back_from_json_as_it_was():
    grade = Grade("a", "Ada", "d", "l", ("odd",), (Task("drills", "x", 3.33, 10, (Item("t", "BAD", "no\x0c"),)),))
    assert grade_from(json.loads(json.dumps(grade.plain()))) == grade
    assert "3.33 of 10" in page(grade) and json.loads(results(grade))["score"] == 3.33
    assert xml.fromstring(junit(Grade("a", "Ada", "d", "l", (), ()))).get("tests") == "0"


# --- Handing in ---


def test_handing_in(school, tmp_path, capsys, monkeypatch):
    """What is there is in it, what is not is named, and nothing is overwritten."""
    root = tmp_path / "tree"
    shutil.copytree(school.root, root, ignore=shutil.ignore_patterns("handin"))
    tree, drill = Tree(root), root / "chapters" / "01-toy-count" / "drills" / "next-number"
    (drill / "mine").mkdir()
    shutil.copy(drill / "next_number.c", drill / "mine")
    assert run_handin(tree, "Ada  Lovelace") == 0
    said = capsys.readouterr().out
    assert "make predict CHAPTER=01" in said and "make drill CHAPTER=01" in said
    assert "make handout WHO='Ada Lovelace'" in said
    folder = root / "build" / "handin" / "ada-lovelace"
    assert [path.name for path in folder.rglob("*")] == ["who"]

    shutil.copy(drill / "answers" / "next_number.c", drill / "mine")
    assert run_handout(tree, "ada lovelace", None) == 0
    form = root / "build" / "handouts" / "ada-lovelace" / "handout.txt"
    form.write_text(form.read_text().replace("bytes: ", "bytes: 1"))
    assert run_handin(tree, "Ada Lovelace") == 0
    assert "ada-lovelace.1 now" in capsys.readouterr().out
    name = "drills/01-toy-count/next-number/next_number.c"
    assert (folder / name).read_bytes() == (drill / "answers" / "next_number.c").read_bytes()
    with zipfile.ZipFile(folder.with_name("ada-lovelace.zip")) as archive:
        assert archive.namelist() == [name, "handout.txt", "who"]
    first = folder.with_name("ada-lovelace.zip").read_bytes()
    assert run_handin(tree, "Ada Lovelace") == 0
    assert "are as before" in capsys.readouterr().out
    assert folder.with_name("ada-lovelace.zip").read_bytes() == first
    monkeypatch.chdir(tmp_path)
    assert run_grade(tree, "tree/build/handin/ada-lovelace.zip", "out") == 0
    assert "\nout/class.csv\n" in capsys.readouterr().out
    assert "Ada Lovelace: 10 of" in (tmp_path / "out" / "ada-lovelace.zip" / "report.txt").read_text()


@pytest.mark.parametrize("who", [None, "", "  ", "a\nb\x1b", "..", "///"])
def test_a_hand_in_without_a_name(school, who):
    with pytest.raises(Complaint, match="WHO="):
        run_handin(school, who)
