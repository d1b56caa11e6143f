"""`make retain` and its like on the toy: pages, verdicts on them, and every way to go wrong."""


def sentence(done, status: int = 2) -> str:
    """The one sentence that a refused command says."""
    assert done.returncode == status, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_page_and_verdict(toy):
    done = toy.driver("retain", "--chapter=1")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[2].split() == ["filled", "37,832", "~48.6"]
    assert lines[-1].startswith("As recorded in golden/01-toy-count/retain.txt: 1 exact")
    assert done.stderr == ""


def test_every_name_of_a_chapter(toy):
    for name in ("01", "1", "toy-count", "01-toy-count"):
        assert toy.driver("retain", f"--chapter={name}").returncode == 0


def test_all_chapters_that_have_the_target(toy):
    done = toy.driver("iter")
    assert done.returncode == 0
    assert "one after another" in done.stdout and "filled" not in done.stdout


def test_other_times_are_as_recorded(toy):
    toy.mode("other-time")
    assert toy.driver("bench", "--chapter=1").returncode == 0


def test_another_digit_is_shown(toy):
    toy.mode("digit")
    done = toy.driver("retain", "--chapter=1")
    assert done.returncode == 1
    assert "- filled   37,832" in done.stdout and "+ filled   37,833" in done.stdout
    assert "Not as recorded" in done.stdout


def test_refuted_claim(toy):
    toy.mode("refute")
    done = toy.driver("retain", "--chapter=1")
    assert done.returncode == 1
    assert "claim count-is-kept: refuted, where chapter.toml expects holds" in done.stdout


def test_own_options_only_print_the_page(toy):
    done = toy.driver("retain", "--chapter=1", "--keys=5")
    assert done.returncode == 0 and "recorded" not in done.stdout and "37,832" in done.stdout


def test_wrong_option_is_the_programs_sentence(toy):
    done = toy.driver("retain", "--chapter=1", "--keys=-1")
    assert sentence(done) == "--keys=-1 is not known here" and done.stdout == ""


def test_memory_refused_is_passed_on(toy):
    toy.mode("refuse")
    done = toy.driver("retain", "--chapter=1")
    assert sentence(done, 1) == "the heap's limit is too small" and done.stdout == ""


def test_crash(toy):
    toy.mode("crash")
    assert "crashed with SIGABRT" in sentence(toy.driver("retain", "--chapter=1"), 1)


def test_unknown_chapter(toy):
    assert sentence(toy.driver("retain", "--chapter=77")) == (
        'there is no chapter "77"; there are: 01-toy-count, 02-toy-order')


def test_target_of_another_chapter(toy):
    assert sentence(toy.driver("retain", "--chapter=2")) == (
        '02-toy-order has no target "retain"; these have it: 01-toy-count')


def test_target_of_no_chapter(toy):
    assert sentence(toy.driver("versions")) == 'no chapter has the target "versions" yet'


def test_not_built(toy):
    (toy.root / "build/default/chapters/01-toy-count/toy_count").unlink()
    assert "is not built; `make build` does" in sentence(toy.driver("retain", "--chapter=1"))


def damaged(toy, change) -> str:
    """What is said of a damaged golden; nothing else on disk may change."""
    path = toy.root / "golden/01-toy-count/retain.txt"
    change(path)
    before = toy.state()
    said = sentence(toy.driver("retain", "--chapter=1"))
    assert toy.state() == before
    assert said.startswith("golden/01-toy-count/retain.txt") and "`make golden`" in said
    return said


def test_golden_missing(toy):
    assert "is missing" in damaged(toy, lambda path: path.unlink())


def test_golden_cut_short_between_lines(toy):
    def cut(path):
        path.write_text("".join(path.read_text().splitlines(True)[:-2]))
    assert "cut short" in damaged(toy, cut)


def test_golden_cut_short_in_a_line(toy):
    assert "cut short" in damaged(toy, lambda path: path.write_bytes(path.read_bytes()[:-9]))


def test_golden_empty(toy):
    assert "cut short" in damaged(toy, lambda path: path.write_bytes(b""))


def test_golden_without_a_line(toy):
    def drop(path):
        path.write_text("".join(path.read_text().splitlines(True)[1:]))
    assert "lines and not" in damaged(toy, drop)


def test_golden_not_text(toy):
    assert "is not text" in damaged(toy, lambda path: path.write_bytes(b"\xff\xfe\x00filled"))
    assert "is not text" in damaged(toy, lambda path: path.write_bytes(b"filled\0\n"))


def test_golden_a_folder(toy):
    def folder(path):
        path.unlink()
        path.mkdir()
    assert "cannot be read" in damaged(toy, folder)


def test_golden_changed_by_hand(toy):
    def edit(path):
        path.write_text(path.read_text().replace("37,832", "37,833"))
    assert "changed by hand" in damaged(toy, edit)


def test_everything_ends_with_the_ledger(toy):
    done = toy.driver("all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("As recorded in") == 3
    ledger = done.stdout[done.stdout.index("Claims ledger"):]
    assert "  holds    count-is-kept" in ledger
    assert "beyond it fails: Without a count" in ledger
    assert ledger.splitlines()[-1] == (
        "2 claims: 2 hold, 0 refuted; 1 counterexample beyond their scopes. All as expected.")


def test_everything_goes_on_after_a_crash_and_fails(toy):
    (toy.root / "build/default/chapters/01-toy-count/toy_count").unlink()
    done = toy.driver("all")
    assert done.returncode == 2
    assert "one after another" in done.stdout and "NOT as expected: count-is-kept" in done.stdout


def test_ledger_shows_a_refuted_claim(toy):
    toy.mode("refute")
    done = toy.driver("claims")
    assert done.returncode == 1
    assert "refuted (expected: holds) count-is-kept" in done.stdout


def test_everything_of_one_chapter(toy):
    done = toy.driver("all", "--chapter=2")
    assert done.returncode == 0 and "one after another" in done.stdout and "filled" not in done.stdout


def test_ledger_of_one_chapter(toy):
    done = toy.driver("claims", "--chapter=2")
    assert done.returncode == 0 and "0 claims" in done.stdout
