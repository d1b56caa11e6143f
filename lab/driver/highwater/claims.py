"""The claims ledger: what is claimed, for what scope, and what the runs said."""

import textwrap
from dataclasses import dataclass

from .figures import Results
from .manifest import Chapter, Claim

WIDTH = 96


@dataclass(frozen=True)
class Entry:
    """A claim with its verdict and those of its counterexamples; None where no run spoke."""

    claim: Claim
    verdict: str | None
    said: str
    beyond: dict[str, str | None]

    @property
    def as_expected(self) -> bool:
        return (self.verdict == self.claim.expect
                and all(self.beyond[item.name] == item.expect for item in self.claim.beyond))


def entries(chapter: Chapter, runs: dict[str, Results]) -> list[Entry]:
    """The ledger of one chapter from the results of its targets."""
    ledger = []
    for claim in chapter.claims:
        results = runs.get(claim.target, Results())
        ledger.append(Entry(
            claim, results.claims.get(claim.id), results.sentences.get((claim.id,), ""),
            {item.name: results.beyond.get((claim.id, item.name)) for item in claim.beyond}))
    return ledger


def mistakes(chapter: Chapter, target: str, results: Results) -> list[str]:
    """Where a run and chapter.toml disagree: claims missing or unknown, verdicts unexpected."""
    here = [claim for claim in chapter.claims if claim.target == target]
    claims = {claim.id: claim.expect for claim in here}
    beyond = {(claim.id, item.name): item.expect for claim in here for item in claim.beyond}
    run = f"{chapter.name} {target}"
    return (_compare(run, "claim {}", claims, results.claims)
            + _compare(run, "claim {0[0]} beyond {0[1]}", beyond, results.beyond))


def _compare(run: str, what: str, expected: dict, printed: dict) -> list[str]:
    found = []
    for key, expect in expected.items():
        if key not in printed:
            found.append(f"{run}: {what.format(key)} is in chapter.toml and the run does not print it")
        elif printed[key] != expect:
            found.append(f"{run}: {what.format(key)}: {printed[key]}, where chapter.toml expects {expect}")
    for key in printed:
        if key not in expected:
            found.append(f"{run}: {what.format(key)} is printed, but chapter.toml has it not for {run}")
    return found


def ledger(chapters: list[tuple[Chapter, list[Entry]]]) -> str:
    """The ledger as printed."""
    lines = ["Claims ledger", ""]
    for chapter, found in chapters:
        if found:
            lines += [f"{chapter.name}: {chapter.title}", ""]
        for entry in found:
            lines += _entry_lines(entry) + [""]
    return "\n".join(lines + [_summary([entry for _, found in chapters for entry in found])])


def _entry_lines(entry: Entry) -> list[str]:
    claim = entry.claim
    verdict = entry.verdict or "not run"
    if entry.verdict != claim.expect:
        verdict += f" (expected: {claim.expect})"
    lines = [f"  {verdict:8} {claim.id}"]
    lines += _wrapped(11, claim.says)
    lines += _wrapped(11, f"scope: {claim.scope}")
    lines += _wrapped(11, f"proof: {claim.proof}, in `{claim.target}`; passes if {claim.passes}")
    for item in claim.beyond:
        verdict = entry.beyond[item.name] or "not run"
        unexpected = "" if verdict == item.expect else f" (expected: {item.expect})"
        lines += _wrapped(11, f"beyond it {verdict}{unexpected}: {item.says} [{item.name}]")
    return lines


def _wrapped(indent: int, text: str) -> list[str]:
    blanks = " " * indent
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=blanks,
                         subsequent_indent=blanks + "  ")


def _summary(found: list[Entry]) -> str:
    hold = sum(entry.verdict == "holds" for entry in found)
    refuted = sum(entry.verdict == "refuted" for entry in found)
    beyond = sum(len(entry.beyond) for entry in found)
    wrong = [entry.claim.id for entry in found if not entry.as_expected]
    end = f"NOT as expected: {', '.join(wrong)}." if wrong else "All as expected."
    return (f"{len(found)} claim{plural(len(found))}: {hold} hold, {refuted} refuted; "
            f"{beyond} counterexample{plural(beyond)} beyond their scopes. {end}")


def plural(count: int) -> str:
    return "" if count == 1 else "s"
