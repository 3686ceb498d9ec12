"""A change of the rules is asked for, voted on and dated. Who proposed it does not vote: approvals sees to that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance.actions.adoption import SUBJECT, _tell, keep
from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain.documents import Document
from heyi.capabilities.compliance.domain.proposals import (
    WAYS,
    FilesChange,
    PackChange,
    Preview,
    Proposal,
    RuleEdit,
    TakeInstalled,
    edited,
)
from heyi.capabilities.compliance.domain.seals import content_statement, holds
from heyi.capabilities.compliance.domain.wording import compare, loosened_law
from heyi.capabilities.compliance.models import PackProposal
from heyi.capabilities.compliance.problems import (
    DayUnusable,
    LawLoosened,
    NothingChanges,
    NotYourPack,
    ProposalEnded,
    ProposalNotFound,
    ReasonMissing,
    SignatureUnknown,
)
from heyi.capabilities.compliance.queries import packs, proposals
from heyi.kit.actors import Actor
from heyi.kit.canonical import digest

PROPOSERS: Final = ("compliance", "lead")
REASON_LONGEST: Final = 2000
FARTHEST: Final = timedelta(days=90)
"""An approval of a pack change lapses after this time (packs/cn/approvals.yaml)."""
OPEN: Final = ("waiting", "approved")
MOST_CHANGES: Final = 20
"""Differences that the approvals desk shows with the request; the proposal's own page shows all."""


def preview_pack_change(*, name: str, change: PackChange, actor: Actor, at: datetime) -> Preview:
    """What the change would mean. Raises NotYourPack, BadPack, NotStricter, LawLoosened, NothingChanges."""
    if not actor.has(*PROPOSERS):
        raise NotYourPack(needs=list(PROPOSERS))
    document = packs.document(name, at=at)
    changed = _changed(document, change)
    before, after = packs.pack(name, at=at), pack_files.made(changed)
    changes = compare(before, after, pack_files.words())
    if changed.digest() == document.digest():
        raise NothingChanges(fields={"change": "same"}, pack=name)
    against_law = loosened_law(changes)
    if against_law:
        raise LawLoosened(
            fields={"change": "looser"},
            rule=against_law[0].rule_id,
            zh=against_law[0].says.zh,
            en=against_law[0].says.en,
        )
    return Preview(before=before, after=after, document=changed, changes=changes)


def propose_pack_change(
    *,
    name: str,
    change: PackChange,
    reason: str,
    effect: str,
    holds_from: date,
    actor: Actor,
    at: datetime,
    dry_run: str = "",
    figures: Mapping[str, Any] | None = None,
) -> Proposal:
    """Ask the committee for a change that holds from the beginning of ``holds_from`` (the pack's own calendar).

    ``reason`` and ``effect`` answer the committee's form; ``figures`` are those of the dry run, plain values.
    Raises what the preview raises, ReasonMissing, DayUnusable.
    """
    seen = preview_pack_change(name=name, change=change, actor=actor, at=at)
    if not reason.strip() or not effect.strip():
        raise ReasonMissing(fields={"reason" if not reason.strip() else "effect": "missing"})
    begins = datetime.combine(holds_from, time(0), tzinfo=seen.after.timezone)
    if holds_from < at.astimezone(seen.after.timezone).date() or begins > at + FARTHEST:
        raise DayUnusable(fields={"holds_from": "out_of_range"}, most_days=FARTHEST.days)
    with transaction.atomic():
        base = keep(packs.document(name, at=at), actor=actor, at=at)
        version = keep(seen.document, actor=actor, at=at)
        row = PackProposal.objects.create(
            created_at=at,
            name=name,
            way=WAYS[type(change)],
            version=version,
            base=base.digest,
            reason=reason.strip()[:REASON_LONGEST],
            proposed_by=actor.label,
            holds_from=begins,
            figures=json.loads(json.dumps(dict(figures or {}), default=str)),
        )
        asked = approvals.ask(
            kind="pack_change",
            subject=f"{SUBJECT}:{row.id}",
            facts=_facts(seen, holds_from),
            assessment={"why": reason, "effect": effect, "dry_run": dry_run},
            actor=actor,
            at=at,
        )
        row.approval_id = asked.id
        row.save(update_fields=["approval_id"])
        _tell("propose_pack", row, actor, at, {
            "way": row.way, "approval": str(asked.id), "from": holds_from.isoformat(), "changes": len(seen.changes),
            "differences": digest("\n".join(one.says.zh for one in seen.changes)),
        })  # fmt: skip
    return proposals.proposal(proposal_id=row.id)


