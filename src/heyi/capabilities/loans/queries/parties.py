"""Reads about people and enterprises. Masked, except ``reach`` for the contact room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from heyi.capabilities.loans import seals
from heyi.capabilities.loans.domain import identity, masks
from heyi.capabilities.loans.domain.faults import UnknownParty
from heyi.capabilities.loans.domain.masks import Salutation
from heyi.capabilities.loans.domain.views import EntryMatch, PartyView, ReachableAt
from heyi.capabilities.loans.models import Contract, Party, PartyLink
from heyi.capabilities.loans.queries import opening
from heyi.capabilities.loans.queries.contracts import owed_by
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing.once import once

OWES: Final = ("guarantor", "spouse_joint_debt")
ENTRY_CANDIDATES_MOST: Final = 20


def party(*, party_id: UUID, actor: Actor) -> PartyView:
    """One party, masked, if the actor may see them. Raises UnknownParty: the same for «not yours»."""
    row = opening.row(party_id)
    if not sees_party(actor, party_id):
        raise UnknownParty(party_id=str(party_id))
    return opening.view(row, opening.in_full(row))


def party_names(ids: Iterable[UUID], *, actor: Actor) -> dict[UUID, str]:
    """Masked names for a list; ids that are unknown to the actor are missing."""
    seen = parties_seen(actor=actor, party_ids=ids)
    rows = list(Party.objects.filter(id__in=seen).only("id", "kind", "name_sealed"))
    keys = opening.keys_of(row.id for row in rows)
    return {row.id: opening.name_of(row, keys.get(row.id)) for row in rows}


def salutation(party_id: UUID, *, actor: Actor) -> Salutation:
    """Family name and title: what a message may call somebody. Raises UnknownParty."""
    return party(party_id=party_id, actor=actor).salutation


def age(*, party_id: UUID, actor: Actor, on: date) -> int:
    """Whole years by the citizen number in the record; -1 for enterprises, other papers and destroyed keys.

    Nothing else of the number leaves. Raises UnknownParty: the same for «not yours».
    """
    row = opening.row(party_id)
    if not sees_party(actor, party_id):
        raise UnknownParty(party_id=str(party_id))
    full = opening.in_full(row) if row.kind == "person" and row.id_type == "id_card" else None
    born = identity.birth_date(full.id_number) if full else None
    return -1 if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def reach(*, party_id: UUID, actor: Actor) -> ReachableAt:
    """Where messages go, in full; empty once the key was destroyed.

    For the contact room, as the house itself: a person reads numbers in clear by ``reveal``, with a purpose.
    Raises UnknownParty.
    """
    if actor.kind != "system":
        raise UnknownParty(party_id=str(party_id))
    full = opening.in_full(opening.row(party_id))
    return ReachableAt(full.mobile, full.email, full.address) if full else ReachableAt("", "", "")


@once
def roles_of(*, party_id: UUID, contract_id: UUID | None = None) -> frozenset[str]:
    """``borrower`` and the kinds of ties that the party has, to one contract or to any."""
    ties = PartyLink.objects.filter(party_id=party_id)
    if contract_id is None:
        borrowed = Contract.objects.filter(party_id=party_id).exists()
    else:
        borrowed = owed_by(contract_id=contract_id)[0] == party_id
        ties = ties.filter(contract_id=contract_id)
    roles = set(ties.values_list("kind", flat=True))
    return frozenset(roles | {"borrower"} if borrowed else roles)


def find_by_identity(*, actor: Actor, id_number: str = "", mobile: str = "") -> tuple[UUID, ...]:
    """The parties with exactly this ID number, or this mobile number, whom the actor may see; at most twenty ids."""
    key = seals.index_key()
    if id_number:
        wanted = Q(identity_index=seals.number_index(key, "".join(id_number.split()).upper()))
    elif mobile:
        wanted = Q(mobile_index=seals.mobile_index(key, identity.plain_mobile(mobile)))
    else:
        return ()
    found = Party.objects.filter(wanted).order_by("created_at", "id").values_list("id", flat=True)
    some = tuple(found[:ENTRY_CANDIDATES_MOST])
    seen = parties_seen(actor=actor, party_ids=some)
    return tuple(one for one in some if one in seen)


def match_identity(
    *,
    party_id: UUID,
    actor: Actor,
    name: str | None = None,
    id_number: str | None = None,
    mobile: str | None = None,
    id_tail: str | None = None,
) -> dict[str, bool]:
    """For each value given: whether it is what the bank holds. Says nothing else. Raises UnknownParty."""
    if not sees_party(actor, party_id):
        raise UnknownParty(party_id=str(party_id))
    full = opening.in_full(opening.row(party_id)) or seals.Identity("", "", "", "", "")
    told = {
        "name": None if name is None else ("".join(name.split()).casefold(), "".join(full.name.split()).casefold()),
        "id_number": None if id_number is None else ("".join(id_number.split()).upper(), full.id_number),
        "mobile": None if mobile is None else (identity.plain_mobile(mobile), full.mobile),
        "id_tail": None if id_tail is None else _tails(id_tail, full.id_number),
    }
    return {what: bool(pair[1]) and seals.same(*pair) for what, pair in told.items() if pair is not None}


def find_for_entry(*, mobile: str, id_tail: str, actor: Actor) -> EntryMatch:
    """Who wants to enter the portal, by mobile and the last four to eight characters of the ID number.

    Only people who owe: borrowers, guarantors, joint debtors. The answer has one shape, and the work is much the same,
    whether or not somebody is found; one wrong part and both wrong look alike.
    """
    plain = identity.plain_mobile(mobile)
    candidates = list(
        Party.objects.filter(id__in=find_by_identity(mobile=plain, actor=actor)).order_by("created_at", "id")
    )
    keys = opening.keys_of(row.id for row in candidates)
    found = None
    for row in candidates:
        number = seals.open_field(keys[row.id], "id_number", row.id_number_sealed) if row.id in keys else ""
        given, held = _tails(id_tail, number)
        if found is None and len(given) >= 4 and held and seals.same(given, held) and _owes(row.id):
            found = row.id
    return EntryMatch(mobile_masked=masks.mobile(plain), party_id=found)


def sees_party(actor: Actor, party_id: UUID) -> bool:
    """A borrower sees themselves; staff and machines see parties of contracts in their branches."""
    if actor.kind == "borrower":
        return actor.id == party_id
    if "*" in actor.branches:
        return True
    of_party = Q(party_id=party_id) | Q(links__party_id=party_id)
    return Contract.objects.filter(of_party, branch__in=actor.branches).exists()


def parties_seen(*, actor: Actor, party_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the parties whom the actor may see: ``sees_party`` for a whole list."""
    wanted = set(party_ids)
    if actor.kind == "borrower":
        return frozenset(wanted & {actor.id})
    if "*" in actor.branches:
        return frozenset(wanted)
    of_branches = Contract.objects.filter(branch__in=actor.branches)
    borrowers = of_branches.filter(party_id__in=wanted).values_list("party_id", flat=True)
    tied = PartyLink.objects.filter(contract__branch__in=actor.branches, party_id__in=wanted)
    return frozenset({*borrowers, *tied.values_list("party_id", flat=True)})


def may_act_for(*, actor: Actor, party_id: UUID, case_id: UUID | None, at: datetime) -> bool:
    """True when the actor may see the party, or holds a pass for ``case_id`` in a branch of the party's contracts."""
    if sees_party(actor, party_id):
        return True
    if case_id is None:
        return False
    branches = Contract.objects.filter(party_id=party_id).values_list("branch", flat=True).distinct()
    return any(staff.may_see(actor=actor, branch=branch, case_id=case_id, at=at) for branch in branches)


def _tails(given: str, number: str) -> tuple[str, str]:
    plain = "".join(given.split()).upper()
    return plain, number[-len(plain) :] if plain and len(number) >= len(plain) else ""


def _owes(party_id: UUID) -> bool:
    return (
        Contract.objects.filter(party_id=party_id).exists()
        or PartyLink.objects.filter(party_id=party_id, kind__in=OWES).exists()
    )
