"""The whole life of a plan as a machine: random money, repeats, reversals, days and ends, against a naive model."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from heyi.capabilities.loans.domain import PaymentReceived, PaymentReversed
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import PlanView
from heyi.capabilities.plans.models import PlanInstalment
from heyi.kit.actors import SYSTEM
from heyi.plumbing.ids import new_id
from tests.capabilities.plans.conftest import adopted, at, three_parts
from tests.chance import examples

PARTS = 4
TOTAL = 5_130_000
TOLERATED_DAYS, TOLERATED_MINOR = 3, 100


class Life(RuleBasedStateMachine):
    """One plan of four parts. ``money`` is the model: payment → (amount, day received, still standing).

    ``seen_on`` is the last day on which anybody looked at the plan: a broken one rests until money moves.
    """

    contract_id: UUID

    def __init__(self) -> None:
        super().__init__()
        self.atom = transaction.atomic()
        self.atom.__enter__()
        self.money: dict[UUID, tuple[int, date, bool]] = {}
        self.today = date(2026, 1, 3)
        self.seen_on = self.today
        self.last_reversal: date | None = None
        self.ended = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atom.__exit__(None, None, None)

    @initialize()
    def seal(self) -> None:
        plan = adopted(self.contract_id, three_parts(periods=PARTS), at=at(self.today))
        self.plan_id, self.party_id = plan.id, plan.party_id

    @rule(amount=st.integers(1, 2_000_000) | st.just(TOTAL // PARTS), ago=st.integers(0, 40))
    def money_arrives(self, amount: int, ago: int) -> None:
        payment = new_id()
        day = max(date(2026, 1, 4), self.today - timedelta(days=ago))
        self.hear(payment, amount, day)
        if not self.ended:
            self.money[payment], self.seen_on = (amount, day, True), self.today

    @precondition(lambda self: self.money)
    @rule(data=st.data())
    def the_same_again(self, data: st.DataObject) -> None:
        payment = data.draw(st.sampled_from(sorted(self.money)))
        amount, day, _ = self.money[payment]
        self.hear(payment, amount, day)

    @precondition(lambda self: self.money)
    @rule(data=st.data(), twice=st.booleans())
    def money_goes_back(self, data: st.DataObject, twice: bool) -> None:
        payment = data.draw(st.sampled_from(sorted(self.money)))
        amount, day, stood = self.money[payment]
        broken_before = self.view.breach is not None
        for _ in range(2 if twice else 1):
            self.take_back(payment, amount, day)
        self.money[payment] = (amount, day, False)
        if stood and not self.ended:
            self.seen_on = self.today
            self.last_reversal = self.last_reversal if broken_before else self.today

    @rule(amount=st.integers(1, 2_000_000))
    def money_goes_back_before_it_came(self, amount: int) -> None:
        payment = new_id()
        self.take_back(payment, amount, self.today)
        self.hear(payment, amount, self.today)

    @rule(days=st.integers(1, 45))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        if self.view.status == "active":
            self.seen_on = self.today
        plans.assess(at(self.today))

    @precondition(lambda self: self.view.status in ("active", "broken") and self.today > date(2026, 5, 1))
    @rule()
    def a_new_round_replaces_it(self) -> None:
        plans.supersede(plan_id=self.plan_id, actor=SYSTEM, at=at(self.today))
        self.ended = True

    @invariant()
    def no_fen_is_lost(self) -> None:
        if not hasattr(self, "plan_id") or self.ended:
            return
        paid = sum(amount for amount, _, stands in self.money.values() if stands)
        plan = self.view
        assert plan.unpaid.amount_minor == max(0, TOTAL - paid)
        assert plan.surplus.amount_minor == max(0, paid - TOTAL)
        assert sum(one.paid.amount_minor for one in plan.instalments) == plan.paid.amount_minor
        went = sum(amount.amount_minor for line in plan.payments for _, amount in line.went_to)
        assert went == plan.paid.amount_minor

    @invariant()
    def states_agree(self) -> None:
        if not hasattr(self, "plan_id"):
            return
        plan = self.view
        assert (plan.status == "completed") == (not plan.unpaid and not self.ended)
        assert plan.breach is not None or plan.status != "broken"
        assert plan.breach is None or plan.status != "active"
        if not self.ended:
            assert [one.status for one in plan.instalments] == self.expected(plan)

    def expected(self, plan: PlanView) -> list[str]:
        """Each promise by itself: the day on which the first so many yuan had come, against its deadline."""
        stood = sorted((day, payment, amount) for payment, (amount, day, stands) in self.money.items() if stands)
        found, goal = [], 0
        for one in plan.instalments:
            goal += one.payment.amount_minor
            so_far, settled = 0, None
            for day, _, amount in stood:
                so_far += amount
                if settled is None and so_far >= goal - TOLERATED_MINOR:
                    settled = day
            deadline = max(one.payable_until, self.last_reversal or one.payable_until) + timedelta(TOLERATED_DAYS)
            if settled and settled <= deadline:
                found.append("kept")
            elif settled:
                found.append("late")
            elif self.seen_on > deadline:
                found.append("broken" if plan.status == "broken" else "late")
            else:
                found.append("pending")
        return found

    def hear(self, payment: UUID, amount: int, day: date) -> None:
        plans.hear_payment(
            PaymentReceived(payment, self.contract_id, self.party_id, amount, "CNY", day), at(self.today)
        )

    def take_back(self, payment: UUID, amount: int, day: date) -> None:
        plans.hear_reversal(
            PaymentReversed(payment, self.contract_id, self.party_id, amount, "CNY", day), at(self.today)
        )

    @property
    def view(self) -> PlanView:
        return plans.plan(plan_id=self.plan_id)


@pytest.mark.slow
@pytest.mark.req("E7")
@pytest.mark.django_db
def test_any_life_of_a_plan_agrees_with_the_model(book: UUID) -> None:
    Life.contract_id = book
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples(25),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not PlanInstalment.objects.exists()
