"""What this room tells others. ``subject`` is ``table:id`` of what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ApprovalGranted:
    """From now on the approval stands: the vote was a yes and every condition is confirmed."""

    approval_id: UUID
    kind: str
    subject: str
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class ApprovalRefused:
    """The vote was a no."""

    approval_id: UUID
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class ApprovalExpired:
    """Nobody decided in time (``was`` is ``waiting``), or what was granted ran out (``was`` is ``granted``)."""

    approval_id: UUID
    kind: str
    subject: str
    was: str


@dataclass(frozen=True, slots=True)
class ApprovalRevoked:
    """A granted approval was taken back."""

    approval_id: UUID
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class ApprovalWithdrawn:
    """Who asked no longer asks."""

    approval_id: UUID
    kind: str
    subject: str
