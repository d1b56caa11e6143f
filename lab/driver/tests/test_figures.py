"""Machine lines: read strictly, because everything else stands on them."""

import pytest
from highwater.complaint import Complaint
from highwater.figures import parse_results

GOOD = ("figure\tretain.heap.filled.bytes\t37832\tB\texact\n"
        "figure\tretain.probes\t1.07\t\tmeasured\n"
        "claim\tkept\tholds\tso it is\n"
        "beyond\tkept\tempty\tfails\tout there\n")


def test_good():
    results = parse_results(GOOD, "a run")
    assert (results.exact, results.measured) == (1, 1)
    assert results.figures["retain.probes"].decimals == 2
    assert results.claims == {"kept": "holds"} and results.beyond == {("kept", "empty"): "fails"}


@pytest.mark.parametrize("line", [
    GOOD.splitlines()[0], GOOD.splitlines()[2], GOOD.splitlines()[3],          # twice
    "figure\tx.y\tmany\tB\texact", "figure\tx.y\tnan\tB\tmeasured", "figure\tx.y\t5\tB\tsure",
    "figure\tx.y\t5\texact", "claim\tother\tmaybe\tso", "beyond\tkept\tfull\trefuted\tso", "", "hello",
])
def test_refused(line):
    with pytest.raises(Complaint, match="a run, machine line 5: ") as complaint:
        parse_results(f"{GOOD}{line}\n", "a run")
    assert "\n" not in str(complaint.value)
