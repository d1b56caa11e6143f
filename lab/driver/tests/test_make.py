"""The Makefiles: targets, options handed on, and one sentence for what is wrong."""

import pytest
from conftest import Toy, lay_out


@pytest.fixture(scope="module")
def built(recorded_toy):
    """The recorded toy itself, for what changes nothing."""
    return Toy(recorded_toy)


def test_nothing_to_do_says_nothing(built):
    done = built.make("build")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_setup_that_finds_everything_says_nothing(built):
    done = built.make("setup")
    assert (done.returncode, done.stdout) == (0, "")


def test_all(built):
    done = built.make()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith("All as expected.")


def test_target_of_a_chapter(built):
    done = built.make("retain", "CHAPTER=1")
    assert done.returncode == 0 and "As recorded" in done.stdout


def test_target_in_a_chapters_folder(built):
    done = built.make("retain", folder="chapters/01-toy-count")
    assert done.returncode == 0 and "As recorded" in done.stdout


def test_options_are_handed_on(built):
    done = built.make("retain", "CHAPTER=1", "KEYS=5")
    assert done.returncode == 0 and "recorded" not in done.stdout
    assert "--keys=-1 is not known" in built.make("retain", "CHAPTER=1", "KEYS=-1").stderr
    assert "--seed=x y is not known" in built.make("retain", "CHAPTER=1", "SEED=x y").stderr
    assert "--trace=a b is not known" in built.make("retain", "CHAPTER=1", "TRACE=a b").stderr


def test_a_description_is_handed_on_as_it_stands(built):
    text = "string,{ it's \"x\"\n\t*T }"
    assert f"--type={text} is not known" in built.make("retain", "CHAPTER=1", f"TYPE={text}").stderr
    assert "--keys=x" in built.make("retain", "CHAPTER=1", "ENTRIES=x").stderr
    assert "--who=it's me is not known" in built.make("retain", "CHAPTER=1", "WHO=it's me").stderr
    assert 'no chapter "18"' in built.make("desk", "PATIENT=3").stderr
    assert 'no chapter "14"' in built.make("retain", "PAIR=56").stderr


@pytest.mark.parametrize("words, folder, said", [
    (["nonsense"], ".", 'no target "nonsense"'),
    (["nonsense"], "chapters/01-toy-count", 'no target "nonsense"'),
    (["retain", "CHAPTER=77"], ".", 'there is no chapter "77"'),
    (["retain", "CHAPTER=2"], ".", "these have it: 01-toy-count"),
    (["retain"], "chapters/02-toy-order", "these have it: 01-toy-count"),
    (["versions"], ".", "no chapter has"),
])
def test_one_sentence(built, words, folder, said):
    done = built.make(*words, folder=folder)
    own = [line for line in done.stderr.splitlines() if "] Error " not in line]
    assert done.returncode == 2 and len(own) == 1 and said in own[0], done.stderr


def test_test(built):
    done = built.make("test", "CHAPTER=1")
    assert done.returncode == 0 and "3 passed, 0 failed" in done.stdout
    done = built.make("test")
    assert done.returncode == 2 and "6 passed, 4 failed, 1 skipped" in done.stdout


def test_help_names_every_target(built):
    said = built.make("help").stdout
    for target in ("check", "retain", "golden", "doctor", "layers", "inlined", "asan", "claims"):
        assert target in said


def test_diagram(built):
    done = built.make("diagram", "CHAPTER=1")
    assert "box.svg: as recorded in diagrams/01-toy-count/box.dot" in done.stdout


def test_change_of_a_header_compiles_what_uses_it(toy):
    (toy.root / "lab/toy/toy.h").touch()
    said = toy.make("build").stdout
    assert "CC lab/toy/toy.c" in said and "CC lab/tests/test_fine.c" not in said


def test_other_flags_compile_everything(toy):
    assert toy.make("build", "CFLAGS=-O1").stdout.count("  CC ") == 7
    assert toy.make("build", "CFLAGS=-O1").stdout == ""


def test_new_chapter_is_found(toy):
    folder = toy.root / "chapters/03-toy-new"
    folder.mkdir()
    text = (toy.root / "chapters/02-toy-order/toy_order.c").read_text()
    (folder / "toy_new.c").write_text(text)
    assert "LD build/default/chapters/03-toy-new/toy_new" in toy.make("build").stdout


def test_compile_error_fails(toy):
    (toy.root / "lab/toy/toy.c").write_text("int x = ;\n")
    assert toy.make("build").returncode == 2


def test_asan_sees_what_the_plain_run_does_not(toy):
    (toy.root / "lab/tests/test_toy.c").unlink()
    toy.edit("lab/tests/test_fine.c", "    cr_assert(1 == 1);",
             "    volatile int one = 1;\n    int four[4] = {0};\n    cr_assert(four[3 + one] >= -9999 || 1);")
    assert toy.make("test").returncode == 0
    done = toy.make("asan")
    assert done.returncode == 2 and "fine::one" in done.stdout, done.stdout


def test_clean_keeps_answers(toy):
    form = toy.root / "build/handouts/ada/handout.txt"
    form.parent.mkdir(parents=True)
    form.write_text("kept: 5\n")
    assert toy.make("clean").returncode == 0
    assert form.read_text() == "kept: 5\n" and not (toy.root / "build/default").exists()


def test_clean(toy):
    assert toy.make("clean").returncode == 0 and not (toy.root / "build").exists()


def test_fresh_tree_shows_a_page_in_one_command(tmp_path):
    done = Toy(lay_out(tmp_path / "tree")).make("retain", "CHAPTER=1")
    assert "37,832" in done.stdout and "retain.txt is missing" in done.stderr
