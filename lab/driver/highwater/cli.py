"""The command line of the driver: which words it knows, and what they call."""

import argparse
import sys
from collections.abc import Callable

from . import checks, makehelp, oracle, peers, record, show, testing
from .bisect.command import Wish
from .book.make import run_book
from .complaint import Complaint
from .drill import command as drilling
from .grade.command import run_grade
from .grade.handin import run_handin
from .handout.command import run_handout, run_mark
from .manifest import TARGETS
from .mutants.command import run_mutants
from .predict.command import predict
from .tree import Tree, this_tree
from .walk.command import walk

# Handed on to a chapter's program; four are chapter 14's, then one is chapter 16's, four chapter 18's.
OPTIONS = ("keys", "seed", "design", "limit", "rounds", "pair", "type", "gogc", "budget", "trace",
           "patient", "instrument", "says", "who")
BISECT = ("check", "broken", "hint", "repository")  # besides seed and who


def options_for_program(arguments: argparse.Namespace) -> list[str]:
    """--keys=5 and the like, as given."""
    return [f"--{name}={value}" for name in OPTIONS
            if (value := getattr(arguments, name)) is not None]


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hw.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("--chapter", help="01, 1, a slug or a folder's name")
    parser.add_argument("--config", default="default", help="the folder of build/ to use")
    for name in OPTIONS:
        parser.add_argument(f"--{name}", help="for the chapter's program")
    for name in BISECT:
        parser.add_argument(f"--{name}", help="for bisect (a hint for drills too)")
    parser.add_argument("--drill", help="for drill and hint: which of a chapter's")
    parser.add_argument("--name", help="for mutants: one fault")
    parser.add_argument("--answers", help="for predict: a file with a line for each question")
    parser.add_argument("--class", help="for handout: a file with a name on each line")
    for name in ("submit", "out"):
        parser.add_argument(f"--{name}", help="for grade: a folder")
    return parser.parse_args(words)


Command = Callable[[Tree, argparse.Namespace], int]

COMMANDS: dict[str, Command] = {
    "all": lambda tree, given: show.show_all(tree, given.chapter),
    "claims": lambda tree, given: show.show_claims(tree, given.chapter),
    "diagram": lambda tree, given: checks.print_pictures(tree, given.chapter),
    "inlined": lambda tree, given: checks.print_inlined(tree),
    "bisect": lambda tree, given: drilling.bisect(tree, Wish(
        seed=given.seed, who=given.who, **{name: getattr(given, name) for name in BISECT})),
    "drill": lambda tree, given: drilling.drill(tree, given.chapter, given.drill),
    "hint": lambda tree, given: drilling.hint(tree, given.chapter, given.drill, given.hint),
    "progress": lambda tree, given: drilling.show_progress(tree),
    "grade": lambda tree, given: run_grade(tree, given.submit, given.out),
    "handin": lambda tree, given: run_handin(tree, given.who),
    "book": lambda tree, given: run_book(tree),
    "handout": lambda tree, given: run_handout(tree, given.who, getattr(given, "class")),
    "mark": lambda tree, given: run_mark(tree, given.who, given.answers),
    "layers": lambda tree, given: checks.print_layers(tree),
    "mutants": lambda tree, given: run_mutants(tree, given.chapter, given.name),
    "test": lambda tree, given: testing.run_everything(tree, given.chapter),
    "oracle": lambda tree, given: oracle.run_oracle(tree),
    "help": lambda tree, given: makehelp.print_help(tree),
    "peers": lambda tree, given: peers.run_peers(tree, given.keys, given.rounds),
    "predict": lambda tree, given: predict(tree, given.chapter, given.answers),
    "show": lambda tree, given: walk(tree, given.chapter),
    "prose": lambda tree, given: record.record_prose(tree, given.chapter),
    "golden": lambda tree, given: record.record(tree, given.chapter),
}
for _target in TARGETS:
    COMMANDS[_target] = lambda tree, given: show.show_target(
        tree, given.command, given.chapter, options_for_program(given))


def main(words: list[str]) -> int:
    given = parse(words)
    tree = Tree(this_tree().root, given.config)
    try:
        return COMMANDS[given.command](tree, given)
    except Complaint as complaint:
        print(complaint, file=sys.stderr)
        return complaint.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
