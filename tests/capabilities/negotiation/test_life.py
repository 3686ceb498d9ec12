"""Random lives of a case, walked through the doors beside a small model of what should be true.

The model knows three things only: where the case stands, which versions still could come back, and what time it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import ENDED, Wish
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.kit.dates import SHANGHAI, add_months
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast
from tests.chance import examples


@dataclass
class Model:
    """What should be true."""

    status: str = "submitted"
    at: datetime = AT
    bank: tuple[UUID, datetime] | None = None
    counter: tuple[UUID, datetime] | None = None
    waiting: bool = False
    problems: list[UUID] = field(default_factory=list)
    refused_by: set[UUID] = field(default_factory=set)

    @property
    def open(self) -> tuple[UUID, datetime] | None:
        return self.counter or self.bank

    def back(self) -> None:
        """The borrower's version is gone: the bank's is open again while its date lasts."""
        self.counter, self.waiting = None, False
        self.bank = self.bank if self.bank and self.bank[1] >= self.at else None
        self.status = "offer_open" if self.bank else "negotiating"

    def turn(self) -> str:
        if self.status in ENDED:
            return "none"
        if self.problems:
            return "bank"
        return "borrower" if self.status in ("offer_open", "more_requested", "refused") else "bank"


def until(at: datetime) -> datetime:
    """The end of the tenth day in Shanghai."""
    return steps.end_of_day(at + timedelta(days=10))


def next_month(at: datetime, day: int) -> date:
    """That day of the next month in Shanghai: never earlier than what was proposed before."""
    return add_months(at.astimezone(SHANGHAI).date(), 1, due_day=day)


class Life(RuleBasedStateMachine):
    """One case of Lin's. Every rule acts through a door and moves the model by hand."""

    people: Cast

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.case_id = steps.submitted(self.people.lin)
        self.model = Model()
        self.rate = Decimal("0.048")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def by(self, actor: Any) -> dict[str, Any]:
        return {"case_id": self.case_id, "actor": actor, "at": self.model.at}

    @property
    def lin(self) -> dict[str, Any]:
        return self.by(self.people.lin.actor)

    @property
    def zhou(self) -> dict[str, Any]:
        return self.by(self.people.zhou)

    @rule(hours=st.sampled_from([1, 26, 24 * 7]))
    def time_passes(self, hours: int) -> None:
        self.model.at += timedelta(hours=hours)
        negotiation.expire_offers(self.model.at)
        model = self.model
        if model.status == "countered" and model.counter and model.counter[1] < model.at:
            model.back()
        elif model.status == "offer_open" and model.bank and model.bank[1] < model.at:
            model.bank, model.status = None, "negotiating"

    @precondition(lambda self: self.model.status in ("submitted", "in_review"))
    @rule(outcome=st.sampled_from(["accept", "accept", "accept", "request_more", "refuse"]))
    def review(self, outcome: str) -> None:
        reasons = {"accept": [], "request_more": ["income_proof"], "refuse": ["other"]}[outcome]
        negotiation.review(outcome=outcome, reasons=reasons, **self.by(self.people.reviewer))
        self.model.status = {"accept": "negotiating", "request_more": "more_requested", "refuse": "refused"}[outcome]

    @precondition(lambda self: self.model.status == "more_requested")
    @rule()
    def supply(self) -> None:
        negotiation.submit(**self.lin)
        self.model.status = "in_review"

    @precondition(lambda self: self.model.status == "refused")
    @rule(overturn=st.booleans())
    def appeal(self, overturn: bool) -> None:
        try:
            negotiation.appeal(words="请再看一遍", **self.lin)
        except negotiation.AppealTooLate:
            return
        words = {"words": "看过了", "overturn": overturn}
        negotiation.decide_appeal(**words, **self.by(self.people.second_reviewer))
        self.model.status = "negotiating" if overturn else "closed"

    @precondition(lambda self: self.model.status in ("negotiating", "offer_open", "countered"))
    @rule()
    def publish(self) -> None:
        """Each of the bank's versions is a little cheaper, so that it may replace the one before."""
        self.rate -= Decimal("0.0001")
        terms = steps.terms(self.case_id, annual_rate=self.rate, first_due_on=next_month(self.model.at, 10))
        draft = negotiation.draft_offer(terms=terms, **self.zhou)
        negotiation.publish_offer(offer_id=draft.subject_id, expires_at=until(self.model.at), **self.zhou)
        self.model.bank, self.model.counter, self.model.waiting = (draft.subject_id, until(self.model.at)), None, False
        self.model.status = "offer_open"

    @precondition(lambda self: self.model.status in ("negotiating", "offer_open", "countered"))
    @rule(periods=st.integers(min_value=12, max_value=60))
    def counter(self, periods: int) -> None:
        first_due = next_month(self.model.at, 15)
        try:
            done = negotiation.counter(
                wish=Wish(periods=periods, first_due_on=first_due), reason="想换一换", **self.lin
            )
        except negotiation.TooManyCounters:
            assert Offer.objects.filter(case_id=self.case_id, proposed_by="borrower").count() >= 10
            return
        self.model.counter, self.model.status = (done.subject_id, until(self.model.at)), "countered"
        self.model.waiting = False

    @precondition(lambda self: self.model.status == "countered" and not self.model.waiting)
    @rule()
    def ask_the_lead(self) -> None:
        negotiation.submit_for_approval(offer_id=self.model.counter[0], **self.zhou)
        self.model.waiting = True

    @precondition(lambda self: self.model.waiting)
    @rule(yes=st.booleans())
    def lead_answers(self, yes: bool) -> None:
        offer_id, at = self.model.counter[0], self.model.at
        if not yes:
            steps.vote(offer_id, self.people.lead, "no", at=at)
            self.model.waiting = False
            return
        steps.vote(offer_id, self.people.lead, at=at)
        if Offer.objects.get(id=offer_id).level_needed == "branch":
            steps.vote(offer_id, self.people.compliance, at=at)
        self.model.status, self.model.waiting = "agreed", False

    @precondition(lambda self: self.model.status == "countered")
    @rule(side=st.sampled_from(["decline", "withdraw"]))
    def counter_goes(self, side: str) -> None:
        if side == "decline":
            negotiation.decline_offer(offer_id=self.model.counter[0], reason="beyond_limit", words="不行", **self.zhou)
        else:
            negotiation.withdraw_offer(offer_id=self.model.counter[0], **self.lin)
        self.model.back()

    @precondition(lambda self: self.model.status == "offer_open")
    @rule(yes=st.booleans())
    def borrower_answers(self, yes: bool) -> None:
        verb = negotiation.accept_offer if yes else negotiation.decline_offer
        verb(offer_id=self.model.bank[0], **self.lin)
        self.model.status = "agreed" if yes else "negotiating"
        self.model.bank = self.model.bank if yes else None

    @precondition(lambda self: self.model.open is not None and self.model.status != "agreed")
    @rule()
    def answer_what_is_not_open(self) -> None:
        """A version that was superseded cannot be answered any more."""
        for row in Offer.objects.filter(case_id=self.case_id, status__in=("superseded", "expired", "declined")):
            with pytest.raises((negotiation.OfferNotOpen, negotiation.WrongState)):
                negotiation.accept_offer(offer_id=row.id, **self.lin)

    @precondition(lambda self: self.model.status not in ENDED and not self.model.problems)
    @rule()
    def problem(self) -> None:
        done = negotiation.raise_problem(kind="suggestion", **self.lin)
        self.model.problems.append(done.subject_id)

    @precondition(lambda self: self.model.status not in ENDED and self.model.problems)
    @rule()
    def answer(self) -> None:
        negotiation.answer_problem(problem_id=self.model.problems.pop(), words="知道了", **self.zhou)

    @precondition(lambda self: self.model.status in ENDED)
    @rule()
    def nothing_more(self) -> None:
        for verb in (negotiation.withdraw, negotiation.submit):
            with pytest.raises(negotiation.WrongState):
                verb(**self.lin)

    @precondition(lambda self: self.model.status not in ENDED)
    @rule(sure=st.integers(min_value=0, max_value=9))
    def withdraw(self, sure: int) -> None:
        if sure == 0:
            negotiation.withdraw(**self.lin)
            self.model.status, self.model.bank, self.model.counter = "withdrawn", None, None
            self.model.waiting = False

    @invariant()
    def one_truth(self) -> None:
        case = Case.objects.get(id=self.case_id)
        assert (case.status, case.turn) == (self.model.status, self.model.turn())
        rows = list(Offer.objects.filter(case=case).order_by("number"))
        shown = [row for row in rows if row.number is not None]
        assert [row.number for row in shown] == list(range(1, len(shown) + 1))
        standing = [row for row in rows if row.status in ("open", "awaiting_approval")]
        expected = {"offer_open": self.model.bank, "countered": self.model.counter}.get(case.status)
        assert [row.id for row in standing] == ([expected[0]] if expected else [])
        assert sum(row.status == "accepted" for row in rows) == (case.status == "agreed")
        assert (case.ended_at is not None) == (case.status in ENDED)
        view = negotiation.progress(case_id=self.case_id, actor=self.people.lin.actor, at=self.model.at)
        assert view.turn == case.turn
        assert (view.by is None) == (case.status in ENDED)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.req("E2", "E5", "B6")
def test_a_case_lives_as_the_model_says(people: Cast) -> None:
    Life.people = people
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples(12),
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
