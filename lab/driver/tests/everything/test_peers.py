"""`make peers` at a tiny size: whoever is here runs to the end, and what is printed is well formed.

Nothing is asserted on time.
"""

import re
from contextlib import redirect_stdout
from io import StringIO

import pytest
from highwater import peerpage, peers
from highwater.complaint import Complaint
from highwater.tree import Tree

FIGURE = re.compile(r"figure\tpeers\.(?:huge\.)?\d+\.[\w.]+\.[\w.-]+\t[\d.e+]+\t(?:ns|B)\tmeasured")
MEASURED = r"(?:~[\d,]+(?:\.\d+)?|-)"
ROW = re.compile(
    rf"^  (\S.*?\S)  +{MEASURED}(?:  +{MEASURED}){{6}}  +\d+\.\d(?:  +{MEASURED} \S+){{2}}$",
    re.MULTILINE)


@pytest.fixture(scope="module")
def page(tree: Tree) -> str:
    """What a run of the C and C++ contestants prints; the Go and Rust ones take long to build."""
    with redirect_stdout(StringIO()) as out:
        assert peers.run_peers(tree, "512", "1", only_c=True) == 0
    return out.getvalue()


def test_every_contestant_has_its_row_or_is_named_as_skipped(page: str):
    labels = set(ROW.findall(page))
    assert "lab swiss" in labels
    for package in peers.PACKAGES:
        skipped = f"skipped  {package.peer}: apt-get install {package.packages}" in page
        assert skipped != peers.found(package)
    assert len(labels) >= 1 + sum(peers.found(package) for package in peers.PACKAGES)


def test_figures_are_well_formed(tree: Tree, page: str):
    lines = (tree.root / "build" / "peers" / "peers.tsv").read_text().splitlines()
    assert len(lines) > 12
    assert [line for line in lines if not FIGURE.fullmatch(line)] == []
    assert any(line.startswith("figure\tpeers.512.swiss.hit\t") for line in lines)


def test_bytes_of_the_lab_are_exact(tree: Tree, page: str):
    """A contestant is asked by hand, over the pipe; its bytes do not depend on the machine.

    A hashbrown table of 2,048 slots is what Rust asks its allocator for, not what Go's would round
    it to.
    """
    server = peers.Server([str(tree.build / "peers")])
    swiss = dict(server.ask("grown", "swiss", 1 << 16, 16, 1))
    hashbrown = dict(server.ask("grown", "hashbrown", 1 << 10, 16, 1))
    server.stop()
    assert int(swiss["bytes"]) == 2364592
    assert int(hashbrown["bytes"]) == 2048 * 17 + 16


def test_memory_by_itself_stands_beside_the_misses(page: str):
    assert re.search(r"a load from a random line of [\d,]+ B  +~\d", page)
    assert re.search(r"a miss of lab swiss +~\d", page)


def test_a_small_share_is_a_fraction():
    assert peerpage.share(0.0025) == "~1/400"
    assert peerpage.share(1.05) == "~1.05"


def test_the_largest_size_is_measured_in_short(monkeypatch: pytest.MonkeyPatch):
    """Slow contestants and fills of known size are left out there; so are most latencies."""
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(peers.Contestant, "ask",
                        lambda self, command, *_: asked.append((self.name, command)))
    all_ = [peers.Contestant(name, name, None, name) for name in ("swiss", "absl", "go1.24", "sip")]
    peers.measure(all_, peers.FEWER_FROM, 1)
    assert asked == [("swiss", "grown"), ("swiss", "latency"), ("absl", "grown"),
                     ("absl", "latency"), ("go1.24", "grown")]


@pytest.mark.parametrize("keys,rounds", [("0", None), ("x", None), (None, "0"), ("1e3", None)])
def test_a_wrong_option_is_one_sentence(tree: Tree, keys: str | None, rounds: str | None):
    with pytest.raises(Complaint, match="a whole number from"):
        peers.run_peers(tree, keys, rounds)
