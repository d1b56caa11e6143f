"""Which revision to ask about next: the halving of `git bisect`, on a line of revisions.

Revision 0 is known to be good and the last one, n, to be bad. Somewhere from 1 to n is the first
bad one; all before it are good and, as git bisect supposes, all after it are bad. The answer about
one revision clears all up to it, or shows that the first bad one is not after it.

With n suspects there are n - 1 revisions to ask about (n is bad anyway). The middle one leaves at
most half of the suspects, rounded up, so ceil(log2 n) answers are enough. A skipped revision
answers nothing: it stays a suspect and is not asked again. So each skip costs one run more, and at the end
the suspects are the first revision known to be bad and the skipped ones right before it.
"""

from dataclasses import dataclass, field
from enum import Enum


class Answer(Enum):
    """What a check says of a revision."""

    GOOD = "good"
    BAD = "bad"
    SKIP = "skip"


@dataclass
class Search:
    """What is known so far of the revisions 0 to `last`."""

    last: int
    answers: dict[int, Answer] = field(default_factory=dict)

    @property
    def good(self) -> int:
        """The last revision known to be good."""
        return max((r for r, answer in self.answers.items() if answer is Answer.GOOD), default=0)

    @property
    def bad(self) -> int:
        """The first revision known to be bad."""
        return min((r for r, answer in self.answers.items() if answer is Answer.BAD),
                   default=self.last)

    @property
    def suspects(self) -> list[int]:
        """The revisions of which one is the first bad one."""
        return list(range(self.good + 1, self.bad + 1))

    def next(self) -> int | None:
        """The revision to ask about; None if no answer could tell more."""
        open_ = [revision for revision in self.suspects[:-1] if revision not in self.answers]
        return open_[(len(open_) - 1) // 2] if open_ else None

    def tell(self, revision: int, answer: Answer) -> None:
        """Takes the answer about the revision that next() named."""
        self.answers[revision] = answer


def most_runs(suspects: int) -> int:
    """The logarithm to base 2, rounded up: the answers that are enough for so many suspects."""
    return (suspects - 1).bit_length()
