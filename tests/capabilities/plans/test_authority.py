"""Who may concede what, at each edge; and how much of a branch's book is restructured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from heyi.capabilities.plans.domain import (
    AuthorityVerdict,
    Components,
    CustomPayment,
    Method,
    UnknownProduct,
    authority,
    book_share,
    may_decide,
)
from tests.capabilities.plans.cases import TODAY, contract, policy, terms

pytestmark = pytest.mark.req("B8")

BALANCE = Components(1_000_000, 100_000, 50_000, 10_000, 10_000)
BANDS = policy().bands_of("consumer")


def judged(**changes: Any) -> AuthorityVerdict:
    return authority(terms(balance=BALANCE, annual_rate=Decimal("0.072"), **changes), BANDS, contract=contract())


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({"periods": 36}, "manager"),
        ({"periods": 37}, "lead"),
        ({"periods": 48}, "lead"),
        ({"periods": 49}, "branch"),
        ({"periods": 60}, "branch"),
        ({"periods": 61}, None),
        ({"waivers": Components(0, 20_000)}, "manager"),
        ({"waivers": Components(0, 20_001)}, "lead"),
        ({"waivers": Components(0, 50_001)}, "branch"),
        ({"waivers": Components(0, 0, 50_000)}, "manager"),
        ({"waivers": Components(0, 0, 0, 5_000)}, "manager"),
        ({"waivers": Components(0, 0, 0, 5_001)}, "lead"),
        ({"waivers": Components(0, 0, 0, 0, 1)}, "lead"),
        ({"waivers": Components(0, 0, 0, 0, 5_001)}, "branch"),
        ({"waivers": Components(1)}, "branch"),
        ({"waivers": Components(100_000)}, "branch"),
        ({"waivers": Components(100_001)}, None),
        ({"method": Method.GRACE_THEN_EQUAL, "grace_periods": 1}, "manager"),
        ({"method": Method.GRACE_THEN_EQUAL, "grace_periods": 2}, "lead"),
        ({"method": Method.GRACE_THEN_EQUAL, "grace_periods": 13}, None),
        ({"method": Method.LUMP_SUM_SETTLEMENT, "periods": 1, "waivers": Components(100_000)}, "lead"),
        ({"method": Method.LUMP_SUM_SETTLEMENT, "periods": 1, "waivers": Components(100_001)}, "branch"),
        ({"method": Method.LUMP_SUM_SETTLEMENT, "periods": 1, "waivers": Components(300_001)}, None),
        ({"method": Method.LUMP_SUM_SETTLEMENT, "periods": 1, "discount_minor": 55_001}, "lead"),
    ],
)
def test_a_concession_at_the_limit_is_within_it_and_one_more_needs_the_next_level(
    changes: dict[str, Any], level: str | None
) -> None:
    assert judged(**changes).level == level


@pytest.mark.parametrize(
    ("rate", "level"), [("0.042", "manager"), ("0.0419", "lead"), ("0", "lead"), ("0.09", "manager")]
)
def test_rate_cuts_count_against_the_contract_s_rate(rate: str, level: str) -> None:
    verdict = authority(terms(annual_rate=Decimal(rate)), BANDS, contract=contract())
    assert verdict.level == level


def test_the_verdict_names_what_needs_whom() -> None:
    verdict = judged(periods=49, waivers=Components(0, 50_000, 50_000))
    assert verdict.approvers == ("lead", "compliance")
    assert {one.kind: one.needed for one in verdict.given} == {
        "months": "branch",
        "waiver_interest": "lead",
        "waiver_penalty": "manager",
    }
    (reason,) = verdict.reasons
    assert (reason.kind, reason.value, reason.limit) == ("months", Decimal(49), Decimal(60))


def test_what_nobody_may_give_is_named_with_the_highest_limit() -> None:
    (reason,) = judged(periods=61).reasons
    assert (reason.kind, reason.needed, reason.limit) == ("months", None, Decimal(60))


def test_custom_dates_count_by_the_months_they_span() -> None:
    def custom(last: date) -> dict[str, Any]:
        payments = (CustomPayment(TODAY, 100_000), CustomPayment(last, None))
        return {"method": Method.CUSTOM, "periods": 2, "custom": payments, "first_due_on": TODAY}

    assert judged(**custom(date(2029, 12, 15))).level == "manager"
    assert judged(**custom(date(2029, 12, 16))).level == "lead"


@pytest.mark.parametrize(
    ("roles", "periods", "may"),
    [
        ({"manager"}, 36, True),
        ({"manager"}, 37, False),
        ({"lead"}, 48, True),
        ({"lead"}, 36, True),
        ({"lead"}, 49, False),
        ({"lead", "compliance"}, 60, True),
        ({"lead", "compliance"}, 61, False),
        ({"compliance"}, 12, False),
        ({"auditor"}, 12, False),
        (set(), 12, False),
    ],
)
def test_who_may_decide_alone(roles: set[str], periods: int, may: bool) -> None:
    assert may_decide(judged(periods=periods), BANDS, frozenset(roles)) is may


@pytest.mark.parametrize(
    ("first", "level"),
    [
        (date(2026, 12, 10), "manager"),
        (date(2027, 2, 15), "manager"),
        (date(2027, 2, 16), "lead"),
        (date(2027, 4, 16), "branch"),
        (date(2027, 12, 16), None),
    ],
)
def test_waiting_long_for_the_first_payment_is_a_concession(first: date, level: str | None) -> None:
    assert judged(first_due_on=first).level == level


def test_each_product_has_its_own_months() -> None:
    long = terms(periods=240)
    assert authority(long, policy().bands_of("mortgage"), contract=contract(product="mortgage")).level == "manager"
    assert authority(long, BANDS, contract=contract()).level is None
    with pytest.raises(UnknownProduct):
        policy().bands_of("lottery")


def test_the_share_of_the_book_before_and_after() -> None:
    share = book_share(
        book_minor=10_000_000_000, restructured_minor=214_000_000, plan_minor=4_862_035, cap=Decimal("0.03")
    )
    assert (share.share_before, share.share_after) == (Decimal("0.021400"), Decimal("0.021886"))
    assert not share.over_cap


@pytest.mark.parametrize(("plan", "over"), [(100, False), (101, True)])
def test_a_share_at_the_cap_is_within_it(plan: int, over: bool) -> None:
    assert book_share(book_minor=10_000, restructured_minor=200, plan_minor=plan, cap=Decimal("0.03")).over_cap is over


def test_an_unknown_book_counts_as_full() -> None:
    assert book_share(book_minor=0, restructured_minor=0, plan_minor=1, cap=Decimal("0.03")).over_cap
