"""Writing the journal: an entry with its act, and its place in the tree a moment later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from heyi.capabilities.journal import keys, stored
from heyi.capabilities.journal.domain import (
    BadNote,
    CompactRange,
    Head,
    TreeDamaged,
    entry_bytes,
    leaf_hash,
    open_head,
    sign_head,
)
from heyi.capabilities.journal.domain.entry import canonical_digests, canonical_facts
from heyi.capabilities.journal.models import Checkpoint, Entry, Leaf, Node, Pending
from heyi.kit.actors import Actor
from heyi.plumbing import once, wakeups
from heyi.plumbing.ids import new_id

BATCH: Final = 5_000
_LOCK: Final = 0x4845_5949_4C4F_47  # any constant of our own: "HEYILOG"
_WAITING: Final = f"""
    SELECT p.id, {stored.SELECT} FROM journal_pending p JOIN journal_entry e ON e.id = p.entry_id
    ORDER BY p.id LIMIT %s
"""  # noqa: S608 – column names of our own


def record(
    *,
    actor: Actor,
    act: str,
    at: datetime,
    subject: str,
    case_id: UUID | None = None,
    party_id: UUID | None = None,
    result: str = "done",
    facts: Mapping[str, Any] | None = None,
    digests: Mapping[str, str] | None = None,
) -> UUID:
    """Append one entry in the caller's transaction: it stands if and only if the act stands. Returns its id.

    ``act`` is ``room.verb`` (80 characters), ``subject`` is ``table:id`` (120), ``result`` a word (40). ``facts`` hold
    plain values and no personal data; that goes into ``digests`` as ``salted(…)``. Raises NotForTheJournal.
    """
    entry_id, told, digested = new_id(), canonical_facts(facts), canonical_digests(digests)
    content = entry_bytes(
        entry_id=str(entry_id),
        at=stored.moment(at),
        actor=actor.label,
        act=act,
        subject=subject,
        case_id=str(case_id) if case_id else None,
        party_id=str(party_id) if party_id else None,
        result=result,
        facts=told,
        digests=digested,
    )
    with transaction.atomic(savepoint=False):
        entry = Entry.objects.create(
            id=entry_id,
            created_at=at.astimezone(UTC),
            actor=actor.label,
            act=act,
            subject=subject,
            case_id=case_id,
            party_id=party_id,
            result=result,
            facts=told,
            digests=digested,
            mac=keys.entry_mac(content),
        )
        Pending.objects.create(entry=entry)
    once.forget(act)
    if case_id:
        wakeups.ring(f"case:{case_id}")
    return entry_id


def sequence(at: datetime) -> int:
    """Give every waiting entry its place, batch by batch, each with a signed checkpoint. Returns how many.

    Safe with any number of workers: one at a time holds the lock. An entry that the application did not write stays
    outside. Raises TreeDamaged when the last checkpoint does not hold, and then places nothing.
    """
    total = placed = _place_batch(at)
    while placed == BATCH:
        placed = _place_batch(at)
        total += placed
    return total


def _place_batch(at: datetime) -> int:
    if not Pending.objects.exists():
        return 0
    with transaction.atomic():
        _lock()
        waiting = _waiting()
        if not waiting:
            return 0
        tree = _tree()
        leaves, nodes = [], []
        for _, entry_id, content in waiting:
            hashed = leaf_hash(content)
            leaves.append(
                Leaf(
                    index=tree.size,
                    entry_id=entry_id,
                    leaf_hash=hashed,
                    mac=keys.leaf_mac(tree.size, hashed),
                )
            )
            nodes += [Node(level=level, index=index, hash=value) for level, index, value in tree.append(hashed)]
        Leaf.objects.bulk_create(leaves, batch_size=500)
        Node.objects.bulk_create(nodes, batch_size=500)
        _sign(tree, at)
        Pending.objects.filter(id__in=[place for place, _, _ in waiting]).delete()
    return len(waiting)


def _lock() -> None:
    """One sequencer at a time. SQLite's immediate transaction is that lock already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _waiting() -> list[tuple[int, UUID, bytes]]:
    """Waiting entries that the application wrote, as (place in the queue, id, content), in the order of writing."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [BATCH])
        rows = cursor.fetchall()
    return [(place, found[0], found[1]) for place, *row in rows if (found := _genuine(row))]


def _genuine(row: Sequence[Any]) -> tuple[UUID, bytes] | None:
    """Id and content of an entry that the application wrote; None for any other."""
    try:
        content = stored.entry_of(row)
    except stored.Unreadable:
        return None
    entry_id = stored.uuid_or_none(row[0])
    return (entry_id, content) if entry_id and stored.raw(row[-1]) == keys.entry_mac(content) else None


def _tree() -> CompactRange:
    """The tree as the last checkpoint left it, believed only while everything about it fits."""
    last = Checkpoint.objects.order_by("-size").first()
    leaves = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    if (last.size if last else 0) != (0 if leaves is None else leaves + 1):
        raise TreeDamaged(why="checkpoint_and_leaves_differ")
    if last is None:
        return CompactRange()
    try:
        head = open_head(last.note, keys.signing_key().public_key())
        tree = CompactRange(last.size, stored.raw(last.frontier))
    except (BadNote, ValueError):
        raise TreeDamaged(why="checkpoint_not_readable", size=last.size) from None
    if (head.size, head.root) != (tree.size, tree.root()):
        raise TreeDamaged(why="checkpoint_not_matching", size=last.size)
    return tree


def _sign(tree: CompactRange, at: datetime) -> None:
    root = tree.root()
    head = Head(origin=keys.origin(), size=tree.size, root=root)
    Checkpoint.objects.create(
        size=tree.size, created_at=at, root=root, frontier=tree.frontier, note=sign_head(head, keys.signing_key())
    )
