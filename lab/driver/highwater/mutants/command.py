"""`make mutants`: which faults are asked for, two at a time, and what came of them."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from ..complaint import Complaint
from ..manifest import find_chapter, sound_chapters
from ..tree import Tree
from . import table
from .faults import Mutant, must_exist, read_mutants
from .trial import Sound, Trial, try_mutant
from .workshop import workshop


def run_mutants(tree: Tree, chapter: str | None, name: str | None) -> int:
    """Tries all faults, those of a chapter, or one; 1 if one of them is not caught."""
    mutants = chosen(tree, chapter, name)
    sound, chapters = Sound(tree, must_exist(tree, mutants)), sound_chapters(tree)[0]
    if name is not None:
        trial = next(try_all(tree, sound, mutants))
        print(table.in_full(tree, trial, chapters))
        return 0 if trial.caught else 1
    print(table.heading(mutants), flush=True)
    trials, room = [], ""
    for trial in try_all(tree, sound, mutants):
        if trial.mutant.room != room:
            room = trial.mutant.room
            print(table.room_line(room))
        print(table.row(trial), flush=True)
        trials.append(trial)
    print("\n" + table.summary(trials, chapters))
    return 0 if all(trial.caught for trial in trials) else 1


def chosen(tree: Tree, chapter: str | None, name: str | None) -> list[Mutant]:
    """The faults that are asked for; a complaint if there is none."""
    mutants = read_mutants(tree)
    if name is not None:
        found = [mutant for mutant in mutants if mutant.name == name]
        if not found:
            near = [mutant.name for mutant in mutants if name in mutant.name]
            raise Complaint(f'there is no fault "{name}"; ' + (
                f"there is {', '.join(near)}" if near else "`make mutants` lists all"))
        return found
    if chapter is None:
        return mutants
    folder = find_chapter(tree, chapter).name
    found = [mutant for mutant in mutants if mutant.concerns(folder)]
    if not found:
        raise Complaint(f"no fault is in {folder} or caught by a test of it")
    return found


def try_all(tree: Tree, sound: Sound, mutants: list[Mutant]) -> Iterator[Trial]:
    """Tries them, as many at a time as there are cores; the results come in order."""
    with workshop(tree) as shop, ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        try:
            yield from workers.map(lambda mutant: try_mutant(shop, sound, mutant), mutants)
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise
