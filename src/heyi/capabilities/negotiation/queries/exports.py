"""Lists that were taken out, for whom asked for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from heyi.capabilities.negotiation.domain.problems import ExportNotFound
from heyi.capabilities.negotiation.models import CaseExport
from heyi.capabilities.negotiation.queries.saved_views import filter_from_plain, plain_filter
from heyi.capabilities.negotiation.queries.views import CaseFilter
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing.sealing import seal, unseal_text

CONTEXT: Final = "negotiation.caseexport.asked_sealed"
KEY: Final = "negotiation.export"
LISTED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """A file that somebody asked for and how far the worker is with it. ``size`` in bytes, once it is written."""

    id: UUID
    at: datetime
    form: str
    filters: CaseFilter
    reason: str
    stage: Literal["waiting", "working", "done", "stopped", "expired"]
    done_rows: int
    total_rows: int
    size: int
    expires_at: datetime | None


def export(*, export_id: UUID, actor: Actor) -> ExportView:
    """One export of one's own. Raises ExportNotFound."""
    return view(own(export_id, actor))


def exports(*, actor: Actor, limit: int = LISTED) -> tuple[ExportView, ...]:
    """One's own exports, newest first."""
    rows = CaseExport.objects.filter(member_id=actor.id).order_by("-created_at", "-id")[: min(limit, LISTED)]
    return tuple(view(row) for row in rows if _sees(actor, row))


def own(export_id: UUID, actor: Actor) -> CaseExport:
    """The row. Raises ExportNotFound for what is not there, somebody else's, or of branches no longer one's own."""
    row = CaseExport.objects.filter(id=export_id, member_id=actor.id).first() if actor.id else None
    if row is None or not _sees(actor, row):
        raise ExportNotFound(export=str(export_id))
    return row


def _sees(actor: Actor, row: CaseExport) -> bool:
    return all(actor.sees(branch) for branch in row.branches)


def view(row: CaseExport) -> ExportView:
    """The row as a value."""
    filters, reason = asked_of(row)
    return ExportView(
        id=row.id,
        at=row.created_at,
        form=row.form,
        filters=filters,
        reason=reason,
        stage=row.stage,  # type: ignore[arg-type]  # constrained by the database
        done_rows=row.done_rows,
        total_rows=row.total_rows,
        size=row.size,
        expires_at=row.expires_at,
    )


def close_asked(filters: CaseFilter, reason: str) -> bytes:
    """Filter and purpose under the bank's own key."""
    told = json.dumps({"filters": plain_filter(filters), "reason": reason}, ensure_ascii=False)
    return seal(vault.system_key(KEY), told, context=CONTEXT)


def asked_of(row: CaseExport) -> tuple[CaseFilter, str]:
    """Filter and purpose again."""
    told = json.loads(unseal_text(vault.system_key(KEY), bytes(row.asked_sealed), context=CONTEXT))
    return filter_from_plain(told["filters"]), told["reason"]
