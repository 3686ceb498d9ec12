"""A list taken out: few rows at once, many as a file that the worker writes into the vault, where it expires.

Whoever takes rows out is journaled with count, purpose and filter before the first row is read; each download of a file
is journaled again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import ports
from heyi.capabilities.negotiation.actions import desk
from heyi.capabilities.negotiation.domain.problems import ExportGone, ExportNotReady, NotYourAct
from heyi.capabilities.negotiation.models import CaseExport
from heyi.capabilities.negotiation.queries.exports import ExportView, asked_of, close_asked, own, view
from heyi.capabilities.negotiation.queries.inbox import LIST_ROLES, filtered, rows_by_id
from heyi.capabilities.negotiation.queries.views import CaseFilter, CaseRow
from heyi.capabilities.staff import api as staff
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.dates import midnight
from heyi.kit.problems import Invalid
from heyi.plumbing import queued

log = structlog.get_logger()

MOST_TAKEN_OUT: Final = 100_000
CHUNK: Final = 500
KIND: Final = "export_file"
MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class TakenOut:
    """An export: how many rows, and the rows themselves, read as they are written out."""

    count: int
    rows: Iterator[CaseRow]


def export_cases(*, filters: CaseFilter, reason: str, form: str, actor: Actor, at: datetime) -> TakenOut:
    """The rows that a filter finds, masked as in the list, at once.

    ``form`` is csv or xlsx. Raises ReasonNeeded, NotYourAct, Invalid (unknown form, more than 100,000 rows).
    """
    ids = _found(filters, reason, form, actor, at)
    with transaction.atomic():
        _tell("export_cases", filters, reason, actor, at, rows=len(ids), form=form)
    return TakenOut(count=len(ids), rows=_read(ids, at))


def order_export(
    *, filters: CaseFilter, reason: str, form: str, language: str, actor: Actor, at: datetime
) -> ExportView:
    """Have the worker write the same rows to a file, in ``language``. Raises as ``export_cases``."""
    if actor.id is None:
        raise NotYourAct(act="export_cases")
    ids = _found(filters, reason, form, actor, at)
    with transaction.atomic():
        row = CaseExport.objects.create(
            created_at=at,
            member_id=actor.id,
            branches=sorted(actor.branches),
            form=form,
            language=language,
            asked_sealed=close_asked(filters, reason.strip()),
            total_rows=len(ids),
        )
        _tell("export_cases", filters, reason, actor, at, rows=len(ids), form=form, export=row.id)
    return view(row)


def retry_export(*, export_id: UUID, actor: Actor, at: datetime) -> ExportView:
    """Write a stopped file again, from its beginning. Raises ExportNotFound, ExportNotReady (it is not stopped)."""
    own(export_id, actor)
    if not queued.order_again(CaseExport, export_id, from_stage="stopped"):
        raise ExportNotReady(export=str(export_id))
    return view(own(export_id, actor))


def read_export(*, export_id: UUID, actor: Actor, at: datetime) -> bytes:
    """The file, for who asked for it; the download is journaled with its purpose.

    Raises ExportNotFound (also for who sees less than when asking), ExportNotReady, ExportGone (expired).
    """
    row = own(export_id, actor)
    if row.stage == "expired" or (row.expires_at is not None and row.expires_at <= at):
        raise ExportGone(export=str(export_id))
    if row.stage != "done" or row.object_id is None:
        raise ExportNotReady(export=str(export_id))
    filters, reason = asked_of(row)
    with transaction.atomic():
        _tell("download_export", filters, reason, actor, at, rows=row.done_rows, form=row.form, export=row.id)
    return vault.get(object_id=row.object_id, actor=actor, at=at, purpose="export")


def work_exports(at: datetime) -> int:
    """Write every file that waits; returns how many were worked on. A tick of the worker."""
    queued.revive(CaseExport, at)
    worked = 0
    while (row := queued.take(CaseExport)) is not None:
        try:
            _write(row, at)
        except Exception:
            log.exception("case_export.stopped", export=str(row.id))
            CaseExport.objects.filter(id=row.id).update(stage="stopped")
        worked += 1
    return worked


def expire_exports(at: datetime) -> int:
    """Destroy the files whose time is over; returns how many. Raises vault.StoreAway; the next round goes on."""
    over = list(CaseExport.objects.filter(stage="done", expires_at__lte=at)[:200])
    for row in over:
        if row.object_id is not None:
            vault.discard(object_id=row.object_id, reason="expired", actor=SYSTEM, at=at)
        CaseExport.objects.filter(id=row.id).update(stage="expired", object_id=None)
    return len(over)


def _found(filters: CaseFilter, reason: str, form: str, actor: Actor, at: datetime) -> list[UUID]:
    desk.needs_reason("export_cases", reason)
    if form not in MEDIA_TYPES:
        raise Invalid(fields={"form": "unknown"})
    return _ids(filters, actor, at)


def _ids(filters: CaseFilter, actor: Actor, at: datetime) -> list[UUID]:
    if actor.kind != "staff" or not actor.has(*LIST_ROLES):
        raise NotYourAct(act="export_cases")
    rows = filtered(actor, filters, at).order_by("number").values_list("id", flat=True)
    ids = list(rows[: MOST_TAKEN_OUT + 1])
    if len(ids) > MOST_TAKEN_OUT:
        raise Invalid(fields={"rows": "too_many"}, most=MOST_TAKEN_OUT)
    return ids


def _read(ids: list[UUID], at: datetime) -> Iterator[CaseRow]:
    for start in range(0, len(ids), CHUNK):
        yield from rows_by_id(ids[start : start + CHUNK], at)


def _write(row: CaseExport, at: datetime) -> None:
    """As who asked, with the rights of now."""
    actor = staff.actor_by_id(staff_id=row.member_id, at=at)
    filters, _reason = asked_of(row)
    ids = _ids(filters, actor, at)
    with tempfile.TemporaryFile() as stream:
        ports.case_sheet().write(
            stream,
            rows=_beating(row.id, ids, at),
            count=len(ids),
            filters=filters,
            form=row.form,
            language=row.language,
            actor=actor,
            at=at,
        )
        stream.seek(0)
        data = stream.read()
    kept = vault.put(
        data=data, media_type=MEDIA_TYPES[row.form], kind=KIND, subject_id=None, actor=actor, at=at,
        file_name=f"cases.{row.form}",
    )  # fmt: skip
    until = midnight(kept.retain_until) if kept.retain_until else None
    done: dict[str, Any] = {"stage": "done", "object_id": kept.id, "size": kept.size, "expires_at": until}
    if not CaseExport.objects.filter(id=row.id, stage="working").update(**done):
        vault.discard(object_id=kept.id, reason="written_twice", actor=SYSTEM, at=at)


def _beating(export_id: UUID, ids: list[UUID], at: datetime) -> Iterator[CaseRow]:
    queued.beat(CaseExport, export_id, 0, len(ids))
    for number, line in enumerate(_read(ids, at), start=1):
        yield line
        if number % CHUNK == 0 or number == len(ids):
            queued.beat(CaseExport, export_id, number, len(ids))


def _tell(
    act: str,
    filters: CaseFilter,
    reason: str,
    actor: Actor,
    at: datetime,
    *,
    rows: int,
    form: str,
    export: UUID | None = None,
) -> None:
    """The names of what was asked for; the values stand in the digest, because a text may be somebody's name."""
    salt, empty = vault.system_key("negotiation.export"), CaseFilter()
    conditions = [name for name in CaseFilter.__slots__ if getattr(filters, name) != getattr(empty, name)]
    journal.record(
        actor=actor,
        act=f"negotiation.{act}",
        at=at,
        subject=f"negotiation_caseexport:{export}" if export else "negotiation_case:list",
        facts={"rows": rows, "form": form, "conditions": conditions},
        digests={
            "reason": journal.salted(reason.strip(), salt=salt),
            "filter": journal.salted(repr(filters), salt=salt),
        },
    )
