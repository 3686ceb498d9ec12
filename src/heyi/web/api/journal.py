"""The journal for other systems: checkpoints, and receipts for the acts on a client's own cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.actors import Actor
from heyi.kit.problems import NotFound
from heyi.plumbing import clock
from heyi.plumbing.access import INTEGRATION, PUBLIC, open_to
from heyi.web.api.schemas import REFUSALS, ProblemOut

router = Router(tags=["journal"])
RECEIPTS = 200


class CheckpointOut(Schema):
    """The newest signed statement of the journal's size and root, as a C2SP note, and the key that verifies it."""

    note: str
    public_key: str


class ReceiptOut(Schema):
    """Everything that a verifier needs, without us: hashes and bytes as hexadecimal text."""

    entry: str
    index: int
    leaf_hash: str
    proof: list[str]
    checkpoint: str
    public_key: str


class EntryOut(Schema):
    """One act on a case. ``index`` is its place in the tree; None for about a second after the act."""

    id: UUID
    index: int | None
    at: datetime
    act: str
    actor: str
    result: str


@router.get(
    "/journal/checkpoint", response={200: CheckpointOut, REFUSALS: ProblemOut}, auth=None, summary="Newest checkpoint"
)
@open_to(PUBLIC, why="whoever keeps checkpoints can show later that the journal was not rewritten")
def checkpoint(request: HttpRequest) -> Any:
    """Anybody may keep these: a journal that was rolled back contradicts them."""
    note = journal.checkpoint()
    if note is None:
        raise NotFound(what="checkpoint")
    return CheckpointOut(note=note, public_key=journal.public_key())


@router.get(
    "/cases/{uuid:case_id}/journal", response={200: list[EntryOut], REFUSALS: ProblemOut}, summary="Acts on a case"
)
@open_to(INTEGRATION, why="a bank's own app shows its user every act on the case")
def entries(request: HttpRequest, case_id: UUID, before: UUID | None = None) -> Any:
    """Newest first, two hundred a page; `before` is the last id of the page before."""
    _own_case(request, case_id)
    return [
        EntryOut(id=entry.id, index=entry.index, at=entry.at, act=entry.act, actor=entry.actor, result=entry.result)
        for entry in journal.entries(case_id=case_id, limit=RECEIPTS, before=before)
    ]


@router.get(
    "/cases/{uuid:case_id}/journal/{uuid:entry_id}/receipt",
    response={200: ReceiptOut, REFUSALS: ProblemOut},
    summary="Receipt of one act",
)
@open_to(INTEGRATION, why="the borrower holds the same proof as the bank")
def receipt(request: HttpRequest, case_id: UUID, entry_id: UUID) -> Any:
    """The entry's canonical bytes, its inclusion proof (RFC 6962) and the signed checkpoint."""
    _own_case(request, case_id)
    if journal.entry(entry_id=entry_id).case_id != case_id:
        raise NotFound(entry=str(entry_id))
    found = journal.receipt(entry_id=entry_id)
    return ReceiptOut(
        entry=found.entry.hex(),
        index=found.index,
        leaf_hash=found.leaf_hash.hex(),
        proof=[node.hex() for node in found.proof],
        checkpoint=found.checkpoint,
        public_key=journal.public_key(),
    )


def _own_case(request: HttpRequest, case_id: UUID) -> None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    negotiation.progress(case_id=case_id, actor=actor, at=clock.now())
