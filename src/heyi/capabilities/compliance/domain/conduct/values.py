"""What a check of wording says."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final

from heyi.capabilities.compliance.domain.rules import Both, Source

CATEGORIES: Final = (
    "threat",
    "insult",
    "impersonation",
    "exaggeration",
    "disclosure",
    "shame",
    "private_payment",
    "beyond_authority",
    "borrow_elsewhere",
    "vague_identity",
    "forced_recording",
)
SEVERITIES: Final = ("block", "warn")
"""``block``: it does not leave. ``warn``: it leaves when the colleague has read the finding and says so."""


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of forbidden wording. ``clauses`` are rules of the catalogue; ``source`` is quoted beside a finding."""

    id: str
    title: Both
    clauses: tuple[str, ...]
    source: Source
    better: tuple[Both, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in the original text, counted in characters; ``end`` is the first one behind it.

    ``hidden`` is true when the words only appear after undoing a disguise (homophones, pinyin, pictures).
    """

    pattern: str
    category: str
    severity: str
    start: int
    end: int
    words: str
    clauses: tuple[str, ...]
    source: Source
    title: Both
    better: Both
    hidden: bool


def digest_of(text: str) -> str:
    """The digest by which one exact wording is released: SHA-256 over its words, spaces and width apart."""
    flat = "".join(unicodedata.normalize("NFKC", text).split())
    return hashlib.sha256(flat.encode()).hexdigest()
