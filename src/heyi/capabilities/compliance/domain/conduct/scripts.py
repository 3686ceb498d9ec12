"""Scripts: approved sentences for a moment of a talk with a kind of person. Words are pack data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from heyi.capabilities.compliance.domain.conduct.detect import review
from heyi.capabilities.compliance.domain.conduct.lexicon import BadLexicon, Lexicon
from heyi.capabilities.compliance.domain.rules import Both

SEGMENTS: Final = ("anyone", "elderly", "young", "enterprise", "vulnerable", "third_person")
MOMENTS: Final = ("opening", "listening", "offer", "closing")


DEBTORS: Final = ("debtor", "guarantor")
"""Recipients who owe; everybody else hears the words for a third person."""


@dataclass(frozen=True, slots=True)
class Script:
    """One sentence. ``version`` and ``approval`` say which text was approved, by which decision.

    ``from_age`` and ``below_age`` say whom the sentences of a segment are for, in whole years; -1 sets no bound.
    """

    id: str
    segment: str
    moment: str
    version: str
    approval: str
    words: Both
    from_age: int = -1
    below_age: int = -1


@dataclass(frozen=True, slots=True)
class Listener:
    """What is known of whoever hears it. ``age`` in whole years, -1 when nobody knows."""

    recipient: str = "debtor"
    vulnerable: bool = False
    enterprise: bool = False
    age: int = -1


def segment_for(listener: Listener, scripts: tuple[Script, ...]) -> str:
    """The segment that fits: a third person hears nothing else, then care, then enterprises, then age."""
    if listener.recipient not in DEBTORS:
        return "third_person"
    if listener.vulnerable:
        return "vulnerable"
    if listener.enterprise:
        return "enterprise"
    for one in scripts:
        if 0 <= one.from_age <= listener.age or 0 <= listener.age < one.below_age:
            return one.segment
    return "anyone"


def parse_scripts(files: Mapping[str, Any], lexicon: Lexicon) -> tuple[Script, ...]:
    """Scripts of all files. Raises BadLexicon: unknown segment or moment, one language only, wanting words."""
    found: dict[str, Script] = {}
    for name, raw in sorted(files.items()):
        for item in raw["scripts"]:
            script = _script(name, raw, item)
            if script.id in found:
                raise BadLexicon(where=script.id, problem="this id stands twice")
            _require_kind(script, lexicon)
            found[script.id] = script
    return tuple(found.values())


def fitting(scripts: tuple[Script, ...], *, segment: str = "", moment: str = "") -> tuple[Script, ...]:
    """Those for this segment first, then those for anyone; of one moment when it is named."""
    wanted = [one for one in scripts if not moment or one.moment == moment]
    own = [one for one in wanted if segment and one.segment == segment]
    rest = [] if segment == "third_person" else [one for one in wanted if one.segment == "anyone"]
    return (*own, *rest) if segment else tuple(wanted)


def _script(name: str, raw: Any, item: Any) -> Script:
    try:
        script = Script(
            id=item["id"],
            segment=raw["segment"],
            moment=item["moment"],
            version=str(raw["version"]),
            approval=raw["approval"],
            words=Both(zh=item["zh"], en=item["en"]),
            from_age=raw.get("from_age", -1),
            below_age=raw.get("below_age", -1),
        )
    except (KeyError, TypeError) as error:
        raise BadLexicon(where=name, problem=f"incomplete: {error}") from error
    if script.segment not in SEGMENTS or script.moment not in MOMENTS or not script.approval:
        raise BadLexicon(where=script.id, problem="unknown segment or moment, or no approval")
    return script


def _require_kind(script: Script, lexicon: Lexicon) -> None:
    wanting = [
        one.pattern
        for text in (script.words.zh, script.words.en)
        for one in review(text, lexicon)
        if one.pattern != "opinion"
    ]
    if wanting:
        raise BadLexicon(where=script.id, problem=f"its own words are wanting: {wanting}")
