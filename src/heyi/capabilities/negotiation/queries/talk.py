"""Messages of a case and the canned answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation.domain.policy import Canned
from heyi.capabilities.negotiation.models import Case, Message
from heyi.capabilities.negotiation.policy import policy
from heyi.capabilities.negotiation.queries.reading import seen
from heyi.capabilities.negotiation.queries.views import FileView, MessageView
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor

PAGE_MAX = 200


def messages(
    *, case_id: UUID, actor: Actor, at: datetime, limit: int = 50, after: datetime | None = None
) -> tuple[MessageView, ...]:
    """The latest messages, oldest first; with ``after`` only newer ones, for live updates. Borrowers get no notes."""
    case = seen(case_id, actor, at)
    rows = Message.objects.filter(case=case).prefetch_related("files").order_by("-created_at", "-id")
    if actor.kind != "staff":
        rows = rows.filter(internal=False)
    if after is not None:
        rows = rows.filter(created_at__gt=after)
    return _views(case, list(rows[: min(limit, PAGE_MAX)]), actor, at)


def messages_with_files(*, case_id: UUID, actor: Actor, at: datetime) -> tuple[MessageView, ...]:
    """Every message that came with a file, oldest first: the papers of a talk, however long it became."""
    case = seen(case_id, actor, at)
    rows = Message.objects.filter(case=case, files__isnull=False).distinct().prefetch_related("files")
    if actor.kind != "staff":
        rows = rows.filter(internal=False)
    return _views(case, list(rows.order_by("-created_at", "-id")), actor, at)


def _views(case: Case, found: list[Message], actor: Actor, at: datetime) -> tuple[MessageView, ...]:
    """``found`` is the newest first."""
    envelope = Envelope(case.party_id, at=at)
    names = staff.member_names(staff_ids=[row.author_id for row in found if row.author_id])
    mine = "bank" if actor.kind == "staff" else "borrower"
    return tuple(
        MessageView(
            id=row.id,
            at=row.created_at,
            side=row.side,
            mine=row.side == mine,
            author_name=names.get(row.author_id, "") if row.author_id else "",
            body=envelope.open(row.body_sealed, "message.body"),
            internal=row.internal,
            canned_approval=row.canned_approval,
            read_at=row.read_at,
            files=tuple(
                FileView(
                    object_id=file.object_id,
                    file_name=envelope.open(file.file_name_sealed, "message_file.file_name"),
                    media_type=file.media_type,
                    size=file.size,
                )
                for file in row.files.all()
            ),
        )
        for row in reversed(found)
    )


def canned_answers(*, case_id: UUID, actor: Actor, at: datetime) -> tuple[Canned, ...]:
    """The approved answers with the borrower's salutation filled in."""
    case = seen(case_id, actor, at)
    name = loans.salutation(case.party_id, actor=SYSTEM)
    return tuple(
        Canned(
            key=one.key,
            approval=one.approval,
            title_zh=one.title_zh,
            title_en=one.title_en,
            zh=one.zh.replace("{name}", name.zh),
            en=one.en.replace("{name}", name.en),
        )
        for one in policy().canned
    )
