"""Opening sealed rows for views. A person whose key was destroyed shows as ＊＊＊."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heyi.capabilities.loans import seals
from heyi.capabilities.loans.domain import masks
from heyi.capabilities.loans.domain.faults import UnknownParty
from heyi.capabilities.loans.domain.views import PartyView
from heyi.capabilities.loans.models import Party
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.once import once


def keys_of(party_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The parties' keys; destroyed ones are left out."""
    return vault.subject_keys(subject_ids=set(party_ids), at=clock.now())


@once
def row(party_id: UUID) -> Party:
    """The party's row. Raises UnknownParty."""
    found = Party.objects.filter(id=party_id).first()
    if found is None:
        raise UnknownParty(party_id=str(party_id))
    return found


@once
def in_full(party: Party) -> seals.Identity | None:
    """The party's data; None when the key was destroyed."""
    key = keys_of([party.id]).get(party.id)
    return seals.identity(party, key) if key else None


def name_of(party: Party, key: bytes | None) -> str:
    """The masked name for lists."""
    if key is None:
        return masks.UNREADABLE
    return masks.name(seals.open_field(key, "name", party.name_sealed), enterprise=party.kind == "enterprise")


def mobile_of(party: Party, key: bytes | None) -> str:
    """The masked mobile number for lists."""
    if key is None:
        return ""
    return masks.mobile(seals.open_field(key, "mobile", party.mobile_sealed))


def view(party: Party, known: seals.Identity | None) -> PartyView:
    """The party, masked."""
    full = known or seals.Identity("", "", "", "", "")
    enterprise = party.kind == "enterprise"
    return PartyView(
        id=party.id,
        kind=party.kind,  # type: ignore[arg-type]  # constrained by the database
        name_masked=masks.name(full.name, enterprise=enterprise) if known else masks.UNREADABLE,
        id_type=party.id_type,  # type: ignore[arg-type]  # constrained by the database
        id_number_masked=masks.id_number(full.id_number),
        mobile_masked=masks.mobile(full.mobile),
        email_masked=masks.email(full.email),
        address_masked=masks.address(full.address),
        customer_no=party.customer_no,
        salutation=masks.salutation(full.name, enterprise=enterprise, id_number=full.id_number),
        readable=known is not None,
    )


def is_self(actor: Actor, party_id: UUID) -> bool:
    """True when the actor is this party."""
    return actor.kind == "borrower" and actor.id == party_id
