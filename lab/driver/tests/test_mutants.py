"""`make mutants`: every fault stands where it says, some are tried, and one that survives is told."""

import pytest
from conftest import ROOT

from highwater.complaint import Complaint
from highwater.manifest import sound_chapters
from highwater.mutants import trial
from highwater.mutants.command import run_mutants
from highwater.mutants.faults import claim_of, must_exist, read_mutants
from highwater.tree import Tree

TREE = Tree(ROOT)

# --- The faults of the lab ---


def test_every_fault_stands_where_it_says():
    """Its text is there exactly once, and so is each of its tests."""
    mutants = read_mutants(TREE)
    assert len(mutants) >= 100
    must_exist(TREE, mutants)


def test_every_chapter_has_a_fault_that_its_own_claim_catches():
    chapters = sound_chapters(TREE)[0]
    caught = {named.where for mutant in read_mutants(TREE) for named in mutant.caught
              if claim_of(chapters, named) is not None}
    assert [chapter.name for chapter in chapters if chapter.name not in caught] == []


@pytest.mark.parametrize("name, said", [
    ("limit-one-page-short", "caught by test_heap exactly_the_limit_succeeds"),
    ("read-before-collecting", "claim only-drop-frees: "),
    ("free-leaves-needzero", "caught by test_heap_zero a_span_needs_zeroing_from_its_first_free_on"),
])
def test_some_are_tried(name, said, capsys):
    """A file of a room, one of a chapter, a header; the others wait for `make mutants`."""
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "lab").rglob("*.[ch]")}
    assert run_mutants(TREE, None, name) == 0
    assert said in capsys.readouterr().out
    assert before == {path: path.stat().st_mtime_ns for path in (ROOT / "lab").rglob("*.[ch]")}
    assert not list((ROOT / "build" / "mutants").glob(f"run-*/{name}-*"))


# --- Faults of a toy ---

FINE = "cr_assert(2 == 2);"


def fault(put: str, caught: str = "test_fine two", find: str = FINE,
          file: str = "lab/tests/test_fine.c", more: str = "") -> str:
    return (f"says = 'Two is another number.'\nfile = '{file}'\nfind = '''{find}'''\nput = '''{put}'''\n"
            f"caught = ['{caught}']\n{more}\n")


def mutants(toy, **faults: str) -> None:
    """Writes the toy's faults; "_" in a name stands for a hyphen."""
    folder = toy.root / "lab" / "mutants"
    folder.mkdir()
    (folder / "toy.toml").write_text("".join(f"[{name.replace('_', '-')}]\n{text}"
                                             for name, text in faults.items()))


def test_a_survivor_is_told(toy):
    mutants(toy, noticed=fault("cr_assert(2 == 3);"), unnoticed=fault("cr_assert(3 == 3);"))
    before = toy.state()
    done = toy.driver("mutants")
    assert done.returncode == 1 and done.stderr == ""
    assert "\nnoticed                        test_fine two " in done.stdout
    assert "line 13: The expression 2 == 3 is false." in done.stdout
    assert "\nunnoticed                      NOT BY test_fine two " in done.stdout
    assert done.stdout.endswith("""
2 faults: 1 caught, 0 of them by the test of a claim; 1 survives.

unnoticed (lab/tests/test_fine.c): not noticed by test_fine two
    Two is another number.
""")
    assert toy.state() == before


def test_all_caught(toy):
    mutants(toy, noticed=fault("cr_assert(2 == 3);"))
    done = toy.driver("mutants")
    assert done.returncode == 0
    assert "1 fault: 1 caught, 0 of them by the test of a claim; none survives." in done.stdout


def test_every_test_that_is_named_must_notice(toy):
    mutants(toy, half=fault("cr_assert(2 == 3);", "test_fine two', 'test_fine one"))
    done = toy.driver("mutants")
    assert done.returncode == 1
    assert "half (lab/tests/test_fine.c): not noticed by test_fine one\n" in done.stdout


