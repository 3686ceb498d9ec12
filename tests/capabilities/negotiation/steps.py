"""Steps of a case's life through the doors, so that each test can start where its question begins."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from PIL import Image

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import Approval
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import Wish
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.plans.domain import Components, Method, PlanTerms
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.dates import SHANGHAI
from heyi.plumbing import outbox
from heyi.plumbing.models import OutboxMessage
from tests.cast import AT, Borrower, Cast

STORY = "我在工厂上班，今年八月订单少了，工资从九千降到六千八，孩子下个月还要住院，想把每个月还的钱降下来，我一定会还。"
ANSWERS: dict[str, dict[str, Any]] = {
    "contact": {"reach_from": "9:00", "reach_until": "19:00", "channel": "portal"},
    "wanted": {"wishes": ["lower_monthly", "waive_penalty"], "monthly": "1,100"},
    "happened": {"reasons": ["income_down"], "since": "2026-08", "words": STORY},
    "income": {"monthly": "6800"},
    "living": {"costs_monthly": "4,900", "dependants": "1"},
    "debts": {"other_debts_monthly": "0"},
    "proofs": {"later": "on"},
    "truth": {"agreed": True, "statement": "2026.1"},
}


def photo(colour: str = "white") -> bytes:
    """A small real JPEG."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "JPEG")
    return made.getvalue()


def terms(case_id: UUID, at: datetime = AT, **changed: Any) -> PlanTerms:
    """36 × 4.8 %, penalty interest waived: within a manager's own authority."""
    from heyi.capabilities.loans import api as loans

    balance = loans.contract(contract_id=Case.objects.get(id=case_id).contract_id, actor=SYSTEM).balance
    parts = {name: balance.part(name).amount_minor for name in ("principal", "interest", "penalty", "fees", "costs")}
    given: dict[str, Any] = {
        "method": Method.EQUAL_INSTALMENTS,
        "start_on": at.date(),
        "first_due_on": date(2026, 12, 10),
        "periods": 36,
        "balance": Components(**{f"{name}_minor": minor for name, minor in parts.items()}),
        "annual_rate": Decimal("0.048"),
        "waivers": Components(penalty_minor=parts["penalty"]),
    }
    return PlanTerms(**{**given, **changed})


def answer_all(case_id: UUID, borrower: Borrower, at: datetime = AT, **changed: dict[str, Any]) -> None:
    """Every step of the form, as Lin would fill it in."""
    steps = {
        "who": {"name": borrower.name, "id_number": borrower.id_number},
        **ANSWERS,
        "contact": {**ANSWERS["contact"], "mobile": borrower.mobile},
    }
    for step, values in {**steps, **changed}.items():
        negotiation.save_answers(case_id=case_id, step=step, values=values, actor=borrower.actor, at=at)


def submitted(borrower: Borrower, at: datetime = AT, **changed: dict[str, Any]) -> UUID:
    """A case that waits for the bank's first answer."""
    done = negotiation.start_application(
        contract_id=borrower.contract_id, actor=borrower.actor, at=at, code_verified_at=at - timedelta(minutes=1)
    )
    answer_all(done.case_id, borrower, at, **changed)
    negotiation.attach_proof(
        case_id=done.case_id, kind="income", data=photo(), file_name="工资.jpg", actor=borrower.actor, at=at
    )
    negotiation.attach_proof(
        case_id=done.case_id, kind="hardship", data=photo("grey"), file_name="住院.jpg", actor=borrower.actor, at=at
    )
    negotiation.submit(case_id=done.case_id, actor=borrower.actor, at=at)
    return done.case_id


def negotiating(people: Cast, at: datetime = AT) -> UUID:
    """Lin's case after the reviewer's yes."""
    case_id = submitted(people.lin, at)
    negotiation.review(case_id=case_id, outcome="accept", actor=people.reviewer, at=at)
    return case_id


def offered(people: Cast, at: datetime = AT, **changed: Any) -> tuple[UUID, UUID]:
    """(case, offer): the manager's version is open to Lin."""
    case_id = negotiating(people, at)
    offer_id = publish(case_id, people, at, **changed)
    return case_id, offer_id


def publish(case_id: UUID, people: Cast, at: datetime = AT, **changed: Any) -> UUID:
    """Draft and open a version of the manager's."""
    done = negotiation.draft_offer(
        case_id=case_id,
        terms=terms(case_id, at, **changed),
        reason="36 期，每个月压力小一些。",
        actor=people.zhou,
        at=at,
    )
    assert done.subject_id is not None
    negotiation.publish_offer(case_id=case_id, offer_id=done.subject_id, actor=people.zhou, at=at)
    return done.subject_id


def countered(people: Cast, at: datetime = AT) -> tuple[UUID, UUID, UUID]:
    """(case, offer, counter): Lin asked for 48 periods from January on."""
    case_id, offer_id = offered(people, at)
    done = negotiation.counter(
        case_id=case_id,
        wish=Wish(periods=48, first_due_on=date(2027, 1, 15)),
        reason="12 月要交孩子的住院费。",
        actor=people.lin.actor,
        at=at,
    )
    assert done.subject_id is not None
    return case_id, offer_id, done.subject_id


def vote(
    offer_id: UUID | None, actor: Actor, word: str = "yes", *, at: datetime = AT, conditions: Sequence[str] = ()
) -> Approval:
    """One vote on the version that waits, and what follows from it."""
    asked = Offer.objects.get(id=offer_id).approval_id
    done = approvals.vote(approval_id=asked, vote=word, reason="看过测算。", conditions=conditions, actor=actor, at=at)
    hear_votes(at)
    return done


def hear_votes(at: datetime = AT) -> None:
    """What the approvals room told this room, and nothing else that waits to be told."""
    told = OutboxMessage.objects.filter(done_at__isnull=True, subscriber__contains="negotiation.subscribers.hear_appr")
    for message_id in list(told.order_by("due_at", "id").values_list("id", flat=True)):
        outbox._deliver(message_id, at)


def status(case_id: UUID) -> str:
    """Where the case stands."""
    return Case.objects.values_list("status", flat=True).get(id=case_id)


def end_of_day(at: datetime) -> datetime:
    """The last second of that day in Shanghai."""
    return at.astimezone(SHANGHAI).replace(hour=23, minute=59, second=59, microsecond=0)
