"""Fingerprints of a story, so that copied ones are noticed without keeping or comparing the words.

SimHash after Charikar (STOC 2002): texts that share most of their character trigrams differ in few of 64 bits.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final

MIN_CHARS: Final = 30
BANDS: Final = 4


@dataclass(frozen=True, slots=True)
class StoryPrint:
    """``bits`` is a 64-bit SimHash; ``bands`` are its four 16-bit pieces for look-up by equality."""

    bits: int
    bands: tuple[int, ...]


def normalised(text: str) -> str:
    """The text without spaces, punctuation and width differences, in lower case."""
    flat = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in flat if unicodedata.category(c)[0] in "LN")


def story_print(text: str) -> StoryPrint | None:
    """The fingerprint, or None for a text too short to say anything."""
    flat = normalised(text)
    if len(flat) < MIN_CHARS:
        return None
    weights = [0] * 64
    for start in range(len(flat) - 2):
        value = int.from_bytes(hashlib.blake2b(flat[start : start + 3].encode(), digest_size=8).digest())
        for bit in range(64):
            weights[bit] += 1 if value >> bit & 1 else -1
    bits = sum(1 << bit for bit in range(64) if weights[bit] > 0)
    return StoryPrint(bits=bits, bands=tuple(bits >> 16 * band & 0xFFFF for band in range(BANDS)))


def distance(left: int, right: int) -> int:
    """In how many of the 64 bits two fingerprints differ."""
    return (left ^ right).bit_count()
