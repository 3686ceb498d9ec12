"""A file that somebody sends by hand: kept, checked by the worker, looked at, and imported on a word.

All the while it lies sealed in the vault; what is imported is what was looked at, byte for byte. The work itself stands
in ``staged_work``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID

from django.conf import settings

from heyi.capabilities.loans import pieces
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
from heyi.plumbing import queued

IMPORTERS: Final[dict[str, Callable[..., ImportReport]]] = {
    "loans": import_loans,
    "payments": import_payments,
    "instalments": import_instalments,
}


def stage_file(*, kind: str, source: BinaryIO, file_name: str, actor: Actor, at: datetime) -> StagedView:
    """Keep a file of ``kind`` (loans, payments, instalments); the worker then says what it would do.

    At most ``HEYI_IMPORT_FILE_MIB``; it is read piece by piece, and no transaction waits for that.
    Raises MayNot, Invalid (kind), vault.UnsafeFile (empty, too_large), vault.StoreAway; then nothing is kept.
    """
    _authorise(actor)
    if kind not in IMPORTERS:
        raise Invalid(fields={"kind": "unknown"})
    size, most = pieces.size_of(source), file_most_bytes()
    if not 0 < size <= most:
        raise vault.UnsafeFile(reason="too_large" if size else "empty", bytes_limit=most)
    form = media_type(file_name.lower().rpartition(".")[2])
    kept = pieces.keep(source, media_type=form, file_name=file_name, actor=actor, at=at)
    row = StagedFile.objects.create(
        created_at=at, kind=kind, file_name=file_name[:200], pieces=kept, size=size, actor=actor.label
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
    if not StagedFile.objects.filter(id=staged_id).exists():
        raise UnknownFile(file=str(staged_id))
    if not queued.order_again(StagedFile, staged_id, from_stage=from_stage, actor=actor.label, **changed):
        raise ImportUnderWay(file=str(staged_id))
    return staged_file(staged_id=staged_id, actor=actor)


def read_refused(*, staged_id: UUID, actor: Actor, at: datetime) -> Iterator[bytes]:
    """The refused rows in the form of the file with one more column, piece by piece; the reading is journaled.

    Raises MayNot, UnknownFile.
    """
    _authorise(actor)
    row = StagedFile.objects.filter(id=staged_id).first()
    if row is None or not row.error_pieces:
        raise UnknownFile(file=str(staged_id))
    return pieces.read(row.error_pieces, actor=actor, at=at, purpose="import_errors")


def file_most_bytes() -> int:
    """The largest file that may be sent by hand."""
    return int(settings.HEYI.import_file_mib) << 20


def _authorise(actor: Actor) -> None:
    if not actor.has(*MAY_IMPORT):
        raise MayNot(act="loans.import_staged")


def media_type(form: str) -> str:
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return workbook if form.startswith("xlsx") else "text/csv"
