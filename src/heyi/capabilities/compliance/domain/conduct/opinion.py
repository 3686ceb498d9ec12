"""The second opinion beside the patterns: a linear model over what stands in a text. It finds what no pattern names,
and where it is sure that a sentence is harmless, a pattern's finding does not stand.

Regularised least squares (Rifkin, Yeo and Poggio, 2003) over sparse features, which count more the rarer they are
(inverse document frequency; Spärck Jones, 1972). The weights are pack data, trained on the tuning part of the labelled
set by ``scripts/wording_opinion.py``. It stays explainable: the place it names is the stretch whose weights speak
loudest, and every weight can be read in the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

_WORD: Final = re.compile(r"[a-z']+")
_UNIT: Final = 1000
"""Weights are kept as whole thousandths."""
WINDOW: Final = 8
"""Characters that a finding names."""
FEWEST_CHARACTERS: Final = 6
SHORTEST: Final = 8
"""Known features below which the model has nothing to say."""
REACH: Final = 14
"""A denial colours this many characters behind it, inside its clause."""
FEW: Final = 24
"""Known features of a few words, which say little for sure."""
SURER: Final = 0.2
"""Two sentences out of more, a few words, or a text whose disguise was undone, have to be heard that much louder."""
NEAR: Final = 3
"""A kind of word is seen together with this many that follow it."""

Feature = tuple[str, int, int]
"""Its name, and the place in the text."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """``weights`` maps a feature to its rarity, its weight for «a violation», and for each category where it is common
    enough.

    ``threshold``: from this score on the model hears a violation; below ``doubt`` it hears none, whatever matched.
    """

    categories: tuple[str, ...]
    bias: tuple[int, ...]
    weights: Mapping[str, tuple[int, ...]]
    threshold: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a text is looked through for beside its characters: the exceptions that hold, and the kinds of its words."""

    frames: Mapping[str, re.Pattern[str]]
    classes: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Heard:
    """The category that the model hears, the score, and the loudest place."""

    category: str
    score: float
    start: int
    end: int


def parse_opinion(raw: Any) -> Opinion:
    """The weights of a pack."""
    return Opinion(
        categories=tuple(raw["categories"]),
        bias=tuple(raw["bias"]),
        weights={name: tuple(listed) for name, listed in raw["weights"].items()},
        threshold=float(raw["threshold"]),
        doubt=float(raw["doubt"]),
    )


def features(text: str, kinds: Kinds) -> list[Feature]:
    """What the model counts, each once: one to three characters, two characters with one or two between them, one and
    two Latin words, what a denial reaches, how the text begins and ends, the frames that hold in it, and the kinds of
    words (kin, money, an office …) alone and in their order.
    """
    found: dict[str, Feature] = {}
    for one in _all_features(text, kinds):
        found.setdefault(one[0], one)
    return list(found.values())


def hear(text: str, opinion: Opinion, kinds: Kinds, *, hidden: bool = False) -> Heard | None:
    """What the model hears in a reading's text; None below the threshold. A longer text is also heard two sentences at
    a time, so that much kindness around it hides nothing, and a reassurance still stands beside what it answers.
    """
    least = opinion.threshold + (SURER if hidden else 0)
    whole = _heard(text, opinion, kinds, least)
    ends = [-1, *(place for place, character in enumerate(text[:-1]) if character == "."), len(text)]
    if whole is not None or len(ends) < 4:
        return whole
    for before, after in zip(ends, ends[2:], strict=False):
        heard = _heard(text[before + 1 : after], opinion, kinds, least + SURER)
        if heard is not None:
            return Heard(heard.category, heard.score, heard.start + before + 1, heard.end + before + 1)
    return None


def doubts(text: str, opinion: Opinion, kinds: Kinds) -> bool:
    """True when the model is sure that this text is harmless."""
    known = _known(text, opinion, kinds)
    return len(known) >= SHORTEST and _scores(known, opinion)[0] < opinion.doubt


def _heard(text: str, opinion: Opinion, kinds: Kinds, least: float) -> Heard | None:
    """A few words say too little to judge."""
    if len(text) < FEWEST_CHARACTERS:
        return None
    known = _known(text, opinion, kinds)
    if len(known) < SHORTEST:
        return None
    score, *named = _scores(known, opinion)
    if score < least + (SURER if len(known) < FEW else 0):
        return None
    category = max(range(len(named)), key=lambda place: named[place])
    start = _loudest(text, [(weights[1], begin, end) for weights, begin, end in known])
    end = min(start + WINDOW, len(text))
    return Heard(category=opinion.categories[category], score=score, start=start, end=end)


def _known(text: str, opinion: Opinion, kinds: Kinds) -> list[tuple[tuple[int, ...], int, int]]:
    weights = opinion.weights
    return [(weights[name], start, end) for name, start, end in features(text, kinds) if name in weights]


def _scores(known: list[tuple[tuple[int, ...], int, int]], opinion: Opinion) -> list[float]:
    sums, length = [0] * len(opinion.bias), 0
    for (rarity, *weights), _, _ in known:
        length += rarity * rarity
        for place, weight in enumerate(weights):
            sums[place] += weight
    scale = math.sqrt(length) / _UNIT or 1.0
    return [(bias + total / scale) / _UNIT for bias, total in zip(opinion.bias, sums, strict=True)]


def _all_features(text: str, kinds: Kinds) -> Iterator[Feature]:
    words = [(match[0], *match.span()) for match in _WORD.finditer(text)]
    yield from ((f"w:{word}", start, end) for word, start, end in words if len(word) > 1)
    yield from ((f"w:{one[0]} {two[0]}", one[1], two[2]) for one, two in pairwise(words))
    size = len(text)
    for start, character in enumerate(text):
        for end in range(start + 1, min(start + 3, size) + 1):
            if not (part := text[start:end]).isascii():
                yield part, start, end
        for end in range(start + 3, min(start + 4, size) + 1):
            if not (character + text[end - 1]).isascii():
                yield f"{character}_{text[end - 1]}", start, end
    yield "^" + text[:2], 0, min(2, size)
    bare = text.rstrip(".,")
    yield bare[-2:] + "$", max(len(bare) - 2, 0), len(bare)
    for name, frame in kinds.frames.items():
        if match := frame.search(text):
            yield "f:" + name, *match.span()
    for denial in kinds.frames["denial"].finditer(text):
        ends = [place for mark in ",." if (place := text.find(mark, denial.end())) >= 0]
        for start in range(denial.end(), min([*ends, size, denial.end() + REACH]) - 1):
            yield "~" + text[start : start + 2], start, start + 2
    yield from _of_words(text, kinds.classes)


def _of_words(text: str, classes: Mapping[str, re.Pattern[str]]) -> Iterator[Feature]:
    hits = sorted((*match.span(), name) for name, kind in classes.items() for match in kind.finditer(text))
    for place, (start, end, name) in enumerate(hits):
        yield f"c:{name}", start, end
        for _, last, other in hits[place + 1 : place + 1 + NEAR]:
            if other != name:
                yield f"c:{name}>{other}", start, last


def _loudest(text: str, known: list[tuple[float, int, int]]) -> int:
    loud = [0.0] * (len(text) + 1)
    for weight, start, end in known:
        for place in range(start, end):
            loud[place] += weight / (end - start)
    return max(range(max(len(text) - WINDOW, 0) + 1), key=lambda start: sum(loud[start : start + WINDOW]))
