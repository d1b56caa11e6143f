"""What calls on the three int to int maps cost, in instructions: hits, misses, updates, by load.

Counted inside the call. Set-up puts too, so an update is the difference of two runs. The program
makes one lap more than it is told, the first, in which an update may have to grow the map.
A table at its limit of seven eighths is the dearest: a miss goes on to the first empty slot.
A chain of buckets ends a miss at once, wherever its content ends.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from highwater.tree import Tree

VERB = {"hit": "get", "miss": "get", "update": "put"}
MOST = {
    "swiss": {"hit": 70, "miss": 110, "update": 100},
    "bucket": {"hit": 65, "miss": 65, "update": 80},
    "hashbrown": {"hit": 62, "miss": 65, "update": 80},
}
ENTRIES = [448, 1 << 14]            # 512 slots at their limit; 32 tables under a directory


@pytest.fixture(scope="module")
def program(tmp_path_factory, tree: Tree) -> Path:
    """The program, linked to the lab as it is built."""
    path = tmp_path_factory.mktemp("instructions") / "instructions"
    subprocess.run(
        [os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O2", f"-I{tree.root / 'lab'}",
         str(tree.root / "lab/tests/count/instructions.c"), str(tree.build / "liblab.a"), "-lm",
         "-Wl,--strip-debug", "-o", str(path)], check=True)
    return path


def instructions(program: Path, design: str, call: str, entries: int, laps: int) -> int:
    """The instructions inside the call's function, in one run."""
    out = program.with_suffix(".out")
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--collect-atstart=no",
         f"--toggle-collect={design}_u64_{VERB[call]}", f"--callgrind-out-file={out}", str(program),
         design, call, str(entries), str(laps)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return int(re.search(r"^(?:summary|totals): (\d+)$", out.read_text(), re.MULTILINE)[1])


@pytest.mark.parametrize("entries", ENTRIES)
@pytest.mark.parametrize("call", VERB)
@pytest.mark.parametrize("design", MOST)
def test_call(program: Path, design: str, call: str, entries: int):
    if call == "update":
        counted = (instructions(program, design, call, entries, 3)
                   - instructions(program, design, call, entries, 1))
    else:
        counted = instructions(program, design, call, entries, 1)
    cost = counted / (2 * entries)
    print(f"{design}, {call} in {entries} entries: {cost:.1f} instructions")
    assert 20 < cost <= MOST[design][call]
