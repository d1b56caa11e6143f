"""Indirect calls are found in real machine code, and jump tables are not taken for them."""

import subprocess

import pytest
from highwater.complaint import Complaint
from highwater.inlined import check_inlined, folded_sources, indirect_calls
from highwater.tree import Tree, this_tree

SWITCH = """
int f(int a) { return a; }
int table(int a, int b) {
    switch (a) {
    case 0: return b * 3; case 1: return b / 7; case 2: return b ^ 9; case 3: return f(b);
    case 4: return b << 2; case 5: return ~b; case 6: return b - 40; case 7: return b % 11;
    }
    return 0;
}
"""
CALL = "int through(int (*p)(int), int a) { return p(a) + 1; }\n"
TAIL = "int through(int (*p)(int), int a) { return p(a); }\n"
FIELD = "struct s { long x; int (*p)(int); };\nint through(struct s *s, int a) { return s->p(a); }\n"


def look(tmp_path, source: str, compiler: str = "gcc", *flags: str) -> tuple[int, list[str]]:
    (tmp_path / "x.c").write_text(source)
    subprocess.run([compiler, "-O2", "-c", *flags, "x.c"], cwd=tmp_path, check=True)
    listing = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", "x.o"], cwd=tmp_path,
                             capture_output=True, text=True, check=True)
    return indirect_calls(listing.stdout, "x.o")


FLAGS = [(), ("-fno-pie",), ("-fcf-protection",)]


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("source", [CALL, TAIL, FIELD])
def test_refused(tmp_path, source, flags):
    functions, wrong = look(tmp_path, source, "gcc", *flags)
    assert functions == 1 and len(wrong) == 1 and wrong[0].startswith("x.o: through: ")


@pytest.mark.parametrize("flags", FLAGS)
def test_jump_table_is_none(tmp_path, flags):
    functions, wrong = look(tmp_path, SWITCH, "gcc", *flags)
    assert functions >= 2 and wrong == []


def test_direct_calls_are_none(tmp_path):
    assert look(tmp_path, "int g(int); int f(int a) { return g(a) + g(a + 1); }\n") == (1, [])


def test_nothing_to_look_at_is_an_error(tmp_path):
    (tmp_path / "Makefile").write_text("FOLDED   := $(wildcard lab/a.c \\\n lab/b.c)\n")
    assert folded_sources(Tree(tmp_path)) == ["lab/a.c", "lab/b.c"]
    with pytest.raises(Complaint, match="no function to look at"):
        check_inlined(Tree(tmp_path))


def test_list_of_the_folded_maps_is_in_the_makefile():
    for name in ("swiss", "bucket", "hashbrown"):
        assert f"lab/{name}/{name}_u64.c" in folded_sources(this_tree())
