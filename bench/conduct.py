"""Wording: precision and recall on sentences that neither patterns nor model were fitted to, and messages a second.

``python -m bench conduct`` or ``make bench-conduct``; ``python -m bench.conduct --wrong`` lists what went wrong.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.wording_set import Row, held_out, newest, tuning
from heyi.capabilities.compliance.adapters.conduct_files import load
from heyi.capabilities.compliance.domain.conduct import CATEGORIES, Finding, Lexicon, review


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of sentences: violations found and missed, harmless ones flagged and let pass."""

    found: int
    missed: int
    flagged: int
    passed: int

    @property
    def precision(self) -> float:
        return self.found / max(self.found + self.flagged, 1)

    @property
    def recall(self) -> float:
        return self.found / max(self.found + self.missed, 1)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}  recall {self.recall:.3f}  "
            f"({self.found} found, {self.missed} missed, {self.flagged} false, {self.passed} passed)"
        )


Judged = Sequence[tuple[Row, tuple[Finding, ...]]]


def judge(rows: Sequence[Row], lexicon: Lexicon) -> Judged:
    """Every sentence with its findings."""
    return [(row, review(row.text, lexicon)) for row in rows]


def score(judged: Judged) -> Score:
    """A violation counts as found when anything is found in it, a harmless sentence as false when anything is."""
    return Score(
        found=sum(1 for row, findings in judged if not row.harmless and findings),
        missed=sum(1 for row, findings in judged if not row.harmless and not findings),
        flagged=sum(1 for row, findings in judged if row.harmless and findings),
        passed=sum(1 for row, findings in judged if row.harmless and not findings),
    )


def by_category(judged: Judged) -> list[str]:
    """A line a category: how many, found at all, found under this name, and how often the name stood on a violation."""
    lines = []
    for name in CATEGORIES:
        labelled = [findings for row, findings in judged if name in row.labels]
        named = [row for row, findings in judged if any(one.category == name for one in findings)]
        right = sum(1 for row in named if not row.harmless)
        same = sum(1 for findings in labelled if any(one.category == name for one in findings))
        lines.append(
            f"  {name:17} {len(labelled):4}  recall {sum(map(bool, labelled)) / max(len(labelled), 1):.3f}"
            f"  under this name {same / max(len(labelled), 1):.3f}  precision {right / max(len(named), 1):.3f}"
        )
    return lines


def speed(lexicon: Lexicon, rows: Sequence[Row], *, seconds: float = 3.0) -> float:
    """Messages a second on one core."""
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        for row in rows:
            review(row.text, lexicon)
        done += len(rows)
    return done / spent


def main() -> None:
    lexicon = load()
    print(f"lexicon {lexicon.version}: {len(lexicon.patterns)} patterns, "
          f"{sum(len(pattern.shapes) for pattern in lexicon.patterns)} shapes")  # fmt: skip
    for name, rows in (("tuning", tuning()), ("held out", held_out()), ("newest fresh batch", newest())):
        judged = judge(rows, lexicon)
        hard = [one for one in judged if "hard" in one[0].labels]
        print(f"{name}: {len(rows)} sentences, {sum(1 for row in rows if row.harmless)} harmless "
              f"of which {len(hard)} close to a finding ({sum(1 for one in hard if one[1])} flagged)")  # fmt: skip
        print(f"  overall: {score(judged)}")
        patterns_only = [(row, tuple(f for f in findings if f.pattern != "opinion")) for row, findings in judged]
        print(f"  patterns alone: {score(patterns_only)}")
        if name == "held out":
            print("\n".join(by_category(judged)))
        if "--wrong" in sys.argv and name != "tuning":
            for row, findings in judged:
                if row.harmless == bool(findings):
                    print("   ", "+".join(row.labels), row.text, [(f.pattern, f.words) for f in findings])
    print(f"messages a second: {speed(lexicon, held_out()):,.0f}")


if __name__ == "__main__":
    main()
