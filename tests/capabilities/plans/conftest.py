"""One consumer loan in the book, and a plan of three parts on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import PaymentReceived, PaymentReversed
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import Components, Method, PlanTerms, PlanView, events
from heyi.capabilities.staff.models import Branch
from heyi.kit.actors import SYSTEM
from heyi.plumbing import outbox
from heyi.plumbing.ids import new_id
from heyi.plumbing.models import OutboxMessage
from tests.capabilities.loans.cases import AT, LIN, bring_in
from tests.capabilities.loans.cases import WANG as CARD

PART = 1_710_000
"""51,300.00 yuan in three parts."""


def at(day: date) -> datetime:
    """Ten in the morning of a day at the bank."""
    return datetime.combine(day, time(2, 0), tzinfo=UTC)


@dataclass
class Followed:
    """A plan under way, and short ways to let money and time go over it."""

    plan_id: UUID
    case_id: UUID
    contract_id: UUID
    party_id: UUID
    heard: list[UUID] = field(default_factory=list)

    def pay(self, amount: int, day: date, *, payment_id: UUID | None = None, currency: str = "CNY") -> UUID:
        """The loans room tells that money was received on ``day``; heard on the same day."""
        event = self.event(amount, day, payment_id=payment_id, currency=currency)
        plans.hear_payment(event, at(day))
        return event.payment_id

    def event(
        self, amount: int, day: date, *, payment_id: UUID | None = None, currency: str = "CNY"
    ) -> PaymentReceived:
        return PaymentReceived(
            payment_id=payment_id or new_id(),
            contract_id=self.contract_id,
            party_id=self.party_id,
            amount_minor=amount,
            currency=currency,
            received_on=day,
        )

    def take_back(self, payment_id: UUID, amount: int, received: date, day: date) -> None:
        plans.hear_reversal(
            PaymentReversed(
                payment_id=payment_id,
                contract_id=self.contract_id,
                party_id=self.party_id,
                amount_minor=amount,
                currency="CNY",
                received_on=received,
            ),
            at(day),
        )

    def assess(self, day: date) -> int:
        return plans.assess(at(day))

    @property
    def view(self) -> PlanView:
        return plans.plan(plan_id=self.plan_id)

    @property
    def statuses(self) -> list[str]:
        return [one.status for one in self.view.instalments]

    def acts(self) -> list[str]:
        return [entry.act for entry in journal.entries(case_id=self.case_id, limit=200)]


@dataclass(frozen=True, slots=True)
class Ear:
    """Every event that the room told, by name."""

    name: str
    facts: dict[str, Any]


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Ear]]:
    """Subscribes to all events of this room and tells what was written to the outbox, oldest first."""
    monkeypatch.setattr(outbox, "_subscribers", outbox._subscribers.copy())
    for kind in vars(events).values():
        if isinstance(kind, type) and kind.__module__ == events.__name__:
            outbox.subscribe(kind, "tests.ear")

    def told() -> list[Ear]:
        rows = OutboxMessage.objects.filter(subscriber="tests.ear").order_by("id")
        return [Ear(row.event.rpartition(":")[2], row.payload) for row in rows]

    return told


@pytest.fixture
def book(db: None) -> UUID:
    """The contract of Lin at branch 0101: 51,300.00 yuan owed."""
    for code in ("0101", "0102"):
        Branch.objects.create(created_at=AT, code=code, name=code, name_en=code, city="示例市")
    report = bring_in(LIN, CARD)
    assert report.created == 2, report.refused_rows
    return loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).id


def three_parts(**changes: Any) -> PlanTerms:
    usual: dict[str, Any] = {
        "method": Method.FROZEN_BALANCE,
        "start_on": date(2026, 1, 3),
        "first_due_on": date(2026, 2, 10),
        "periods": 3,
        "balance": Components(5_000_000, 123_456, 6_544),
        "annual_rate": Decimal(0),
    }
    return PlanTerms(**usual | changes)


def adopted(contract_id: UUID, terms: PlanTerms | None = None, **changes: Any) -> PlanView:
    given: dict[str, Any] = {
        "case_id": new_id(),
        "contract_id": contract_id,
        "party_id": loans.contract(contract_id=contract_id, actor=SYSTEM).party_id,
        "terms": terms or three_parts(),
        "document_id": new_id(),
        "balance_at": AT,
        "actor": SYSTEM,
        "at": AT,
    }
    return plans.adopt(**given | changes)


@pytest.fixture
def followed(book: UUID) -> Followed:
    """Three parts of 17,100.00 yuan due on 10 February, 10 March and 10 April 2026, all working days."""
    plan = adopted(book)
    assert {one.payment.amount_minor for one in plan.instalments} == {PART}
    return Followed(plan.id, plan.case_id, book, plan.party_id)
