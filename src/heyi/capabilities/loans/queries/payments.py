"""Reads about payments."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q

from heyi.capabilities.loans import seals
from heyi.capabilities.loans.domain.faults import UnknownPayment
from heyi.capabilities.loans.domain.views import PaymentView
from heyi.capabilities.loans.models import Contract, Payment
from heyi.capabilities.loans.queries.contracts import visible
from heyi.kit.actors import Actor
from heyi.kit.money import Money
from heyi.plumbing.sealing import unseal_text

PAYMENTS_MOST: Final = 500
WHOLE_BOOK: Final = ("administrator", "lead", "manager", "compliance", "auditor", "integration", "system")


def payment(*, payment_id: UUID, actor: Actor) -> PaymentView:
    """One payment, of a contract that the actor may see. Raises UnknownPayment."""
    row = Payment.objects.filter(id=payment_id).first()
    if row is None or not _sees(actor, row):
        raise UnknownPayment(payment_id=str(payment_id))
    return view(row)


def payments_of(*, contract_id: UUID, actor: Actor, limit: int = 100) -> tuple[PaymentView, ...]:
    """The payments on a contract, newest first; none when the actor may not see the contract."""
    if not visible(actor).filter(id=contract_id).exists():
        return ()
    rows = Payment.objects.filter(contract_id=contract_id).order_by("-received_on", "-id")
    return tuple(view(row) for row in rows[: min(limit, PAYMENTS_MOST)])


def unmatched_payments(*, actor: Actor, limit: int = 100) -> tuple[PaymentView, ...]:
    """Payments that name no contract of the book, oldest first. They belong to no branch yet."""
    if not actor.has(*WHOLE_BOOK):
        return ()
    rows = Payment.objects.filter(state="unmatched").order_by("received_on", "id")
    return tuple(view(row) for row in rows[: min(limit, PAYMENTS_MOST)])


def unmatched_remark(*, payment_id: UUID, actor: Actor) -> str:
    """What the payer wrote on an unmatched payment, to find the contract by. Raises UnknownPayment."""
    row = Payment.objects.filter(id=payment_id, state="unmatched").first()
    if row is None or not actor.has(*WHOLE_BOOK):
        raise UnknownPayment(payment_id=str(payment_id))
    if not row.remark_sealed:
        return ""
    return unseal_text(seals.unmatched_key(), bytes(row.remark_sealed), context="loans.payment.remark_sealed")


def view(row: Payment, *, repeated: bool = False) -> PaymentView:
    """The payment as a value."""
    parts: dict[str, int] = {}
    for component, amount in row.allocations.order_by("place").values_list("component", "amount_minor"):
        parts[component] = parts.get(component, 0) + amount
    return PaymentView(
        id=row.id,
        source=row.source,
        reference=row.reference,
        contract_id=row.contract_id,
        contract_no=row.contract_no,
        party_id=row.contract.party_id if row.contract else None,
        amount=Money(row.amount_minor, row.currency),
        credit=Money(row.credit_minor, row.currency),
        received_on=row.received_on,
        state=row.state,  # type: ignore[arg-type]  # constrained by the database
        parts=tuple((component, Money(amount, row.currency)) for component, amount in parts.items()),
        settled_at=row.settled_at,
        already_reported=row.already_reported,
        reversed_at=row.reversed_at,
        repeated=repeated,
    )


def _sees(actor: Actor, row: Payment) -> bool:
    if row.contract_id is None:
        return actor.has(*WHOLE_BOOK)
    return Contract.objects.filter(Q(id=row.contract_id), id__in=visible(actor).values("id")).exists()
