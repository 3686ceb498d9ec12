"""The arithmetic of a payment on the tables: what it takes off, and how exactly that comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from heyi.capabilities.loans.adapters import words
from heyi.capabilities.loans.domain.allocation import OpenInstalment, allocate, spread
from heyi.capabilities.loans.domain.balance import COMPONENTS, days_past_due
from heyi.capabilities.loans.models import Allocation, Contract, Instalment, Payment

_ON_INSTALMENTS: Final = ("principal", "interest", "fees")
_BALANCE: Final = tuple(f"{name}_minor" for name in COMPONENTS)


def apply_to(contract: Contract, payment: Payment, *, at: datetime) -> None:
    """Take the payment off a locked contract and its instalments, and write down each piece. Saves both.

    The order follows the days past due on the day that the money came in, not on the day of booking. Money of a day
    before the bank's last report is in the reported balance already: it pays instalments, and the balance stays.
    """
    rule = words.allocation_rule(contract.allocation, product=contract.product)
    order = rule.order_at(days_past_due(contract.oldest_due_on, day=payment.received_on))
    owed = {name: int(getattr(contract, f"{name}_minor")) for name in COMPONENTS}
    allocated = allocate(payment.amount_minor, owed_minor=owed, order=order)
    items = {item.number: item for item in Instalment.objects.filter(contract=contract, open_minor__gt=0)}
    shares = spread(allocated, instalments=[_open(item) for item in items.values()])
    payment.already_reported = contract.as_of is not None and payment.received_on < contract.as_of
    if not payment.already_reported:
        for name, amount in allocated.parts:
            setattr(contract, f"{name}_minor", owed[name] - amount)
        contract.credit_minor += allocated.credit_minor
        contract.due_paid_minor += payment.amount_minor - allocated.credit_minor
        payment.credit_minor = allocated.credit_minor
        _save(contract, at)
    payment.save()
    for share in shares:
        if share.number is not None:
            _pay(items[share.number], share.component, share.amount_minor)
    Allocation.objects.bulk_create(
        Allocation(
            created_at=at,
            payment=payment,
            place=place,
            instalment=None if share.number is None else items[share.number],
            component=share.component,
            amount_minor=share.amount_minor,
        )
        for place, share in enumerate(shares)
    )


def restore(payment: Payment, contract: Contract, *, at: datetime) -> None:
    """Owe again what the payment had paid, piece by piece. Saves the locked contract and the instalments."""
    pieces = payment.allocations.select_related("instalment").order_by("place")
    for piece in pieces:
        if not payment.already_reported:
            name = f"{piece.component}_minor"
            setattr(contract, name, getattr(contract, name) + piece.amount_minor)
        if piece.instalment is not None:
            item = Instalment.objects.get(id=piece.instalment.id)
            _pay(item, piece.component, -min(piece.amount_minor, getattr(item, f"{piece.component}_paid_minor")))
    contract.credit_minor -= min(payment.credit_minor, contract.credit_minor)
    if not payment.already_reported:
        contract.due_paid_minor -= payment.amount_minor - payment.credit_minor
    _save(contract, at)


def _open(item: Instalment) -> OpenInstalment:
    still = {name: getattr(item, f"{name}_minor") - getattr(item, f"{name}_paid_minor") for name in _ON_INSTALMENTS}
    return OpenInstalment(number=item.number, due_on=item.due_on, open_minor=still)


def _pay(item: Instalment, component: str, amount_minor: int) -> None:
    name = f"{component}_paid_minor"
    setattr(item, name, getattr(item, name) + amount_minor)
    item.save(update_fields=[name])


def _save(contract: Contract, at: datetime) -> None:
    contract.updated_at = at
    contract.save(update_fields=[*_BALANCE, "credit_minor", "due_paid_minor", "updated_at"])
