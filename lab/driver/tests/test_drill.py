"""Drills on the toy: whatever a student writes is told, test by test, and only the right answer passes."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, Toy

from highwater.complaint import Complaint
from highwater.drill import progress, trial
from highwater.drill.hints import read_hints
from highwater.drill.report import End, Report, Stop
from highwater.drill.spec import drills, faults, find_drills, load_drill
from highwater.drill.trial import try_drill
from highwater.drill.verdict import crash, read_outcomes
from highwater.drill.workshop import first_error
from highwater.tree import Tree

FOLDER = "chapters/01-toy-count/drills/next-number"
INCLUDE = '#include "next_number.h"\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n'
RIGHT = "int next_number(int n)\n{\n    return n + 1;\n}\n"


@pytest.fixture(scope="module")
def drilled(recorded_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy with a lab under sanitizers, built once."""
    root = tmp_path_factory.mktemp("drilled") / "tree"
    shutil.copytree(recorded_toy, root)
    built = Toy(root).make("library", "CONFIG=asan")
    assert built.returncode == 0, built.stderr
    return root


@pytest.fixture
def own(drilled: Path, tmp_path: Path) -> Toy:
    """A copy of it, to work in."""
    shutil.copytree(drilled, tmp_path / "tree")
    return Toy(tmp_path / "tree")


def tried(root: Path, tmp_path: Path, text: str | None) -> Report:
    """The report on one student's file, or on none."""
    tree = Tree(root)
    sources = tmp_path / "sources"
    sources.mkdir()
    if text is not None:
        (sources / "next_number.c").write_text(text)
    return try_drill(tree, load_drill(tree, root / FOLDER), sources)


def ends(report: Report) -> dict[str, End]:
    return {outcome.name.removeprefix("after_"): outcome.end for outcome in report.outcomes}


# --- What a run tells ---


def test_the_right_answer_passes(drilled, tmp_path):
    report = tried(drilled, tmp_path, INCLUDE + RIGHT)
    assert report.passed and report.count == 6 and not report.warnings and not report.printed


def test_each_test_is_judged_by_itself(drilled, tmp_path):
    """One file with all that can go wrong in a function, a trouble for each test."""
    report = tried(drilled, tmp_path, INCLUDE + """
static int *nothing;
static int first[4];
int next_number(int n)
{
    switch (n) {
    case 1:
        return 7;
    case 2:
        return *nothing;
    case 3:
        for (volatile unsigned i = 0;; i++)
            continue;
    case 4:
        for (size_t bytes = 0;; bytes += 4096)
            memset(malloc(1 << 20), 1, 1 << 20);
    case 5:
        return first[n];
    }
    printf("about %d\\n", n);
    return n + 1;
}
""")
    assert ends(report) == {"one": End.FAILED, "two": End.CRASHED, "three": End.ENDLESS, "four": End.MEMORY,
                            "five": End.CRASHED, "six": End.PASSED}
    said = {outcome.name: outcome.message for outcome in report.outcomes}
    assert said["after_one"] == "you say that 7 comes after 1"
    assert "null pointer" in said["after_two"] and "next_number.c, line 14" in said["after_two"]
    assert "does not end within 4 seconds" in said["after_three"]
    assert "more than the 32 MiB" in said["after_four"]
    assert "out of bounds" in said["after_five"] and "next_number.c, line 22" in said["after_five"]
    assert report.outcomes[0].where == "test_next_number.c, line 7"
    assert report.printed == "after_six:\n  about 6"
    assert not report.passed and report.count == 1 and report.finding is None


def test_memory_costs_its_own_test_also_if_the_sanitizer_is_too_late(drilled, tmp_path, monkeypatch):
    monkeypatch.setattr(trial, "_sanitizers", lambda drill: {"ASAN_OPTIONS": "detect_leaks=0"})
    report = tried(drilled, tmp_path, INCLUDE + """
int next_number(int n)
{
    for (size_t bytes = 0; n == 3; bytes += 4096)
        memset(malloc(1 << 20), 1, 1 << 20);
    return n + 1;
}
""")
    assert report.count == 5 and ends(report)["three"] is End.MEMORY and report.finding is None
    assert "more than the 32 MiB" in {outcome.name: outcome.message for outcome in report.outcomes}["after_three"]


