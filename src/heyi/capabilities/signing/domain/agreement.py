"""What the two sides sign: parties, amounts, schedule, cost form and clauses, all frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from heyi.kit.money import Money, total

Product = Literal["credit_card", "consumer", "mortgage", "business"]
Language = Literal["zh", "en"]
CostKind = Literal["normal", "contingent"]


@dataclass(frozen=True, slots=True)
class Components:
    """A debt by its parts. All amounts in one currency."""

    principal: Money
    interest: Money
    penalty: Money
    fees: Money
    costs: Money

    @property
    def total(self) -> Money:
        return total([self.principal, self.interest, self.penalty, self.fees, self.costs])

    @classmethod
    def zero(cls, currency: str = "CNY") -> Components:
        nothing = Money.zero(currency)
        return cls(nothing, nothing, nothing, nothing, nothing)


@dataclass(frozen=True, slots=True)
class Bank:
    """The bank as it stands in the heading, with its channel for questions and complaints (CN-CP-CHAN).

    ``complaint_mail`` and ``supervisor`` came later: None in documents of before, whose bytes stay as they were.
    """

    name: str
    branch_code: str
    branch_name: str
    address: str
    hotline: str
    complaint_phone: str
    complaint_url: str
    complaint_address: str
    complaint_mail: str | None = None
    supervisor: str | None = None


@dataclass(frozen=True, slots=True)
class Borrower:
    """The borrower as they stand in the heading. The full name; everything else masked by the caller."""

    name: str
    name_masked: str
    id_kind: Literal["resident_id", "passport", "social_credit_code"]
    id_number_masked: str
    mobile_masked: str
    email_masked: str = ""
    address_masked: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment. ``payment`` is what is due; the parts sum to it."""

    number: int
    due_on: date
    principal: Money
    interest: Money
    fees: Money
    payment: Money
    balance_after: Money


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the contract, old and new, in words (Civil Code 544: an unclear change is no change)."""

    code: str
    name_zh: str
    name_en: str
    before_zh: str
    before_en: str
    after_zh: str
    after_en: str


@dataclass(frozen=True, slots=True)
class CostItem:
    """One line of the comprehensive-cost form: what, how it is charged, by whom, by which standard, how much.

    ``amount`` is None where it depends on what happens later (contingent items).
    """

    code: str
    kind: CostKind
    name_zh: str
    name_en: str
    how_zh: str
    how_en: str
    by_zh: str
    by_en: str
    standard_zh: str
    standard_en: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class CostForm:
    """综合融资成本明示表 (CN-APR-2): everything that the plan costs, and that nothing else is charged.

    ``annualised`` is the internal rate of return a year as a fraction (0.048), PBoC notice 3/2021.
    """

    financed: Money
    items: tuple[CostItem, ...]
    cost: Money
    to_pay: Money
    annualised: Decimal
    statement_zh: str
    statement_en: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its exact text, what it says in plain words, and where it comes from.

    Paragraphs are separated by an empty line. ``highlighted`` marks terms of major interest (Civil Code 496).
    """

    id: str
    group: str
    title_zh: str
    body_zh: str
    plain_zh: str
    title_en: str
    body_en: str
    plain_en: str
    highlighted: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The whole text that is shown, acknowledged and signed. Its canonical bytes have one digest."""

    number: str
    product: Product
    title_zh: str
    title_en: str
    made_on: date
    bank: Bank
    borrower: Borrower
    contract_no_masked: str
    balance_on: date
    balance: Components
    waived: Components
    debt: Money
    total: Money
    first_due_on: date
    last_due_on: date
    annual_rate: Decimal
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    cost_form: CostForm | None
    clauses: tuple[Clause, ...]
    pack_version: str

    @property
    def currency(self) -> str:
        return self.total.currency

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(clause.group for clause in self.clauses)

    def clause(self, clause_id: str) -> Clause | None:
        """The clause with this id, or None."""
        return next((clause for clause in self.clauses if clause.id == clause_id), None)
