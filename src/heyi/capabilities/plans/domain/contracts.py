"""Today's contract as a plan has to know it, and what it would cost to its end if nothing were agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from heyi.capabilities.plans.domain.methods import monthly_rate
from heyi.capabilities.plans.domain.problems import BadTerms
from heyi.capabilities.plans.domain.schedules import Schedule, schedule, usual_first_due
from heyi.capabilities.plans.domain.terms import Components, Method, PlanTerms

Assumption = Literal["to_maturity", "same_term"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentContract:
    """The contract on the day of the talk.

    ``due_now_minor`` is what is overdue; ``months_left`` the months to maturity, 0 when all of it is due already
    (credit cards, matured or called loans). ``penalty_rate`` comes on top of ``annual_rate`` while in arrears.
    """

    product: str
    balance: Components
    due_now_minor: int
    annual_rate: Decimal
    months_left: int
    penalty_rate: Decimal = Decimal(0)
    next_due_on: date | None = None
    currency: str = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: the figures that a borrower weighs, from today's contract or from a version.

    Amounts in minor units of one currency. ``forgiven`` is what the bank gives up, ``interest_minor`` what will run.
    """

    monthly_minor: int
    due_now_minor: int
    months: int
    first_due_on: date
    last_due_on: date
    annual_rate: Decimal
    total_minor: int
    interest_minor: int
    forgiven: Components
    grace_months: int
    currency: str = "CNY"
    assumption: Assumption | None = None  # how today's contract was carried to its end


def side_of_contract(contract: CurrentContract, *, at: date, months: int) -> Side:
    """What happens without an agreement (CN-FEE-1, CN-APR-2: the total must be seen).

    With months left: the overdue amount at once, the rest in equal instalments to maturity at the contract's rate.
    With none left: the whole balance over ``months`` (the length of the version it is compared with) at the
    contract's rate and penalty rate, because arrears go on costing that.
    """
    if contract.months_left > 0:
        return _to_maturity(contract, at)
    return _same_term(contract, at, months)


def _to_maturity(contract: CurrentContract, at: date) -> Side:
    overdue_principal = max(0, contract.due_now_minor - contract.balance.carried_minor)
    ahead = max(0, contract.balance.principal_minor - overdue_principal)
    first = contract.next_due_on or usual_first_due(at, at.day)
    if ahead < contract.months_left:
        return _side(contract, at, due_now=contract.balance.total_minor, assumption="to_maturity")
    rest = _spread(contract, Components(principal_minor=ahead), first, contract.months_left, contract.annual_rate)
    due_now = contract.balance.total_minor - ahead
    return Side(
        monthly_minor=rest.typical_payment_minor,
        due_now_minor=due_now,
        months=contract.months_left,
        first_due_on=at if due_now else first,
        last_due_on=rest.last_due_on,
        annual_rate=contract.annual_rate,
        total_minor=due_now + rest.total_minor,
        interest_minor=rest.interest_total_minor,
        forgiven=Components(),
        grace_months=0,
        currency=contract.currency,
        assumption="to_maturity",
    )


def _same_term(contract: CurrentContract, at: date, months: int) -> Side:
    if contract.balance.total_minor < months:
        return _side(contract, at, due_now=contract.balance.total_minor, assumption="same_term")
    first, rate = usual_first_due(at, at.day), contract.annual_rate + contract.penalty_rate
    rest = _spread(contract, contract.balance, first, months, min(rate, Decimal(1)))
    return Side(
        monthly_minor=rest.typical_payment_minor,
        due_now_minor=contract.balance.total_minor,
        months=months,
        first_due_on=at,
        last_due_on=rest.last_due_on,
        annual_rate=rate,
        total_minor=rest.total_minor,
        interest_minor=rest.interest_total_minor,
        forgiven=Components(),
        grace_months=0,
        currency=contract.currency,
        assumption="same_term",
    )


def _spread(contract: CurrentContract, balance: Components, first_due_on: date, months: int, rate: Decimal) -> Schedule:
    """Equal instalments; equal principal where the balance is too small for them in whole minor units."""

    def terms(method: Method) -> PlanTerms:
        return PlanTerms(
            method=method,
            start_on=first_due_on,
            first_due_on=first_due_on,
            periods=months,
            balance=balance,
            annual_rate=rate,
            currency=contract.currency,
        )

    try:
        return schedule(terms(Method.EQUAL_INSTALMENTS))
    except BadTerms:
        return schedule(terms(Method.EQUAL_PRINCIPAL))


def _side(contract: CurrentContract, at: date, *, due_now: int, assumption: Assumption) -> Side:
    """All at once: nothing is left to spread."""
    return Side(
        monthly_minor=0,
        due_now_minor=due_now,
        months=0,
        first_due_on=at,
        last_due_on=at,
        annual_rate=contract.annual_rate,
        total_minor=due_now,
        interest_minor=0,
        forgiven=Components(),
        grace_months=0,
        currency=contract.currency,
        assumption=assumption,
    )


def cost_of_a_month_in_arrears(contract: CurrentContract) -> int:
    """Interest and penalty interest of one more month on the principal, in minor units."""
    return monthly_rate(contract.annual_rate + contract.penalty_rate).on(contract.balance.principal_minor)
