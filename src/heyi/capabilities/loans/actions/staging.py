"""Importing a file that somebody sends by hand: first a dry run to look at, then the import of exactly that file.

Between the two the file lies sealed in the vault; what is imported is what was looked at, byte for byte.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.loans import reports
from heyi.capabilities.loans.actions.import_loans import import_loans
from heyi.capabilities.loans.actions.import_payments import import_instalments, import_payments
from heyi.capabilities.loans.actions.importing import MAY_IMPORT
from heyi.capabilities.loans.domain.faults import ImportUnderWay, MayNot, UnknownFile
from heyi.capabilities.loans.domain.report import ImportReport
from heyi.capabilities.loans.domain.views import StagedView
from heyi.capabilities.loans.models import ImportRun, StagedFile
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
    """Say what a file of ``kind`` (loans, payments, instalments) would do, and keep it for the import.

    Raises MayNot, Invalid (kind), WrongFile, vault.unsafe_file; then nothing is kept.
    """
    _authorise(actor)
    if kind not in IMPORTERS:
        raise Invalid(fields={"kind": "unknown"})
    refused = io.BytesIO()
    report = IMPORTERS[kind](source=data, dry_run=True, actor=actor, at=at, errors=refused)
    with transaction.atomic():
        kept = vault.put(
            data=data, media_type=_media_type(report.form), kind=KIND, subject_id=None, actor=actor, at=at,
            file_name=file_name,
        )  # fmt: skip
        row = StagedFile.objects.create(
            created_at=at,
            kind=kind,
            file_name=file_name[:200],
            object_id=kept.id,
            errors_id=_keep_errors(refused, report, file_name, actor, at),
            size=len(data),
            actor=actor.label,
            report_sealed=reports.close(report),
        )
    return staged_file(staged_id=row.id, actor=actor)


def import_staged(*, staged_id: UUID, actor: Actor, at: datetime) -> StagedView:
    """Import the file that was looked at. Whoever comes second gets ImportUnderWay.

    Raises MayNot, UnknownFile, WrongFile, ImportUnderWay.
    """
    _authorise(actor)
    row = StagedFile.objects.filter(id=staged_id).first()
    if row is None:
        raise UnknownFile(file=str(staged_id))
    if not StagedFile.objects.filter(id=staged_id, stage="checked").update(stage="running"):
        raise ImportUnderWay(file=str(staged_id))
    try:
        refused = io.BytesIO()
        data = vault.get(object_id=row.object_id, actor=actor, at=at, purpose="import")
        report = IMPORTERS[row.kind](source=data, dry_run=False, actor=actor, at=at, errors=refused)
    except BaseException:
        StagedFile.objects.filter(id=staged_id).update(stage="checked")
        raise
    with transaction.atomic():
        if report.run_id is not None:
            ImportRun.objects.filter(id=report.run_id).update(file_name=row.file_name)
        StagedFile.objects.filter(id=staged_id).update(
            stage="done",
            run=report.run_id,
            report_sealed=reports.close(report),
            errors_id=_keep_errors(refused, report, row.file_name, actor, at),
        )
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


def _keep_errors(refused: io.BytesIO, report: ImportReport, file_name: str, actor: Actor, at: datetime) -> UUID | None:
    data = refused.getvalue()
    if not data:
        return None
    kept = vault.put(
        data=data, media_type=_media_type(report.form), kind=KIND, subject_id=None, actor=actor, at=at,
        file_name=f"errors-{file_name}",
    )  # fmt: skip
    return kept.id


def _media_type(form: str) -> str:
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return workbook if form.startswith("xlsx") else "text/csv"
