"""`make golden` on the toy: what it writes, what it refuses to write, and that twice is once."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import CLEAN


def test_first_time_writes_and_fails(recorded_toy):
    golden = recorded_toy / "golden"
    assert sorted(path.name for path in golden.rglob("*.*")) == [
        "bench.figures", "bench.txt", "iter.figures", "iter.txt", "retain.figures", "retain.txt",
        "typed.txt", "typed.txt", "typed.txt"]
    text = (golden / "01-toy-count/retain.txt").read_text()
    assert "end: 6 lines, sha256 " in text.splitlines()[-1]


def test_second_time_changes_nothing(toy):
    before = toy.state()
    done = toy.driver("golden")
    assert done.returncode == 0 and "Nothing changed" in done.stdout, done.stdout + done.stderr
    assert toy.state() == before


def test_other_times_change_nothing(toy):
    before = toy.state()
    toy.mode("other-time")
    done = toy.driver("golden")
    (toy.root / "toy.mode").unlink()
    assert done.returncode == 0 and toy.state() == before


def test_shows_and_writes_what_changed(toy):
    toy.mode("digit")
    done = toy.driver("golden")
    assert done.returncode == 1
    assert "- filled   37,832" in done.stdout and "+ filled   37,833" in done.stdout
    assert ("golden/01-toy-count/retain.txt:3:\n      phase   bytes, B     time, ns\n"
            "      ── heap ─────────────────────\n    - filled   37,832     ~48.6\n"
            "    + filled   37,833     ~48.6\n" in done.stdout), done.stdout
    assert "golden/01-toy-count/retain.figures:1: 1 line with the page" in done.stdout
    assert "diagrams/01-toy-count/heap.svg: is of other figures" in done.stdout
    assert "chapters/02-toy-order/README.md:3:\n" in done.stdout
    assert "written: golden/01-toy-count/retain.figures" in done.stdout
    assert "7 files changed: - was recorded, + is now." in done.stdout
    assert "37,833" in (toy.root / "golden/01-toy-count/retain.txt").read_text()
    assert "-->37,833<!--" in (toy.root / "chapters/02-toy-order/README.md").read_text()
    assert toy.driver("golden").returncode == 0


def test_writes_the_prose(recorded_toy):
    prose = (recorded_toy / "chapters/01-toy-count/README.md").read_text()
    assert "-->37,832<!-- / --> bytes" in prose and "-->36.95<!-- / --> KiB" in prose
    assert "-->~48.6<!-- / --> ns" in prose and "-->37 KiB<!-- / -->." in prose
    assert "/* Is this the mode" not in prose and "bool toy_mode(const char *mode)\n{" in prose
    assert prose.count("── heap ──") == 2 and prose.count("claim   count-is-kept") == 1
    assert "[01](01-toy-count/README.md)" in (recorded_toy / "chapters/SOURCES.md").read_text()
    assert "| 36.9 KiB | reproduced |" in (recorded_toy / "chapters/SOURCES.md").read_text()
    assert ("| 02 | [Toys in order](chapters/02-toy-order/README.md) | Which comes first? |"
            in (recorded_toy / "README.md").read_text())


def test_draws_the_pictures(recorded_toy):
    drawn = recorded_toy / "diagrams/01-toy-count"
    assert (drawn / "box.dot").read_text().splitlines()[-1].startswith("// end: 3 lines, sha256 ")
    assert "<!-- drawn from box.dot, sha256 " in (drawn / "box.svg").read_text()


def test_draws_the_plots_from_the_recorded_figures(recorded_toy):
    svg = (recorded_toy / "diagrams/01-toy-count/heap.svg").read_text()
    assert " of heap.gp, and figures, sha256 " in svg and "HeapAlloc" in svg


def test_plot_that_gnuplot_refuses_writes_nothing(toy):
    toy.edit("chapters/01-toy-count/heap.gp", "with boxes", "with nonsense")
    assert "heap.gp: gnuplot refuses it" in refused(toy)


def refused(toy, *words: str, status: int = 1, **environment: str) -> str:
    """What is said when nothing may be written."""
    before = toy.state()
    done = toy.driver("golden", *words, **environment)
    assert done.returncode == status, done.stdout + done.stderr
    assert toy.state() == before
    return done.stderr


def test_prose_is_written_without_a_run(toy):
    toy.mode("crash")
    toy.edit("chapters/02-toy-order/README.md", "37,832", "37,831")
    toy.edit("chapters/01-toy-count/heap.gp", "with boxes", "with impulses")
    done = toy.driver("prose")
    assert done.returncode == 1 and "    - Chapter 1 keeps" in done.stdout and "heap.svg" in done.stdout, done.stderr
    assert "37,832" in (toy.root / "chapters/02-toy-order/README.md").read_text()
    done = toy.driver("prose")
    assert done.returncode == 0 and "Nothing changed: all is written" in done.stdout
    assert toy.driver("prose", CI="true").returncode == 2


def test_refuses_in_ci(toy):
    toy.mode("digit")
    assert "CI is set" in refused(toy, status=2, CI="true")


def test_crash_writes_nothing(toy):
    toy.mode("crash")
    assert "crashed with SIGABRT" in refused(toy)


def test_late_crash_writes_nothing(toy):
    toy.mode("digit")
    (toy.root / "build/default/chapters/02-toy-order/toy_order").write_text("#!/bin/sh\nkill -9 $$\n")
    assert "02-toy-order: toy_order iter: crashed with SIGKILL" in refused(toy)


def replace_program(toy, script: str, program: str = "02-toy-order/toy_order") -> None:
    """A program of the toy as a shell script; $REAL is what it was."""
    path = toy.root / "build/default/chapters" / program
    path.rename(f"{path}.real")
    path.write_text(f'#!/bin/sh\nREAL="$0.real"\n{script}\n')
    path.chmod(0o755)


@pytest.mark.parametrize("script, said", [
    ("printf '\\377\\376'", "printed something that is not text"),
    ('"$REAL" "$@"; echo rubbish >"$3"', "machine line 1: "),
    ('"$REAL" "$@"; printf "\\377" >"$3"', "printed something that is not text"),
    ('"$REAL" "$@"; printf "figure\\tother.x\\t1\\t\\texact\\n" >>"$3"', 'does not start with "iter."'),
    ("exit 0", "02-toy-order iter: printed nothing"),
    ("exit 3", "exit status 3"), ("echo half; kill -9 $$", "crashed with SIGKILL"),
    ('"$REAL" "$@"; echo "too late" >&2; exit 1', "exit status 1: too late"),
])
def test_a_program_that_goes_wrong_at_the_end_writes_nothing(toy, script, said):
    """The first chapter's runs were others, and are as if they had not been."""
    toy.mode("digit")
    replace_program(toy, script)
    assert said in refused(toy)


