"""What this room tells the rooms above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """Money arrived and was booked on a contract. ``amount_minor`` is the whole payment, credit included."""

    payment_id: UUID
    contract_id: UUID
    party_id: UUID
    amount_minor: int
    currency: str
    received_on: date


@dataclass(frozen=True, slots=True)
class PaymentReversed:
    """A booked payment was taken back; what it had paid is owed again."""

    payment_id: UUID
    contract_id: UUID
    party_id: UUID
    amount_minor: int
    currency: str
    received_on: date
