"""Negotiations for a bank's own app: apply, follow, talk, answer offers for the borrower who is logged in there.

The bank's app has proved who the borrower is; the client's key says which app it was, and the journal keeps both.
Reading and signing the agreement: `signing.py`, or the portal, whose link the app opens.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid
from heyi.plumbing import clock
from heyi.plumbing.access import INTEGRATION, open_to
from heyi.web.api.idempotency import once
from heyi.web.api.schemas import REFUSALS, MoneyOut, ProblemOut

router = Router(tags=["negotiation"])
CLOCKS_DIFFER: Final = timedelta(minutes=5)


class StartIn(Schema):
    """Which contract to negotiate. ``verified_at``: when the app proved who its user is, not later than now."""

    contract_no: str = Field(min_length=1, max_length=64)
    verified_at: AwareDatetime | None = None


class AnswersIn(Schema):
    """The answers of one step, as people type them or as JSON values; unknown fields are refused."""

    values: dict[str, str | int | bool | list[str] | None] = Field(max_length=40)


class DoneOut(Schema):
    """What an act left behind. Hand ``version`` back as ``seen_version`` with the next act."""

    case_id: UUID
    number: str
    status: str
    version: int
    subject_id: UUID | None

    @classmethod
    def of(cls, done: negotiation.Done) -> dict[str, Any]:
        return cls(
            case_id=done.case_id,
            number=done.number,
            status=done.status,
            version=done.version,
            subject_id=done.subject_id,
        ).model_dump(mode="json")


class StepOut(Schema):
    """One step of the form: its saved state and what still has to be mended."""

    key: str
    complete: bool
    errors: dict[str, str]


class OfferOut(Schema):
    """One version with its main figures."""

    id: UUID
    number: int
    proposed_by: str
    status: str
    method: str
    periods: int
    annual_rate: Decimal
    payment: MoneyOut
    total: MoneyOut
    forgiven: MoneyOut
    first_due_on: date
    last_due_on: date
    expires_at: datetime | None

    @classmethod
    def of(cls, offer: Any) -> OfferOut:
        return cls(
            id=offer.id, number=offer.number, proposed_by=offer.proposed_by, status=offer.status, method=offer.method,
            periods=offer.periods, annual_rate=offer.annual_rate, payment=MoneyOut.of(offer.payment),
            total=MoneyOut.of(offer.total), forgiven=MoneyOut.of(offer.forgiven), first_due_on=offer.first_due_on,
            last_due_on=offer.last_due_on, expires_at=offer.expires_at,
        )  # fmt: skip


class CaseOut(Schema):
    """Where a case stands: whose turn, by when, and the versions so far."""

    id: UUID
    number: str
    version: int
    status: str
    step: str
    turn: str
    next_act: str
    by: datetime | None
    steps: list[StepOut]
    offers: list[OfferOut]
    portal_url: str


class MessageIn(Schema):
    """Words of the borrower to the account manager."""

    body: str = Field(min_length=1, max_length=2000)


class MessageOut(Schema):
    """One message of the talk. ``side`` is bank or borrower."""

    id: UUID
    at: datetime
    side: str
    author_name: str
    body: str
    read_at: datetime | None


class CounterIn(Schema):
    """The borrower's own idea; what is left out stays as in the open version."""

    periods: int | None = Field(None, ge=1, le=600)
    monthly_minor: int | None = Field(None, gt=0, le=10**15)
    first_due_on: date | None = None
    reason: str = Field(min_length=1, max_length=500)
    seen_version: int | None = None


class AnswerIn(Schema):
    """Accept, or decline with a reason code of the bank's list."""

    answer: Literal["accept", "decline"]
    reason: str = Field("other", max_length=40)
    words: str = Field("", max_length=500)
    seen_version: int | None = None


@router.post("/cases", response={200: DoneOut, REFUSALS: ProblemOut}, summary="Begin or resume an application")
@open_to(INTEGRATION, why="a bank's own app applies for its user")
def start(request: HttpRequest, body: StartIn) -> Any:
    """An application that was begun and not handed in goes on where it was left."""

    def work() -> dict[str, Any]:
        actor, at = _actor(request), clock.now()
        if body.verified_at and body.verified_at > at + CLOCKS_DIFFER:
            raise Invalid(fields={"verified_at": "in_future"})
        contract = loans.contract_by_no(contract_no=body.contract_no, actor=actor)
        done = negotiation.start_application(
            contract_id=contract.id,
            party_id=contract.party_id,
            actor=actor,
            at=at,
            channel="api",
            code_verified_at=body.verified_at,
        )
        return DoneOut.of(done)

    return once(request, work)


@router.get("/cases/{uuid:case_id}", response={200: CaseOut, REFUSALS: ProblemOut}, summary="One case")
@open_to(INTEGRATION, why="a bank's own app shows its user how things stand")
def read(request: HttpRequest, case_id: UUID) -> Any:
    """Progress, offers, and what is still missing of the application."""
    actor, at = _actor(request), clock.now()
    case = negotiation.case(case_id=case_id, actor=actor, at=at)
    form = negotiation.application_form(case_id=case_id, actor=actor, at=at)
    return CaseOut(
        id=case.id, number=case.number, version=case.version, status=case.status, step=case.progress.current,
        turn=case.progress.turn, next_act=case.progress.next_act, by=case.progress.by,
        steps=[StepOut(key=step.key, complete=step.complete, errors=dict(step.errors)) for step in form.steps],
        offers=[OfferOut.of(offer) for offer in case.offers],
        portal_url=request.build_absolute_uri(f"/my/{case.id}/"),
    )  # fmt: skip


