"""Terms that cannot stand are refused when they are made, each field by name; good ones survive storing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from heyi.capabilities.plans.domain import (
    BadTerms,
    Components,
    CustomPayment,
    Method,
    PlanTerms,
    plain_terms,
    terms_from_plain,
)
from heyi.kit.canonical import canonical_bytes
from tests.capabilities.plans.cases import any_terms, terms

pytestmark = pytest.mark.req("E4")

SETTLE = {"method": Method.LUMP_SUM_SETTLEMENT, "periods": 1, "annual_rate": Decimal(0)}


def custom(*payments: tuple[str, int | None]) -> dict[str, Any]:
    made = tuple(CustomPayment(date.fromisoformat(day), amount) for day, amount in payments)
    return {"method": Method.CUSTOM, "custom": made, "periods": len(made), "first_due_on": made[0].due_on}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"periods": 0}, "periods", "out_of_range"),
        ({"periods": 601}, "periods", "out_of_range"),
        ({"first_due_on": date(2026, 11, 15)}, "first_due_on", "before_start"),
        ({"due_day": 32}, "due_day", "out_of_range"),
        ({"due_day": 11}, "due_day", "not_the_day_of_first_due_on"),
        ({"annual_rate": Decimal("-0.01")}, "annual_rate", "out_of_range"),
        ({"annual_rate": Decimal("1.01")}, "annual_rate", "out_of_range"),
        ({"annual_rate": Decimal("0.0480000001")}, "annual_rate", "out_of_range"),
        ({"annual_rate": Decimal("NaN")}, "annual_rate", "out_of_range"),
        ({"currency": "XXX"}, "currency", "unknown"),
        ({"waivers": Components(0, 1)}, "waivers.interest_minor", "more_than_owed"),
        ({"balance": Components(10**15 + 1)}, "balance", "too_large"),
        ({"balance": Components(35)}, "balance", "less_than_one_minor_unit_a_period"),
        ({"balance": Components(0)}, "balance", "less_than_one_minor_unit_a_period"),
        ({"discount_minor": 1}, "discount_minor", "only_for_settlement"),
        (SETTLE | {"discount_minor": 4_343_575}, "discount_minor", "out_of_range"),
        (SETTLE | {"discount_minor": -1}, "discount_minor", "out_of_range"),
        (SETTLE | {"periods": 2}, "periods", "one_for_settlement"),
        ({"method": Method.FROZEN_BALANCE}, "annual_rate", "zero_when_frozen"),
        ({"method": Method.GRACE_THEN_EQUAL}, "grace_periods", "out_of_range"),
        ({"method": Method.GRACE_THEN_EQUAL, "grace_periods": 36}, "grace_periods", "out_of_range"),
        ({"grace_periods": 1}, "grace_periods", "only_with_grace"),
        ({"method": Method.STEP_UP, "step_every": 0}, "step_rate", "out_of_range"),
        ({"method": Method.STEP_UP, "step_rate": Decimal("1.5")}, "step_rate", "out_of_range"),
        ({"custom": (CustomPayment(date(2026, 12, 10), 1),)}, "custom", "only_for_custom"),
        (custom(("2026-12-10", None)) | {"periods": 2}, "custom", "not_one_for_each_period"),
        (custom(("2026-12-10", 5), ("2026-12-10", None)), "custom", "dates_out_of_order"),
        (
            custom(("2026-12-10", 5), ("2027-01-10", None)) | {"first_due_on": date(2026, 12, 9)},
            "custom",
            "dates_out_of_order",
        ),
        (custom(("2026-12-10", None), ("2027-01-10", None)), "custom", "only_the_last_may_be_the_rest"),
        (custom(("2026-12-10", 0), ("2027-01-10", None)), "custom", "not_positive"),
    ],
)
def test_what_cannot_stand_is_named(changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(BadTerms) as caught:
        terms(**changes)
    assert caught.value.facts["fields"][field] == code


def test_every_wrong_field_is_told_at_once() -> None:
    with pytest.raises(BadTerms) as caught:
        terms(periods=0, due_day=40, annual_rate=Decimal(2))
    assert set(caught.value.facts["fields"]) >= {"periods", "due_day", "annual_rate"}


def test_a_negative_or_fractional_component_is_refused() -> None:
    with pytest.raises(BadTerms):
        Components(-1)
    with pytest.raises(TypeError):
        Components(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Components(True)


@settings(max_examples=60, deadline=None)
@given(any_terms())
def test_terms_survive_storing_and_have_one_byte_form(wanted: PlanTerms) -> None:
    plain = plain_terms(wanted)
    again = terms_from_plain(plain)
    assert again == wanted
    assert canonical_bytes(plain) == canonical_bytes(plain_terms(again))


def test_custom_terms_survive_storing_too() -> None:
    wanted = terms(**custom(("2026-12-10", 50_000), ("2027-01-10", None)))
    assert terms_from_plain(plain_terms(wanted)) == wanted


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"format": 2}, {"format": "unknown"}),
        ({"method": "magic"}, {"terms": "unreadable"}),
        ({"start_on": "yesterday"}, {"terms": "unreadable"}),
        ({"annual_rate": "a lot"}, {"terms": "unreadable"}),
        ({"balance": {"principal": 1}}, {"terms": "unreadable"}),
        ({"balance": {"principal": 1.5, "interest": 0, "penalty": 0, "fees": 0, "costs": 0}}, {"terms": "unreadable"}),
        ({"periods": 0}, {"periods": "out_of_range", "custom": "?"}),
    ],
)
def test_stored_terms_that_were_changed_are_refused(changes: dict[str, Any], fields: dict[str, str]) -> None:
    with pytest.raises(BadTerms) as caught:
        terms_from_plain(plain_terms(terms()) | changes)
    told = caught.value.facts["fields"]
    assert next(iter(fields.items())) in told.items()


def test_stored_terms_that_lack_a_field_say_which() -> None:
    plain = plain_terms(terms())
    del plain["due_day"]
    with pytest.raises(BadTerms) as caught:
        terms_from_plain(plain)
    assert caught.value.facts["fields"] == {"due_day": "missing"}
