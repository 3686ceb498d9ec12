"""Putting people and enterprises into the book: found by blind index, sealed under their own keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from heyi.capabilities.loans import seals
from heyi.capabilities.loans.domain.rows import PartyRow, party_fingerprint
from heyi.capabilities.loans.models import Party
from heyi.capabilities.vault import api as vault
from heyi.plumbing import bulk
from heyi.plumbing.ids import new_id

COLUMNS: Final = (
    "id", "created_at", "kind", "id_type", "customer_no", "name_sealed", "id_number_sealed", "mobile_sealed",
    "email_sealed", "address_sealed", "identity_index", "name_index", "mobile_index",
    "seal_digest", "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A party that is in the book already."""

    id: UUID
    digest: bytes


def known(identities: Iterable[str]) -> dict[str, Known]:
    """The parties behind these identity indexes."""
    rows = Party.objects.filter(identity_index__in=list(identities)).values_list("identity_index", "id", "seal_digest")
    return {index: Known(party_id, bytes(digest)) for index, party_id, digest in rows}


def write(people: Mapping[str, PartyRow], already: Mapping[str, Known], *, at: datetime) -> dict[str, UUID]:
    """Insert the new ones, update those whose data changed. Returns identity → id; erased persons are left out.

    A person is erased when their key was destroyed: nothing about them is taken in again.
    """
    digest_key, index_key = seals.digest_key(), seals.index_key()
    digests = {identity: party_fingerprint(row, key=digest_key) for identity, row in people.items()}
    ids = {identity: already[identity].id if identity in already else new_id() for identity in people}
    touched = [
        identity for identity in people if identity not in already or already[identity].digest != digests[identity]
    ]
    keys = vault.subject_keys(subject_ids=[ids[identity] for identity in touched], at=at)
    erased = {identity for identity in touched if ids[identity] not in keys}
    fresh: list[tuple[Any, ...]] = []
    changed: list[str] = []
    for identity in touched:
        if identity in erased:
            continue
        if identity in already:
            changed.append(identity)
        else:
            row, party_id = people[identity], ids[identity]
            fresh.append(_new_row(party_id, keys[party_id], row, identity, digests[identity], index_key, at))
    bulk.insert(Party, COLUMNS, fresh)
    for identity in changed:
        _change(ids[identity], keys[ids[identity]], people[identity], digests[identity], index_key, at)
    return {identity: party_id for identity, party_id in ids.items() if identity not in erased}


def merged(earlier: PartyRow | None, later: PartyRow) -> PartyRow:
    """One party told twice: the later word counts, and silence erases nothing."""
    if earlier is None or earlier == later:
        return later
    kept = {
        name: getattr(earlier, name)
        for name in ("id_type", "id_number", "mobile", "email", "address", "customer_no")
        if not getattr(later, name)
    }
    return replace(later, **kept)


def _new_row(
    party_id: UUID, key: bytes, row: PartyRow, identity: str, digest: bytes, index_key: bytes, at: datetime
) -> tuple[Any, ...]:
    return (
        party_id,
        at,
        row.kind,
        row.id_type,
        row.customer_no,
        *seals.seal_party(key, row),
        identity,
        seals.name_index(index_key, row.name),
        seals.mobile_index(index_key, row.mobile),
        digest,
        at,
    )


def _change(party_id: UUID, key: bytes, row: PartyRow, digest: bytes, index_key: bytes, at: datetime) -> None:
    """Seal anew what the row tells; what it does not tell stays."""
    values: dict[str, Any] = {"kind": row.kind, "seal_digest": digest, "updated_at": at}
    for field in seals.FIELDS:
        text: str = getattr(row, field)
        if text:
            values[f"{field}_sealed"] = seals.seal_field(key, field, text)
    values["name_index"] = seals.name_index(index_key, row.name)
    if row.mobile:
        values["mobile_index"] = seals.mobile_index(index_key, row.mobile)
    for plain in ("id_type", "customer_no"):
        if getattr(row, plain):
            values[plain] = getattr(row, plain)
    Party.objects.filter(id=party_id).update(**values)
