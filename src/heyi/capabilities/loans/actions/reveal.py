"""Showing identity data in full: to somebody with a purpose, who sees the branch; and it is written down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans.domain.faults import PurposeMissing, UnknownParty
from heyi.capabilities.loans.domain.views import REVEAL_PURPOSES, REVEALABLE
from heyi.capabilities.loans.queries import opening
from heyi.capabilities.loans.queries.parties import may_act_for
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid


def reveal(*, party_id: UUID, field: str, purpose: str, actor: Actor, at: datetime, case_id: UUID | None = None) -> str:
    """One field (name, id_number, mobile, email, address) in full, for one of ``REVEAL_PURPOSES``. Journaled.

    The actor must see a branch of one of the party's contracts, or hold a pass for ``case_id``; a borrower sees their
    own. Raises PurposeMissing, Invalid (field), UnknownParty (also for «not yours»), vault.Shredded.
    """
    if purpose not in REVEAL_PURPOSES:
        raise PurposeMissing(allowed=list(REVEAL_PURPOSES))
    if field not in REVEALABLE:
        raise Invalid(fields={"field": "unknown_field"}, allowed=list(REVEALABLE))
    row = opening.row(party_id)
    if not may_act_for(actor=actor, party_id=party_id, case_id=case_id, at=at):
        raise UnknownParty(party_id=str(party_id))
    with transaction.atomic():
        journal.record(
            actor=actor,
            act="loans.reveal",
            at=at,
            case_id=case_id,
            party_id=party_id,
            subject=f"loans_party:{party_id}",
            facts={"field": field, "purpose": purpose},
        )
        full = opening.in_full(row)
    if full is None:
        raise vault.Shredded(subject=str(party_id))
    text: str = getattr(full, field)
    return text
