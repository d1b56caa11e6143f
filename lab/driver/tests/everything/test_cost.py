"""What a look-up costs, in instructions: a count, which is the same however busy the machine is."""

import os
import re
import subprocess
from pathlib import Path

from highwater.tree import Tree

SOURCE = Path(__file__).parents[1] / "cost" / "lookup_cost.c"
MOST = 70       # instructions of a hit on an 8-byte key, hash and comparison included


def callgrind(folder: Path, program: Path) -> tuple[str, int]:
    """The program's output, and the instructions inside swiss_u64_get."""
    out = folder / "callgrind.out"
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=swiss_u64_get",
         f"--callgrind-out-file={out}", str(program)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, int(re.search(r"^(?:summary|totals): (\d+)$", out.read_text(), re.MULTILINE)[1])


def test_hit(tree: Tree, tmp_path: Path):
    program = tmp_path / "lookup_cost"
    subprocess.run(
        [os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O2", f"-I{tree.root / 'lab'}", str(SOURCE),
         str(tree.build / "liblab.a"), "-lm", "-Wl,--strip-debug", "-o", str(program)], check=True)
    printed, instructions = callgrind(tmp_path, program)
    lookups, allocations = map(int, printed.split())
    assert allocations == 0
    assert 20 < instructions / lookups <= MOST
