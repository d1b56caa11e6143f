"""The halving by itself: every length of the row, every position of the fault, every kind of skip."""

import math
import random

import pytest

from highwater.bisect.halving import Answer, Search, most_runs

LENGTHS = range(1, 41)


def bisect(last: int, culprit: int, skipped: set[int] = frozenset()) -> Search:
    """Halves with a check that is always right, and skips what it must."""
    search = Search(last)
    while (revision := search.next()) is not None:
        assert 0 < revision < last, "an end is asked about, where the answer is known"
        assert revision not in search.answers, "a revision is asked about twice"
        right = Answer.BAD if revision >= culprit else Answer.GOOD
        search.tell(revision, Answer.SKIP if revision in skipped else right)
    return search


@pytest.mark.parametrize("last", LENGTHS)
def test_ends_at_the_culprit_in_log2_runs_wherever_it_is(last):
    for culprit in range(1, last + 1):
        search = bisect(last, culprit)
        assert search.suspects == [culprit]
        assert len(search.answers) <= math.ceil(math.log2(last))


@pytest.mark.parametrize("last", LENGTHS)
def test_some_position_needs_all_of_these_runs(last):
    runs = max(len(bisect(last, culprit).answers) for culprit in range(1, last + 1))
    assert runs == most_runs(last) == math.ceil(math.log2(last))


@pytest.mark.parametrize("last", LENGTHS)
def test_suspects_are_the_culprit_and_the_skipped_ones_before_it(last):
    """Exactly those of which no answer could tell more, at one run more for each skip."""
    draw = random.Random(last)
    for culprit in range(1, last + 1):
        for share in (0.1, 0.5, 0.9, 1):
            skipped = {revision for revision in range(1, last) if draw.random() < share}
            search = bisect(last, culprit, skipped)
            first, found = culprit, culprit
            while first - 1 in skipped:
                first -= 1
            while found in skipped:
                found += 1
            assert search.suspects == list(range(first, found + 1))
            skips = sum(answer is Answer.SKIP for answer in search.answers.values())
            assert len(search.answers) <= most_runs(last) + skips


def test_a_row_of_one_needs_no_run():
    assert bisect(1, 1).answers == {}


def test_each_answer_leaves_half_of_the_suspects_at_most():
    search = Search(32)
    for left in (16, 8, 4, 2, 1):
        search.tell(search.next(), Answer.GOOD)
        assert len(search.suspects) == left
