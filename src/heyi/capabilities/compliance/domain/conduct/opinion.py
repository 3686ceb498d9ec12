"""A second opinion beside the patterns: a linear model over short stretches of text. It only ever warns.

Softmax regression over character n-grams (Joachims, ECML 1998, for the linear treatment of text); the weights are pack
data, trained on the tuning part of the labelled set by ``scripts/wording_opinion.py``. It stays explainable: the place
it names is the stretch whose weights speak loudest, and every weight can be read in the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

_WORD: Final = re.compile(r"[a-z']+")
WINDOW: Final = 8
"""Characters that a finding names."""
FEWEST_CHARACTERS: Final = 6
SHORTEST: Final = 8
"""Known stretches below which the model has nothing to say."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """``weights`` maps a stretch to one weight for each of ``labels``; the first label is «harmless»."""

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    threshold: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The category that the model hears, the log odds against «harmless», and the loudest place."""

    category: str
    odds: float
    start: int
    end: int


def parse_opinion(raw: Any) -> Opinion:
    """The weights of a pack; an empty file means that there is no second opinion."""
    return Opinion(
        labels=tuple(raw["labels"]),
        bias=tuple(raw["bias"]),
        weights={stretch: tuple(listed) for stretch, listed in raw["weights"].items()},
        threshold=float(raw["threshold"]),
    )


def stretches(text: str) -> list[tuple[str, int, int]]:
    """What the model counts, with its place: one to three characters, or one and two Latin words."""
    words = [(match[0], *match.span()) for match in _WORD.finditer(text)]
    found = [(f"w:{word}", start, end) for word, start, end in words if len(word) > 1]
    found += [(f"w:{one[0]} {two[0]}", one[1], two[2]) for one, two in pairwise(words)]
    for size in (1, 2, 3):
        found += [
            (text[start : start + size], start, start + size)
            for start in range(len(text) - size + 1)
            if not text[start : start + size].isascii()
        ]
    return found


def hear(text: str, opinion: Opinion) -> Heard | None:
    """What the model hears in a reading's text, or None below the threshold. A few words say too little to judge."""
    if len(text) < FEWEST_CHARACTERS:
        return None
    known = [
        (opinion.weights[name], start, end) for name, start, end in _once(stretches(text)) if name in opinion.weights
    ]
    if len(known) < SHORTEST:
        return None
    scale = 5 / math.sqrt(len(known))
    sums = [bias + scale * sum(listed[label] for listed, _, _ in known) for label, bias in enumerate(opinion.bias)]
    loudest = max(range(1, len(sums)), key=lambda label: sums[label])
    top = max(sums[1:])
    odds = top + math.log(sum(math.exp(value - top) for value in sums[1:])) - sums[0]
    if odds < opinion.threshold:
        return None
    start = _loudest(text, [(listed[loudest] - listed[0], start, end) for listed, start, end in known])
    return Heard(category=opinion.labels[loudest], odds=odds, start=start, end=min(start + WINDOW, len(text)))


def _once(found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    first: dict[str, tuple[str, int, int]] = {}
    for one in found:
        first.setdefault(one[0], one)
    return list(first.values())


def _loudest(text: str, known: list[tuple[float, int, int]]) -> int:
    loud = [0.0] * (len(text) + 1)
    for weight, start, end in known:
        for place in range(start, end):
            loud[place] += weight / (end - start)
    return max(range(max(len(text) - WINDOW, 0) + 1), key=lambda start: sum(loud[start : start + WINDOW]))
