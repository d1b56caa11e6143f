"""`make bisect` itself: right checks, blind ones, and those that hang, crash or flood."""

import re
import shutil
import subprocess

import pytest
from conftest import CLEAN, ROOT

from highwater import confine
from highwater.bisect import trial
from highwater.bisect.command import Wish, run_bisect
from highwater.bisect.halving import Answer
from highwater.bisect.row import Revision, draw_row, drill_folder, read_material
from highwater.complaint import Complaint
from highwater.tree import Tree

TREE = Tree(ROOT)
DRILL = drill_folder(TREE)
ANSWERS = [DRILL / "answers" / "check.c", DRILL / "answers" / "check.py"]


def wish(check, **more: str) -> Wish:
    return Wish(check=str(check), **more)


def make(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(["make", "--no-print-directory", "bisect", *words], cwd=ROOT, env=CLEAN,
                          capture_output=True, text=True)


def written(tmp_path, name: str, text: str):
    path = tmp_path / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def refused(check, **more: str) -> str:
    """What is said of a check that does not find the culprit; the status is never 0."""
    with pytest.raises(Complaint) as complaint:
        run_bisect(TREE, wish(check, **more))
    assert complaint.value.status != 0
    return str(complaint.value)


# --- Checks that see it ---


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.name)
def test_an_answer_finds_the_culprit(answer, capsys):
    row = draw_row(read_material(TREE), "who/ada lovelace")
    assert run_bisect(TREE, wish(answer, who="ada  LOVELACE ")) == 0
    said = capsys.readouterr().out
    assert f"Revision {row.culprit} is the first bad one." in said
    assert "5 runs of the check for 32 suspects" in said and said.endswith("It is the culprit.\n")
    assert row.revisions[row.culprit].title in said and "\n--- a/pool.c\n" in said


def test_a_program_may_be_the_check(tmp_path, capsys):
    check = written(tmp_path, "check.sh", "#!/bin/sh\n./probe 8 4000000 pointers | awk "
                    "'/^resident/ {bad = $2 > 1000000} END {exit bad}'\n")
    assert run_bisect(TREE, wish(check)) == 0


