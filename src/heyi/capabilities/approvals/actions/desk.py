"""What the verbs of this room share: locking, the reason, the entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from heyi.capabilities.approvals import queries, sealed
from heyi.capabilities.approvals.domain import AlreadyDecided, Approval, ApprovalNotFound, ReasonMissing
from heyi.capabilities.approvals.models import Ending, Request, Waiting
from heyi.capabilities.journal import api as journal
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid

REASON_LONGEST: Final = 2_000


def take(approval_id: UUID, *, at: datetime) -> tuple[Request, Approval]:
    """A waiting request, locked until the end of the transaction. Raises ApprovalNotFound, AlreadyDecided."""
    held = Waiting.objects.select_for_update().filter(request_id=approval_id).first()
    found = queries.approval(approval_id=approval_id, at=at)
    if held is None or found.status != "waiting":
        raise AlreadyDecided(approval_id=str(approval_id), status=found.status)
    return Request.objects.get(id=approval_id), found


def take_granted(approval_id: UUID, *, at: datetime) -> tuple[Request, Ending, Approval]:
    """A request with its grant, locked. Raises ApprovalNotFound; ``Approval.status`` tells whether it still holds."""
    row = Request.objects.select_for_update().filter(id=approval_id).first()
    if row is None:
        raise ApprovalNotFound(approval_id=str(approval_id))
    found = queries.approval(approval_id=approval_id, at=at)
    ending = Ending.objects.filter(request=row).first()
    if ending is None:
        raise AlreadyDecided(approval_id=str(approval_id), status=found.status)
    return row, ending, found


def reason(text: str, *, field: str = "reason") -> str:
    """The words without white space around them. Raises ReasonMissing, Invalid (too long)."""
    kept = text.strip()
    if not kept:
        raise ReasonMissing(fields={field: "missing"})
    if len(kept) > REASON_LONGEST:
        raise Invalid(fields={field: "too_long"}, longest=REASON_LONGEST)
    return kept


def key_of(row: Request, *, at: datetime) -> bytes:
    """The key under which the texts of this request lie."""
    return sealed.key_for(row.party_id, at=at)


def tell(
    act: str,
    row: Request,
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    key: bytes | None = None,
    result: str = "done",
) -> None:
    """One journal entry; texts go in as salted digests."""
    salt = key if key is not None else sealed.room_key()
    journal.record(
        actor=actor,
        act=f"approvals.{act}",
        at=at,
        subject=f"approvals_request:{row.id}",
        case_id=row.case_id,
        party_id=row.party_id,
        result=result,
        facts={"kind": row.kind, "about": row.subject, **(facts or {})},
        digests={name: journal.salted(text, salt=salt) for name, text in (texts or {}).items() if text},
    )
