"""Booking payments on contracts, taking them back, and matching those that came without a known contract."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import seals
from heyi.capabilities.loans.actions import arrears
from heyi.capabilities.loans.actions.booking import apply_to, restore
from heyi.capabilities.loans.domain.cells import plain_number
from heyi.capabilities.loans.domain.events import PaymentReceived, PaymentReversed
from heyi.capabilities.loans.domain.faults import (
    BadPayment,
    MayNot,
    PaymentContradicts,
    PaymentState,
    UnknownContract,
    UnknownPayment,
)
from heyi.capabilities.loans.domain.rows import PaymentRow
from heyi.capabilities.loans.domain.views import PaymentView
from heyi.capabilities.loans.models import Contract, Payment
from heyi.capabilities.loans.queries.payments import view
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.money import Money
from heyi.plumbing import bulk, outbox
from heyi.plumbing.clock import bank_day
from heyi.plumbing.sealing import seal, unseal

MAY_BOOK: Final = ("administrator", "integration", "system")
MAY_MATCH: Final = (*MAY_BOOK, "lead", "manager")
_REMARK: Final = "loans.payment.remark_sealed"


def record_payment(
    *,
    source: str,
    reference: str,
    contract_no: str,
    amount: Money,
    received_on: date,
    actor: Actor,
    at: datetime,
    remark: str = "",
) -> PaymentView:
    """Book money that arrived, once for each source and reference.

    It pays the contract's components in its order (see ``ContractView.allocation_order``), oldest instalments first;
    what is over stays as credit. An unknown contract number leaves the payment unmatched. The same payment again
    returns the first answer with ``repeated``. Raises MayNot, BadPayment, PaymentContradicts.
    """
    if not actor.has(*MAY_BOOK):
        raise MayNot(act="loans.record_payment")
    row = PaymentRow(
        source=source,
        reference=reference,
        contract_no=plain_number(contract_no),
        amount=amount,
        received_on=received_on,
        remark=remark,
    )
    fields = payment_faults(row, today=bank_day(at))
    if fields:
        raise BadPayment(fields=fields)
    with transaction.atomic():
        bulk.one_at_a_time(f"loans.payment:{source}:{reference}")
        known = Payment.objects.filter(source=source, reference=reference).first()
        if known is not None:
            return _again(known, row)
        payment = book(row, actor=actor, at=at)
        _journal(payment, "loans.record_payment", actor, at)
        return view(payment)


def reverse_payment(*, payment_id: UUID, actor: Actor, at: datetime, reference: str = "") -> PaymentView:
    """Take a payment back: everything that it paid is owed again, to the fen and on the same instalments.

    ``reference`` is the source's own for the reversal. A reversed payment reversed again returns the first answer.
    Raises MayNot, UnknownPayment.
    """
    if not actor.has(*MAY_BOOK):
        raise MayNot(act="loans.reverse_payment")
    with transaction.atomic():
        payment = _locked(payment_id, actor)
        if payment.state == "reversed":
            return view(payment, repeated=True)
        unbook(payment, reference=reference, at=at)
        _journal(payment, "loans.reverse_payment", actor, at)
        return view(payment)


def match_payment(*, payment_id: UUID, contract_id: UUID, actor: Actor, at: datetime) -> PaymentView:
    """Say which contract an unmatched payment belongs to, and book it there.

    Raises MayNot, UnknownPayment, UnknownContract (also for another branch's), PaymentState, BadPayment (currency).
    """
    if not actor.has(*MAY_MATCH):
        raise MayNot(act="loans.match_payment")
    with transaction.atomic():
        payment = _locked(payment_id, actor)
        if payment.state != "unmatched":
            raise PaymentState(state=payment.state)
        contract = Contract.objects.select_for_update().filter(id=contract_id).first()
        if contract is None or not actor.sees(contract.branch):
            raise UnknownContract(contract_id=str(contract_id))
        if contract.currency != payment.currency:
            raise BadPayment(fields={"currency": "currency_differs"})
        _settle(payment, contract, at)
        _journal(payment, "loans.match_payment", actor, at)
        return view(payment)


def payment_faults(row: PaymentRow, *, today: date) -> dict[str, str]:
    """Field → code for a payment that cannot be booked."""
    faults = {}
    if not 0 < len(row.source) <= 40:
        faults["source"] = "missing" if not row.source else "too_long"
    if not 0 < len(row.reference) <= 80:
        faults["reference"] = "missing" if not row.reference else "too_long"
    if len(row.contract_no) > 40:
        faults["contract_no"] = "too_long"
    if row.amount.amount_minor <= 0:
        faults["amount"] = "amount_not_positive"
    if row.received_on > today:
        faults["received_on"] = "received_in_future"
    if len(row.remark) > 200:
        faults["remark"] = "too_long"
    for name in ("source", "reference", "contract_no", "remark"):
        if not getattr(row, name).isprintable():
            faults[name] = "unprintable"
    return faults


def book(row: PaymentRow, *, actor: Actor, at: datetime) -> Payment:
    """Write a new payment and book it when its contract is known, in the actor's branches and of its currency."""
    contract = Contract.objects.select_for_update().filter(contract_no=row.contract_no).first()
    if contract is not None and not (actor.sees(contract.branch) and contract.currency == row.amount.currency):
        contract = None
    payment = Payment(
        created_at=at,
        source=row.source,
        reference=row.reference,
        contract_no=row.contract_no,
        amount_minor=row.amount.amount_minor,
        currency=row.amount.currency,
        received_on=row.received_on,
        state="unmatched",
        remark_sealed=seal(seals.unmatched_key(), row.remark, context=_REMARK) if row.remark else b"",
    )
    if contract is None:
        payment.save(force_insert=True)
    else:
        _settle(payment, contract, at)
    return payment


def unbook(payment: Payment, *, reference: str, at: datetime) -> None:
    """Restore what the payment had paid and mark it reversed."""
    if payment.contract_id is not None:
        contract = Contract.objects.select_for_update().get(id=payment.contract_id)
        restore(payment, contract, at=at)
        arrears.recount([contract.id], at=at)
        outbox.emit(PaymentReversed(**_told(payment, contract)), at=at)
    payment.state, payment.reversed_at, payment.reversed_by_reference = "reversed", at, reference[:80]
    payment.save(update_fields=["state", "reversed_at", "reversed_by_reference"])


def same_payment(payment: Payment, row: PaymentRow) -> bool:
    """True when the stored payment is what the row says."""
    return (payment.amount_minor, payment.currency, payment.received_on, payment.contract_no) == (
        row.amount.amount_minor,
        row.amount.currency,
        row.received_on,
        row.contract_no,
    )


def _again(payment: Payment, row: PaymentRow) -> PaymentView:
    if not same_payment(payment, row):
        raise PaymentContradicts(payment_id=str(payment.id))
    return view(payment, repeated=True)


def _settle(payment: Payment, contract: Contract, at: datetime) -> None:
    """Book the payment on the contract, seal its remark for the borrower, bring the arrears up to date, tell others."""
    payment.contract, payment.state, payment.settled_at = contract, "matched", at
    if payment.remark_sealed:
        remark = unseal(seals.unmatched_key(), bytes(payment.remark_sealed), context=_REMARK)
        payment.remark_sealed = seal(vault.subject_key(subject_id=contract.party_id, at=at), remark, context=_REMARK)
    apply_to(contract, payment, at=at)
    arrears.recount([contract.id], at=at)
    outbox.emit(PaymentReceived(**_told(payment, contract)), at=at)


def _told(payment: Payment, contract: Contract) -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "contract_id": contract.id,
        "party_id": contract.party_id,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "received_on": payment.received_on,
    }


def _locked(payment_id: UUID, actor: Actor) -> Payment:
    """The payment, held until the transaction ends; another branch's counts as unknown."""
    payment = Payment.objects.select_for_update().filter(id=payment_id).first()
    if payment is None or (payment.contract_id and not actor.sees(_branch(payment.contract_id))):
        raise UnknownPayment(payment_id=str(payment_id))
    return payment


def _branch(contract_id: UUID) -> str:
    return Contract.objects.values_list("branch", flat=True).get(id=contract_id)


def _journal(payment: Payment, act: str, actor: Actor, at: datetime) -> None:
    journal.record(
        actor=actor,
        act=act,
        at=at,
        party_id=payment.contract.party_id if payment.contract else None,
        subject=f"loans_payment:{payment.id}",
        result=payment.state,
        facts={
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
            "received_on": payment.received_on.isoformat(),
            "credit_minor": payment.credit_minor,
        },
    )