def test_a_flood_costs_its_own_test_and_no_other(drilled, tmp_path):
    report = tried(drilled, tmp_path, INCLUDE + """
int next_number(int n)
{
    while (n == 3)
        puts("All tests pass. All tests pass. All tests pass. All tests pass.");
    return n + 1;
}
""")
    assert report.count == 5 and ends(report)["three"] is End.FLOOD and report.finding is None
    assert "prints more than 1 MiB" in report.outcomes[2].message and not report.passed


def test_what_is_printed_is_never_read(drilled, tmp_path):
    """The words of the runner itself, in the mouth of a student's code."""
    report = tried(drilled, tmp_path, INCLUDE + """
int next_number(int n)
{
    fprintf(stderr, "[PASS] next_number::after_one: (0.00s)\\n[RUN ] next_number::after_two\\n");
    fprintf(stderr, "<testcase name=\\"after_one\\" status=\\"PASSED\\" assertions=\\"1\\">\\n");
    return n;
}
""")
    assert set(ends(report).values()) == {End.FAILED}


# --- What is refused before anything runs ---


@pytest.mark.parametrize("text, stop, said", [
    (None, Stop.MISSING, "next_number.c is missing"),
    ("", Stop.CALLS, "it does not define next_number"),
    ("static " + RIGHT, Stop.COMPILE, "next_number.c:5: static declaration"),
    (RIGHT.replace("n + 1;", "n + 1"), Stop.COMPILE, "next_number.c:7: expected"),
    (RIGHT + "int main(void)\n{\n    return 0;\n}\n", Stop.CALLS, "it defines main"),
    (RIGHT.replace("return", "if (n) exit(0); return"), Stop.CALLS, "it calls exit: a function of a drill returns"),
    (RIGHT.replace("return", "remove(\"x\"); return"), Stop.CALLS, "it uses remove: a drill's code may call"),
    ("void _exit(int);\n__attribute__((constructor)) static void early(void)\n{\n    _exit(0);\n}\n" + RIGHT,
     Stop.CALLS, "it calls _exit"),
    (RIGHT.replace("return", "__asm__(\"syscall\"); return"), Stop.CALLS, "it uses assembler"),
    ("#include __FILE__\n", Stop.COMPILE, "nested"),
    ("static int next_number(int n);\n" + RIGHT, Stop.COMPILE, "next_number.c:5: "),
    ("void criterion_skip(void);\n" + RIGHT.replace("return", "criterion_skip(); return"), Stop.CALLS,
     "it uses criterion_skip"),
])
def test_it_is_not_run(drilled, tmp_path, text, stop, said):
    report = tried(drilled, tmp_path, None if text is None else (INCLUDE + text if text else ""))
    assert report.finding.stop is stop and not report.passed
    assert said in report.finding.says
    assert set(ends(report).values()) == {End.NOT_RUN} and len(report.outcomes) == 6


@pytest.mark.parametrize("make", [
    lambda path: path.symlink_to("/etc/passwd"),
    lambda path: path.mkdir(),
    lambda path: __import__("os").mkfifo(path),
])
def test_only_plain_files_are_read(drilled, tmp_path, make):
    make(tmp_path / "next_number.c")
    tree = Tree(drilled)
    report = try_drill(tree, load_drill(tree, drilled / FOLDER), tmp_path)
    assert report.finding.stop is Stop.MISSING and "not a plain file" in report.finding.says


def test_a_hook_of_the_runner_is_refused(drilled, tmp_path):
    """It would be called after each test, in the runner itself, and could change what came of it."""
    report = tried(drilled, tmp_path, "#include <criterion/criterion.h>\n#include <criterion/hooks.h>\n" + INCLUDE + """
ReportHook(POST_TEST)(struct criterion_test_stats *stats)
{
    for (struct criterion_assert_stats *assert = stats->asserts; assert != NULL; assert = assert->next)
        assert->passed = true;
    stats->passed_asserts = 1;
    stats->failed_asserts = 0;
    stats->test_status = CR_STATUS_PASSED;
}
int next_number(int n)
{
    return n;
}
""")
    assert report.finding.stop is Stop.CALLS and "a hook of Criterion's" in report.finding.says
    assert End.PASSED not in ends(report).values()


