"""What plans would cost, by the hundred: for a bank's own app, its call centre, or a campaign that asks beforehand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from heyi.capabilities.plans.domain import BadTerms, Components, Method, PlanTerms, Schedule, schedules_of
from heyi.plumbing.access import INTEGRATION, open_to
from heyi.web.api.schemas import REFUSALS, ProblemOut

router = Router(tags=["plans"])
MOST_AT_ONCE = 500
PLAIN = Literal[
    "equal_instalments", "equal_principal", "interest_first", "frozen_balance", "grace_then_equal", "step_up"
]
Amount = Field(0, ge=0, le=10**15)


class TermsIn(Schema):
    """Terms to work out. Amounts are minor units; ``annual_rate`` is a fraction such as 0.048."""

    method: PLAIN
    start_on: date
    first_due_on: date
    periods: int = Field(ge=1, le=600)
    principal_minor: int = Amount
    interest_minor: int = Amount
    penalty_minor: int = Amount
    fees_minor: int = Amount
    costs_minor: int = Amount
    annual_rate: Decimal = Field(Decimal(0), ge=0, le=1)
    due_day: int = Field(0, ge=0, le=31)
    grace_periods: int = Field(0, ge=0, le=600)
    grace_pays: Literal["interest", "nothing"] = "interest"
    step_every: int = Field(12, ge=1, le=600)
    step_rate: Decimal = Field(Decimal(0), ge=0, le=1)


class QuotesIn(Schema):
    """Up to 500 terms. ``with_rows``: every instalment, too."""

    terms: list[TermsIn] = Field(min_length=1, max_length=MOST_AT_ONCE)
    with_rows: bool = False


class RowOut(Schema):
    """One instalment, minor units."""

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int
    carried_minor: int
    payment_minor: int
    balance_after_minor: int


class QuoteOut(Schema):
    """The figures of one plan; or ``wrong``: what is wrong with each term, and nothing else."""

    wrong: dict[str, str] | None = None
    payment_minor: int | None = None
    total_minor: int | None = None
    interest_total_minor: int | None = None
    last_due_on: date | None = None
    rows: list[RowOut] | None = None


class QuotesOut(Schema):
    """In the order of the terms."""

    quotes: list[QuoteOut]


@router.post("/plans/quotes", response={200: QuotesOut, REFUSALS: ProblemOut}, summary="What plans would cost")
@open_to(INTEGRATION, why="a bank's other systems ask what plans would cost; nothing is kept, nobody is named")
def quotes(request: HttpRequest, body: QuotesIn) -> Any:
    """Exact to the minor unit, the same figures as an offer. Wrong terms do not stop the others."""
    told: list[QuoteOut | None] = []
    sound: list[PlanTerms] = []
    for given in body.terms:
        try:
            sound.append(_terms(given))
            told.append(None)
        except BadTerms as refusal:
            told.append(_refused(refusal))
    made = iter(schedules_of(sound))
    return QuotesOut(quotes=[one or _quote(next(made), rows=body.with_rows) for one in told])


def _terms(given: TermsIn) -> PlanTerms:
    return PlanTerms(
        method=Method(given.method),
        start_on=given.start_on,
        first_due_on=given.first_due_on,
        periods=given.periods,
        balance=Components(
            given.principal_minor, given.interest_minor, given.penalty_minor, given.fees_minor, given.costs_minor
        ),
        annual_rate=given.annual_rate,
        due_day=given.due_day,
        grace_periods=given.grace_periods,
        grace_pays=given.grace_pays,
        step_every=given.step_every,
        step_rate=given.step_rate,
    )


def _refused(refusal: BadTerms) -> QuoteOut:
    return QuoteOut(wrong={str(name): str(code) for name, code in refusal.facts["fields"].items()})


def _quote(plan: Schedule | BadTerms, *, rows: bool) -> QuoteOut:
    if isinstance(plan, BadTerms):
        return _refused(plan)
    return QuoteOut(
        payment_minor=plan.typical_payment_minor,
        total_minor=plan.total_minor,
        interest_total_minor=plan.interest_total_minor,
        last_due_on=plan.last_due_on,
        rows=[RowOut(**{name: getattr(row, name) for name in RowOut.model_fields}) for row in plan.rows]
        if rows
        else None,
    )
