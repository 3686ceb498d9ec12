"""What higher rooms can hear from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BorrowerSigned:
    """The borrower has signed; the bank's seal follows."""

    ceremony_id: UUID
    case_id: UUID
    party_id: UUID
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementSealed:
    """Both have signed and the file is complete. ``document_id`` is the Chinese original in the vault."""

    ceremony_id: UUID
    case_id: UUID
    party_id: UUID
    document_id: UUID
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementRefused:
    """Somebody said no, before both had signed. ``by`` is ``borrower``, ``staff`` or ``system``."""

    ceremony_id: UUID
    case_id: UUID
    party_id: UUID
    by: str
    refused_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementExpired:
    """Nobody signed in time."""

    ceremony_id: UUID
    case_id: UUID
    party_id: UUID
    expired_at: datetime
