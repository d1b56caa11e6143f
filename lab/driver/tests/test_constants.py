"""Constants of the C in expressions: what is found, and what is refused."""

import pytest
from highwater.complaint import Complaint
from highwater.constants import constant

HEADER = """/* enum { NOT_THIS = 1 }; */
enum { SLOTS_MOST = 1 << 10, /* of a table */ BYTES_MOST = SLOTS_MOST * 16 + 8, HEX_MARK = 0x80u, NO_VALUE,
       HALF_SLOTS = SLOTS_MOST / 2, LESS_ONE = HALF_SLOTS - 1, STRUCT_SIZE = sizeof(struct map) };
enum kind { KIND_A = 5 };
enum more { KIND_B = KIND_A + 1 };
static int f(void) { int LOCAL_X = 3; return LOCAL_X; }
"""


@pytest.fixture
def folders(tmp_path):
    for name in ("lab/map", "lab/heap", "lab/driver/tests", "chapter"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "lab/map/map.h").write_text(HEADER)
    (tmp_path / "lab/heap/size_class.c").write_text("{0, 0}, /* large */\n{8, 1},  {16, 1}, {24, 10},\n")
    (tmp_path / "lab/driver/tests/toy.c").write_text("enum { SLOTS_MOST = 7 };")
    (tmp_path / "chapter/a.c").write_text("enum { KIND_A = 5, SLOTS_MOST = 9 };")
    return tmp_path / "lab", tmp_path / "chapter"


@pytest.mark.parametrize("name, value", [
    ("SLOTS_MOST", 1024), ("BYTES_MOST", 16392), ("HEX_MARK", 128), ("HALF_SLOTS", 512), ("LESS_ONE", 511),
    ("KIND_B", 6), ("SIZE_CLASS_OF_8", 8), ("SIZE_CLASS_OF_9", 16), ("SIZE_CLASS_OF_24", 24),
])
def test_value(folders, name, value):
    assert constant(name, folders[:1]) == value


@pytest.mark.parametrize("name, said", [
    ("NOT_THIS", "no constant"), ("LOCAL_X", "no constant"), ("NO_VALUE", "no constant"), ("NO_SUCH", "no constant"),
    ("SLOTS_MOST", "two constants"), ("STRUCT_SIZE", "no arithmetic"), ("SIZE_CLASS_OF_25", "of no size class"),
])
def test_refused(folders, name, said):
    with pytest.raises(Complaint, match=said):
        constant(name, folders)


def test_the_same_value_twice_is_one(folders):
    assert constant("KIND_A", folders) == 5
