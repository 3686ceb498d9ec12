"""The pack's wording rules as compiled values. A file that cannot be used in whole is refused in whole.

A pattern is written in words: ``{kin|friend}`` one of these word classes, ``{kin}?`` perhaps one, ``..`` up to six
characters inside a clause, ``...`` up to eighteen inside a sentence (``..9`` sets the number), ``<9>`` the parts on
both sides in either order with up to nine characters between, anything else a regular expression without blanks
(``_`` is one).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from heyi.capabilities.compliance.domain.conduct.opinion import Kinds, Opinion, parse_opinion
from heyi.capabilities.compliance.domain.conduct.reading import Letters, read
from heyi.capabilities.compliance.domain.conduct.sounds import KeyWords, key_words
from heyi.capabilities.compliance.domain.conduct.values import CATEGORIES, SEVERITIES, Category
from heyi.capabilities.compliance.domain.rules import Both, Source
from heyi.capabilities.compliance.domain.verdicts import RANK_ORDER
from heyi.kit.canonical import digest
from heyi.kit.problems import Problem

FRAMES: Final = ("denied", "reported", "warned", "neutral", "consented")
USUAL: Final = ("denied", "reported", "warned")
"""Exceptions that hold for a pattern which names none."""
_CLASS: Final = re.compile(r"\{([a-z_|]+)\}(\??)")
_GAP: Final = re.compile(r"(\.{2,3})(\d*)")
_OPEN: Final = re.compile(r"(\[(?:\^,?\.|a-z[ ',]*)\]\{\d+,\d+\})")
"""A stretch of anything inside a pattern. It is captured: only there, or before the match, can a denial stand."""
_EITHER: Final = re.compile(r" <(\d+)> ")


class BadLexicon(Problem):
    """A wording file breaks the schema; nothing of it is used, and nothing is sent unchecked."""

    code = "compliance.bad_lexicon"
    status = 500


@dataclass(frozen=True, slots=True)
class Pattern:
    """One shape of forbidden wording. ``needs`` are alternatives' word classes: none present, nothing to look for."""

    id: str
    category: str
    severity: str
    better: Both
    shapes: tuple[Shape, ...]
    with_: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    frames: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """One compiled alternative and the word classes that it cannot do without."""

    finder: re.Pattern[str]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that ``review`` needs. ``version`` is the digest of the data; ``needed`` are the word classes without
    which some shape cannot be there.
    """

    version: str
    categories: Mapping[str, Category]
    patterns: tuple[Pattern, ...]
    frames: Mapping[str, re.Pattern[str]]
    classes: Mapping[str, re.Pattern[str]]
    needed: frozenset[str]
    ordinary: re.Pattern[str]
    letters: Letters
    keys: KeyWords
    opinion: Opinion | None

    @property
    def kinds(self) -> Kinds:
        """What the second opinion looks for in a text."""
        return Kinds(self.frames, self.classes)


def parse_lexicon(files: Mapping[str, Any], letters: Letters) -> Lexicon:
    """``files`` maps file name → loaded data. Raises BadLexicon."""
    characters = _part(files, "characters.yaml")
    words = {name: tuple(str(listed).split()) for name, listed in _part(files, "words.yaml").items()}
    letters = Letters(
        simplify=letters.simplify,
        sound=letters.sound,
        alike=_pairs(characters["alike"]),
        pictures=_pairs(characters["pictures"]),
        parts=_pairs(characters["parts"]),
    )
    categories = {raw["id"]: _category(raw) for raw in _part(files, "categories.yaml")}
    if set(categories) != set(CATEGORIES):
        raise BadLexicon(
            where="categories.yaml", problem=f"not these categories: {sorted(set(CATEGORIES) ^ set(categories))}"
        )
    compiler = _Compiler(words)
    patterns = tuple(
        _pattern(raw, compiler, categories)
        for name, listed in sorted(files.items())
        if name.startswith("patterns")
        for raw in listed
    )
    _once([pattern.id for pattern in patterns])
    return Lexicon(
        version=digest(json.dumps(files, sort_keys=True, ensure_ascii=False).encode())[:12],
        categories=categories,
        patterns=patterns,
        frames={name: compiler.joined(name, listed) for name, listed in _part(files, "frames.yaml").items()},
        classes={name: re.compile(_either(listed)) for name, listed in words.items()},
        needed=frozenset(name for pattern in patterns for shape in pattern.shapes for name in shape.needs),
        ordinary=re.compile("|".join(str(characters["ordinary"]).split())),
        letters=letters,
        keys=key_words(
            str(characters["sound_words"]).split(),
            _pairs(characters["initials"]),
            str(characters["ordinary_sounds"]).split(),
            str(characters.get("too_common", "")),
            letters,
        ),
        opinion=parse_opinion(files["opinion.json"]) if files.get("opinion.json") else None,
    )


class _Compiler:
    def __init__(self, words: Mapping[str, tuple[str, ...]]) -> None:
        self.words = words

    def shapes(self, where: str, text: str) -> list[Shape]:
        either = _EITHER.search(text)
        if either:
            left, right, most = text[: either.start()], text[either.end() :], either[1]
            return [
                *self.shapes(where, f"{left} ..{most} {right}"),
                *self.shapes(where, f"{right} ..{most} {left}"),
            ]
        return [Shape(finder=self._regex(where, text), needs=self._needs(text))]

    def joined(self, where: str, listed: Iterable[str]) -> re.Pattern[str]:
        return re.compile("|".join(self._regex(where, text).pattern for text in listed) or "(?!)")

    def _needs(self, text: str) -> frozenset[str]:
        """Classes that stand alone and for certain; ``{a|b}`` is certain only as a union and is left out."""
        return frozenset(
            match[1]
            for token in text.split()
            if (match := _CLASS.fullmatch(token)) and not match[2] and "|" not in match[1]
        )

    def _regex(self, where: str, text: str) -> re.Pattern[str]:
        try:
            return re.compile("".join(self._token(where, token) for token in text.split()))
        except re.error as error:
            raise BadLexicon(where=where, problem=f"{text}: {error}") from error

    def _token(self, where: str, token: str) -> str:
        gap = _GAP.fullmatch(token)
        if gap:
            return f"([^,.]{{0,{gap[2] or 6}}}?)" if gap[1] == ".." else f"([^.]{{0,{gap[2] or 18}}}?)"
        worded = _CLASS.sub(lambda found: self._class(where, found), token).replace("_", " ")
        return _OPEN.sub(r"(\1?)", worded)

    def _class(self, where: str, found: re.Match[str]) -> str:
        names = found[1].split("|")
        if unknown := [name for name in names if name not in self.words]:
            raise BadLexicon(where=where, problem=f"no such words: {unknown}")
        return _either([word for name in names for word in self.words[name]]) + found[2]


def _either(listed: Iterable[str]) -> str:
    """Longest first. Latin words keep their borders, so that «court» is not found in «courteous»."""
    words = sorted({word.replace("_", " ") for word in listed}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(rf"\b{word}\b" if word.isascii() else word for word in words) + ")"


def _pattern(raw: Any, compiler: _Compiler, categories: Mapping[str, Category]) -> Pattern:
    where = raw["id"] if isinstance(raw, Mapping) and "id" in raw else str(raw)[:40]
    try:
        frames = frozenset(raw.get("frames", USUAL)) | frozenset(raw.get("also", ()))
        if raw["severity"] not in SEVERITIES or not frames <= set(FRAMES):
            raise BadLexicon(where=where, problem="unknown severity or exception")
        return Pattern(
            id=where,
            category=categories[raw["category"]].id,
            severity=raw["severity"],
            better=Both(**raw["better"]) if "better" in raw else categories[raw["category"]].better[0],
            shapes=tuple(shape for text in raw["any"] for shape in compiler.shapes(where, text)),
            with_=compiler.joined(where, raw["with"]) if "with" in raw else None,
            unless=compiler.joined(where, raw["unless"]) if "unless" in raw else None,
            frames=frames,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BadLexicon(where=where, problem=f"incomplete: {error}") from error


def _category(raw: Any) -> Category:
    try:
        category = Category(
            id=raw["id"],
            title=Both(**raw["title"]),
            clauses=tuple(raw["clauses"]),
            source=Source(**raw["source"]),
            better=tuple(Both(**item) for item in raw["better"]),
        )
    except (KeyError, TypeError) as error:
        raise BadLexicon(where="categories.yaml", problem=f"incomplete: {error}") from error
    if (
        not category.clauses
        or not category.source.text
        or category.source.rank not in RANK_ORDER
        or not category.better
    ):
        raise BadLexicon(where=category.id, problem="a category needs a source, a clause and a better sentence")
    return category


def _part(files: Mapping[str, Any], name: str) -> Any:
    if not files.get(name):
        raise BadLexicon(where=name, problem="missing or empty")
    return files[name]


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in str(text).split())


def _once(ids: list[str]) -> None:
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise BadLexicon(where=twice[0], problem="this id stands twice")


def plain(text: str, lexicon: Lexicon) -> str:
    """The text as the patterns see it; for whoever writes patterns."""
    return read(text, lexicon.letters).text
