"""Approvals as other rooms and the surfaces see them. No sealed text: ``Papers`` carries that, for who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from heyi.capabilities.approvals.domain.kinds import VoteRule

Word = Literal["yes", "no", "abstain"]
Status = Literal["waiting", "conditional", "granted", "refused", "withdrawn", "expired", "lapsed", "revoked"]
"""``conditional``: granted, but a condition is not confirmed, so it does not stand. ``lapsed``: granted, ran out."""
WORDS: tuple[Word, ...] = ("yes", "no", "abstain")
STATUSES: tuple[Status, ...] = (
    "waiting", "conditional", "granted", "refused", "withdrawn", "expired", "lapsed", "revoked"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's word, in the role in which they spoke."""

    id: UUID
    voter_id: UUID
    role: str
    word: Word
    at: datetime
    conditions: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What a voter attached to a yes. The approval stands only when every one is confirmed."""

    id: UUID
    set_by: UUID
    set_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class Approval:
    """One request with everything that happened to it."""

    id: UUID
    kind: str
    subject: str
    branch: str
    facts: Mapping[str, str | int | bool | None]
    asked_by: str
    asked_at: datetime
    case_id: UUID | None
    party_id: UUID | None
    apart: frozenset[UUID]
    rule: VoteRule
    decide_by: datetime
    status: Status
    decided_at: datetime | None
    valid_until: datetime | None
    ended_at: datetime | None
    ended_by: str
    votes: tuple[Vote, ...]
    conditions: tuple[Condition, ...]

    @property
    def stands(self) -> bool:
        """True when what was asked for may be done."""
        return self.status == "granted"


@dataclass(frozen=True, slots=True)
class Papers:
    """The sealed texts of one approval: answers by question, reasons by vote, words and proof by condition."""

    assessment: Mapping[str, str]
    impact: Mapping[str, str]
    reasons: Mapping[UUID, str]
    conditions: Mapping[UUID, str]
    confirmations: Mapping[UUID, str]
    ending: str
