"""Many at once: each payment counts once, each reversal gives back once, each contract stands in the book once."""

from __future__ import annotations

from functools import partial

import pytest

from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.models import Contract, Party, Payment
from heyi.capabilities.staff.models import Branch
from heyi.kit.actors import SYSTEM
from heyi.kit.money import Money
from heyi.plumbing.clock import bank_day
from tests.capabilities.loans.cases import AT, LIN, WANG, bring_in
from tests.crowd import at_once

pytestmark = [pytest.mark.req("E7"), pytest.mark.django_db(transaction=True)]
OWED = 5_130_000


@pytest.fixture
def lin(transactional_db: None) -> None:
    for code in ("0101", "0102"):
        Branch.objects.create(created_at=AT, code=code, name=f"支行{code}", name_en=f"Branch {code}", city="示例市")
    bring_in(LIN)


def pay(number: int) -> loans.PaymentView:
    return loans.record_payment(
        source="core", reference=f"P{number}", contract_no="HT0001", amount=Money(10_000), received_on=bank_day(AT),
        actor=SYSTEM, at=AT,
    )  # fmt: skip


def test_payments_told_twice_and_at_once_count_once(lin: None) -> None:
    views = at_once([partial(pay, number % 8) for number in range(16)])
    assert sum(view.repeated for view in views) == 8
    assert Payment.objects.count() == 8
    assert loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).balance.total == Money(OWED - 8 * 10_000)


def test_a_reversal_asked_for_many_times_gives_back_once(lin: None) -> None:
    first, second = pay(1), pay(2)
    back = partial(loans.reverse_payment, payment_id=first.id, actor=SYSTEM, at=AT)
    views = at_once([back] * 6)
    assert sum(not view.repeated for view in views) == 1
    assert loans.contract_by_no(contract_no="HT0001", actor=SYSTEM).balance.total == Money(
        OWED - second.amount.amount_minor
    )


def test_two_imports_at_once_leave_one_book(lin: None) -> None:
    reports = at_once([partial(bring_in, LIN, WANG)] * 4)
    assert sum(report.created for report in reports) == 1
    assert sum(report.refused for report in reports) == 0
    assert (Contract.objects.count(), Party.objects.count()) == (2, 2)