def test_a_helper_may_be_called_like_a_function_of_the_lab(drilled, tmp_path):
    """Names that are not asked for stay inside, and what the tests call stays the lab's."""
    report = tried(drilled, tmp_path, INCLUDE + "int toy_count(int n)\n{\n    return n + 1;\n}\n"
                   + RIGHT.replace("n + 1", "toy_count(n)"))
    assert report.passed


# --- The drill that make bisect judges ---


@pytest.fixture
def bisect_drill(tmp_path: Path):
    """The drill's folder without its material: what is kept of a check needs none."""
    folder = tmp_path / "12-zeroing" / "drills" / "bisect"
    (folder / "answers").mkdir(parents=True)
    for name in ("drill.toml", "check.c", "check.py", "answers/check.c", "answers/check.py"):
        shutil.copy(ROOT / "chapters/12-zeroing/drills/bisect" / name, folder / name)
    return load_drill(Tree(tmp_path), folder)


def test_a_check_that_is_right_is_kept(bisect_drill, tmp_path):
    check = tmp_path / "mine.py"
    check.write_text("print('mine')\n")
    assert progress.keep_check(bisect_drill, check)
    assert progress.state(bisect_drill) is progress.State.DONE
    assert (bisect_drill.mine / "check.py").read_text() == "print('mine')\n"
    (bisect_drill.mine / "check.py").write_text("print('other')\n")
    assert progress.state(bisect_drill) is progress.State.CHANGED
    assert not progress.keep_check(bisect_drill, check)
    assert (bisect_drill.mine / "check.py").read_text() == "print('other')\n"


def test_a_stub_gives_way_to_a_check_that_is_right(bisect_drill, tmp_path):
    progress.begin(Tree(tmp_path), bisect_drill)
    check = tmp_path / "mine.c"
    check.write_text("int main(void) { return 0; }\n")
    assert progress.keep_check(bisect_drill, check) and progress.state(bisect_drill) is progress.State.DONE


def test_the_check_in_mine_itself_is_noted(bisect_drill, tmp_path):
    check = bisect_drill.mine / "check.c"
    check.parent.mkdir()
    check.write_text("int main(void) { return 0; }\n")
    assert progress.keep_check(bisect_drill, check.resolve()) and progress.state(bisect_drill) is progress.State.DONE


def test_the_workbooks_answer_earns_nothing(bisect_drill, tmp_path):
    """`make check` bisects with it in the student's own tree."""
    shutil.copy(bisect_drill.answers / "check.c", tmp_path / "mine.c")
    assert not progress.keep_check(bisect_drill, tmp_path / "mine.c") and not bisect_drill.mine.exists()


def test_a_check_without_a_known_suffix_is_nobodys(bisect_drill, tmp_path):
    (tmp_path / "check.sh").write_text("exit 0\n")
    assert not progress.keep_check(bisect_drill, tmp_path / "check.sh") and not bisect_drill.mine.exists()


# --- Readers ---


def test_a_report_that_is_cut_short_is_none(drilled):
    drill = load_drill(Tree(drilled), drilled / FOLDER)
    assert read_outcomes(drill, b"", "") is None
    assert read_outcomes(drill, b"<testsuites><testsuite>", "") is None


def test_a_test_without_an_assertion_has_not_passed(drilled):
    drill = load_drill(Tree(drilled), drilled / FOLDER)
    report = b'<testsuites><testsuite><testcase name="after_one" assertions="0" status="PASSED"/></testsuite></testsuites>'
    outcomes = read_outcomes(drill, report, "")
    assert outcomes[0].end is End.LEFT and {outcome.end for outcome in outcomes[1:]} == {End.NOT_RUN}


