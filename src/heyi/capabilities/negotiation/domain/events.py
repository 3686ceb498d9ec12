"""What this room tells those above it and itself. Plain values only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ApplicationSubmitted:
    """A borrower handed in application ``submission`` of this case."""

    case_id: UUID
    party_id: UUID
    submission: int


@dataclass(frozen=True, slots=True)
class ReviewDecided:
    """``outcome``: accept | request_more | refuse."""

    case_id: UUID
    party_id: UUID
    outcome: str


@dataclass(frozen=True, slots=True)
class TermsAgreed:
    """Both sides said yes to version ``number``; the agreement can be prepared."""

    case_id: UUID
    party_id: UUID
    offer_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class BreachRecorded:
    """The signed plan is broken; collection rules apply again (rule CN-CC-70c)."""

    case_id: UUID
    party_id: UUID
    contract_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True)
class ProblemRaised:
    """The borrower said «I have a problem»; ``kind`` is a code of the policy."""

    case_id: UUID
    party_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class CaseEnded:
    """``status``: completed | withdrawn | closed."""

    case_id: UUID
    party_id: UUID
    status: str
