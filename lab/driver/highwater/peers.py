"""`make peers`: the lab's maps beside what a user would take instead, in one interleaved run.

Every contestant is asked over a pipe (lab/peers/peers.c describes the lines), one at a time: in
each round each of them once, beginning with another one each round. Compared are medians over
the rounds, and for two contestants the median of the ratios round by round. Whoever is not here
is named and skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from . import peerpage
from .complaint import Complaint
from .textfile import write_text
from .tree import Tree

SIZES = (1 << 10, 1 << 16, 1 << 20, 1 << 23)
ROUNDS = 3
FEWER_FROM = 1 << 22        # a round of the largest size takes long: two thirds as many, without
SLOW = ("std", "uthash", "sip")         # those that would take half of it and that no verdict is
                                        # about, and without fills of known size
MOST_PICKS = 1 << 20        # keys looked up and deleted in one pass
LEAST_OPERATIONS = 1 << 19  # in one timing: small maps are filled and asked again and again
GO = {"go1.24": "go1.24.13", "go1.23": "go1.23.12"}     # the last patch of each


@dataclass(frozen=True)
class Package:
    """What a contestant needs: a header that the compiler finds, and where Debian has it."""

    peer: str
    language: str
    header: str
    packages: str
    pkg_config: str = ""


PACKAGES = (
    Package("absl", "c++", "absl/container/flat_hash_map.h", "g++ libabsl-dev",
            "absl_flat_hash_map"),
    Package("glib", "c", "glib.h", "libglib2.0-dev", "glib-2.0"),
    Package("std", "c++", "unordered_map", "g++"),
    Package("khash", "c", "htslib/khash.h", "libhts-dev"),
    Package("uthash", "c", "uthash.h", "uthash-dev"),
)


@dataclass
class Contestant:
    """One map: the process that runs it, by what name, and what was measured of it."""

    name: str
    label: str
    process: "Server"
    called: str
    rounds: dict[tuple[int, str], list[float]] = field(default_factory=dict)

    def ask(self, command: str, keys: int, *numbers: int, prefix: str = "") -> None:
        """Runs a command and keeps each answer with the others of its size and name."""
        for name, value in self.process.ask(command, self.called, keys, *numbers):
            self.rounds.setdefault((keys, prefix + name), []).append(float(value))

    def typical(self, keys: int, name: str) -> float | None:
        """The median over the rounds; of a worst case the least: noise only adds to it."""
        values = self.rounds.get((keys, name))
        if not values:
            return None
        return min(values) if name.endswith("worst") else median(values)


class Server:
    """A program that takes commands on its stdin and answers in lines until `end`."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.command = command
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | (environment or {}))

    def ask(self, *words: object) -> list[tuple[str, str]]:
        line = " ".join(str(word) for word in words)
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return list(self._answers(line))

    def _answers(self, line: str) -> Iterator[tuple[str, str]]:
        while (answer := self.process.stdout.readline()) != "end\n":
            name, tab, value = answer.rstrip("\n").partition("\t")
            if not tab:
                raise Complaint(f"{Path(self.command[0]).name}: no answer to \"{line}\"", 1)
            yield name, value

    def stop(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


# --- Who is here ---


def found(package: Package) -> bool:
    """Does the compiler find the header, and pkg-config the library?"""
    variable, usual = ("CC", "gcc") if package.language == "c" else ("CXX", "g++")
    compiler = os.environ.get(variable, usual)
    if shutil.which(compiler.split()[0]) is None:
        return False
    flags: list[str] = []
    if package.pkg_config:
        if shutil.which("pkg-config") is None:
            return False
        asked = subprocess.run(["pkg-config", "--cflags", package.pkg_config],
                               capture_output=True, text=True)
        if asked.returncode != 0:
            return False
        flags = asked.stdout.split()
    tried = subprocess.run([*compiler.split(), *flags, "-E", "-x", package.language, "-"],
                           input=f"#include <{package.header}>\n", text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return tried.returncode == 0


def build_c(tree: Tree, peers: list[str]) -> Path:
    """Builds the program of the C and C++ contestants."""
    made = subprocess.run(["make", "--no-print-directory", "-s", f"-j{os.cpu_count() or 2}",
                           "peers-program", f"PEERS={' '.join(peers)}", f"CONFIG={tree.config}",
                           "CHAPTER="], cwd=tree.root)
    if made.returncode != 0:
        raise Complaint("the contestants in C do not compile", 1)
    return tree.build / "peers"


def c_contestants(program: Path) -> list[Contestant]:
    server = Server([str(program)])
    return [Contestant(name, label, server, name) for name, label in server.ask("list")]


def rust_contestants(tree: Tree, missing: list[str]) -> list[Contestant]:
    program = tree.root / "build" / "peers" / "peer_rs"
    if shutil.which("rustc") is None or not _built(
            ["rustc", "--edition", "2021", "-C", "opt-level=3", "-o", str(program),
             str(tree.root / "lab" / "peers" / "peer.rs")]):
        missing.append("Rust's HashMap: no rustc that compiles lab/peers/peer.rs was found")
        return []
    server = Server([str(program)])
    return [Contestant("rust", "Rust HashMap, lab's hash", server, "rust"),
            Contestant("sip", "Rust HashMap, SipHash", server, "sip")]


def go_contestants(tree: Tree, missing: list[str]) -> list[Contestant]:
    found_: list[Contestant] = []
    for name, toolchain in GO.items():
        program = tree.root / "build" / "peers" / f"peer_{name}"
        if shutil.which("go") is None or not _built(
                ["go", "build", "-o", str(program), str(tree.root / "lab" / "peers" / "peer.go")],
                {"GOTOOLCHAIN": toolchain}) or not _is_of(program, toolchain):
            missing.append(f"Go's map as of {toolchain}: no such toolchain was found")
            continue
        found_.append(Contestant(name, f"Go map, {toolchain[2:]}", Server([str(program)]), "go"))
    return found_


def _is_of(program: Path, toolchain: str) -> bool:
    """Did that toolchain build it? Settings of the user's may have chosen another one."""
    asked = subprocess.run(["go", "version", str(program)], capture_output=True, text=True)
    return asked.stdout.split()[-1:] == [toolchain]


def _built(command: list[str], environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(command, env=os.environ | (environment or {}), timeout=180,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


# --- The run ---


def repeats_for(keys: int) -> int:
    return max(1, LEAST_OPERATIONS // keys)


def rounds_for(keys: int, rounds: int) -> int:
    return rounds if keys < FEWER_FROM else max(1, (rounds * 2 + 2) // 3)


def progress(text: str) -> None:
    """A line on the terminal that is written over."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def measure(contestants: list[Contestant], keys: int, rounds: int) -> None:
    """All operations, and in a pass of its own each insert by itself."""
    few = keys >= FEWER_FROM
    here = [c for c in contestants if not few or c.name not in SLOW]
    for round_ in range(rounds_for(keys, rounds)):
        first = round_ % len(here)
        for contestant in here[first:] + here[:first]:
            progress(f"{keys} keys, round {round_ + 1}: {contestant.label}")
            contestant.ask("grown", keys, min(keys, MOST_PICKS), repeats_for(keys))
            if not few:
                contestant.ask("presized", keys, min(keys, MOST_PICKS), repeats_for(keys))
            if not few or (round_ == 0 and contestant.name in ("swiss", *peerpage.FLAT)):
                contestant.ask("latency", keys)
    progress("")


def measure_touches(contestants: list[Contestant], keys: int, rounds: int) -> dict[int, float]:
    """ns of a load from a random line of as many bytes as swiss has, and Abseil's control bytes.

    Of Abseil's 17 bytes for a slot of 16 one is the control byte.
    """
    by_name = {c.name: c for c in contestants}
    wanted = [int(by_name["swiss"].typical(keys, "bytes"))]
    if "absl" in by_name:
        wanted.append(int(by_name["absl"].typical(keys, "bytes") / 17))
    server = by_name["swiss"].process
    return {size: median(float(value) for _ in range(rounds_for(keys, rounds))
                         for _name, value in server.ask("touch", size, keys, min(keys, MOST_PICKS)))
            for size in wanted}


def measure_shrinking(contestants: list[Contestant], keys: int, rounds: int) -> None:
    """What is left when every key is removed, and the worst removal."""
    for _ in range(rounds_for(keys, rounds)):
        for contestant in contestants:
            if contestant.name in ("swiss", "glib"):
                contestant.ask("shrink", keys, prefix="shrink ")


def measure_huge(program: Path, keys: int, rounds: int) -> list[Contestant]:
    """The C and C++ contestants that matter on huge pages, apart from the others."""
    server = Server([str(program), "huge"], {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"})
    huge = [Contestant(name, label, server, name) for name, label in server.ask("list")
            if name in ("swiss", "bucket", "hashbrown", "absl")]
    for round_ in range(rounds_for(keys, rounds)):
        first = round_ % len(huge)
        for contestant in huge[first:] + huge[:first]:
            progress(f"huge pages, {keys} keys, round {round_ + 1}: {contestant.label}")
            for command in ("grown", "presized"):
                contestant.ask(command, keys, min(keys, MOST_PICKS), repeats_for(keys))
    progress("")
    server.stop()
    return huge


def whole(text: str | None, name: str, otherwise: int | None, least: int, most: int) -> int | None:
    """An option's number, or a complaint about it."""
    if text is None:
        return otherwise
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Complaint(f"--{name}={text}: a whole number from {least} to {most} is wanted")
    return int(text)


def contestants_here(tree: Tree, only_c: bool) -> list[Contestant]:
    """Builds whatever can be built, and says what cannot, with what would help."""
    here = [package for package in PACKAGES if found(package)]
    missing = [f"{package.peer}: apt-get install {package.packages}"
               for package in PACKAGES if package not in here]
    contestants = c_contestants(build_c(tree, [package.peer for package in here]))
    if not only_c:
        contestants += rust_contestants(tree, missing) + go_contestants(tree, missing)
    for sentence in missing:
        print(f"skipped  {sentence}")
    return contestants


def run_peers(tree: Tree, keys_given: str | None, rounds_given: str | None,
              only_c: bool = False) -> int:
    """Builds what can be built, measures it, prints the page, writes the figures and plots."""
    keys = whole(keys_given, "keys", None, 16, 1 << 26)
    rounds = whole(rounds_given, "rounds", ROUNDS, 1, 99)
    sizes = (keys,) if keys else SIZES
    folder = tree.root / "build" / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    contestants = contestants_here(tree, only_c)
    try:
        touches: dict[int, dict[int, float]] = {}
        for size in sizes:
            measure(contestants, size, rounds)
            touches[size] = measure_touches(contestants, size, rounds)
            peerpage.print_size(contestants, size)
        shrunk = min(sizes[-1], 1 << 20)
        measure_shrinking(contestants, shrunk, rounds)
        huge = measure_huge(tree.build / "peers", shrunk, rounds)
    finally:
        for server in {id(c.process): c.process for c in contestants}.values():
            server.stop()
    peerpage.print_rest(contestants, huge, sizes, shrunk, touches)
    write_text(folder / "peers.tsv", peerpage.figures(contestants, huge))
    for line in peerpage.plot(contestants, sizes, folder, tree):
        print(line)
    return 0
