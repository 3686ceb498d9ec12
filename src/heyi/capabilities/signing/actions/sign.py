"""The two acts of signing. The borrower's is complete at once; the bank's is an order to seal, done by ``sealing``."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from asn1crypto import x509
from django.db import transaction

from heyi.capabilities.signing.actions import desk
from heyi.capabilities.signing.actions.prepare import keep_document
from heyi.capabilities.signing.adapters import pades
from heyi.capabilities.signing.adapters.authority import Signer
from heyi.capabilities.signing.adapters.pages import Box, Side, render_stamp
from heyi.capabilities.signing.authority import authority, pseudonym
from heyi.capabilities.signing.domain.agreement import Agreement
from heyi.capabilities.signing.domain.ceremony import CeremonyView, may_borrower_sign
from heyi.capabilities.signing.domain.errors import NoSuchCeremony
from heyi.capabilities.signing.domain.events import BorrowerSigned
from heyi.capabilities.signing.library import load_pack
from heyi.capabilities.signing.models import Ceremony, Document, Signature
from heyi.capabilities.signing.queries import agreement_of, view_of
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing import outbox

FIELDS: Final[dict[Side, tuple[str, str]]] = {
    "borrower": ("Borrower", "乙方电子签名 Borrower"),
    "bank": ("Bank", "甲方电子印章 Bank"),
}
SHOWN_SERIAL: Final = 20


def sign_as_borrower(
    *, ceremony_id: UUID, code_verified_at: datetime | None, actor: Actor, at: datetime
) -> CeremonyView:
    """The borrower signs: a key made for this signature alone, used once, and forgotten.

    ``code_verified_at`` is when the step-up code was found right; at most the pack's minutes ago. The signature is
    complete when this returns; its timestamp follows with the seal. Raises NotRead, CostFormNotConfirmed, CodeTooOld,
    WrongState, Expired, NotYourAct, NoSuchCeremony.
    """
    with transaction.atomic():
        row = desk.take(ceremony_id)
        desk.as_borrower(row, actor)
        agreement = agreement_of(row)
        may_borrower_sign(
            desk.progress(row, tuple(clause.id for clause in agreement.clauses)),
            code_verified_at=code_verified_at,
            at=at,
            parameters=load_pack(row.pack).parameters,
        )
        signer = authority(at=at).borrower(
            name_masked=agreement.borrower.name_masked,
            pseudonym=pseudonym(row.party_id),
            ceremony=row.number,
            at=at,
        )
        draft = row.documents.get(language="zh", stage="draft")
        data = vault.get(object_id=draft.object_id, actor=actor, at=at, purpose="sign")
        signed = put_signature(row, agreement, data, side="borrower", signer=signer, at=at)
        kept = keep_document(
            row, language="zh", stage="borrower_signed", data=signed, pages=draft.pages, actor=actor, at=at
        )
        _remember(row, "borrower", signer=signer, actor=actor, at=at, code_verified_at=code_verified_at)
        desk.step(
            row,
            "sign_borrower",
            actor=actor,
            at=at,
            facts={"certificate": signer.serial},
            digests={"read": draft.sha256, "signed": kept.sha256},
        )
        outbox.emit(BorrowerSigned(ceremony_id=row.id, case_id=row.case_id, party_id=row.party_id, signed_at=at), at=at)
    return view_of(row)


def require_ready(*, ceremony_id: UUID, at: datetime) -> None:
    """Everything but the code: so that nobody spends a code on an agreement that is not read.

    Raises NotRead, CostFormNotConfirmed, WrongState, Expired, NoSuchCeremony.
    """
    row = Ceremony.objects.filter(id=ceremony_id).first()
    if row is None:
        raise NoSuchCeremony()
    may_borrower_sign(
        desk.progress(row, tuple(clause.id for clause in agreement_of(row).clauses)),
        code_verified_at=at,
        at=at,
        parameters=load_pack(row.pack).parameters,
    )


def sign_as_bank(*, ceremony_id: UUID, actor: Actor, at: datetime) -> CeremonyView:
    """The bank orders its seal under what the borrower signed. ``seal_due`` makes it, also when the TSA is away now.

    Raises WrongState, Expired, NotYourAct, NoSuchCeremony, SignerUnusable.
    """
    with transaction.atomic():
        row = desk.take(ceremony_id)
        desk.as_bank(row, actor)
        row.next_try_at = at
        _remember(row, "bank", signer=authority(at=at).bank, actor=actor, at=at, code_verified_at=None)
        desk.step(row, "sign_bank", actor=actor, at=at)
    return view_of(row)


def put_signature(
    row: Ceremony, agreement: Agreement, data: bytes, *, side: Side, signer: Signer, at: datetime
) -> bytes:
    """The file with the signature of one side in its box."""
    field, label = FIELDS[side]
    name = agreement.borrower.name if side == "borrower" else agreement.bank.name
    return pades.sign(
        data,
        signer=signer.inner,
        field=field,
        label=label,
        box=Box(**row.boxes[side]),
        stamp=render_stamp(
            load_pack(row.pack), side=side, name=name, certificate=signer.serial[:SHOWN_SERIAL], signed_at=at
        ),
        reason=agreement.title_zh,
        at=at,
    )


def latest_signed(row: Ceremony) -> Document:
    """The file that the borrower signed."""
    return row.documents.get(language="zh", stage="borrower_signed")


def _remember(
    row: Ceremony, side: Side, *, signer: Signer, actor: Actor, at: datetime, code_verified_at: datetime | None
) -> None:
    certificate: x509.Certificate = signer.certificate
    Signature.objects.get_or_create(
        ceremony=row,
        side=side,
        defaults={
            "created_at": at,
            "signed_at": at,
            "actor": actor.label,
            "code_verified_at": code_verified_at,
            "serial": signer.serial,
            "certificate": certificate.dump(),
        },
    )
