"""Candidate and reference, interleaved A B A B, medians of at least five rounds."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
ROUNDS = 5
UNSTEADY = 0.30


@dataclass(frozen=True, slots=True)
class Ratio:
    """Rates are per second; ``spread`` is how far the reference moved between rounds, as a share of its median."""

    name: str
    unit: str
    candidate: float
    reference: float
    reference_name: str
    ratio: float
    spread: float
    goal: float | None

    @property
    def verdict(self) -> str:
        if self.spread > UNSTEADY:
            return "the reference moved too much; run again on a quiet machine"
        if self.goal is None:
            return "no goal"
        return "goal reached" if self.ratio >= self.goal else "BELOW GOAL"


def rate(work: Callable[[], int]) -> float:
    """Things per second of one call; ``work`` returns how many things it did."""
    start = time.perf_counter()
    count = work()
    return count / (time.perf_counter() - start)


def side_by_side(
    name: str,
    *,
    unit: str,
    candidate: Callable[[], int],
    reference: Callable[[], int],
    reference_name: str,
    goal: float | None = None,
    rounds: int = ROUNDS,
) -> Ratio:
    """Run both in turn, print and keep the medians."""
    candidate(), reference()
    pairs = [(rate(candidate), rate(reference)) for _ in range(rounds)]
    ours = statistics.median(pair[0] for pair in pairs)
    theirs = statistics.median(pair[1] for pair in pairs)
    spread = (max(pair[1] for pair in pairs) - min(pair[1] for pair in pairs)) / theirs
    result = Ratio(name, unit, ours, theirs, reference_name, ours / theirs, spread, goal)
    show(result)
    keep(name, asdict(result))
    return result


def show(result: Ratio) -> None:
    print(
        f"{result.name}: {result.candidate:,.0f} {result.unit}/s against {result.reference:,.0f} "
        f"({result.reference_name}): ratio {result.ratio:.2f}, spread {result.spread:.0%}: {result.verdict}"
    )


def keep(name: str, facts: dict[str, object]) -> None:
    """The raw figures of the last run, as JSON beside the scripts (not committed)."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1, default=str))
