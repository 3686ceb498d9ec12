"""A file that somebody sends by hand: kept, checked by the worker, looked at, and imported on a word.

All the while it lies sealed in the vault; what is imported is what was looked at, byte for byte. The work itself stands
in ``staged_work``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.loans.actions.import_loans import import_loans
from heyi.capabilities.loans.actions.import_payments import import_instalments, import_payments
from heyi.capabilities.loans.actions.importing import MAY_IMPORT
from heyi.capabilities.loans.domain.faults import ImportUnderWay, MayNot, UnknownFile
from heyi.capabilities.loans.domain.report import ImportReport
from heyi.capabilities.loans.domain.views import StagedView
from heyi.capabilities.loans.models import StagedFile
from heyi.capabilities.loans.queries.imports import staged_file
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid

IMPORTERS: Final[dict[str, Callable[..., ImportReport]]] = {
    "loans": import_loans,
    "payments": import_payments,
    "instalments": import_instalments,
}
KIND: Final = "import_file"


def stage_file(*, kind: str, data: bytes, file_name: str, actor: Actor, at: datetime) -> StagedView:
    """Keep a file of ``kind`` (loans, payments, instalments); the worker then says what it would do.

    Raises MayNot, Invalid (kind), vault.unsafe_file; then nothing is kept.
    """
    _authorise(actor)
    if kind not in IMPORTERS:
        raise Invalid(fields={"kind": "unknown"})
    with transaction.atomic():
        kept = vault.put(
            data=data, media_type=media_type(file_name.lower().rpartition(".")[2]), kind=KIND, subject_id=None,
            actor=actor, at=at, file_name=file_name,
        )  # fmt: skip
        row = StagedFile.objects.create(
            created_at=at,
            kind=kind,
            file_name=file_name[:200],
            object_id=kept.id,
            size=len(data),
            actor=actor.label,
        )
    return staged_file(staged_id=row.id, actor=actor)


def import_staged(*, staged_id: UUID, actor: Actor, at: datetime) -> StagedView:
    """Let the worker import the file that was looked at. Whoever comes second gets ImportUnderWay.

    Raises MayNot, UnknownFile, ImportUnderWay.
    """
    return _order(staged_id, from_stage="checked", actor=actor, wanted="import")


def retry_staged(*, staged_id: UUID, actor: Actor, at: datetime) -> StagedView:
    """Try a stopped file again: rows that are in stay in. Raises MayNot, UnknownFile, ImportUnderWay."""
    return _order(staged_id, from_stage="stopped", actor=actor)


def _order(staged_id: UUID, *, from_stage: str, actor: Actor, **changed: str) -> StagedView:
    _authorise(actor)
    rows = StagedFile.objects.filter(id=staged_id)
    if not rows.exists():
        raise UnknownFile(file=str(staged_id))
    fresh = {"stage": "waiting", "attempts": 0, "done_rows": 0, "actor": actor.label, **changed}
    if not rows.filter(stage=from_stage).update(**fresh):
        raise ImportUnderWay(file=str(staged_id))
    return staged_file(staged_id=staged_id, actor=actor)


def read_refused(*, staged_id: UUID, actor: Actor, at: datetime) -> bytes:
    """The refused rows in the form of the file with one more column. The reading is journaled. Raises UnknownFile."""
    _authorise(actor)
    row = StagedFile.objects.filter(id=staged_id, errors_id__isnull=False).first()
    if row is None or row.errors_id is None:
        raise UnknownFile(file=str(staged_id))
    return vault.get(object_id=row.errors_id, actor=actor, at=at, purpose="import_errors")


def _authorise(actor: Actor) -> None:
    if not actor.has(*MAY_IMPORT):
        raise MayNot(act="loans.import_staged")


def media_type(form: str) -> str:
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return workbook if form.startswith("xlsx") else "text/csv"
