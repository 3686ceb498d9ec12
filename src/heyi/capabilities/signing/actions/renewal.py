"""Timestamps end with their authority's certificate; before that, one more goes over everything (RFC 4998, B-LTA).

Each renewal is a new file in the vault beside the sealed one; nothing is replaced, and what a borrower downloaded years
ago stays as good as it was. Runs outside any transaction, because it talks to the timestamp authority; what it made is
written in one. While the authority is away, the old proof holds for months yet, and it is tried again in an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from heyi.capabilities.signing.actions import desk
from heyi.capabilities.signing.adapters import pades
from heyi.capabilities.signing.authority import authority
from heyi.capabilities.signing.domain.errors import TimestampAway
from heyi.capabilities.signing.domain.proofs import LEAD, Proofs
from heyi.capabilities.signing.models import Ceremony, Renewal
from heyi.capabilities.signing.queries import document
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import Problem

BATCH: Final = 20
AGAIN: Final = timedelta(hours=1)
NO_GAIN: Final = "signing.proof_not_longer"

log = structlog.get_logger()


def renew_due(at: datetime) -> int:
    """Job: renew the proofs that end within 180 days, or that the bank wants anew. Returns how many."""
    for row in Ceremony.objects.filter(state="sealed", proof_until__isnull=True).order_by("id")[:BATCH]:
        _note_end(row, at)
    due = _due(at).filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=at)).order_by("proof_until", "id")
    return sum(_renew(row, at) for row in list(due[:BATCH]))


def proofs(*, at: datetime) -> Proofs:
    """For whoever operates this: how many sealed files there are, how many are due, when the first one ends."""
    sealed = Ceremony.objects.filter(state="sealed")
    first = sealed.filter(proof_until__isnull=False).order_by("proof_until").values_list("proof_until", flat=True)
    return Proofs(sealed=sealed.count(), due=_due(at).count(), first_end=first.first())


def _due(at: datetime) -> QuerySet[Ceremony]:
    """Those whose certificate ends soon; and, from the day that the bank names, those stamped before it."""
    wanted, weak = Q(proof_until__lte=at + LEAD), settings.HEYI.renew_stamps_before
    if weak is not None and weak <= at:
        stamped = Renewal.objects.filter(ceremony=OuterRef("pk"), created_at__gte=weak)
        wanted |= Q(sealed_at__lt=weak) & Q(~Exists(stamped))
    return Ceremony.objects.filter(wanted, state="sealed")


def _renew(row: Ceremony, at: datetime) -> bool:
    house = authority(at=at)
    try:
        data = vault.get(object_id=document(ceremony_id=row.id), actor=SYSTEM, at=at, purpose="renew")
        data = pades.renew_document_timestamp(data, context=house.context(at=at), timestamps=house.timestamps(at=at))
    except Problem as problem:
        _wait(row.id, problem.code, at, away=isinstance(problem, TimestampAway))
        return False
    until = pades.proof_until(data)
    if row.proof_until is not None and until <= row.proof_until <= at + LEAD:
        _wait(row.id, NO_GAIN, at, away=False)
        return False
    return _keep(row.id, row.proof_until, data, until, at)


def _keep(ceremony_id: UUID, before: datetime | None, data: bytes, until: datetime, at: datetime) -> bool:
    """The renewed file with its entry, in one transaction; the first worker wins."""
    with transaction.atomic():
        row = desk.take(ceremony_id)
        if row.proof_until != before:
            return False
        kept = vault.put(
            data=data, media_type="application/pdf", kind="agreement", subject_id=row.party_id, actor=SYSTEM, at=at,
            case_id=row.case_id, file_name=f"{row.number}.pdf",
        )  # fmt: skip
        Renewal.objects.create(ceremony=row, created_at=at, object_id=kept.id, sha256=kept.sha256, proof_until=until)
        row.proof_until, row.next_try_at, row.last_problem = until, None, ""
        row.save(update_fields=["proof_until", "next_try_at", "last_problem"])
        facts = {"until": until.date().isoformat()}
        desk.write(row, "renew_timestamp", actor=SYSTEM, at=at, facts=facts, digests={"file": kept.sha256})
    return True


def _note_end(row: Ceremony, at: datetime) -> None:
    """For files from before this was kept: read the end out of the file once."""
    try:
        data = vault.get(object_id=document(ceremony_id=row.id), actor=SYSTEM, at=at, purpose="renew")
    except Problem as problem:
        log.warning("signing.proof_unread", ceremony=str(row.id), code=problem.code)
        return
    Ceremony.objects.filter(id=row.id, proof_until__isnull=True).update(proof_until=pades.proof_until(data))


def _wait(ceremony_id: UUID, code: str, at: datetime, *, away: bool) -> None:
    """Try again in an hour; the first failure is journaled."""
    log.warning("signing.renewal_waits", ceremony=str(ceremony_id), code=code)
    with transaction.atomic():
        row = desk.take(ceremony_id)
        told = row.last_problem == code
        row.next_try_at, row.last_problem = at + AGAIN, code
        row.save(update_fields=["next_try_at", "last_problem"])
        if not told:
            result = "waiting" if away else "failed"
            desk.write(row, "renew_timestamp", actor=SYSTEM, at=at, result=result, facts={"code": code})
