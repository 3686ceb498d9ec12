"""From two acts to one finished file: timestamps, the bank's seal, proof data, and a timestamp over everything.

Runs outside any transaction, because it talks to the timestamp authority; what it made is written in one. When the
authority is away the ceremony stays as it is and is tried again, at the latest every minute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from heyi.capabilities.signing.actions import desk
from heyi.capabilities.signing.actions.prepare import keep_document
from heyi.capabilities.signing.actions.sign import FIELDS, latest_signed, put_signature, sign_as_bank
from heyi.capabilities.signing.adapters import pades
from heyi.capabilities.signing.authority import authority
from heyi.capabilities.signing.domain.errors import Expired, TimestampAway, WrongState
from heyi.capabilities.signing.domain.events import AgreementSealed
from heyi.capabilities.signing.library import load_pack
from heyi.capabilities.signing.models import Ceremony, Signature
from heyi.capabilities.signing.queries import agreement_of
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import Problem
from heyi.plumbing import outbox

BATCH: Final = 20
LONGEST_WAIT: Final = timedelta(seconds=60)

log = structlog.get_logger()


def seal_due(at: datetime) -> int:
    """Job: orders the bank's seal where policy lets the system do it, then finishes what is due. Returns how many."""
    _order_seals(at)
    due = Ceremony.objects.filter(state="sealing", next_try_at__lte=at).order_by("next_try_at", "id")
    return sum(seal(ceremony_id=one, at=at) for one in list(due.values_list("id", flat=True)[:BATCH]))


def seal(*, ceremony_id: UUID, at: datetime) -> bool:
    """Finish one ceremony now. False when it must wait (the reason stands in the ceremony) or is finished already."""
    row = Ceremony.objects.filter(id=ceremony_id, state="sealing").first()
    if row is None:
        return False
    try:
        finished = _finish(row, at)
    except Problem as problem:
        _wait(row, problem, at)
        return False
    return _keep(row.id, finished, at)


def _order_seals(at: datetime) -> None:
    waiting = Ceremony.objects.filter(state="borrower_signed", expires_at__gt=at).order_by("id")
    for one, pack in list(waiting.values_list("id", "pack")[:BATCH]):
        if load_pack(pack).parameters.bank_seals == "automatic":
            try:
                sign_as_bank(ceremony_id=one, actor=SYSTEM, at=at)
            except (WrongState, Expired):
                continue  # somebody was faster: sealed, refused or expired in between


def _finish(row: Ceremony, at: datetime) -> bytes:
    """The complete file, PAdES-B-LTA. Raises TimestampAway."""
    house, agreement = authority(at=at), agreement_of(row)
    order = Signature.objects.get(ceremony=row, side="bank")
    timestamps, context = house.timestamps(at=at), house.context(at=at)
    data = vault.get(object_id=latest_signed(row).object_id, actor=SYSTEM, at=at, purpose="seal")
    data = pades.add_signature_timestamp(data, field=FIELDS["borrower"][0], timestamps=timestamps)
    data = put_signature(row, agreement, data, side="bank", signer=house.bank, at=order.signed_at)
    data = pades.add_signature_timestamp(data, field=FIELDS["bank"][0], timestamps=timestamps)
    data = pades.add_validation_data(data, context=context)
    return pades.add_document_timestamp(data, context=context, timestamps=timestamps)


def _keep(ceremony_id: UUID, data: bytes, at: datetime) -> bool:
    """Write the finished file with its state and tell everybody, in one transaction; the first worker wins."""
    with transaction.atomic():
        row = desk.take(ceremony_id)
        if row.state != "sealing":
            return False
        pages = latest_signed(row).pages
        kept = keep_document(row, language="zh", stage="sealed", data=data, pages=pages, actor=SYSTEM, at=at)
        row.signatures.update(timestamped_at=at)
        row.sealed_at, row.next_try_at, row.last_problem = at, None, ""
        row.proof_until = pades.proof_until(data)
        desk.step(row, "seal", actor=SYSTEM, at=at, digests={"file": kept.sha256}, timely=False)
        outbox.emit(
            AgreementSealed(
                ceremony_id=row.id,
                case_id=row.case_id,
                party_id=row.party_id,
                document_id=kept.object_id,
                sealed_at=at,
            ),
            at=at,
        )
    return True


def _wait(row: Ceremony, problem: Problem, at: datetime) -> None:
    """Remember why and when to try again: after 1, 2, 4 … seconds, at most a minute. The first failure is journaled."""
    log.warning("signing.seal_waits", ceremony=str(row.id), code=problem.code)
    with transaction.atomic():
        row = desk.take(row.id)
        if row.state != "sealing":
            return
        row.attempts += 1
        row.last_problem = problem.code
        row.next_try_at = at + min(timedelta(seconds=2 ** min(row.attempts - 1, 10)), LONGEST_WAIT)
        row.save(update_fields=["attempts", "last_problem", "next_try_at"])
        if row.attempts == 1:
            away = isinstance(problem, TimestampAway)
            desk.write(
                row, "seal", actor=SYSTEM, at=at, result="waiting" if away else "failed", facts={"code": problem.code}
            )
