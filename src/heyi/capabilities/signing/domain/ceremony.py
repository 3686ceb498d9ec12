"""The ceremony as a table, and what must hold before each signature. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args
from uuid import UUID

from heyi.capabilities.signing.domain.agreement import Agreement
from heyi.capabilities.signing.domain.errors import (
    CodeTooOld,
    CostFormNotConfirmed,
    Expired,
    NotRead,
    ReadLonger,
    WrongState,
)
from heyi.capabilities.signing.domain.pack import Parameters

State = Literal["prepared", "consented", "reading", "borrower_signed", "sealing", "sealed", "refused", "expired"]
Verb = Literal["agree", "read", "acknowledge", "sign_borrower", "sign_bank", "seal", "refuse", "expire"]

STATES: Final[tuple[State, ...]] = get_args(State)
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
OPEN: Final[frozenset[State]] = frozenset({"prepared", "consented", "reading", "borrower_signed"})
"""Until both have signed, either side can still say no."""

TABLE: Final[dict[tuple[State, Verb], State]] = {
    ("prepared", "agree"): "consented",
    ("consented", "read"): "reading",
    ("consented", "acknowledge"): "reading",
    ("reading", "read"): "reading",
    ("reading", "acknowledge"): "reading",
    ("reading", "sign_borrower"): "borrower_signed",
    ("borrower_signed", "sign_bank"): "sealing",
    ("sealing", "seal"): "sealed",
    ("prepared", "refuse"): "refused",
    ("consented", "refuse"): "refused",
    ("reading", "refuse"): "refused",
    ("borrower_signed", "refuse"): "refused",
    ("prepared", "expire"): "expired",
    ("consented", "expire"): "expired",
    ("reading", "expire"): "expired",
    ("borrower_signed", "expire"): "expired",
}


def after(state: State, verb: Verb) -> State:
    """The state that ``verb`` leads to. Raises WrongState."""
    try:
        return TABLE[state, verb]
    except KeyError:
        raise WrongState(state=state, verb=verb) from None


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One clause, and whether and how long it was read."""

    clause_id: str
    shown_at: datetime | None
    seconds: int
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignatureView:
    """One signature: whose, when acted, with which certificate, and when the timestamp authority saw it."""

    side: Literal["borrower", "bank"]
    signed_at: datetime
    certificate: str
    timestamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class CeremonyView:
    """All that a page about the signing needs. ``waiting_for`` is a plain code: who or what the next step waits for.

    ``waiting_for`` ∈ borrower, bank, timestamp, seal, nobody.
    """

    id: UUID
    number: str
    state: State
    case_id: UUID
    party_id: UUID
    branch: str
    agreement: Agreement
    agreement_digest: str
    made_on: date
    prepared_at: datetime
    expires_at: datetime
    consented_at: datetime | None
    cost_form_acknowledged_at: datetime | None
    cost_form_min_seconds: int
    readings: tuple[ReadingView, ...]
    signatures: tuple[SignatureView, ...]
    waiting_for: str
    next_try_at: datetime | None
    sealed_at: datetime | None
    refused_at: datetime | None
    document_id: UUID | None

    @property
    def read_count(self) -> int:
        return sum(reading.acknowledged_at is not None for reading in self.readings)

    @property
    def may_sign(self) -> bool:
        """Everything but the step-up code is there."""
        return (
            self.state == "reading"
            and self.cost_form_acknowledged_at is not None
            and self.read_count == len(self.readings)
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """What the records say before a borrower's signature."""

    state: State
    expires_at: datetime
    consented_at: datetime | None
    acknowledged: frozenset[str]
    clauses: tuple[str, ...]
    cost_form_acknowledged_at: datetime | None


def in_time(*, expires_at: datetime, at: datetime) -> None:
    """Raises Expired from the moment of expiry on."""
    if at >= expires_at:
        raise Expired(expires_at=expires_at.isoformat())


def may_borrower_sign(
    progress: Progress, *, code_verified_at: datetime | None, at: datetime, parameters: Parameters
) -> State:
    """The next state when every condition holds: consent, all clauses, cost form, a fresh code.

    Raises WrongState, Expired, NotRead, CostFormNotConfirmed or CodeTooOld. Sources: Electronic Signature Law
    articles 3 and 13; Civil Code 496; CN-APR-2.
    """
    following = after(progress.state, "sign_borrower")
    in_time(expires_at=progress.expires_at, at=at)
    if progress.consented_at is None:
        raise WrongState(state=progress.state, verb="sign_borrower")
    unread = [clause for clause in progress.clauses if clause not in progress.acknowledged]
    if unread:
        raise NotRead(clauses=unread)
    if progress.cost_form_acknowledged_at is None:
        raise CostFormNotConfirmed()
    fresh = timedelta(minutes=parameters.step_up_minutes)
    if code_verified_at is None or not timedelta(0) <= at - code_verified_at <= fresh:
        raise CodeTooOld(minutes=parameters.step_up_minutes)
    return following


def long_enough(*, seconds: int, consented_at: datetime, at: datetime, parameters: Parameters) -> int:
    """The reading time that counts for the cost form: never more than has passed. Raises ReadLonger."""
    counted = credible_seconds(seconds=seconds, since=consented_at, at=at)
    if counted < parameters.cost_form_min_seconds:
        raise ReadLonger(seconds_left=parameters.cost_form_min_seconds - counted)
    return counted


def credible_seconds(*, seconds: int, since: datetime, at: datetime) -> int:
    """The browser's figure, held to what can have passed since ``since`` and to a day."""
    return max(0, min(seconds, int((at - since).total_seconds()), 86_400))


def waiting_for(state: State, *, last_problem: str) -> str:
    """Whom or what the next step waits for, as a plain code."""
    if state in ("prepared", "consented", "reading"):
        return "borrower"
    if state == "borrower_signed":
        return "bank"
    if state == "sealing":
        return "timestamp" if last_problem == "signing.timestamp_away" else "seal"
    return "nobody"
