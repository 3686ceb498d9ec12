"""Puts a complete agreement before the borrower: checked, rendered in both languages, kept, nothing signed yet."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from heyi.capabilities.signing.actions import desk
from heyi.capabilities.signing.adapters.pages import Pages, render_agreement
from heyi.capabilities.signing.domain.agreement import Agreement, Language
from heyi.capabilities.signing.domain.ceremony import CeremonyView
from heyi.capabilities.signing.domain.errors import NotSignable, NotYourAct, NumberTaken
from heyi.capabilities.signing.domain.form import agreement_bytes, agreement_digest
from heyi.capabilities.signing.domain.pack import AgreementPack
from heyi.capabilities.signing.domain.signable import lacks
from heyi.capabilities.signing.library import load_pack
from heyi.capabilities.signing.models import Ceremony, Document
from heyi.capabilities.signing.queries import CONTEXT, view_of
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.plumbing.sealing import seal

LANGUAGES: Final[tuple[Language, Language]] = ("zh", "en")


def prepare(
    *,
    agreement: Agreement,
    subject_id: UUID,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    expires_at: datetime | None = None,
    pack: str = "cn",
) -> CeremonyView:
    """Open the signing of ``agreement``. ``subject_id`` is the borrower's party id.

    Raises NotSignable with everything that is missing or does not add up, NumberTaken when the number or the case
    has a live ceremony, NotYourAct for anybody but the bank's staff of this branch and the system.
    """
    rules = load_pack(pack)
    missing = lacks(agreement, rules)
    if missing:
        raise NotSignable(lacks=[f"{lack.code}:{lack.detail}" if lack.detail else lack.code for lack in missing])
    told = {language: _render(agreement, rules, language, at) for language in LANGUAGES}
    try:
        with transaction.atomic():
            row = Ceremony(
                created_at=at,
                number=agreement.number,
                case_id=case_id,
                party_id=subject_id,
                branch=agreement.bank.branch_code,
                state="prepared",
                agreement_sealed=seal(
                    vault.subject_key(subject_id=subject_id, at=at), agreement_bytes(agreement), context=CONTEXT
                ),
                agreement_digest=agreement_digest(agreement),
                pack=pack,
                boxes={side: asdict(box) for side, box in told["zh"].boxes.items()},
                expires_at=expires_at or at + timedelta(days=rules.parameters.ceremony_days),
            )
            _bank_side(row, actor)
            row.save(force_insert=True)
            kept = [_keep(row, language, told[language], actor, at) for language in LANGUAGES]
            desk.write(
                row,
                "prepare",
                actor=actor,
                at=at,
                facts={"clauses": len(agreement.clauses), "rows": len(agreement.rows), "pack": rules.version},
                digests={f"file_{document.language}": document.sha256 for document in kept},
            )
    except IntegrityError as error:
        raise NumberTaken() from error
    return view_of(row)


def _bank_side(row: Ceremony, actor: Actor) -> None:
    if actor.kind not in ("staff", "system"):
        raise NotYourAct(needs="staff")
    if not actor.sees(row.branch):
        raise NotYourAct(needs="branch")


def _render(agreement: Agreement, rules: AgreementPack, language: Language, at: datetime) -> Pages:
    fingerprint = agreement_digest(agreement)
    return render_agreement(
        agreement,
        rules,
        language=language,
        fingerprint=fingerprint,
        verify_url=f"{settings.HEYI.public_url}/verify/?n={agreement.number}",
        at=at,
    )


def _keep(row: Ceremony, language: Language, pages: Pages, actor: Actor, at: datetime) -> Document:
    return keep_document(row, language=language, stage="draft", data=pages.pdf, pages=pages.count, actor=actor, at=at)


def keep_document(
    row: Ceremony, *, language: Language, stage: str, data: bytes, pages: int, actor: Actor, at: datetime
) -> Document:
    """One more file of the ceremony, encrypted in the vault."""
    stored = vault.put(
        data=data,
        media_type="application/pdf",
        kind="agreement",
        subject_id=row.party_id,
        actor=actor,
        at=at,
        case_id=row.case_id,
        file_name=f"{row.number}{'' if language == 'zh' else '-en'}.pdf",
    )
    return Document.objects.create(
        ceremony=row,
        created_at=at,
        language=language,
        stage=stage,
        object_id=stored.id,
        sha256=stored.sha256,
        pages=pages,
    )