@pytest.mark.parametrize("check, block", [("check.c", 0), ("answers/check.c", 1)])
def test_the_readme_shows_what_is_printed(check, block):
    """Its first block is the stub's run, the second one the answer's."""
    blocks = re.findall(r"^```console\n(.*?)^```", (DRILL / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    shutil.copy(DRILL / check, ROOT / "build" / "mine.c")
    done = make("CHECK=build/mine.c")
    said = (done.stdout + re.sub(r"make: .*\n", "", done.stderr)).replace("build/mine.c", "mine.c")
    assert blocks[block] == said


# --- Checks that do not ---


@pytest.mark.parametrize("stub", ["check.c", "check.py"])
def test_a_stub_says_good_of_every_revision(stub, capsys):
    assert "says good of every revision, of revision 32 too" in refused(DRILL / stub)


def test_without_a_word_the_stub_in_c_is_run():
    done = make("WHO=Ada  Lovelace")
    assert done.returncode == 2 and "says good of every revision" in done.stderr
    assert "drawn for ada lovelace." in done.stdout and "bisect/check.c." in done.stdout


@pytest.mark.parametrize("body, said", [
    ("return 1;", "says bad of every revision, of revision 0 too"),
    ("return 124;", "says bad of every revision"),
    ("return 125;", "skips an end"),
    ("return 126;", "found no program to run"),
    ("return 139;", "crashes with SIGSEGV"),
    ("*(volatile int *)0 = 1;", "crashes with SIGSEGV"),
    ("for (;;) memset(malloc(1 << 20), 1, 1 << 20);", "crashes with SIGSEGV, which is no answer; it has 512 MiB"),
    ("while (malloc(1 << 20) != NULL) { } return 1;", "says bad of every revision"),
    ("for (int i = 0; i < 1 << 21; i++) putchar('x');", "prints or writes more than 1 MiB"),
    ("FILE *f = fopen(\"f\", \"w\"); for (int i = 0; i < 1 << 21; i++) putc('x', f);", "crashes with SIGXFSZ"),
    ("return missing;", "check.c:5:25: error: .missing. undeclared"),
])
def test_a_check_in_c_that_goes_wrong(body, said, tmp_path, capsys):
    heads = "".join(f"#include <{head}.h>\n" for head in ("pool", "stdio", "stdlib", "string"))
    check = written(tmp_path, "check.c", f"{heads}int main(void) {{ {body} }}\n")
    assert re.search(said, refused(check))


@pytest.mark.parametrize("body, said", [
    ("1 / 0", "stops with an exception, which git would take for bad: ZeroDivisionError"),
    ("list(range(1 << 30))", "stops with an exception, which git would take for bad: MemoryError"),
    ("print('x' * (1 << 21))", "prints or writes more than 1 MiB"),
    ("import os; os.kill(os.getpid(), 9)", "crashes with SIGKILL"),
    ("raise SystemExit('cannot')", "says bad of every revision"),
])
def test_a_check_in_python_that_goes_wrong(body, said, tmp_path, capsys):
    assert said in refused(written(tmp_path, "check.py", body))


@pytest.mark.parametrize("name, text", [
    ("check.c", "int main(void) { for (;;) { } }"),
    ("check.py", "import subprocess\nsubprocess.run(['sleep', '1000'])"),
    ("check", "#!/bin/sh\nsleep 1000 & sleep 1000"),
])
def test_a_check_that_hangs(name, text, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(trial, "SECONDS", 0.5)
    monkeypatch.setattr(confine, "AT_LEAST", 0)
    monkeypatch.setattr(confine, "SLOWER", 2)
    assert "on revision 0: does not end within 0.5 seconds" in refused(written(tmp_path, name, text))


def test_a_check_that_writes_elsewhere(tmp_path, capsys):
    """It is refused by one wall or another, and told where the kernel shows what is tried."""
    said = refused(written(tmp_path, "check.py", f"open({str(tmp_path / 'check.c')!r}, 'w')\n"))
    assert not (tmp_path / "check.c").exists()
    assert f"check.py on revision 0: tries to write {tmp_path}/check.c, outside" in said or "PermissionError" in said


def test_a_check_that_is_no_program(tmp_path, capsys):
    check = written(tmp_path, "check", "neither\n")
    assert "ends with status 127, by which a shell says" in refused(check)
    check.chmod(0o644)
    assert "ends with status 126, by which a shell says" in refused(check)


def test_a_check_upside_down(tmp_path, capsys):
    text = ANSWERS[1].read_text().replace("GOOD, BAD, CANNOT_TELL = 0, 1", "GOOD, BAD, CANNOT_TELL = 1, 0")
    assert "upside down" in refused(written(tmp_path, "check.py", text))


def test_a_check_that_sees_something_else(tmp_path, capsys):
    """It tells the ends apart by an innocent change: a line of the source."""
    check = written(tmp_path, "check.py",
                    "import sys\nsys.exit('is_full' in open('pool.c').read())\n")
    said = refused(check)
    assert re.match(r"Revision \d+ is innocent\.", said) and "HINT=2" in said


def test_what_a_check_does_in_its_folder_is_gone_the_next_time(tmp_path, capsys):
    text = "open('pool.h', 'w').close()\nopen('probe', 'w').close()\n"
    check = written(tmp_path, "check.py", text)
    assert "good of every revision" in refused(check)
    assert run_bisect(TREE, wish(ANSWERS[1])) == 0


def test_control_characters_do_not_reach_the_terminal(tmp_path, capsys):
    refused(written(tmp_path, "check.py", "print('\\x1b[2J' + 'long ' * 99)"))
    line = next(line for line in capsys.readouterr().out.splitlines() if "long" in line)
    assert "\x1b" not in line and len(line) < 92 and line.endswith("...")


# --- Revisions that do not compile ---


def test_a_revision_that_does_not_compile_is_skipped():
    row = draw_row(read_material(TREE), "seed/1", broken=1)
    number = next(r.number for r in row.revisions if "pool_debug.h" in r.files["pool.c"])
    bench = trial.Bench(TREE, ANSWERS[0])
    assert bench.ask(row.revisions[number]) == trial.Trial(Answer.SKIP, "does not compile")


def test_suspects_are_named_when_skips_hide_the_culprit(monkeypatch, capsys):
    """The README names this row. Its revisions are not built here: the test answers at once."""
    row = draw_row(read_material(TREE), "who/heidi", broken=12)

    def ask(bench: trial.Bench, revision: Revision) -> trial.Trial:
        if "pool_debug.h" in revision.files["pool.c"]:
            return trial.Trial(Answer.SKIP, "does not compile")
        return trial.Trial(Answer.BAD if revision.number >= row.culprit else Answer.GOOD, "")

    monkeypatch.setattr(trial.Bench, "ask", ask)
    assert run_bisect(TREE, wish(ANSWERS[0], who="heidi", broken="12")) == 0
    said = capsys.readouterr().out
    assert "One of these 4 is the first bad one" in said and "The culprit is one of them." in said
    assert "\n7 runs of the check for 32 suspects, 4 of them without an answer; log2(32)" in said
    lines = said.splitlines()
    assert sum(row.revisions[number].title in line for number in range(4, 8) for line in lines) == 4
    assert any("Ggsss" in line or "Gsss" in line for line in lines)


# --- Hints, wrong use ---


def test_hints_exist_and_say_more_and_more(capsys):
    for number, word in (("1", "resident_bytes"), ("2", "with\npointers and without"), ("3", "inuse")):
        assert run_bisect(TREE, Wish(hint=number)) == 0
        said = capsys.readouterr().out
        assert word in said and "## " not in said


@pytest.mark.parametrize("wrong, said", [
    (Wish(hint="4"), "there are the hints 1, 2, 3"),
    (Wish(check="nowhere.c"), "there is no such file"),
    (Wish(check="lab"), "there is no such file"),
    (Wish(seed="1", who="ada"), "one of them is enough"),
    (Wish(who="  "), "WHO is empty"),
    (Wish(broken="13"), "up to 12"),
    (Wish(broken="-1"), "up to 12"),
    (Wish(repository=str(DRILL)), "is there already"),
])
def test_wrong_use_is_one_sentence(wrong, said):
    with pytest.raises(Complaint, match=re.escape(said)) as complaint:
        run_bisect(TREE, wrong)
    assert complaint.value.status == 2


# --- The same row for git ---


def git(folder, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], env=CLEAN, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.fixture
def history(tmp_path):
    """Writes the usual row as a repository."""
    if shutil.which("git") is None:
        pytest.skip("git is not here")

    def write(check):
        folder = tmp_path / "pool's history"
        assert run_bisect(TREE, wish(check, repository=str(folder))) == 0
        return folder

    return write


def test_git_finds_the_same_revision_by_the_same_runs(history, capsys):
    folder = history(ANSWERS[0])
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "rev-list", "--count", "good..bad").strip() == "32"
    git(folder, "bisect", "start", "bad", "good")
    said = git(folder, "bisect", "run", "./check")
    row = draw_row(read_material(TREE), "seed/1")
    assert "is the first bad commit" in said and row.revisions[row.culprit].title in said
    numbers = {revision.title: str(revision.number) for revision in row.revisions}
    theirs = [(numbers[title], answer) for answer, title in re.findall(
        r"^# (good|bad): \[\w+\] (.*)$", git(folder, "bisect", "log"), re.MULTILINE)][2:]
    capsys.readouterr()
    run_bisect(TREE, wish(ANSWERS[0]))
    ours = re.findall(r"^ +\d  +(\d+)  (good|bad) ", capsys.readouterr().out, re.MULTILINE)
    assert ours == theirs and len(ours) == 5


def test_git_with_a_blind_check_accuses_the_last_revision(history):
    """Why the ends are tried first."""
    folder = history(DRILL / "check.c")
    row = draw_row(read_material(TREE), "seed/1")
    git(folder, "bisect", "start", "bad", "good")
    said = git(folder, "bisect", "run", "true")
    assert "is the first bad commit" in said and row.revisions[-1].title in said
    assert row.culprit != row.last


def test_the_check_of_a_repository_in_python(history):
    folder = history(ANSWERS[1])
    for tag, status in (("good", 0), ("bad", 1)):
        git(folder, "checkout", "--quiet", tag)
        assert subprocess.run(["./check"], cwd=folder, stdout=subprocess.DEVNULL).returncode == status
    (folder / "pool.h").unlink()
    assert subprocess.run(["./check"], cwd=folder, stderr=subprocess.DEVNULL).returncode == 125


def test_the_check_of_a_repository_that_does_not_compile_ends_the_bisection(history, tmp_path):
    folder = history(written(tmp_path, "mine.c", "int main(void) { return missing; }\n"))
    assert subprocess.run(["./check"], cwd=folder, stderr=subprocess.DEVNULL).returncode == 128