@pytest.mark.parametrize("script, said", [
    ("kill -9 $$", "crashed with SIGKILL"), ("exit 1", "dot --picture box: exit status 1"),
    ("exit 0", "drew nothing"), ("echo no graph", "Graphviz refuses it")])
def test_a_picture_that_goes_wrong_writes_nothing(toy, script, said):
    toy.mode("digit")
    replace_program(toy, f'[ "$1" = dot ] || exec "$REAL" "$@"\n{script}', "01-toy-count/toy_count")
    assert said in refused(toy)


def test_a_recording_that_is_killed_while_it_runs_changes_nothing(toy):
    before = toy.state()
    toy.mode("digit")
    replace_program(toy, 'echo $$ >"$0.runs"; sleep 60')
    runs = toy.root / "build/default/chapters/02-toy-order/toy_order.runs"
    driver = subprocess.Popen([sys.executable, "lab/driver/hw.py", "golden"], cwd=toy.root, env=CLEAN,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not (runs.exists() and runs.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    driver.kill()
    driver.wait()
    os.killpg(int(runs.read_text()), signal.SIGKILL)
    (toy.root / "toy.mode").unlink()
    assert toy.state() == before


def test_refused_memory_writes_nothing(toy):
    toy.mode("refuse")
    assert "exit status 1: the heap's limit is too small" in refused(toy)


def test_refuted_claim_writes_nothing(toy):
    toy.mode("refute")
    assert "refuted, where chapter.toml expects holds\n" in refused(toy)


def test_claim_that_is_not_printed_writes_nothing(toy):
    toy.mode("silent")
    assert "claim count-is-kept is in chapter.toml and the run does not print it" in refused(toy)


def test_claim_that_is_not_claimed_writes_nothing(toy):
    toy.mode("unclaimed")
    assert "claim nobody-asked is printed, but chapter.toml has it not" in refused(toy)


def test_counterexample_that_holds_writes_nothing(toy):
    toy.edit("chapters/01-toy-count/chapter.toml", 'expect = "fails"', 'expect = "holds"')
    assert "claim count-is-kept beyond no-count: fails, where chapter.toml expects holds" in refused(toy)


def test_one_chapter_leaves_the_others_goldens(toy):
    toy.mode("digit")
    other = toy.root / "golden/02-toy-order/iter.txt"
    before = other.read_bytes()
    done = toy.driver("golden", "--chapter=1")
    assert done.returncode == 1 and other.read_bytes() == before
    other.unlink()
    toy.driver("golden", "--chapter=1")
    assert not other.exists()


def test_heals_a_damaged_golden(toy):
    path = toy.root / "golden/01-toy-count/retain.txt"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    done = toy.driver("golden")
    assert done.returncode == 1 and "is cut short" in done.stdout
    assert path.read_bytes() == whole


def test_draws_a_stale_picture_anew(toy):
    svg = toy.root / "diagrams/01-toy-count/box.svg"
    svg.write_text(svg.read_text().replace("sha256 ", "sha256 0"))
    assert toy.driver("golden").returncode == 1
    assert toy.driver("golden").returncode == 0


def test_draws_a_stale_plot_anew(toy):
    toy.edit("chapters/01-toy-count/heap.gp", "with boxes", "with impulses")
    done = toy.driver("golden")
    assert done.returncode == 1 and "heap.svg: is of other figures or another script" in done.stdout
    assert toy.driver("golden").returncode == 0


def test_diagram_draws_a_plot_of_this_run(toy):
    done = toy.driver("diagram")
    assert "build/diagrams/01-toy-count/heap.svg: of this run" in done.stdout
    assert (toy.root / "build/diagrams/01-toy-count/heap.svg").is_file()


def test_unknown_figure_is_told_and_left(toy):
    toy.edit("chapters/02-toy-order/README.md", "filled.bytes", "filled.bites")
    done = toy.driver("golden")
    assert done.returncode == 1
    assert ('chapters/02-toy-order/README.md:3: no run of 01-toy-count prints a figure '
            '"retain.heap.filled.bites"') in done.stderr


def test_orphan_is_told_and_left(toy):
    orphan = toy.root / "golden/01-toy-count/versions.txt"
    orphan.write_text("nobody's\n")
    done = toy.driver("golden")
    assert done.returncode == 1 and orphan.exists()
    assert "golden/01-toy-count/versions.txt has no owner" in done.stderr
