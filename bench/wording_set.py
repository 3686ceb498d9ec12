"""The labelled sentences of ``bench/wording``: ours, none of a real person. One place splits them.

``first.tsv`` was written before the patterns and is split by a seed. Each ``fresh*.tsv`` was written without a look at
patterns or weights and measured at first contact (figures in docs/compliance/wording.md); the newest stays out of
tuning until the next one is written. All others are for tuning.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "wording"
HARMLESS = frozenset({"ok", "hard"})
SEED = 20260302
TUNING = (
    *("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
    *("thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
    *("fresh", "fresh2", "fresh3", "fresh4", "fresh5", "fresh6", "fresh7", "fresh8", "fresh9", "fresh10", "fresh11"),
)
NEWEST = "fresh12"


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence with its labels: categories, or ``ok``, or ``hard`` (harmless, but close to a finding)."""

    labels: tuple[str, ...]
    text: str

    @property
    def harmless(self) -> bool:
        return not HARMLESS.isdisjoint(self.labels)


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The sentences of one file, in its order; none when the file is not there."""
    path = FOLDER / f"{name}.tsv"
    if not path.is_file():
        return ()
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return tuple(Row(tuple(label.split("+")), text) for label, text in (line.split("\t") for line in lines))


def tuning() -> tuple[Row, ...]:
    """What patterns and model may be fitted to."""
    return _split()[0] + tuple(row for name in TUNING for row in rows(name))


def newest() -> tuple[Row, ...]:
    """The fresh batch that nothing was fitted to."""
    return rows(NEWEST)


def held_out() -> tuple[Row, ...]:
    """What they may not."""
    return _split()[1]


@cache
def _split() -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    mixed = sorted(rows("first"), key=lambda row: (row.labels, row.text))
    random.Random(SEED).shuffle(mixed)
    half = len(mixed) // 2
    return tuple(mixed[:half]), tuple(mixed[half:])