def test_words_of_a_crash(drilled):
    drill = load_drill(Tree(drilled), drilled / FOLDER)
    assert crash(drill, "") == "crashes"
    assert crash(drill, "p: lab/x.c:12: swiss_get: Assertion `a < b' failed.\n") == \
        "stops at an assert: a < b (swiss_get, x.c, line 12)"
    said = crash(drill, "==1==ERROR: AddressSanitizer: heap-buffer-overflow on address\n"
                 "    #0 0x1 in memcpy x\n    #1 0x2 in helper /tmp/x/next_number.c:9\n")
    assert said == ("reads or writes beyond an object: heap-buffer-overflow, in helper (next_number.c, line 9)")


def test_first_error():
    assert first_error("/tmp/x/a.c:3:5: error: no\n/tmp/x/a.c:9:1: error: more\n") == "a.c:3: no"
    assert first_error("In file included from a.c:1:\ncc: fatal\n") == "cc: fatal"
    assert first_error("") == "it fails without a word"


# --- drill.toml ---


@pytest.mark.parametrize("old, new, said", [
    ('title = "The next number"', "", '"title" is missing'),
    ('title = "The next number"', 'titel = "x"', '"title" is missing'),
    ("seconds = 4", "seconds = 0", '"seconds" is 0, not from 1 to 60'),
    ("seconds = 4", 'secs = 1', '"secs" is not a field that is known here'),
    ('"32 MiB"', '"32 MB"', '"memory" is "32 MB", not a size such as "256 MiB"'),
    ('edit = ["next_number.c"]', "edit = []", '"edit" names no file'),
    ('edit = ["next_number.c"]', 'edit = ["../x.c"]', '"edit" names ../x.c, and there is no such stub'),
    ('edit = ["next_number.c"]', 'edit = ["../next-number/next_number.c"]', "and there is no such stub"),
    ('replaces = "next_number.c"', 'replaces = "x.c"', '"x.c" is not in "edit"'),
])
def test_a_manifest_is_read_strictly(toy, old, new, said):
    toy.edit(f"{FOLDER}/drill.toml", old, new)
    with pytest.raises(Complaint) as complaint:
        drills(toy.tree)
    assert said in str(complaint.value) and str(complaint.value).startswith(f"{FOLDER}/drill.toml")


def test_faults_of_a_folder(toy):
    folder = toy.root / FOLDER
    assert faults(load_drill(toy.tree, folder)) == []
    (folder / "hints.md").unlink()
    (folder / "answers" / "old.c").write_text("")
    toy.edit(f"{FOLDER}/drill.toml", 'test = "after_two"', 'test = "after_ten"')
    assert faults(load_drill(toy.tree, folder)) == [
        "has no hints.md", "answers/old.c is neither an answer nor a [[wrong]]",
        'answers/wrong-stays.c: there is no test "after_ten"']


@pytest.mark.parametrize("text, said", [
    ("no heading\n", "the headings are not 1, 2, ..."),
    ("## 1\na\n## 3\nb\n", "the headings are not 1, 2, ..."),
    ("## 1\na\n## 2\n\n", "hint 2 is empty"),
])
def test_hints_are_numbered_and_say_something(tmp_path, text, said):
    (tmp_path / "hints.md").write_text(text)
    with pytest.raises(Complaint, match=said):
        read_hints(tmp_path / "hints.md", "hints.md")


def test_finding_drills(toy):
    for called in ("1", "01", "toy-count", "01-toy-count", None):
        assert [drill.name for drill in find_drills(toy.tree, called, None)] == ["next-number"]
    with pytest.raises(Complaint, match="chapter 2 has no drill; these chapters have: 01"):
        find_drills(toy.tree, "2", None)
    with pytest.raises(Complaint, match='chapter 1 has no drill "x"; there are: next-number'):
        find_drills(toy.tree, "1", "x")


# --- A student at work ---