@router.put(
    "/cases/{uuid:case_id}/answers/{slug:step}", response={200: DoneOut, REFUSALS: ProblemOut}, summary="Save a step"
)
@open_to(INTEGRATION, why="a bank's own app applies for its user")
def save(request: HttpRequest, case_id: UUID, step: str, body: AnswersIn) -> Any:
    """Replaces the answers of the step. Every field that cannot be used comes back with its code."""

    def work() -> dict[str, Any]:
        done = negotiation.save_answers(
            case_id=case_id, step=step, values=body.values, actor=_actor(request), at=clock.now()
        )
        return DoneOut.of(done)

    return once(request, work)


@router.post("/cases/{uuid:case_id}/proofs", response={200: DoneOut, REFUSALS: ProblemOut}, summary="Hand in a paper")
@open_to(INTEGRATION, why="a bank's own app hands in papers for its user")
def proof(request: HttpRequest, case_id: UUID, file: File[UploadedFile], kind: Form[str]) -> Any:
    """JPEG, PNG, WebP or PDF up to 10 MiB, judged by what it really is. The same file twice is one paper, so no
    `Idempotency-Key` is needed."""
    done = negotiation.attach_proof(
        case_id=case_id,
        kind=kind,
        data=file.read(),
        file_name=file.name or "",
        actor=_actor(request),
        at=clock.now(),
    )
    return DoneOut.of(done)


@router.post("/cases/{uuid:case_id}/submit", response={200: DoneOut, REFUSALS: ProblemOut}, summary="Hand in")
@open_to(INTEGRATION, why="a bank's own app applies for its user")
def submit(request: HttpRequest, case_id: UUID) -> Any:
    """Refused with every missing step and field when something is missing."""
    return once(
        request,
        lambda: DoneOut.of(negotiation.submit(case_id=case_id, actor=_actor(request), at=clock.now())),
    )


@router.get("/cases/{uuid:case_id}/messages", response={200: list[MessageOut], REFUSALS: ProblemOut}, summary="Talk")
@open_to(INTEGRATION, why="a bank's own app shows the talk to its user")
def messages(request: HttpRequest, case_id: UUID, limit: Query[int] = 50) -> Any:
    """The newest messages, oldest first; internal notes of the bank never appear."""
    found = negotiation.messages(case_id=case_id, actor=_actor(request), at=clock.now(), limit=max(1, min(limit, 200)))
    return [
        MessageOut(
            id=item.id, at=item.at, side=item.side, author_name=item.author_name, body=item.body, read_at=item.read_at
        )
        for item in found
    ]


@router.post("/cases/{uuid:case_id}/messages", response={200: DoneOut, REFUSALS: ProblemOut}, summary="Say something")
@open_to(INTEGRATION, why="a bank's own app carries its user's words")
def say(request: HttpRequest, case_id: UUID, body: MessageIn) -> Any:
    """A message to the account manager."""
    return once(
        request,
        lambda: DoneOut.of(negotiation.say(case_id=case_id, body=body.body, actor=_actor(request), at=clock.now())),
    )


@router.post(
    "/cases/{uuid:case_id}/offers/{uuid:offer_id}/answer",
    response={200: DoneOut, REFUSALS: ProblemOut},
    summary="Accept or decline an offer",
)
@open_to(INTEGRATION, why="a bank's own app carries its user's answer")
def answer(request: HttpRequest, case_id: UUID, offer_id: UUID, body: AnswerIn) -> Any:
    """Only the open version can be answered; whoever is late gets `negotiation.offer_not_open`."""

    def work() -> dict[str, Any]:
        given: dict[str, Any] = {"case_id": case_id, "offer_id": offer_id, "actor": _actor(request), "at": clock.now()}
        if body.answer == "accept":
            return DoneOut.of(negotiation.accept_offer(**given, seen_version=body.seen_version))
        return DoneOut.of(
            negotiation.decline_offer(**given, reason=body.reason, words=body.words, seen_version=body.seen_version)
        )

    return once(request, work)


@router.post("/cases/{uuid:case_id}/counter", response={200: DoneOut, REFUSALS: ProblemOut}, summary="Counter-offer")
@open_to(INTEGRATION, why="a bank's own app carries its user's idea")
def counter(request: HttpRequest, case_id: UUID, body: CounterIn) -> Any:
    """The borrower's version. Refused with the limit when it goes beyond what the rules allow."""

    def work() -> dict[str, Any]:
        wish = negotiation.Wish(periods=body.periods, monthly_minor=body.monthly_minor, first_due_on=body.first_due_on)
        done = negotiation.counter(
            case_id=case_id,
            wish=wish,
            reason=body.reason,
            actor=_actor(request),
            at=clock.now(),
            seen_version=body.seen_version,
        )
        return DoneOut.of(done)

    return once(request, work)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
