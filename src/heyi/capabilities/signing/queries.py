"""Reads: frozen values, never rows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heyi.capabilities.signing.adapters.pades_check import check
from heyi.capabilities.signing.authority import authority
from heyi.capabilities.signing.domain.agreement import Agreement, Language
from heyi.capabilities.signing.domain.ceremony import (
    CeremonyView,
    ReadingView,
    SignatureView,
    waiting_for,
)
from heyi.capabilities.signing.domain.errors import NoSuchCeremony
from heyi.capabilities.signing.domain.form import agreement_from
from heyi.capabilities.signing.domain.verdict import PdfVerdict
from heyi.capabilities.signing.library import load_pack
from heyi.capabilities.signing.models import Ceremony, Document, Renewal
from heyi.capabilities.vault import api as vault
from heyi.plumbing.sealing import unseal

CONTEXT = "signing.ceremony.agreement"
STAGES = ("sealed", "borrower_signed", "draft")


def ceremony(*, ceremony_id: UUID) -> CeremonyView:
    """One ceremony with its agreement. Who may see it is for the caller to know. Raises NoSuchCeremony."""
    row = Ceremony.objects.filter(id=ceremony_id).first()
    if row is None:
        raise NoSuchCeremony()
    return view_of(row)


def ceremonies_of(*, case_id: UUID) -> list[CeremonyView]:
    """All ceremonies of a case, newest first."""
    return [view_of(row) for row in Ceremony.objects.filter(case_id=case_id).order_by("-id")]


def document(*, ceremony_id: UUID, language: Language = "zh") -> UUID:
    """The vault object of the newest file in this language: renewed, sealed,
    else signed by the borrower, else the draft.

    Only the Chinese text is signed; the English copy stays a translation. Raises NoSuchCeremony.
    """
    newest = Renewal.objects.filter(ceremony_id=ceremony_id).order_by("-created_at", "-id").first()
    if newest is not None and language == "zh":
        return newest.object_id
    found = {row.stage: row.object_id for row in Document.objects.filter(ceremony_id=ceremony_id, language=language)}
    for stage in STAGES:
        if stage in found:
            return found[stage]
    raise NoSuchCeremony()


def verify_pdf(data: bytes, *, at: datetime) -> PdfVerdict:
    """What the signatures in a file prove, by our roots. Never raises for bad input; nothing is stored."""
    return check(data, trust=authority(at=at).trust, at=at)


def is_on_file(*, sha256: str) -> bool:
    """True when we sealed exactly these bytes: «this is the original», beyond what its signatures say."""
    sealed = Document.objects.filter(sha256=sha256, stage="sealed").exists()
    return sealed or Renewal.objects.filter(sha256=sha256).exists()


def agreement_of(row: Ceremony) -> Agreement:
    """The agreement as it was prepared, unsealed with the borrower's key."""
    key = vault.subject_key(subject_id=row.party_id, at=row.created_at)
    return agreement_from(unseal(key, bytes(row.agreement_sealed), context=CONTEXT))


def view_of(row: Ceremony) -> CeremonyView:
    """A row with its readings, signatures and agreement as one frozen value."""
    agreement = agreement_of(row)
    read = {reading.clause_id: reading for reading in row.readings.all()}
    return CeremonyView(
        id=row.id,
        number=row.number,
        state=row.state,  # type: ignore[arg-type]  # held by a constraint
        case_id=row.case_id,
        party_id=row.party_id,
        branch=row.branch,
        agreement=agreement,
        agreement_digest=row.agreement_digest,
        made_on=agreement.made_on,
        prepared_at=row.created_at,
        expires_at=row.expires_at,
        consented_at=row.consented_at,
        cost_form_acknowledged_at=row.cost_form_acknowledged_at,
        cost_form_min_seconds=load_pack(row.pack).parameters.cost_form_min_seconds,
        readings=tuple(
            ReadingView(clause.id, found.shown_at, found.seconds, found.acknowledged_at)
            if (found := read.get(clause.id))
            else ReadingView(clause.id, None, 0, None)
            for clause in agreement.clauses
        ),
        signatures=tuple(
            SignatureView(one.side, one.signed_at, one.serial, one.timestamped_at)  # type: ignore[arg-type]
            for one in row.signatures.order_by("signed_at", "id")
        ),
        waiting_for=waiting_for(row.state, last_problem=row.last_problem),  # type: ignore[arg-type]
        next_try_at=row.next_try_at if row.state == "sealing" else None,
        sealed_at=row.sealed_at,
        refused_at=row.ended_at if row.state == "refused" else None,
        document_id=document(ceremony_id=row.id) if row.state == "sealed" else None,
    )
