"""Words that hide behind their sound: homophones («做牢»), pinyin («zuo lao», «坐lao») and initials («找fy»).

A place is only read otherwise when it sounds like a whole key word of the pack, and only what a pattern then finds
there counts. Sounds are folded the way people mistype them: zh/z, ch/c, sh/s, -ng/-n.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from heyi.capabilities.compliance.domain.conduct.reading import Letters, Reading, is_han, swap

_LATIN: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class KeyWords:
    """``sounding`` maps folded syllables («zuo;lao;») to the word; ``initials`` maps «fy» to «法院»."""

    sounding: Mapping[str, str]
    initials: Mapping[str, str]
    ordinary: frozenset[str]
    too_common: frozenset[str]
    syllables: frozenset[str]
    finder: re.Pattern[str]


def key_words(
    words: Iterable[str], short: Mapping[str, str], ordinary: Iterable[str], too_common: str, letters: Letters
) -> KeyWords:
    """``ordinary`` are honest words that sound like a key word: «发源» is no court. ``too_common`` are characters that
    nobody hides another behind.
    """
    sounding: dict[str, str] = {}
    for word in words:
        sounding.setdefault("".join(fold(letters.sound(character)) + ";" for character in word), word)
    longest = sorted(sounding, key=len, reverse=True)
    return KeyWords(
        sounding=sounding,
        initials=dict(short),
        ordinary=frozenset(ordinary),
        too_common=frozenset(too_common),
        syllables=frozenset(syllable for key in sounding for syllable in key.split(";") if syllable),
        finder=re.compile("(?<=;)(" + "|".join(map(re.escape, longest)) + ")") if longest else re.compile("(?!)"),
    )


def fold(sound: str) -> str:
    """One syllable as people mistype it."""
    if sound[:2] in {"zh", "ch", "sh"}:
        sound = sound[0] + sound[2:]
    return sound[:-1] if sound.endswith("ng") else sound


def unmask(reading: Reading, keys: KeyWords, letters: Letters) -> Reading | None:
    """The reading with key words where something only sounds like them; None when nothing does."""
    if not any(is_han(character) for character in reading.text):
        return None
    tokens = list(_tokens(reading.text, keys, letters))
    spoken, starts = ";", {}
    for number, (sound, _, _) in enumerate(tokens):
        starts[len(spoken)] = number
        spoken += sound + ";"
    places: list[tuple[int, int, str]] = []
    for match in keys.finder.finditer(spoken):
        first = starts.get(match.start(1))
        if first is None:
            continue
        last = first + match[1].count(";") - 1
        start, end = tokens[first][1], tokens[last][2]
        word, written = keys.sounding[match[1]], reading.text[start:end]
        if written == word or _honest(written, word, keys) or _inside_ordinary(reading.text, start, end, keys):
            continue
        places.append((start, end, word))
    places += [(start, end, keys.initials[sound]) for sound, start, end in tokens if sound in keys.initials]
    places = _apart(sorted(set(places)))
    return swap(reading, places) if places else None


def _tokens(text: str, keys: KeyWords, letters: Letters) -> Iterable[tuple[str, int, int]]:
    place = 0
    while place < len(text):
        character = text[place]
        if is_han(character):
            yield fold(letters.sound(character)) or "-", place, place + 1
            place += 1
            continue
        latin = _LATIN.match(text, place)
        if latin:
            yield from _syllables(latin[0], place, keys)
            place = latin.end()
            continue
        if character != " ":
            yield character, place, place + 1
        place += 1


def _syllables(run: str, start: int, keys: KeyWords) -> list[tuple[str, int, int]]:
    """The run cut into syllables of the key words, or the run itself."""
    found: list[tuple[str, int, int]] = []
    place = 0
    while place < len(run):
        size = next((n for n in range(6, 0, -1) if fold(run[place : place + n]) in keys.syllables
                     and len(run) >= place + n), 0)  # fmt: skip
        if not size:
            return [(run, start, start + len(run))]
        found.append((fold(run[place : place + size]), start + place, start + place + size))
        place += size
    return found


def _honest(written: str, word: str, keys: KeyWords) -> bool:
    """An honest word, or one that differs from the key word by a character that is too common to hide anything."""
    return written in keys.ordinary or any(
        seen in keys.too_common and seen != meant for seen, meant in zip(written, word, strict=False)
    )


def _inside_ordinary(text: str, start: int, end: int, keys: KeyWords) -> bool:
    """«开发院子»: the window is part of a longer honest word."""
    around = text[max(start - 2, 0) : end + 2]
    return any(word in around for word in keys.ordinary if len(word) > end - start)


def _apart(places: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for place in places:
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept
