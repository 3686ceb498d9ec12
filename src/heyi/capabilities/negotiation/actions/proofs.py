"""Proofs and other files: photos or PDF, looked at hard by the vault, read only by those who may see the case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heyi.capabilities.contact import api as contact
from heyi.capabilities.negotiation.actions import desk
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.problems import CaseNotFound, Moved, TooManyProofs
from heyi.capabilities.negotiation.models import Case, MessageFile, Proof
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid

FILE_NAME = "proof.file_name"


def attach_proof(*, case_id: UUID, kind: str, data: bytes, file_name: str, actor: Actor, at: datetime) -> Done:
    """Keep a proof (JPEG, PNG, WebP or PDF, at most ``vault.upload_limit()``). Raises vault.unsafe_file, TooManyProofs.

    The same file twice is one proof. ``kind`` is a code of the policy's proof_kinds.
    """
    if kind not in policy().keys("proof_kinds"):
        raise Invalid(fields={"kind": "unknown"})
    with transaction.atomic():
        case = desk.take(case_id, act="attach_proof", actor=actor, at=at)
        if case.proofs.filter(removed_at__isnull=True).count() >= policy().limits.proofs:
            raise TooManyProofs(limit=policy().limits.proofs)
        stored = vault.accept_upload(
            data=data, file_name=file_name, kind="proof", subject_id=case.party_id, actor=actor, at=at, case_id=case.id
        )
        again = case.proofs.filter(sha256=stored.sha256, removed_at__isnull=True).first()
        if again is not None:
            return desk.done(case, again.id)
        proof = Proof.objects.create(
            created_at=at,
            case=case,
            party_id=case.party_id,
            kind=kind,
            object_id=stored.id,
            sha256=stored.sha256,
            size=stored.size,
            media_type=stored.media_type,
            file_name_sealed=Envelope(case.party_id, at=at).close(stored.file_name, FILE_NAME),
        )
        desk.put(case, at=at, restart_clock=False)
        desk.write(
            case,
            act="attach_proof",
            actor=actor,
            at=at,
            subject=f"negotiation_proof:{proof.id}",
            facts={"kind": kind, "size": stored.size, "object": str(stored.id)},
            digests={"content": stored.sha256},
        )
    return desk.done(case, proof.id)


def remove_proof(*, case_id: UUID, proof_id: UUID, actor: Actor, at: datetime) -> Done:
    """Take a proof back before handing in. Raises Moved when it is gone already."""
    with transaction.atomic():
        case = desk.take(case_id, act="remove_proof", actor=actor, at=at)
        proof = case.proofs.filter(id=proof_id, removed_at__isnull=True).first()
        if proof is None:
            raise Moved(proof=str(proof_id))
        proof.removed_at = at
        proof.save(update_fields=["removed_at"])
        desk.put(case, at=at, restart_clock=False)
        desk.write(case, act="remove_proof", actor=actor, at=at, subject=f"negotiation_proof:{proof.id}")
    return desk.done(case, proof.id)


def read_file(*, case_id: UUID, object_id: UUID, actor: Actor, at: datetime, purpose: str) -> bytes:
    """The bytes of a proof or a message's file. Journaled by the vault. Raises CaseNotFound for what is not yours."""
    _may_read(case_id, object_id, actor, at)
    return vault.get(object_id=object_id, actor=actor, at=at, purpose=purpose)


def preview_file(*, case_id: UUID, object_id: UUID, actor: Actor, at: datetime, purpose: str = "preview") -> bytes:
    """A JPEG copy without EXIF of a photo; a reading, so journaled with its purpose.

    Raises vault.no_preview for a PDF, CaseNotFound for what is not yours.
    """
    _may_read(case_id, object_id, actor, at)
    return vault.preview(object_id=object_id, actor=actor, at=at, purpose=purpose)


def _may_read(case_id: UUID, object_id: UUID, actor: Actor, at: datetime) -> None:
    case = Case.objects.filter(id=case_id).first()
    if case is None or not desk.visible(actor, case, at=at):
        raise CaseNotFound(case_id=str(case_id))
    proof = Proof.objects.filter(case=case, object_id=object_id, removed_at__isnull=True).exists()
    sent = MessageFile.objects.filter(message__case=case, object_id=object_id)
    if actor.kind != "staff":
        sent = sent.filter(message__internal=False)
    signed = actor.kind in ("staff", "borrower", "integration") and case.document_id == object_id
    if not (proof or signed or sent.exists() or _is_letter(case, object_id)):
        raise CaseNotFound(object_id=str(object_id))


def _is_letter(case: Case, object_id: UUID) -> bool:
    """A letter of the bank about this case."""
    return any(line.stored_object_id == object_id for line in contact.ledger(case_id=case.id, limit=500))
