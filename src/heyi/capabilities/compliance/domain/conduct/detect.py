"""The check itself: readings of the text, patterns on each, exceptions, findings in the original. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from heyi.capabilities.compliance.domain.conduct.frames import excused, place_of
from heyi.capabilities.compliance.domain.conduct.lexicon import Lexicon, Pattern
from heyi.capabilities.compliance.domain.conduct.opinion import doubts, hear
from heyi.capabilities.compliance.domain.conduct.reading import Reading, read
from heyi.capabilities.compliance.domain.conduct.sounds import unmask
from heyi.capabilities.compliance.domain.conduct.values import SEVERITIES, Finding

LONGEST: Final = 20_000
"""Characters that are looked at; no message or turn of a transcript is longer."""
MASK: Final = "□"
QUOTED: Final = re.compile(r"“[^“”]{2,80}”|「[^「」]{2,80}」|『[^『』]{2,80}』|‘[^‘’]{4,80}’|\"[^\"]{2,80}\"")


def review(text: str, lexicon: Lexicon) -> tuple[Finding, ...]:
    """What is wrong with these words, in the order of the text; empty when nothing is.

    Raises ValueError for a text longer than ``LONGEST``: a half-read text is not a checked one.
    """
    if len(text) > LONGEST:
        raise ValueError(f"at most {LONGEST} characters")
    text = _without_named_words(text, lexicon)
    plain = read(text, lexicon.letters)
    unmasked = unmask(plain, lexicon.keys, lexicon.letters)
    found = list(_on(text, plain, lexicon))
    if any(picture in text for picture in lexicon.letters.pictures):
        spelled = read(text, lexicon.letters, spell_pictures=True)
        found += list(_on(text, spelled, lexicon, hidden=True))
    if unmasked is not None:
        found += list(_on(text, unmasked, lexicon, hidden=True))
    if found:
        return tuple(_strongest(found))
    heard = _second_opinion(text, plain, lexicon)
    if heard is None and unmasked is not None:
        heard = _second_opinion(text, unmasked, lexicon, hidden=True)
    return (heard,) if heard else ()


def _without_named_words(text: str, lexicon: Lexicon) -> str:
    """Words in quotation marks are blanked where what stands around them names them, and does not use them."""
    if not QUOTED.search(text):
        return text
    blanked = QUOTED.sub(lambda match: MASK * len(match[0]), text)
    around, frames = read(blanked, lexicon.letters).text, lexicon.frames
    used = frames["pressure"].search(around) or frames["affirmed"].search(around)
    return blanked if frames["quoting"].search(around) and not used else text


def worst(findings: Iterable[Finding]) -> str:
    """``block``, ``warn``, or nothing."""
    severities = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in severities), "")


def _on(original: str, reading: Reading, lexicon: Lexicon, *, hidden: bool = False) -> Iterator[Finding]:
    text = lexicon.ordinary.sub(lambda word: MASK * len(word[0]), reading.text)
    present = frozenset(name for name in lexicon.needed if lexicon.classes[name].search(text))
    for pattern in lexicon.patterns:
        span = _match(text, pattern, lexicon, present)
        if span is None:
            continue
        if reading.swapped and reading.swapped.isdisjoint(range(*span)):
            continue
        yield _finding(original, reading.original(*span), pattern, lexicon, hidden)


def _second_opinion(original: str, reading: Reading, lexicon: Lexicon, *, hidden: bool = False) -> Finding | None:
    heard = hear(reading.text, lexicon.opinion, lexicon.kinds, hidden=hidden) if lexicon.opinion else None
    if heard is None:
        return None
    category = lexicon.categories[heard.category]
    span = reading.original(heard.start, heard.end)
    return Finding(
        pattern="opinion",
        category=category.id,
        severity="warn",
        start=span[0],
        end=span[1],
        words=original[slice(*span)],
        clauses=category.clauses,
        source=category.source,
        title=category.title,
        better=category.better[0],
        hidden=hidden,
    )


def _match(text: str, pattern: Pattern, lexicon: Lexicon, present: frozenset[str]) -> tuple[int, int] | None:
    for shape in pattern.shapes:
        if not shape.needs <= present:
            continue
        for match in shape.finder.finditer(text):
            place = place_of(text, match)
            if pattern.with_ and not pattern.with_.search(place.whole):
                continue
            if pattern.unless and pattern.unless.search(place.whole):
                continue
            if match.end() == match.start() or excused(place, pattern.frames, lexicon.frames):
                continue
            if lexicon.opinion is None or not doubts(place.whole, lexicon.opinion, lexicon.kinds):
                return match.span()
    return None


def _finding(original: str, span: tuple[int, int], pattern: Pattern, lexicon: Lexicon, hidden: bool) -> Finding:
    category = lexicon.categories[pattern.category]
    return Finding(
        pattern=pattern.id,
        category=pattern.category,
        severity=pattern.severity,
        start=span[0],
        end=span[1],
        words=original[slice(*span)],
        clauses=category.clauses,
        source=category.source,
        title=category.title,
        better=pattern.better,
        hidden=hidden,
    )


def _strongest(found: list[Finding]) -> list[Finding]:
    """One finding a category: the one that blocks, plain before hidden, earliest first."""
    best: dict[str, Finding] = {}
    for finding in sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.hidden, one.start)):
        best.setdefault(finding.category, finding)
    return sorted(best.values(), key=lambda one: (one.start, one.category))
