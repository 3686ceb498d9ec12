"""Contracts, people and payments as they come in: from a file, or from the core banking system through the API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from heyi.capabilities.loans.domain.balance import Balance
from heyi.kit.money import Money

PartyKind = Literal["person", "enterprise"]
IdType = Literal["id_card", "uscc", "passport", "other", ""]
Product = Literal["credit_card", "consumer", "mortgage", "business"]
Status = Literal["active", "settled", "written_off"]
LinkKind = Literal["guarantor", "contact_person", "designated_contact", "spouse_joint_debt"]

PARTY_KINDS: Final = ("person", "enterprise")
ID_TYPES: Final = ("id_card", "uscc", "passport", "other")
PRODUCTS: Final = ("credit_card", "consumer", "mortgage", "business")
STATUSES: Final = ("active", "settled", "written_off")
LINK_KINDS: Final = ("guarantor", "contact_person", "designated_contact", "spouse_joint_debt")
RELATIONS: Final = (
    "spouse",
    "parent",
    "child",
    "sibling",
    "relative",
    "friend",
    "colleague",
    "representative",
    "other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """A person or enterprise with whatever the bank holds on them; ``""`` means «not told» and erases nothing."""

    kind: PartyKind
    name: str
    id_type: IdType = ""
    id_number: str = ""
    mobile: str = ""
    email: str = ""
    address: str = ""
    customer_no: str = ""

    def fields(self) -> tuple[str, ...]:
        """Every value in a fixed order, for digests."""
        return (
            self.kind,
            self.name,
            self.id_type,
            self.id_number,
            self.mobile,
            self.email,
            self.address,
            self.customer_no,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """Somebody tied to a contract, and how."""

    kind: LinkKind
    party: PartyRow
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentRow:
    """What is due on one date, and how much of it the bank has already had, in the contract's currency."""

    number: int
    due_on: date
    principal: Money
    interest: Money
    fees: Money
    principal_paid: Money
    interest_paid: Money
    fees_paid: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """One contract as the bank knows it on ``as_of``. None means «not told»; ``instalments=None`` keeps those known.

    Money in one currency, rates as annual fractions, days as whole days. ``due_now`` is what is due and unpaid.
    """

    contract_no: str
    product: Product
    branch: str
    borrower: PartyRow
    balance: Balance
    links: tuple[LinkRow, ...] = ()
    opened_on: date | None = None
    matures_on: date | None = None
    annual_rate: Decimal | None = None
    granted: Money | None = None
    due_now: Money | None = None
    instalment: Money | None = None
    due_day: int | None = None
    periods_left: int | None = None
    oldest_due_on: date | None = None
    days_past_due: int | None = None
    as_of: date | None = None
    status: Status = "active"
    allocation: str = ""
    account_no: str = ""
    source_ref: str = ""
    instalments: tuple[InstalmentRow, ...] | None = None

    @property
    def currency(self) -> str:
        return self.balance.currency


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One payment as a source reports it. ``reverses`` names the reference of the payment that this line takes back."""

    source: str
    reference: str
    contract_no: str
    amount: Money
    received_on: date
    remark: str = ""
    reverses: str = ""


def fingerprint(row: ContractRow, *, key: bytes) -> bytes:
    """A digest (BLAKE2b, 128 bits) of all that a row says: equal rows change nothing. Keyed, as it covers names."""
    text = "\x1f".join(_parts(row))
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).digest()


def party_fingerprint(row: PartyRow, *, key: bytes) -> bytes:
    """The same for one party."""
    return hashlib.blake2b("\x1f".join(row.fields()).encode(), key=key, digest_size=16).digest()


def _parts(row: ContractRow) -> Iterator[str]:
    balance = row.balance
    yield from (row.contract_no, row.product, row.branch, *row.borrower.fields(), balance.currency)
    yield (
        f"{balance.principal.amount_minor},{balance.interest.amount_minor},{balance.penalty.amount_minor},"
        f"{balance.fees.amount_minor},{balance.costs.amount_minor}"
    )
    yield (
        f"{row.opened_on},{row.matures_on},{row.annual_rate},{_minor(row.granted)},{_minor(row.due_now)},"
        f"{_minor(row.instalment)},{row.due_day},{row.periods_left},{row.oldest_due_on},{row.days_past_due},{row.as_of}"
    )
    yield from (row.status, row.allocation, row.account_no, row.source_ref)
    for link in row.links:
        yield from (link.kind, link.relation, *link.party.fields())
    yield from _instalment_parts(row.instalments)


def _instalment_parts(rows: Iterable[InstalmentRow] | None) -> Iterator[str]:
    if rows is None:
        return
    for item in rows:
        paid = f"{item.principal_paid.amount_minor},{item.interest_paid.amount_minor},{item.fees_paid.amount_minor}"
        due = f"{item.principal.amount_minor},{item.interest.amount_minor},{item.fees.amount_minor}"
        yield f"{item.number},{item.due_on},{due},{paid}"


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.amount_minor