def test_a_student_at_work(own):
    """From the first command to the last, as it is typed."""
    mine = own.root / FOLDER / "mine" / "next_number.c"
    begun = own.make("drill", "CHAPTER=1")
    assert begun.returncode == 0 and f"edit   {FOLDER}/mine/next_number.c" in begun.stdout, begun.stderr
    assert mine.read_text() == (own.root / FOLDER / "next_number.c").read_text()

    tried = own.driver("drill")
    assert tried.returncode == 1 and "0 of 6 tests pass." in tried.stdout
    assert "FAILED   after_one\n           you say that 0 comes after 1\n" in tried.stdout
    assert "is as it was given: it is yours to write" in tried.stdout
    assert "n + 1" not in tried.stdout and "answers/" not in tried.stdout
    assert "0 of 6 tests pass" in own.driver("progress").stdout

    assert "hint 1 of 3\n\nIt is not the number before." in own.driver("hint").stdout
    assert "hint 2 of 3" in own.driver("hint", "--chapter=1").stdout
    assert "hint 1 of 3" in own.make("hint", "CHAPTER=1", "DRILL=next-number", "HINT=1").stdout

    mine.write_text(INCLUDE + RIGHT)
    assert "changed since tried" in own.driver("progress").stdout
    done = own.make("drill", folder="chapters/01-toy-count")
    assert done.returncode == 0, done.stderr
    assert f"All 6 tests pass. Compare with {FOLDER}/answers/next_number.c." in done.stdout
    assert "1 hint you did not need: make hint CHAPTER=01" in done.stdout

    assert "All drills are done." in own.driver("drill").stdout
    again = own.make("progress")
    assert again.returncode == 0 and "01       next-number  done" in again.stdout
    assert again.stdout.endswith("All 1 drills pass.\n")


def test_progress_believes_the_tests_not_its_notes(own):
    """Notes that say done over a file that is wrong: the digest tells, or the run at the end."""
    drill = find_drills(own.tree, None, None)[0]
    progress.begin(own.tree, drill)
    notes = {"hints": 0, "judged": "0" * 64, "passed": 6, "tests": 6}
    (drill.mine / ".progress").write_text(json.dumps(notes))
    assert progress.state(drill) is progress.State.CHANGED
    (drill.mine / ".progress").write_text(json.dumps(notes | {"judged": progress.digest(drill)}))
    assert progress.state(drill) is progress.State.DONE
    done = own.driver("progress")
    assert done.returncode == 1 and "FAILS    01  next-number, 0 of 6 tests" in done.stdout
    assert progress.state(drill) is progress.State.FAILING


def test_other_tests_make_it_undone(toy):
    drill = find_drills(toy.tree, None, None)[0]
    progress.begin(toy.tree, drill)
    before = progress.digest(drill)
    toy.edit(f"{FOLDER}/test_next_number.c", "expect(6)", "expect(7)")
    assert progress.digest(drill) != before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"hints": "x"}', '{"more": 1}', '{"passed": null}'])
def test_a_damaged_note_is_none(toy, text):
    drill = find_drills(toy.tree, None, None)[0]
    progress.begin(toy.tree, drill)
    (drill.mine / ".progress").write_text(text)
    assert progress.load(drill) == progress.Progress() and progress.state(drill) is progress.State.BEGUN


def test_what_lies_in_mine_is_never_overwritten(toy):
    drill = find_drills(toy.tree, None, None)[0]
    drill.mine.mkdir()
    (drill.mine / "next_number.c").write_text("mine")
    assert progress.begin(toy.tree, drill) == []
    assert (drill.mine / "next_number.c").read_text() == "mine"


@pytest.mark.parametrize("words, said", [
    (("drill", "--chapter=7"), "chapter 7 has no drill; these chapters have: 01"),
    (("drill", "--drill=x"), 'there is no drill "x"; there are: next-number'),
    (("hint", "--chapter=1", "--hint=9"), "HINT=9: there are the hints 1 to 3"),
    (("hint", "--chapter=1", "--hint=3"), "HINT=3: hint 1 comes first"),
    (("hint", "--chapter=1", "--hint=x"), "HINT=x: there are the hints 1 to 3"),
])
def test_wrong_use_is_one_sentence(toy, words, said):
    done = toy.driver(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said + "\n")


def test_without_a_lab_the_sentence_says_what_builds_it(toy):
    drill = find_drills(toy.tree, None, None)[0]
    progress.begin(toy.tree, drill)
    done = toy.driver("drill", "--chapter=1")
    assert done.returncode == 2 and "build/asan/liblab.a is not built; `make drill` does it first" in done.stderr
