"""A verdict is a value: allowed, or refused with the clauses that refuse and what is allowed instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

CLOSED: Final = "HEYI-CLOSED"
"""The clause for everything that is not known for sure. It stands even when there is no pack at all."""


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """One clause that applies, in words for both sides of the table. ``why`` are plain facts, never personal data."""

    rule_id: str
    source: str
    severity: str
    title_zh: str
    title_en: str
    staff_zh: str
    staff_en: str
    borrower_zh: str
    borrower_en: str
    allowed_instead_zh: str
    allowed_instead_en: str
    why: tuple[tuple[str, str], ...] = ()
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go on. ``notes`` are clauses of severity ``advice`` that whoever acts should read."""

    pack_version: str
    notes: tuple[ClauseHit, ...] = ()

    @property
    def allowed(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Refused:
    """Not now, or not at all. ``retry_at`` is the first instant at which the same facts would be allowed."""

    pack_version: str
    clauses: tuple[ClauseHit, ...]
    retry_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        return False


Verdict = Allowed | Refused
