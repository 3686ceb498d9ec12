"""What the room's reads return: frozen, masked, without a way back to the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from heyi.capabilities.loans.domain.balance import Balance
from heyi.capabilities.loans.domain.faults import WrongFile
from heyi.capabilities.loans.domain.masks import Salutation
from heyi.capabilities.loans.domain.report import ImportReport
from heyi.capabilities.loans.domain.rows import IdType, LinkKind, PartyKind, Product, Status
from heyi.kit.money import Money

REVEALABLE: Final = ("name", "id_number", "mobile", "email", "address")
REVEAL_PURPOSES: Final = (
    "identity_check",
    "call",
    "visit",
    "letter",
    "agreement",
    "borrower_request",
    "complaint",
    "correction",
    "court",
    "supervision",
)
"""Why somebody may look at identity data in full; the surface has the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """A person or enterprise, masked. ``readable`` is False once the key was destroyed."""

    id: UUID
    kind: PartyKind
    name_masked: str
    id_type: IdType
    id_number_masked: str
    mobile_masked: str
    email_masked: str
    address_masked: str
    customer_no: str
    salutation: Salutation
    readable: bool = True


@dataclass(frozen=True, slots=True)
class ReachableAt:
    """Where messages to a party go, in full; ``""`` where nothing is known. For the contact room only."""

    mobile: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class EntryMatch:
    """The answer to somebody who wants to enter: the same shape whether or not we know them."""

    mobile_masked: str
    party_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """Somebody tied to a contract."""

    party_id: UUID
    kind: LinkKind
    relation: str
    name_masked: str
    mobile_masked: str


@dataclass(frozen=True, slots=True)
class LastDue:
    """A debt and the day from which its limitation counts."""

    contract_id: UUID
    contract_no: str
    party_id: UUID
    branch: str
    due_on: date


@dataclass(frozen=True, slots=True)
class LastDuePage:
    """One page of them; ``last_id`` is where the next page begins after, None when there is nothing more."""

    rows: tuple[LastDue, ...]
    last_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentView:
    """What is due on one date and what of it is still open."""

    id: UUID
    number: int
    due_on: date
    principal: Money
    interest: Money
    fees: Money
    open: Money

    @property
    def total(self) -> Money:
        return self.principal + self.interest + self.fees


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """One contract. ``due_now`` is what is due and unpaid on the day of the read; rates are annual fractions.

    ``allocation_order`` is the order of components that a payment of today would follow, ``allocation_rule`` its name.
    """

    id: UUID
    contract_no: str
    party_id: UUID
    product: Product
    branch: str
    balance: Balance
    due_now: Money
    credit: Money
    annual_rate: Decimal | None
    granted: Money | None
    instalment: Money | None
    due_day: int | None
    periods_left: int | None
    opened_on: date | None
    matures_on: date | None
    as_of: date | None
    oldest_due_on: date | None
    days_past_due: int
    bucket: str
    status: Status
    allocation_rule: str
    allocation_order: tuple[str, ...]
    account_tail: str
    source_ref: str
    updated_at: datetime
    instalments: tuple[InstalmentView, ...] = ()
    links: tuple[LinkView, ...] = ()

    @property
    def currency(self) -> str:
        return self.balance.currency

    @property
    def contract_tail(self) -> str:
        """The last four characters, for places where the number must not stand in full."""
        return self.contract_no[-4:]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractLine:
    """One line of a list: masked, without the parts."""

    id: UUID
    contract_no: str
    party_id: UUID
    party_kind: PartyKind
    name_masked: str
    mobile_masked: str
    product: Product
    branch: str
    total: Money
    days_past_due: int
    bucket: str
    oldest_due_on: date | None
    status: Status


Sort = Literal["late", "total", "contract_no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFilters:
    """What a list shows; empty means «any». ``text``: contract number, name, mobile, ID or customer number in full."""

    text: str = ""
    branches: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    buckets: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    days_past_due_least: int | None = None
    days_past_due_most: int | None = None
    total_least: Money | None = None
    total_most: Money | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: ``after`` is the mark that the page before returned; at most 200 lines."""

    size: int = 50
    after: str = ""
    sort: Sort = "late"


@dataclass(frozen=True, slots=True)
class ContractPage:
    """Lines, and the mark of the next page (``""`` at the end)."""

    lines: tuple[ContractLine, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """One payment and what it paid, in the order in which it did."""

    id: UUID
    source: str
    reference: str
    contract_id: UUID | None
    contract_no: str
    party_id: UUID | None
    amount: Money
    credit: Money
    received_on: date
    state: Literal["matched", "unmatched", "reversed"]
    parts: tuple[tuple[str, Money], ...]
    settled_at: datetime | None = None
    """When it was booked on the contract: balances read before do not hold it."""
    already_reported: bool = False
    """True when the bank's report of a later day held it already: the balance did not move."""
    reversed_at: datetime | None = None
    repeated: bool = False
    """True when this answer repeats a payment that was recorded before: nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedView:
    """A file sent by hand and how far the worker is with it; ``report`` is None until the first check ended.

    ``wanted`` is what is or was being done; ``refusal`` says why the whole file cannot be used.
    """

    id: UUID
    kind: str
    file_name: str
    size: int
    at: datetime
    wanted: Literal["check", "import"]
    stage: Literal["waiting", "working", "checked", "done", "refused", "stopped"]
    done_rows: int
    total_rows: int
    refusal: WrongFile | None
    report: ImportReport | None
    has_refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One import of the past. ``actor`` is a label; ``staged_id`` leads to the file when it was sent by hand."""

    id: UUID
    kind: str
    file_name: str
    at: datetime
    actor: str
    state: Literal["running", "done", "stopped"]
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    staged_id: UUID | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column that a file may have."""

    text: str
    required: bool
