"""What makes a contract row impossible (faults) or doubtful (warnings). The same for files and for the API. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from heyi.capabilities.loans.domain import identity
from heyi.capabilities.loans.domain.balance import COMPONENTS, days_past_due
from heyi.capabilities.loans.domain.faults import Fault
from heyi.capabilities.loans.domain.rows import ContractRow, InstalmentRow, LinkKind, PartyRow

LINK_PREFIX: Final[dict[LinkKind, str]] = {
    "guarantor": "guarantor_",
    "contact_person": "contact_",
    "designated_contact": "designated_",
    "spouse_joint_debt": "spouse_",
}
Limits = tuple[tuple[str, int], ...]

_LIMITS: Final[Limits] = (("contract_no", 40), ("allocation", 40), ("account_no", 40), ("source_ref", 80))
_PARTY_LIMITS: Final[Limits] = (("name", 100), ("address", 200), ("customer_no", 40))
DPD_TOLERANCE_DAYS: Final = 1
"""Some banks count the due date itself as the first day past due."""


def contract_faults(row: ContractRow, *, today: date) -> tuple[Fault, ...]:
    """Everything that makes the row unusable; empty when it is sound."""
    return (
        *_text_faults(row),
        *party_faults(row.borrower, today=today),
        *(
            fault
            for link in row.links
            for fault in party_faults(link.party, today=today, prefix=LINK_PREFIX[link.kind])
        ),
        *_date_faults(row, today),
        *_money_faults(row),
        *_instalment_faults(row.instalments or ()),
    )


def party_faults(row: PartyRow, *, today: date, prefix: str = "") -> Iterator[Fault]:
    """Name, number and addresses of one party. ``prefix`` tells the borrower's fields from the guarantor's."""
    if not _is_name(row):
        yield Fault("name_unclear", prefix + "name")
    if row.id_number:
        code = _number_fault(row, today)
        if code:
            yield Fault(code, prefix + "id_number")
    elif not prefix:
        yield Fault("missing", "id_number")
    if row.mobile and identity.mobile_fault(row.mobile):
        yield Fault("mobile_unclear", prefix + "mobile")
    if row.email and identity.email_fault(row.email):
        yield Fault("email_unclear", prefix + "email")
    yield from _limit_faults(row, _PARTY_LIMITS, prefix)


def contract_warnings(row: ContractRow, *, today: date) -> tuple[Fault, ...]:
    """What a person should look at although the row is kept."""
    return tuple(_warnings(row, row.as_of or today))


def _is_name(row: PartyRow) -> bool:
    """A person's name has letters and no digits; an enterprise's may be anything."""
    if row.name.isalpha() or (row.name and row.kind == "enterprise"):
        return True
    return any(char.isalpha() for char in row.name) and not any(char.isdigit() for char in row.name)


def _number_fault(row: PartyRow, today: date) -> str | None:
    if row.id_type == "id_card":
        return identity.id_number_fault(row.id_number, today=today)
    if row.id_type == "uscc":
        return identity.uscc_fault(row.id_number)
    return None if 4 <= len(row.id_number) <= 30 else "id_number_length"


def _text_faults(row: ContractRow) -> Iterator[Fault]:
    yield from _limit_faults(row, _LIMITS)
    if not row.contract_no:
        yield Fault("missing", "contract_no")
    if row.due_day is not None and not 1 <= row.due_day <= 31:
        yield Fault("number_out_of_range", "due_day", (("least", "1"), ("most", "31")))


def _limit_faults(row: ContractRow | PartyRow, limits: Limits, prefix: str = "") -> Iterator[Fault]:
    for name, most in limits:
        text: str = getattr(row, name)
        if len(text) > most:
            yield Fault("too_long", prefix + name, (("most", str(most)),))
        elif not text.isprintable():
            yield Fault("unprintable", prefix + name)


def _date_faults(row: ContractRow, today: date) -> Iterator[Fault]:
    seen_on = row.as_of or today
    if row.as_of and row.as_of > today:
        yield Fault("as_of_in_future", "as_of")
    if row.opened_on and row.opened_on > seen_on:
        yield Fault("opened_in_future", "opened_on")
    if row.opened_on and row.matures_on and row.matures_on < row.opened_on:
        yield Fault("matures_before_opening", "matures_on")
    if row.oldest_due_on and row.oldest_due_on > seen_on:
        yield Fault("overdue_in_future", "oldest_due_on")
    if row.opened_on and row.oldest_due_on and row.oldest_due_on < row.opened_on:
        yield Fault("overdue_before_opening", "oldest_due_on")
    borrower = row.borrower
    if row.opened_on and borrower.id_type == "id_card" and len(borrower.id_number) == 18:
        born = identity.birth_date(borrower.id_number)
        if born and born >= row.opened_on:
            yield Fault("born_after_opening", "opened_on")


def _money_faults(row: ContractRow) -> Iterator[Fault]:
    currency = row.currency
    for name in COMPONENTS:
        part = row.balance.part(name)
        if part.amount_minor < 0:
            yield Fault("negative_balance", name)
    for name in ("due_now", "granted", "instalment"):
        amount = getattr(row, name)
        if amount is not None and amount.amount_minor < 0:
            yield Fault("negative_balance", name)
        if amount is not None and amount.currency != currency:
            yield Fault("currency_mixed", name)
    if row.annual_rate is not None and not 0 <= row.annual_rate <= 1:
        yield Fault("rate_out_of_range", "annual_rate")


def _instalment_faults(rows: tuple[InstalmentRow, ...]) -> Iterator[Fault]:
    if len({item.number for item in rows}) != len(rows):
        yield Fault("instalment_twice", "number")
    for item in rows:
        yield from instalment_faults(item)


def instalment_faults(item: InstalmentRow) -> Iterator[Fault]:
    """One instalment: a number from one, nothing negative, nothing paid that was not due."""
    if not 1 <= item.number <= 1200:
        yield Fault("number_out_of_range", "number", (("least", "1"), ("most", "1200")))
    for name in ("principal", "interest", "fees"):
        due, paid = getattr(item, name), getattr(item, name + "_paid")
        if due.amount_minor < 0 or paid.amount_minor < 0:
            yield Fault("negative_balance", name)
        elif paid > due:
            yield Fault("paid_more_than_due", name + "_paid")


def _warnings(row: ContractRow, seen_on: date) -> Iterator[Fault]:
    if row.oldest_due_on and row.days_past_due is not None:
        computed = days_past_due(row.oldest_due_on, day=seen_on)
        if abs(computed - row.days_past_due) > DPD_TOLERANCE_DAYS:
            facts = (("stated", str(row.days_past_due)), ("computed", str(computed)))
            yield Fault("arrears_contradict", "days_past_due", facts)
    if row.due_now is not None and row.due_now > row.balance.total:
        yield Fault("due_above_total", "due_now")
    late = (row.days_past_due or 0) > 0 or row.oldest_due_on is not None
    if row.status == "settled" and (row.balance.total or late):
        yield Fault("settled_with_balance", "status")
    if row.status == "active" and late and not row.balance.total:
        yield Fault("late_without_balance", "days_past_due")
    for link in row.links:
        if (
            link.kind in ("contact_person", "guarantor")
            and link.party.mobile
            and link.party.mobile == row.borrower.mobile
        ):
            yield Fault("contact_is_borrower", LINK_PREFIX[link.kind] + "mobile")
