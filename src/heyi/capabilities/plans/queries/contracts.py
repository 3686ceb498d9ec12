"""A contract of the loan book in the form that plans think in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import Balance, ContractView
from heyi.capabilities.plans.domain import Components, CurrentContract
from heyi.kit.actors import SYSTEM


def current_contract(*, contract_id: UUID, day: date) -> CurrentContract:
    """The contract as it stands on a day. Raises loans.UnknownContract."""
    return as_current(loans.contract(contract_id=contract_id, day=day, actor=SYSTEM), day)


def as_current(contract: ContractView, day: date) -> CurrentContract:
    """Cards are due as a whole; loans run to their maturity."""
    return CurrentContract(
        product=contract.product,
        balance=components(contract.balance),
        due_now_minor=contract.due_now.amount_minor,
        annual_rate=contract.annual_rate or Decimal(0),
        months_left=_months_left(contract, day),
        currency=contract.currency,
    )


def components(balance: Balance) -> Components:
    """The balance in minor units."""
    return Components(
        principal_minor=balance.principal.amount_minor,
        interest_minor=balance.interest.amount_minor,
        penalty_minor=balance.penalty.amount_minor,
        fees_minor=balance.fees.amount_minor,
        costs_minor=balance.costs.amount_minor,
    )


def _months_left(contract: ContractView, day: date) -> int:
    if contract.product == "credit_card":
        return 0
    if contract.matures_on is None:
        return contract.periods_left or 0
    months = (contract.matures_on.year - day.year) * 12 + contract.matures_on.month - day.month
    return max(0, months - (contract.matures_on.day < day.day))
