"""What `make peers` prints: a table for each size, verdicts, what shrinks, and the plots."""

import shutil
import subprocess
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from .tree import Tree

if TYPE_CHECKING:
    from .peers import Contestant

COLUMNS = ("insert", "presized", "hit", "miss", "delete", "iterate", "clear")
FLAT = ("hashbrown", "absl", "glib", "khash", "rust")   # one array that is moved as a whole
LARGE = (1 << 20, 1 << 23)                              # the sizes that the verdicts are about

WHY_MISSES = """\
Why Abseil wins on misses: all its control bytes stand in one array, a byte a slot, and a miss
reads 16 of them and hardly ever an entry. For a million entries that array has two mebibytes
and stays in the cache. A group of Go's has its 8 control bytes beside its 8 entries, so a miss
reads from all of the map's memory: one line of control bytes, and of entries nobody asked for.
So a miss has its floor: the load alone from as many bytes. To it come two loads before it
(directory, table), one miss in thirty whose fingerprint agrees by chance, and one in sixteen
whose first group is full and that needs another line (chapter 6 counts them). A hit is
repaid: the entry is in that line or in one of the next two."""


def number(value: float | None) -> str:
    """Three digits that count, as measured figures are printed; a dash for none."""
    if value is None:
        return "-"
    if value >= 100:
        return f"~{value:,.0f}"
    return f"~{value:.1f}" if value >= 10 else f"~{value:.2f}"


