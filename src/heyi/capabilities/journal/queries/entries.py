"""Reading entries and proving that one stands in the log."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from heyi.capabilities.journal import keys
from heyi.capabilities.journal.domain import EntryView, NoSuchEntry, verifier_key
from heyi.capabilities.journal.models import Checkpoint, Entry

LIMIT = 500


def entries(
    *,
    case_id: UUID | None = None,
    party_id: UUID | None = None,
    act: str = "",
    actor: str = "",
    result: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
    before: UUID | None = None,
) -> list[EntryView]:
    """Entries of a case, of a person, or both at once; newest first, at most 500. ``before``: the last id seen.

    ``act`` is a whole act or a room (``loans.``); ``actor`` a whole label; from ``since`` to before ``until``.
    """
    asked = {
        ("act__startswith" if act.endswith(".") else "act"): act,
        "actor": actor,
        "result": result,
        "created_at__gte": since,
        "created_at__lt": until,
    }
    rows = Entry.objects.filter(**{name: value for name, value in asked.items() if value})
    if case_id:
        rows = rows.filter(case_id=case_id)
    if party_id:
        rows = rows.filter(party_id=party_id)
    if before:
        rows = _older(rows, before)
    rows = rows.select_related("leaf").order_by("-created_at", "-id")[: min(limit, LIMIT)]
    return [_view(row) for row in rows]


def entry(*, entry_id: UUID) -> EntryView:
    """One entry. Raises NoSuchEntry."""
    row = Entry.objects.select_related("leaf").filter(id=entry_id).first()
    if row is None:
        raise NoSuchEntry(entry=str(entry_id))
    return _view(row)


def checkpoint() -> str | None:
    """The newest signed head of the tree as a note, to be kept by anybody who does not want to trust the bank."""
    return Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()


def public_key() -> str:
    """The key that checks checkpoints, in the form ``name+hash+base64``."""
    return verifier_key(keys.origin(), keys.signing_key().public_key())


def _older(rows: QuerySet[Entry], before: UUID) -> QuerySet[Entry]:
    seen = Entry.objects.filter(id=before).values_list("created_at", flat=True).first()
    if seen is None:
        raise NoSuchEntry(entry=str(before))
    return rows.filter(Q(created_at__lt=seen) | Q(created_at=seen, id__lt=before))


def _view(row: Entry) -> EntryView:
    leaf = getattr(row, "leaf", None)
    return EntryView(
        id=row.id,
        index=leaf.index if leaf else None,
        at=row.created_at,
        actor=row.actor,
        act=row.act,
        subject=row.subject,
        case_id=row.case_id,
        party_id=row.party_id,
        result=row.result,
        facts=json.loads(row.facts),
        digests=json.loads(row.digests),
    )
