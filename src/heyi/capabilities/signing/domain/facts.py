"""What a composer must know to fill the clauses: amounts, dates, parties. No words of the agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from heyi.capabilities.signing.domain.agreement import Bank, Borrower, Components, Product, Row
from heyi.kit.money import Money, total

Method = Literal[
    "equal_instalments",
    "equal_principal",
    "interest_first",
    "frozen_parts",
    "step_up",
    "grace_then_equal",
    "settlement",
    "custom",
]


@dataclass(frozen=True, slots=True)
class Original:
    """The terms that stand today, so that every change can be named old → new. None: the contract has none."""

    annual_rate: Decimal
    matures_on: date | None = None
    instalment: Money | None = None
    penalty_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PayTo:
    """The bank's account that takes transfers: whose it is, where, its number, and what to write into the reference."""

    payee: str
    bank: str
    number: str
    reference: str


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """One concluded negotiation. Rates are annual fractions (0.048).

    ``total`` is everything that the borrower will pay under the plan; the rows must sum to it.
    ``annualised`` is the IRR of the plan, ``penalty_rate`` what an overdue instalment costs (None: nothing).
    ``repay_account`` is the agreed account that the bank collects from, masked; ``pay_to`` the bank's own account
    for transfers (None: the bank takes none, and the text speaks of its official channels only).
    ``time_barred`` adds the honest notice that a court could no longer enforce the old debt (CN-LIM-3).
    """

    number: str
    product: Product
    made_on: date
    bank: Bank
    borrower: Borrower
    contract_no_masked: str
    original: Original
    balance_on: date
    balance: Components
    waived: Components
    method: Method
    annual_rate: Decimal
    annualised: Decimal
    rows: tuple[Row, ...]
    total: Money
    tolerance_days: int
    repay_account: str
    penalty_rate: Decimal | None = None
    annual_fee_runs: bool = False
    time_barred: bool = False
    pay_to: PayTo | None = None

    @property
    def debt(self) -> Money:
        """What remains to be paid of today's balance after the waivers."""
        return self.balance.total - self.waived.total

    @property
    def cost(self) -> Money:
        """What the plan costs on top of the debt: interest and fees of the period."""
        return self.total - self.debt

    @property
    def plan_fees(self) -> Money:
        """Fees of the period, as the rows hold them."""
        return total([row.fees for row in self.rows], self.total.currency)
