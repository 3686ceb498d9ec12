"""What a plan leaves to live on, and what it does not stand."""

from __future__ import annotations

from typing import Any

import pytest

from heyi.capabilities.plans.domain import (
    Affordability,
    BadMeans,
    Components,
    LaterIncome,
    LivingCosts,
    Method,
    affordability,
    schedule,
)
from tests.capabilities.plans.cases import means, policy, terms

pytestmark = pytest.mark.req("B7")


def tried(plan: dict[str, Any], **changes: Any) -> Affordability:
    rules = policy()
    return affordability(means(**changes), schedule(terms(**plan)), floor=rules.floor, rules=rules.shocks)


def paying(amount_minor: int) -> dict[str, Any]:
    """Twelve equal payments without interest."""
    return {
        "method": Method.FROZEN_BALANCE,
        "annual_rate": 0 * terms().annual_rate,
        "periods": 12,
        "balance": Components(amount_minor * 12),
    }


def test_the_prototype_s_bank_offer_is_tight_and_the_borrower_s_own_is_sustainable() -> None:
    bank, own = tried(paying(143_490)), tried(paying(110_088))
    assert (bank.verdict, bank.least_left_minor) == ("tight", 46_510)
    assert (own.verdict, own.least_left_minor) == ("sustainable", 79_912)
    assert {shock.code: (shock.passed, shock.left_minor) for shock in bank.shocks} == {
        "income_minus_10": (False, -21_490),
        "income_minus_20": (False, -89_490),
        "month_without_income": (False, 46_510 * 6 - 680_000),
        "extra_cost": (False, -3_490),
    }
    assert own.shocks[0].left_minor == 11_912


@pytest.mark.parametrize(
    ("payment", "verdict"),
    [(190_001, "eats_essentials"), (190_000, "tight"), (122_001, "tight"), (122_000, "sustainable")],
)
def test_verdicts_at_their_edges(payment: int, verdict: str) -> None:
    """190,000 are left; a tenth of the income is 68,000."""
    assert tried(paying(payment)).verdict == verdict


def test_a_cushion_is_kept_even_when_every_shock_is_stood() -> None:
    poor = {
        "income_monthly_minor": 300_000,
        "living_costs": LivingCosts(food_minor=200_000),
        "household": 1,
        "dependants": 0,
    }
    kept = tried(paying(50_000), **poor)
    assert (kept.least_left_minor, kept.verdict) == (50_000, "sustainable")
    assert tried(paying(60_001), **poor).verdict == "tight"


def test_stated_costs_below_the_floor_are_lifted_to_it() -> None:
    told = tried(paying(100_000), living_costs=LivingCosts(food_minor=10_000), household=3, dependants=1)
    assert told.floor_minor == 150_000 + 100_000 + 90_000
    assert told.essentials_minor == told.floor_minor
    assert told.floor_lifted
    assert not tried(paying(100_000)).floor_lifted


def test_other_debts_come_first() -> None:
    assert tried(paying(110_088), other_debts_monthly_minor=80_000).verdict == "eats_essentials"


def test_irregular_income_must_stand_the_harder_cut() -> None:
    assert tried(paying(100_000)).verdict == "sustainable"
    assert tried(paying(100_000), irregular=True).verdict == "tight"


def test_a_balloon_at_the_end_eats_the_essentials_of_that_month() -> None:
    told = tried({"method": Method.INTEREST_FIRST})
    assert (told.verdict, told.worst_month) == ("eats_essentials", 36)
    assert told.typical_left_minor == 190_000 - 17_374


def test_a_settlement_is_paid_from_savings_first() -> None:
    settle = {"method": Method.LUMP_SUM_SETTLEMENT, "periods": 1, "annual_rate": 0 * terms().annual_rate}
    assert tried(settle).verdict == "eats_essentials"
    with_savings = tried(settle, savings_minor=5_000_000)
    assert with_savings.left_minor == (190_000,)
    lost = next(shock for shock in with_savings.shocks if shock.code == "month_without_income")
    assert lost.left_minor == 5_000_000 - 4_343_575 + 190_000 * 6 - 680_000


def test_income_that_comes_later_counts_from_its_month() -> None:
    told = tried(paying(100_000), income_monthly_minor=500_000, later_income=LaterIncome(4, 700_000))
    assert told.left_minor[:4] == (-90_000, -90_000, -90_000, 110_000)
    assert told.verdict == "eats_essentials"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"income_monthly_minor": -1}, "amounts"),
        ({"living_costs": LivingCosts(medical_minor=-1)}, "amounts"),
        ({"household": 1, "dependants": 1}, "dependants"),
        ({"household": 0, "dependants": 0}, "dependants"),
        ({"later_income": LaterIncome(1, 100)}, "later_income"),
        ({"later_income": LaterIncome(2, -100)}, "later_income"),
    ],
)
def test_means_that_cannot_be_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadMeans) as caught:
        means(**changes)
    assert field in caught.value.facts["fields"]
