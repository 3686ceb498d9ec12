"""A verdict is a value: allowed, refused, or waiting for an approval; with the clauses that say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

CLOSED: Final = "HEYI-CLOSED"
"""The clause for everything that is not known for sure. It stands even when there is no pack at all."""

SEVERITY_ORDER: Final = ("hard", "adopted", "policy", "advice")
RANK_ORDER: Final = ("LAW", "REG", "JI", "RULE", "NORM", "STD", "SELF", "POLICY")
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """One clause that applies, in words for both sides of the table. ``why`` are plain facts, never personal data.

    ``approval`` is the kind of approval that opens this clause; empty when none does.
    """

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
    rank: str = ""
    approval: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go on. ``notes`` are clauses of severity ``advice`` that whoever acts should read."""

    pack_version: str
    notes: tuple[ClauseHit, ...] = ()

    @property
    def allowed(self) -> bool:
        return True

    @property
    def clauses(self) -> tuple[ClauseHit, ...]:
        """Nothing refuses."""
        return ()

    @property
    def retry_at(self) -> datetime | None:
        return None


@dataclass(frozen=True, slots=True)
class Refused:
    """Not now, or not at all. ``clauses``: the strictest first. ``retry_at``: when the same facts would be allowed."""

    pack_version: str
    clauses: tuple[ClauseHit, ...]
    retry_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        return False

    @property
    def winner(self) -> ClauseHit:
        """The clause that keeps the gate closed the longest."""
        return self.clauses[0]


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """Not without the named approvals; nothing else stands in the way. ``clauses``: the strictest first."""

    pack_version: str
    clauses: tuple[ClauseHit, ...]
    kinds: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        return False

    @property
    def winner(self) -> ClauseHit:
        """The clause of the highest rank among those that ask for an approval."""
        return self.clauses[0]

    @property
    def retry_at(self) -> datetime | None:
        """An approval opens it, no hour does."""
        return None


Verdict = Allowed | Refused | NeedsApproval


def strictest_first(hits: Iterable[ClauseHit]) -> tuple[ClauseHit, ...]:
    """What no hour and no approval opens comes first, then what opens latest; equals by severity and legal rank."""
    return tuple(sorted(hits, key=_strictness))


def _strictness(hit: ClauseHit) -> tuple[bool, float, int, int, str]:
    opens = hit.retry_at or _NEVER
    return (
        bool(hit.approval),
        -opens.timestamp(),
        _place(SEVERITY_ORDER, hit.severity),
        _place(RANK_ORDER, hit.rank),
        hit.rule_id,
    )


def _place(order: tuple[str, ...], name: str) -> int:
    return order.index(name) if name in order else len(order)