def time_(nanoseconds: float | None) -> str:
    """A duration in the unit that keeps it short."""
    if nanoseconds is None:
        return "-"
    for unit, size in (("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= size:
            return f"{number(nanoseconds / size)} {unit}"
    return f"{number(nanoseconds)} ns"


def ratio(a: "Contestant", b: "Contestant", keys: int, name: str) -> float | None:
    """The median over the rounds of a's time over b's; of a worst case the ratio of the least."""
    first, second = a.rounds.get((keys, name)), b.rounds.get((keys, name))
    if not first or not second:
        return None
    if name.endswith("worst"):
        return min(first) / min(second)
    return median(x / y for x, y in zip(first, second))


# --- Tables ---


def print_table(heads: list[str], rows: list[list[str]]) -> None:
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    for row in [heads, ["-" * width for width in widths], *rows]:
        cells = [row[0].ljust(widths[0]),
                 *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        print("  " + "  ".join(cells).rstrip())
    print()


def print_size(contestants: "list[Contestant]", keys: int) -> None:
    """The medians at one size, and how they stand to the lab's swiss."""
    left_out = [c.label for c in contestants if c.typical(keys, "insert") is None]
    contestants = [c for c in contestants if c.label not in left_out]
    print(f"\n{keys:,} keys: ns per operation; memory; the worst inserts of a growing fill\n")
    print_table(["map", *COLUMNS, "B/entry", "p99.99", "worst"],
                [[c.label, *(number(c.typical(keys, name)) for name in COLUMNS),
                  f"{c.typical(keys, 'bytes') / keys:.1f}",
                  time_(c.typical(keys, "p99.99")), time_(c.typical(keys, "worst"))]
                 for c in contestants])
    swiss = contestants[0]
    print(f"{keys:,} keys: times as long as lab swiss (below 1: faster), medians of ratios\n")
    print_table(["map", *COLUMNS, "worst"],
                [[c.label, *(number(ratio(c, swiss, keys, name)) for name in (*COLUMNS, "worst"))]
                 for c in contestants[1:]])
    if left_out:
        print(f"Left out at this size, as too slow for a short run: {', '.join(left_out)}\n")


# --- Verdicts ---


def share(value: float) -> str:
    """A ratio; a small one as a fraction of one, which says more than two zeros."""
    return number(value) if value > 0.1 else f"~1/{1 / value:,.0f}"


def verdict(id_: str, a: "Contestant | None", b: "Contestant | None", keys: int, name: str,
            most: float, sentence: str) -> None:
    """One line: does a take at most `most` times as long as b?"""
    measured = ratio(a, b, keys, name) if a and b else None
    if measured is None:
        print(f"  unknown  {id_} at {keys:,}: one of the two was not measured")
        return
    word = "holds  " if measured <= most else "refuted"
    limit = f"{most:g}" if most > 0.1 else f"1/{1 / most:.0f}"
    print(f"  {word}  {id_} at {keys:,}: {sentence}: {share(measured)}, at most {limit}")


def bucket_has(bucket: "Contestant | None", keys: int, name: str) -> bool:
    """At the largest size no fill of known size is measured, and no clear."""
    return bucket is None or bucket.typical(keys, name) is not None


def print_verdicts(contestants: "list[Contestant]", keys: int) -> None:
    by_name = {c.name: c for c in contestants}
    swiss, absl, go24 = (by_name.get(name) for name in ("swiss", "absl", "go1.24"))
    for name in ("hit", "miss"):
        verdict(f"swiss-{name}-go", swiss, go24, keys, name, round(1 / 1.7, 3),
                f"{name}, lab swiss over Go 1.24's own map (1.7 times as fast)")
    for name, most in (("hit", 1.1), ("miss", 2.0), ("insert", 1.0)):
        note = "growing insert" if name == "insert" else name
        verdict(f"swiss-{name}-abseil", swiss, absl, keys, name, most,
                f"{note}, lab swiss over Abseil")
    for name in FLAT:
        if name in by_name:
            verdict(f"swiss-worst-{name}", swiss, by_name[name], keys, "worst", 0.02,
                    f"worst single insert, lab swiss over {by_name[name].label}")
    for name in ("hit", "miss", "insert", "delete"):
        verdict(f"hashbrown-{name}-rust", by_name.get("hashbrown"), by_name.get("rust"), keys, name,
                1.1, f"{name}, lab hashbrown over Rust's HashMap with the same hash")
    for name in [name for name in COLUMNS if bucket_has(by_name.get("bucket"), keys, name)]:
        verdict(f"bucket-{name}-go1.23", by_name.get("bucket"), by_name.get("go1.23"), keys, name,
                1.0, f"{name}, lab bucket over Go 1.23's own map")


# --- What is left ---


def print_shrinking(contestants: "list[Contestant]", keys: int) -> None:
    rows = [[c.label, f"{c.typical(keys, 'shrink full'):,.0f} B",
             f"{c.typical(keys, 'shrink emptied'):,.0f} B",
             time_(c.typical(keys, "shrink p99.99")), time_(c.typical(keys, "shrink worst"))]
            for c in contestants if c.typical(keys, "shrink full") is not None]
    print(f"{keys:,} keys put in, then all removed one by one: GLib's table shrinks by itself\n")
    print_table(["map", "full", "emptied", "remove p99.99", "worst remove"], rows)


def print_huge(contestants: "list[Contestant]", huge: "list[Contestant]", keys: int) -> None:
    """Huge pages apart: the same operations of the maps that can ask for them."""
    print(f"{keys:,} keys on huge pages (apart: no verdict uses them), ns per operation\n")
    names = ("insert", "presized", "hit", "miss")
    print_table(["map", *names, "MiB on huge pages"],
                [[c.label, *(number(c.typical(keys, name)) for name in names),
                  f"{c.typical(keys, 'huge') / (1 << 20):.0f}"] for c in huge])


def print_touches(contestants: "list[Contestant]", keys: int, touches: dict[int, float]) -> None:
    """Why a miss cannot be as quick as Abseil's: what memory alone takes, measured apart."""
    rows = [[f"a load from a random line of {size:,} B", number(ns)]
            for size, ns in touches.items()]
    rows += [[f"a miss of {c.label}", number(c.typical(keys, "miss"))] for c in contestants
             if c.name in ("swiss", "absl")]
    print(f"{keys:,} keys: a miss, and memory by itself (the same hash, nothing to decide)\n")
    print_table(["", "ns"], rows)


def print_rest(contestants: "list[Contestant]", huge: "list[Contestant]", sizes: tuple[int, ...],
               shrunk: int, touches: dict[int, dict[int, float]]) -> None:
    print_shrinking(contestants, shrunk)
    print_huge(contestants, huge, shrunk)
    judged = [keys for keys in sizes if keys in LARGE]
    if judged:
        print("Verdicts: medians of ratios round by round; a worst insert is the least of all\n")
    else:
        print("No verdicts: they are about 1,048,576 and 8,388,608 keys\n")
    for keys in judged:
        print_verdicts(contestants, keys)
        print()
    if any(c.name == "absl" for c in contestants):
        for keys in sizes:
            print_touches(contestants, keys, touches[keys])
        print(WHY_MISSES + "\n")


def figures(contestants: "list[Contestant]", huge: "list[Contestant]") -> str:
    """Every median as a line of fields, for a program."""
    lines = []
    for mark, group in (("", contestants), ("huge.", huge)):
        for c in group:
            for keys, name in c.rounds:
                unit = "B" if name.split()[-1] in ("bytes", "full", "emptied", "huge") else "ns"
                lines.append(f"figure\tpeers.{mark}{keys}.{c.name}.{name.replace(' ', '-')}"
                             f"\t{c.typical(keys, name):.4g}\t{unit}\tmeasured\n")
    return "".join(lines)


def plot(contestants: "list[Contestant]", sizes: tuple[int, ...], folder: Path,
         tree: Tree) -> list[str]:
    """Draws ns per hit and per miss against the size, if gnuplot is here; what to say of it."""
    if len(sizes) < 2:
        return []
    if shutil.which("gnuplot") is None:
        return ["skipped  the plots: apt-get install gnuplot-nox"]
    said = []
    for name in ("hit", "miss"):
        data = folder / f"{name}.tsv"
        data.write_text("".join(
            f'"{c.label}"\n'
            + "".join(f"{keys}\t{c.typical(keys, name)}\n" for keys in sizes
                      if c.typical(keys, name) is not None) + "\n\n"
            for c in contestants), encoding="utf-8")
        svg = folder / f"{name}.svg"
        script = (
            f"set terminal svg size 900,600 background 'white'; set output '{svg}'; "
            "set logscale x 2; set logscale y; set format x '2^{%L}'; set key outside; set grid; "
            f"set xlabel 'keys'; set ylabel 'ns per {name}'; "
            f"plot for [i=0:{len(contestants) - 1}] '{data}' index i using 1:2 "
            "with linespoints title columnheader(1)")
        done = subprocess.run(["gnuplot", "-e", script], capture_output=True, text=True)
        said.append(f"drawn    {tree.name(svg)}" if done.returncode == 0
                    else f"skipped  {tree.name(svg)}: gnuplot refuses it")
    return said
