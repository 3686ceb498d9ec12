"""Reading a text as a person would: script, width, spacing and disguises undone, each character knowing where it stood.

A reading keeps letters and figures. ``,`` ends a clause, ``.`` ends a sentence, one space parts Latin words; all other
marks are gone, so that signs put between characters hide nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

CLAUSE: Final = frozenset("，,;；:：")
SENTENCE: Final = frozenset("。.!！?？\n\r…")
_MARK: Final = frozenset(",.")
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me", "Cc"})


@dataclass(frozen=True, slots=True)
class Letters:
    """What a reading needs to know about characters.

    ``simplify`` turns one character of the traditional script into the simplified one, ``sound`` one Chinese character
    into its toneless pinyin (empty for others). ``alike`` maps look-alikes, ``pictures`` emoji to the word they stand
    for, ``parts`` split characters to the whole one.
    """

    simplify: Callable[[str], str]
    sound: Callable[[str], str]
    alike: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` with, for each character, the span of the original it came from."""

    text: str
    spans: tuple[tuple[int, int], ...]
    swapped: frozenset[int] = frozenset()
    """Places in ``text`` that were put there by undoing a disguise."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original behind ``text[start:end]``."""
        spans = [span for span in self.spans[start:end] if span[1] > span[0]] or [(0, 0)]
        return min(span[0] for span in spans), max(span[1] for span in spans)


def read(text: str, letters: Letters, *, spell_pictures: bool = False) -> Reading:
    """The plain reading; with ``spell_pictures`` emoji that stand for a word are read as that word."""
    marks = _join(list(_pieces(text, letters, spell_pictures)))
    said = "".join(character for character, _ in marks)
    return _restore_parts(Reading(text=said, spans=tuple(span for _, span in marks)), letters)


def is_han(character: str) -> bool:
    """True for a Chinese character."""
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


def swap(reading: Reading, places: list[tuple[int, int, str]]) -> Reading:
    """The reading with other words at some places (start, end, word), sorted and apart from each other."""
    text: list[str] = []
    spans: list[tuple[int, int]] = []
    swapped: set[int] = set()
    done = 0
    for start, end, word in places:
        text += reading.text[done:start]
        spans += reading.spans[done:start]
        swapped.update(range(len(text), len(text) + len(word)))
        text += word
        spans += [reading.original(start, end)] * len(word)
        done = end
    text += reading.text[done:]
    spans += reading.spans[done:]
    return Reading(text="".join(text), spans=tuple(spans), swapped=frozenset(swapped))


Piece = tuple[str, tuple[int, int]]


def _pieces(text: str, letters: Letters, spell_pictures: bool) -> Iterator[Piece]:
    for place, raw in enumerate(text):
        span = (place, place + 1)
        if spell_pictures and raw in letters.pictures:
            for character in letters.pictures[raw]:
                yield character, span
            continue
        for character in unicodedata.normalize("NFKC", raw).lower():
            kept = _piece(letters.alike.get(character, character), letters)
            if kept:
                yield kept, span


def _piece(character: str, letters: Letters) -> str:
    """The character as it is read; ``""`` for what cannot be seen, NUL for a mark that separates nothing."""
    if is_han(character):
        return letters.simplify(character)
    if character.isalnum():
        return character
    if character in CLAUSE:
        return ","
    if character in SENTENCE:
        return "."
    if character in "'’":
        return "'"
    if character.isspace() or character in "-_":
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else "\x00"


def _join(pieces: list[Piece]) -> list[Piece]:
    """Drop what separates nothing: blanks beside Chinese, marks between single characters or inside a number."""
    kept = [piece for piece in pieces if piece[0] != "\x00"]
    kept = _drop_marks_in_numbers(kept)
    kept = _drop_marks_between_single(kept)
    out: list[Piece] = []
    for place, piece in enumerate(kept):
        character = piece[0]
        if character in " '":
            before = out[-1][0] if out else ""
            after = next((later[0] for later in kept[place + 1 :] if later[0] != " "), "")
            latin = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
            if not latin or (character == " " and before == " "):
                continue
        elif character in _MARK and out and out[-1][0] in _MARK:
            if character == ".":
                out[-1] = piece
            continue
        out.append(piece)
    return _spelled_out(out)


def _drop_marks_in_numbers(pieces: list[Piece]) -> list[Piece]:
    last = len(pieces) - 1
    return [
        piece
        for place, piece in enumerate(pieces)
        if not (
            piece[0] in _MARK and 0 < place < last and pieces[place - 1][0].isdigit() and pieces[place + 1][0].isdigit()
        )
    ]


def _drop_marks_between_single(pieces: list[Piece]) -> list[Piece]:
    """«抓，你，坐，牢»: three or more segments of one character in a row are one run of words."""
    segments: list[list[int]] = [[]]
    for place, piece in enumerate(pieces):
        if piece[0] in _MARK:
            segments.append([])
        elif piece[0] != " ":
            segments[-1].append(place)
    short = [len(segment) == 1 for segment in segments]
    dropped: set[int] = set()
    run: list[int] = []
    for number, single in enumerate([*short, False]):
        if single:
            run.append(number)
            continue
        if len(run) >= 3:
            dropped.update(range(segments[run[0]][0], segments[run[-1]][0]))
        run = []
    return [piece for place, piece in enumerate(pieces) if piece[0] not in _MARK or place not in dropped]


_SINGLES: Final = re.compile(r"(?<![a-z0-9'])(?:[a-z] ){1,7}[a-z](?![a-z0-9'])")


def _spelled_out(pieces: list[Piece]) -> list[Piece]:
    """«s b» → «sb», «d i e» → «die»; «I a» alone stays."""
    text = "".join(piece[0] for piece in pieces)
    drop = {
        match.start() + place
        for match in _SINGLES.finditer(text)
        if len(match[0]) > 3 or match[0] not in {"i a", "a i"}
        for place, character in enumerate(match[0])
        if character == " "
    }
    return [piece for place, piece in enumerate(pieces) if place not in drop]


def _restore_parts(reading: Reading, letters: Letters) -> Reading:
    """«氵去院» → «法院»."""
    places = [
        (start, start + len(parts), whole)
        for parts, whole in letters.parts.items()
        for start in _all(reading.text, parts)
    ]
    return swap(reading, sorted(places)) if places else reading


def _all(text: str, part: str) -> Iterator[int]:
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + len(part))
