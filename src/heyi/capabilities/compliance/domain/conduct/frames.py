"""When words that look forbidden are none: denied («我们不会…»), reported («您担心…»), warned of («有人冒充…»),
a neutral account of a court's procedure, or something the borrower agreed to. The words of each frame are pack data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Frames = Mapping[str, re.Pattern[str]]

REACH: Final = 14
"""A denial reaches this many characters of Chinese forward, twice as many Latin ones."""


@dataclass(frozen=True, slots=True)
class Place:
    """A match in a text, with the clause and the sentence around it."""

    text: str
    start: int
    end: int
    clause: tuple[int, int]
    sentence: tuple[int, int]
    gaps: tuple[tuple[int, int], ...]
    """Stretches of the match that the pattern leaves open: a denial can stand there, not in the pattern's own words."""

    @property
    def whole(self) -> str:
        return self.text[slice(*self.sentence)]

    @property
    def around(self) -> str:
        """The sentence and the two beside it, without the match itself: a reassurance often is its own sentence."""
        begin = self.text.rfind(".", 0, max(self.sentence[0] - 1, 0)) + 1
        stop = self.text.find(".", self.sentence[1] + 1)
        after = self.text[self.end : len(self.text) if stop < 0 else stop]
        return self.text[begin : self.start] + "□" + after


def place_of(text: str, match: re.Match[str]) -> Place:
    """The place with its borders: a clause ends at ``,`` or ``.``, a sentence at ``.``."""
    start, end = match.span()
    begin = text.rfind(".", 0, start) + 1
    stop = text.find(".", end)
    stop = len(text) if stop < 0 else stop
    comma = text.find(",", end, stop)
    return Place(
        text=text,
        start=start,
        end=end,
        clause=(max(begin, text.rfind(",", 0, start) + 1), stop if comma < 0 else comma),
        sentence=(begin, stop),
        gaps=tuple(match.span(number) for number in range(1, (match.re.groups or 0) + 1)),
    )


def excused(place: Place, names: frozenset[str], frames: Frames) -> bool:
    """True when one of the named frames holds around the place."""
    return any(_TESTS[name](place, frames) for name in sorted(names))


def denied(place: Place, frames: Frames) -> bool:
    """«我们不会联系您的家人», and a ban that governs the sentence. No denial: «别以为我们不会», «你还了就不会»."""
    if frames["bargain"].search(place.whole):
        return False
    begin = place.clause[0]
    if any(_denies(place, found, begin, frames) for found in frames["denial"].finditer(place.text, begin, place.end)):
        return True
    return any(
        _stands_free(place, found) and not frames["unbanned"].search(place.text, found.end(), place.end)
        for found in frames["ban"].finditer(place.text, place.sentence[0], place.end)
    )


def _denies(place: Place, found: re.Match[str], begin: int, frames: Frames) -> bool:
    reach = REACH if not found[0].isascii() else 2 * REACH
    return (
        place.start - found.end() <= reach
        and _stands_free(place, found)
        and not frames["undenied"].search(place.text, found.end(), place.end)
        and not frames["feigned"].search(place.text, begin, place.clause[1])
    )


def _stands_free(place: Place, found: re.Match[str]) -> bool:
    return found.start() < place.start or any(
        begin <= found.start() and found.end() <= end for begin, end in place.gaps
    )


def reported(place: Place, frames: Frames) -> bool:
    """What the borrower fears, asks or was told, answered with a reassurance or left within its own clause."""
    begin = place.sentence[0]
    if frames["speaker"].search(place.text, max(begin - 1, 0), place.start) and not frames["affirmed"].search(
        place.whole
    ):
        return True
    if any(
        found.start() <= place.start or _stands_free(place, found)
        for found in frames["report_polite"].finditer(place.text, place.clause[0], place.end)
    ):
        return not frames["affirmed"].search(place.whole)
    spoke = frames["report_polite"].search(place.text, begin, place.start + 1) or frames["report"].search(
        place.text, begin, place.start + 2
    )
    return bool(spoke) and _reassures(place, frames)


def warned(place: Place, frames: Frames) -> bool:
    """A warning of people who do such things: «有人冒充法院…请报警», with the advice that belongs to it."""
    return bool(frames["warning"].search(place.whole)) and _reassures(place, frames)


def neutral(place: Place, frames: Frames) -> bool:
    """Procedure told with the rights that belong to it, and without pressure."""
    return bool(frames["neutral"].search(place.around)) and not frames["pressure"].search(place.whole)


def consented(place: Place, frames: Frames) -> bool:
    """The person's own choice, or somebody whom the contract binds."""
    return bool(frames["consent"].search(place.whole)) and not frames["pressure"].search(place.whole)


def _reassures(place: Place, frames: Frames) -> bool:
    near = place.around
    return bool(frames["reassurance"].search(near)) and not frames["affirmed"].search(near)


_TESTS: Final = {
    "denied": denied,
    "reported": reported,
    "warned": warned,
    "neutral": neutral,
    "consented": consented,
}
