"""How a party's identity data is sealed, found again and opened. Trusted: the keys that the vault gives.

Whoever has these tables alone can tell that two rows hold the same number, and nothing more.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from heyi.capabilities.loans.domain.rows import PartyRow
from heyi.capabilities.loans.models import Party
from heyi.capabilities.vault import api as vault
from heyi.plumbing.sealing import blind_index, seal, seal_all, unseal_text

FIELDS: Final = ("name", "id_number", "mobile", "email", "address")
_CONTEXTS: Final = tuple(f"loans.party.{field}_sealed" for field in FIELDS)
_INDEX: Final = "loans.blind_index"
_DIGEST: Final = "loans.row_digest"
_UNMATCHED: Final = "loans.unmatched_payments"


@dataclass(frozen=True, slots=True)
class Identity:
    """A party's data in full. It never leaves the room except by ``reveal`` and ``reach``."""

    name: str
    id_number: str
    mobile: str
    email: str
    address: str


def context(field: str) -> str:
    """What a sealed value of a party is bound to."""
    return f"loans.party.{field}_sealed"


def seal_field(key: bytes, field: str, text: str) -> bytes:
    """The sealed value of one field; b"" for nothing."""
    return seal(key, text, context=context(field)) if text else b""


def seal_party(key: bytes, row: PartyRow) -> list[bytes]:
    """All fields of a party, in the order of ``FIELDS``."""
    return seal_all(key, zip(_CONTEXTS, (row.name, row.id_number, row.mobile, row.email, row.address), strict=True))


def open_field(key: bytes, field: str, sealed: bytes | memoryview[int]) -> str:
    """The text again. Raises SealBroken."""
    return unseal_text(key, bytes(sealed), context=context(field)) if sealed else ""


def identity(row: Party, key: bytes) -> Identity:
    """All fields of a party. Raises SealBroken."""
    return Identity(*(open_field(key, field, getattr(row, f"{field}_sealed")) for field in FIELDS))


def index_key() -> bytes:
    """The key of the blind indexes."""
    return vault.system_key(_INDEX)


def digest_key() -> bytes:
    """The key of the row digests."""
    return vault.system_key(_DIGEST)


def unmatched_key() -> bytes:
    """The key of remarks on payments that belong to nobody yet."""
    return vault.system_key(_UNMATCHED)


def name_index(key: bytes, name: str) -> str:
    """Finds a name whatever its spaces and case."""
    return blind_index(key, "".join(name.split()).casefold(), context="loans.party.name")


def number_index(key: bytes, number: str) -> str:
    """Finds an ID number or credit code."""
    return blind_index(key, number, context="loans.party.id_number") if number else ""


def mobile_index(key: bytes, number: str) -> str:
    """Finds a mobile number."""
    return blind_index(key, number, context="loans.party.mobile") if number else ""


def identity_index(key: bytes, row: PartyRow, *, of: str = "", tie: str = "") -> str:
    """What makes a party one and the same: its number; without one, its name with the borrower and the tie to them."""
    if row.id_number:
        return number_index(key, row.id_number)
    name = "".join(row.name.split()).casefold()
    return blind_index(key, f"{of}\x1f{tie}\x1f{name}", context="loans.party.identity")


def same(left: str, right: str) -> bool:
    """Equality that takes the same time wherever two texts differ."""
    return hmac.compare_digest(left.encode(), right.encode())
