"""Many at once: money is counted once, and one plan wins."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

import pytest

from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.models import Plan
from heyi.kit.money import Money
from heyi.plumbing.ids import new_id
from tests.capabilities.plans.conftest import PART, Followed, adopted, at
from tests.crowd import at_once

pytestmark = [pytest.mark.req("E7"), pytest.mark.django_db(transaction=True)]


def test_money_told_many_times_at_once_is_counted_once(followed: Followed) -> None:
    day = date(2026, 2, 1)
    events = [followed.event(1_000, day) for _ in range(6)]

    def hear(index: int) -> None:
        plans.hear_payment(events[index % 6], at(day))

    assert at_once([partial(hear, index) for index in range(24)]) == [None] * 24
    assert followed.view.paid == Money(6_000)
    assert len(followed.view.payments) == 6


def test_money_and_its_reversal_at_once_leave_nothing(followed: Followed) -> None:
    day = date(2026, 2, 1)
    events = [followed.event(PART, day) for _ in range(4)]

    def work(index: int) -> None:
        event = events[index // 2]
        if index % 2:
            followed.take_back(event.payment_id, event.amount_minor, day, day)
        else:
            plans.hear_payment(event, at(day))

    assert at_once([partial(work, index) for index in range(8)]) == [None] * 8
    assert followed.view.unpaid == followed.view.total
    assert followed.statuses == ["pending", "pending", "pending"]


def test_one_of_many_adoptions_wins(book: UUID) -> None:
    found = at_once([lambda: adopted(book) for _ in range(8)])
    assert Plan.objects.count() == 1
    assert sum(isinstance(one, plans.PlanAlreadyActive) for one in found) == 7


def test_the_same_adoption_many_times_at_once_is_one_plan(book: UUID) -> None:
    document, case = new_id(), new_id()
    found = at_once([lambda: adopted(book, document_id=document, case_id=case) for _ in range(8)])
    assert Plan.objects.count() == 1
    assert {type(one) for one in found} <= {type(plans.plan(plan_id=Plan.objects.get().id)), plans.PlanAlreadyActive}
