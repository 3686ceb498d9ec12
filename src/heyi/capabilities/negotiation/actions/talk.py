"""Talking: messages with files and read marks, notes inside the bank, canned answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.actions import desk, fit, notices
from heyi.capabilities.negotiation.actions.desk import Done
from heyi.capabilities.negotiation.domain.policy import Canned
from heyi.capabilities.negotiation.domain.problems import CannedUnknown, CaseNotFound, MessageEmpty
from heyi.capabilities.negotiation.models import Case, Message, MessageFile
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Invalid
from heyi.plumbing import clock

BODY = "message.body"
FILE_NAME = "message_file.file_name"
FILES_MAX = 5


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    data: bytes
    file_name: str


def say(
    *,
    case_id: UUID,
    body: str,
    actor: Actor,
    at: datetime,
    files: Sequence[Upload] = (),
    internal: bool = False,
    canned: str = "",
) -> Done:
    """Send a message to the other side, or leave a note inside the bank (``internal``).

    ``canned`` names the approved answer that the words came from; its approval number stays with the message when the
    words are unchanged. Raises MessageEmpty, CannedUnknown, vault.unsafe_file.
    """
    body = body.strip()
    if not body and not files:
        raise MessageEmpty(fields={"body": "required"})
    if len(body) > policy().limits.message_chars or len(files) > FILES_MAX:
        raise Invalid(fields={"body": "too_long"} if len(files) <= FILES_MAX else {"files": "too_many"})
    side = "bank" if actor.kind == "staff" else "borrower"
    if internal and side == "borrower":
        raise Invalid(fields={"internal": "staff_only"})
    answer = _canned(canned) if canned else None
    if not internal:
        fit.require(case_id, body, actor=actor, at=at)
    with transaction.atomic():
        case = desk.take(case_id, act="say", actor=actor, at=at)
        message = post(
            case,
            body,
            actor=actor,
            at=at,
            internal=internal,
            canned_key=answer.key if answer else "",
            canned_approval=answer.approval if answer and _unchanged(answer, body, case) else "",
        )
        envelope = Envelope(case.party_id, at=at)
        kept = [_keep(file, message, case, envelope, actor, at) for file in files]
        desk.put(case, at=at, restart_clock=False)
        desk.write(
            case,
            act="note" if internal else "say",
            actor=actor,
            at=at,
            subject=f"negotiation_message:{message.id}",
            facts={"side": side, "files": len(kept), "canned": message.canned_approval},
            texts={"body": body},
            digests={f"file{n}": sha256 for n, sha256 in enumerate(kept)},
        )
        if side == "bank" and not internal:
            notices.send(case, "new_message", at=at, dedupe=clock.bank_day(at).isoformat())
    return desk.done(case, message.id)


def post(case: Case, body: str, *, actor: Actor, at: datetime, internal: bool = False, **marks: str) -> Message:
    """Put words into the talk and count them as unread for the other side. The caller writes the case back."""
    side = "bank" if actor.kind == "staff" else "borrower"
    message = Message.objects.create(
        created_at=at,
        case=case,
        side=side,
        author_id=desk.member_id(actor),
        body_sealed=Envelope(case.party_id, at=at).close(body, BODY),
        internal=internal,
        **marks,
    )
    _count(case, side, internal, at)
    return message


def _canned(key: str) -> Canned:
    found = next((answer for answer in policy().canned if answer.key == key), None)
    if found is None:
        raise CannedUnknown(key=key)
    return found


def _unchanged(answer: Canned, body: str, case: Case) -> bool:
    name = loans.salutation(case.party_id, actor=SYSTEM)
    return body in (answer.zh.replace("{name}", name.zh), answer.en.replace("{name}", name.en))


def _keep(file: Upload, message: Message, case: Case, envelope: Envelope, actor: Actor, at: datetime) -> str:
    stored = vault.accept_upload(
        data=file.data,
        file_name=file.file_name,
        kind="message_attachment",
        subject_id=case.party_id,
        actor=actor,
        at=at,
        case_id=case.id,
    )
    MessageFile.objects.create(
        created_at=at,
        message=message,
        object_id=stored.id,
        media_type=stored.media_type,
        size=stored.size,
        file_name_sealed=envelope.close(stored.file_name, FILE_NAME),
    )
    return stored.sha256


def _count(case: Case, side: str, internal: bool, at: datetime) -> None:
    if internal:
        return
    case.last_message_at = at
    if side == "bank":
        case.unread_by_borrower += 1
    else:
        case.unread_by_bank += 1


def mark_read(*, case_id: UUID, actor: Actor, at: datetime) -> int:
    """Mark the other side's messages as read. Returns how many were new. Looking with a pass marks nothing."""
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(id=case_id).first()
        if case is None or not desk.visible(actor, case, at=at):
            raise CaseNotFound(case_id=str(case_id))
        mine = "bank" if actor.kind == "staff" else "borrower"
        if actor.kind == "staff" and not (actor.sees(case.branch) and actor.has("manager", "lead")):
            return 0
        unread: Any = Message.objects.filter(case=case, internal=False, read_at__isnull=True).exclude(side=mine)
        count: int = unread.update(read_at=at)
        field = "unread_by_bank" if mine == "bank" else "unread_by_borrower"
        if count or getattr(case, field):
            setattr(case, field, 0)
            case.save(update_fields=[field])
            desk.write(case, act="mark_read", actor=actor, at=at, facts={"messages": count, "side": mine})
    return count