def withdraw_pack_change(*, proposal_id: UUID, reason: str, actor: Actor, at: datetime) -> Proposal:
    """Ask no longer. Raises ProposalNotFound, ProposalEnded, and what the approvals desk raises."""
    row = _open(proposal_id)
    if row.state == "waiting" and row.approval_id:
        approvals.withdraw(approval_id=row.approval_id, reason=reason, actor=actor, at=at)
    elif row.approval_id:
        approvals.revoke(approval_id=row.approval_id, reason=reason, actor=actor, at=at)
    end(row.id, "withdrawn", actor, at)
    return proposals.proposal(proposal_id=proposal_id)


def countersign(*, proposal_id: UUID, key: str, signature: str, actor: Actor, at: datetime) -> Proposal:
    """Add the committee's own signature, made with a key that is not kept here. Raises SignatureUnknown."""
    if not actor.has(*PROPOSERS, "system"):
        raise NotYourPack(needs=list(PROPOSERS))
    with transaction.atomic():
        row = _open(proposal_id)
        told = content_statement(row.name, row.version.digest)
        if key not in settings.HEYI.pack_signers or not holds(key, told, signature):
            raise SignatureUnknown(fields={"signature": "unknown"})
        row.committee_key, row.committee_signature = key, signature
        row.save(update_fields=["committee_key", "committee_signature"])
        _tell("countersign_pack", row, actor, at, {"key": key})
    return proposals.proposal(proposal_id=proposal_id)


def end(proposal_id: UUID, state: str, actor: Actor, at: datetime, note: str = "") -> None:
    """Write how the vote ended; what has ended stays as it is."""
    with transaction.atomic():
        row = PackProposal.objects.select_for_update().select_related("version").filter(id=proposal_id).first()
        if row is None or row.state not in OPEN or row.state == state:
            return
        row.state, row.note = state, note
        row.ended_at = None if state in OPEN else at
        row.save(update_fields=["state", "note", "ended_at"])
        _tell(f"pack_change_{state}", row, actor, at, {"note": note} if note else {})


def _open(proposal_id: UUID) -> PackProposal:
    row = PackProposal.objects.select_related("version").filter(id=proposal_id).first()
    if row is None:
        raise ProposalNotFound(proposal=str(proposal_id))
    if row.state not in OPEN:
        raise ProposalEnded(proposal=str(proposal_id), state=row.state)
    return row


def _changed(document: Document, change: PackChange) -> Document:
    if isinstance(change, RuleEdit):
        return pack_files.checked(edited(document, change))
    if isinstance(change, FilesChange):
        return pack_files.with_files(document, change.texts)
    assert isinstance(change, TakeInstalled)
    return replace(packs.on_disk(document.name), bank=document.bank)


def _facts(seen: Preview, holds_from: date) -> dict[str, str | int | bool | None]:
    """What the approvals desk shows: the versions, and the differences in words."""
    told = [one.says.zh for one in seen.changes[:MOST_CHANGES]]
    return {
        "pack": seen.after.name,
        "version": seen.after.version,
        "before": seen.before.version,
        "from": holds_from.isoformat(),
        "loosens": seen.loosens,
        "changes": len(seen.changes),
        "differences": "；".join(told)[:2000],
    }