def test_what_cannot_be_tried_is_no_catch(toy):
    mutants(toy, unread=fault("cr_assert(2 == );"), unlinked=fault("nobody_has_this();"),
            failing=fault("1 == 3", "test_toy badly", "1 == 2, ", "lab/tests/test_toy.c"),
            elsewhere=fault("return 1;", find="return 0;\n}\n#endif", file="lab/toy/toy.c"))
    done = toy.driver("mutants")
    assert done.returncode == 1 and done.stdout.count("NOT TRIED") == 4
    assert "0 caught, 0 of them by the test of a claim; none survives, 4 could not be tried." in done.stdout
    assert "unread (lab/tests/test_fine.c): does not compile: lab/tests/test_fine.c:13:" in done.stdout
    assert "unlinked (lab/tests/test_fine.c): does not compile: " in done.stdout
    assert "failing (lab/tests/test_toy.c): test_toy badly fails without the fault: " in done.stdout
    assert "elsewhere (lab/toy/toy.c): test_fine is not made from lab/toy/toy.c" in done.stdout


def test_one_that_does_not_end_is_caught(toy, monkeypatch, capsys):
    monkeypatch.setattr(trial, "LEAST_SECONDS", 0)
    mutants(toy, endless=fault("for (;;) { }"), crashing=fault("__builtin_trap();"))
    assert run_mutants(toy.tree, None, None) == 0
    said = capsys.readouterr().out
    assert "did not end" in said and "crashed" in said


def test_the_claim_is_told(toy):
    mutants(toy, kept=fault("cr_assert(1 == 3);", "01-toy-count count_is_kept__beyond__no_count",
                            "count_is_kept__beyond__no_count)\n{\n    cr_assert(1 == 1);",
                            "chapters/01-toy-count/test_toy_count.c").replace(
        "put = '''", "put = '''count_is_kept__beyond__no_count)\n{\n    "))
    done = toy.driver("mutants", "--chapter=1")
    assert "1 fault: 1 caught, 1 of them by the test of a claim; none survives." in done.stdout
    done = toy.driver("mutants", "--name=kept")
    assert done.returncode == 0 and "claim count-is-kept: What was counted stays counted." in done.stdout
    assert "+++ b/chapters/01-toy-count/test_toy_count.c" in done.stdout
    done = toy.driver("mutants", "--chapter=2")
    assert done.returncode == 2 and "no fault is in 02-toy-order or caught by a test of it" in done.stderr


@pytest.mark.parametrize("text, said", [
    (fault("", find="2 == 4"), 'the text of "find" is not in lab/tests/test_fine.c; it must be there exactly once'),
    (fault("", find="cr_assert"), 'the text of "find" is 2 times in lab/tests/test_fine.c'),
    (fault(FINE), '"put" changes nothing'),
    (fault("", "test_fine three"), "one: test_fine has no test three"),
    (fault("", "test_nothing two"), "one: there is no test_nothing"),
    (fault("", "two"), '"two" is no test: a chapter\'s folder or a lab test\'s file'),
    (fault("", more="why = 'so'"), '"why" is not a field that is known here'),
    (fault("").replace("put", "set"), '"put" is not a string'),
    (fault("").replace("['test_fine two']", "[]"), '"caught" names no test'),
    (fault("", file="lab/tests/nothing.c"), "lab/tests/nothing.c"),
])
def test_a_fault_that_is_none_is_one_sentence(toy, text, said, capsys):
    mutants(toy, one=text)
    with pytest.raises(Complaint) as complaint:
        run_mutants(toy.tree, None, None)
    assert capsys.readouterr().out == ""
    assert said in str(complaint.value) and "\n" not in str(complaint.value)


def test_a_name_is_a_faults_once(toy):
    mutants(toy, one=fault("1;"))
    (toy.root / "lab" / "mutants" / "other.toml").write_text("[one]\n" + fault("2;"))
    done = toy.driver("mutants")
    assert done.returncode == 2 and "one is in other.toml too" in done.stderr


def test_a_wrong_name_names_those_that_are_near(toy):
    mutants(toy, near_by=fault("1;"))
    assert "there is near-by" in toy.make("mutants", "NAME=near").stderr
    assert "1 fault: 0 caught" in toy.make("mutants", NAME="of-this-machine").stdout
    done = toy.driver("mutants", "--name=far")
    assert done.returncode == 2 and "`make mutants` lists all" in done.stderr
