"""Repayment schedules of 60 periods, their disclosed rate, and proposals, against what others use.

References: a naive Decimal loop with dates (the oracle of the tests), QuantLib's AmortizingFixedRateBond cash flows
(not rounded to the fen), pyxirr.irr. Every fen of the candidate is compared with the oracle before anything is timed.
QuantLib is needed here only: ``pip install heyi[bench]``.
"""

from __future__ import annotations

import itertools
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from bench.ratio import ROUNDS

PERIODS: Final = 60
BATCH: Final = 1000
START: Final = date(2026, 11, 16)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heyi.config.settings")
    import pyxirr
    from tests.capabilities.plans import oracle

    from bench.ratio import side_by_side
    from heyi.capabilities.plans.domain import annualised_rate_2021_3, irr, monthly_irr, schedule, schedules_of

    cases = _cases()
    _agree(cases)
    made = [schedule(terms) for terms in cases]
    flows = [[-plan.terms.owed.principal_minor, *plan.payment_minor] for plan in made]
    naive = partial(_each, [_arguments(terms) for terms in cases], lambda given: oracle.equal_instalments(*given))
    columns, rows, again = _fresh_terms(), _fresh_terms(), _fresh_terms()
    side_by_side(
        "schedules_columns",
        unit="schedules",
        candidate=lambda: _each(columns(), schedule),
        reference=naive,
        reference_name="naive Decimal loop",
        goal=2,
    )
    side_by_side(
        "schedules_rows",
        unit="schedules",
        candidate=lambda: _each(rows(), lambda terms: schedule(terms).rows),
        reference=naive,
        reference_name="naive Decimal loop",
    )
    batches = _fresh_terms()
    side_by_side(
        "schedules_batch",
        unit="schedules",
        candidate=lambda: _all_columns(schedules_of(batches())),
        reference=naive,
        reference_name="naive Decimal loop",
        goal=10,
    )
    quantlib = _quantlib(cases)
    if quantlib:
        side_by_side(
            "schedules_quantlib",
            unit="schedules",
            candidate=lambda: _each(again(), lambda terms: schedule(terms).rows),
            reference=quantlib,
            reference_name="QuantLib cash flows, unrounded",
        )
    side_by_side(
        "irr_flows",
        unit="rates",
        candidate=lambda: _each(flows, irr),
        reference=lambda: _each(flows, pyxirr.irr),
        reference_name="pyxirr.irr",
        goal=3,
    )
    side_by_side(
        "irr_plans",
        unit="rates",
        candidate=lambda: _each(made, monthly_irr),
        reference=lambda: _each(flows, pyxirr.irr),
        reference_name="pyxirr.irr",
        goal=3,
    )
    furthest = max(
        abs((monthly_irr(plan) or 0) - (pyxirr.irr(one) or 0)) for plan, one in zip(made, flows, strict=True)
    )
    print(f"furthest from pyxirr.irr: {furthest:.1e} (goal 1e-9)")
    print(f"disclosed rates: {_rate(made, annualised_rate_2021_3):,.0f} a second")
    _proposals()


def _cases() -> list[Any]:
    """Balances, rates and due days that differ, as a morning at a branch would bring them."""
    from heyi.capabilities.plans.domain import Components, Method, PlanTerms

    rates = [Decimal(basis) / 10_000 for basis in (360, 435, 480, 495, 720, 1200, 1825)]
    return [
        PlanTerms(
            method=Method.EQUAL_INSTALMENTS,
            start_on=START,
            first_due_on=START + timedelta(days=15 + index % 31),
            periods=PERIODS,
            balance=Components(1_000_000 + 98_765 * index),
            annual_rate=rates[index % len(rates)],
        )
        for index in range(BATCH)
    ]


def _fresh_terms() -> Callable[[], list[Any]]:
    """Terms that were never asked before, made outside the clock, so that nothing kept from the last round helps."""
    cases, more = _cases(), itertools.count(1)

    def batch() -> list[Any]:
        by = next(more)
        return [
            replace(terms, balance=replace(terms.balance, principal_minor=terms.balance.principal_minor + by))
            for terms in cases
        ]

    waiting = iter([batch() for _ in range(ROUNDS + 1)])
    return lambda: next(waiting)


def _arguments(terms: Any) -> tuple[Any, ...]:
    return (terms.balance.principal_minor, terms.annual_rate, terms.first_due_on, terms.due_day, terms.periods)


def _agree(cases: list[Any]) -> None:
    from tests.capabilities.plans import oracle

    from heyi.capabilities.plans.domain import schedule, schedules_of

    rows = 0
    for terms, batched in zip(cases, schedules_of(cases), strict=True):
        mine = [
            (row.due_on, row.principal_minor, row.interest_minor, row.balance_after_minor)
            for row in schedule(terms).rows
        ]
        if batched != schedule(terms):
            raise SystemExit(f"the batch differs: {terms}")
        if mine != oracle.equal_instalments(*_arguments(terms)):
            raise SystemExit(f"a fen differs: {terms}")
        rows += len(mine)
    print(f"{rows:,} rows equal to Decimal arithmetic, every fen")


def _all_columns(batch: Any) -> int:
    """Every column of every schedule, dates too."""
    assert batch.payment_minor.shape == batch.balance_after_minor.shape
    return len([batch.due_on(place) for place in range(len(batch))])


def _each(things: list[Any], work: Callable[[Any], object]) -> int:
    for thing in things:
        work(thing)
    return len(things)


def _rate(things: list[Any], work: Callable[[Any], object]) -> float:
    start = time.perf_counter()
    return _each(things, work) / (time.perf_counter() - start)


def _quantlib(cases: list[Any]) -> Callable[[], int] | None:
    try:
        import QuantLib as ql  # noqa: N813 - the name its own manual uses
    except ImportError:
        print("QuantLib is not installed: pip install heyi[bench]")
        return None
    calendar, basis = ql.NullCalendar(), ql.Thirty360(ql.Thirty360.BondBasis)

    def flows(terms: Any) -> object:
        start = ql.Date(terms.first_due_on.day, terms.first_due_on.month, terms.first_due_on.year)
        rate, notional = float(terms.annual_rate), terms.balance.principal_minor / 100
        tenor = ql.Period(terms.periods, ql.Months)
        dates = ql.sinkingSchedule(start, tenor, ql.Monthly, calendar)
        notionals = ql.sinkingNotionals(tenor, ql.Monthly, rate, notional)
        bond = ql.AmortizingFixedRateBond(0, notionals, dates, [rate], basis)
        return [(flow.date(), flow.amount()) for flow in bond.cashflows()]

    return partial(_each, cases, flows)


def _proposals() -> None:
    """Proposing and comparing for one borrower, the budget being 30 of a page's 100 ms."""
    from tests.capabilities.plans.cases import TODAY, means, situation

    from heyi.capabilities.plans.domain import compare, propose, side_of_contract

    facts = situation(means=means(savings_minor=4_500_000))
    times = []
    for _ in range(50):
        start = time.perf_counter()
        for plan in propose(facts).found:
            compare(side_of_contract(facts.contract, at=TODAY, months=plan.terms.periods), plan.schedule)
        times.append(1000 * (time.perf_counter() - start))
    worst = sorted(times)[int(len(times) * 0.95)]
    print(f"propose and compare: median {statistics.median(times):.1f} ms, p95 {worst:.1f} ms (goal 30 ms)")
