"""A version begins to hold: kept whole, signed, journaled. What lies in files never holds by being changed there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import keys
from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import BadPack, PackMissing
from heyi.capabilities.compliance.domain.documents import Document
from heyi.capabilities.compliance.domain.seals import adoption_statement, sign
from heyi.capabilities.compliance.domain.together import joint_version
from heyi.capabilities.compliance.models import PackAdoption, PackProposal, PackVersion
from heyi.capabilities.compliance.problems import PackNotTrusted
from heyi.capabilities.compliance.queries import packs
from heyi.capabilities.journal import api as journal
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.canonical import canonical_bytes, digest

SUBJECT = "compliance_pack_proposal"


def keep(document: Document, *, actor: Actor, at: datetime) -> PackVersion:
    """The version in the archive; the same content is kept once."""
    content = document.bytes().decode()
    row, _ = PackVersion.objects.get_or_create(
        digest=document.digest(),
        defaults={
            "created_at": at,
            "name": document.name,
            "version": document.version(),
            "content": content,
            "kept_by": actor.label,
        },
    )
    return row


def adopt_due(at: datetime) -> int:
    """Keep what holds, and adopt what was approved and whose day has come. Returns how many versions began to hold."""
    count = sum(_first(name, at) for name in settings.HEYI.jurisdictions)
    due = PackProposal.objects.filter(state="approved", holds_from__lte=at).order_by("holds_from", "id")
    for proposal_id in list(due.values_list("id", flat=True)):
        count += _approved(proposal_id, at)
    _keep_joint(at)
    return count


def _keep_joint(at: datetime) -> None:
    """Which packs judge together is kept too, so that a joint version can be taken apart later."""
    try:
        held = packs.packs(at=at)
    except (PackMissing, BadPack):
        return  # the gate is closed, nothing is judged
    if len(held) < 2:
        return
    content = canonical_bytes({"parts": [pack.version for pack in held]}).decode()
    PackVersion.objects.get_or_create(
        digest=digest(content),
        defaults={
            "created_at": at,
            "name": "+".join(pack.name for pack in held)[:40],
            "version": joint_version(held),
            "content": content,
            "kept_by": SYSTEM.label,
        },
    )


def adopt_signed(*, name: str, key: str, signature: str, actor: Actor, at: datetime) -> str:
    """Adopt what lies in the files, by a signature of the committee made elsewhere. Raises PackNotTrusted, BadPack."""
    document = packs.on_disk(name)
    pack_files.made(document)
    packs.signed_by_committee(name, document.digest(), key, signature)
    if not settings.HEYI.pack_signers:
        raise PackNotTrusted(
            where=name, problem="HEYI_PACK_SIGNERS names no key", next_step="name the committee's keys in the settings"
        )
    with transaction.atomic():
        version = keep(document, actor=actor, at=at)
        _begin(version, at, way="installed", actor=actor, committee_key=key, committee_signature=signature)
    return version.version


def _first(name: str, at: datetime) -> int:
    """The pack of the software holds from the first day on; a demo follows later ones too, a bank votes on them."""
    newest = PackAdoption.objects.filter(name=name).select_related("version").order_by("-holds_from").first()
    follows = (settings.HEYI.demo or settings.HEYI.debug) and newest is not None and newest.way != "approved"
    if settings.HEYI.pack_signers or (newest is not None and not follows):
        return 0
    document = packs.on_disk(name)
    if newest is not None and newest.version.digest == document.digest():
        return 0
    pack_files.made(document)
    with transaction.atomic():
        version = keep(document, actor=SYSTEM, at=at)
        _begin(version, at, way="release" if newest else "installed", actor=SYSTEM)
    return 1


def _approved(proposal_id: Any, at: datetime) -> int:
    with transaction.atomic():
        row = PackProposal.objects.select_for_update().select_related("version").get(id=proposal_id)
        if row.state != "approved":
            return 0
        why_not = _void(row, at)
        if why_not == "unsigned":
            return 0
        row.state, row.ended_at, row.note = ("void" if why_not else "adopted"), at, why_not
        row.save(update_fields=["state", "ended_at", "note"])
        if why_not:
            _tell("void_pack_proposal", row, SYSTEM, at, {"why": why_not})
            return 0
        _begin(
            row.version,
            at,
            way="approved",
            actor=SYSTEM,
            approval_id=row.approval_id,
            proposal=row,
            committee_key=row.committee_key,
            committee_signature=row.committee_signature,
        )
    return 1


def _void(row: PackProposal, at: datetime) -> str:
    """Why the approved change cannot begin; ``unsigned`` waits, everything else ends the proposal."""
    if not approvals.standing(kind="pack_change", subject=f"{SUBJECT}:{row.id}", at=at):
        return "approval_gone"
    if packs.document(row.name, at=at).digest() != row.base:
        return "base_changed"
    try:
        pack_files.made(packs.document_of_version(row.version_id))
        packs.signed_by_committee(row.name, row.version.digest, row.committee_key, row.committee_signature)
    except PackNotTrusted:
        return "unsigned"
    except BadPack:
        return "unusable"
    return ""


def _begin(
    version: PackVersion,
    at: datetime,
    *,
    way: str,
    actor: Actor,
    approval_id: Any = None,
    proposal: PackProposal | None = None,
    committee_key: str = "",
    committee_signature: str = "",
) -> None:
    told = adoption_statement(
        name=version.name, digest=version.digest, holds_from=at, way=way, approval_id=approval_id,
        adopted_by=actor.label,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row = PackAdoption.objects.create(
                created_at=at,
                name=version.name,
                version=version,
                holds_from=at,
                way=way,
                approval_id=approval_id,
                proposal=proposal,
                adopted_by=actor.label,
                key=keys.adoption_public_key(),
                signature=sign(keys.adoption_key(), told),
                committee_key=committee_key,
                committee_signature=committee_signature,
            )
    except IntegrityError:
        return  # another process did it in this very instant
    journal.record(
        actor=actor,
        act="compliance.adopt_pack",
        at=at,
        subject=f"compliance_pack_adoption:{row.id}",
        facts={
            "pack": version.version,
            "digest": version.digest,
            "way": way,
            "approval": str(approval_id) if approval_id else None,
        },
    )


def _tell(verb: str, row: PackProposal, actor: Actor, at: datetime, facts: dict[str, Any]) -> None:
    journal.record(
        actor=actor,
        act=f"compliance.{verb}",
        at=at,
        subject=f"{SUBJECT}:{row.id}",
        facts={"pack": row.name, "version": row.version.version, **facts},
    )
