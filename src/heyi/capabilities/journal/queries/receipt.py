"""The proof that one entry stands in the log."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from heyi.capabilities.journal import keys, stored
from heyi.capabilities.journal.domain import (
    BadNote,
    CompactRange,
    NoSuchEntry,
    NotYetPlaced,
    Receipt,
    TreeDamaged,
    inclusion_ranges,
    leaf_hash,
    open_head,
    proof,
    verify_inclusion,
)
from heyi.capabilities.journal.domain.tree import pieces
from heyi.capabilities.journal.models import Checkpoint, Leaf, Node

_ENTRY = f"SELECT {stored.SELECT} FROM journal_entry e WHERE e.id = %s"  # noqa: S608 – column names of our own


def receipt(*, entry_id: UUID) -> Receipt:
    """The entry's bytes, its place, and the path to the root of the newest checkpoint; checked before it is given out.

    Raises NoSuchEntry, NotYetPlaced, TreeDamaged.
    """
    content = _content(entry_id)
    index = Leaf.objects.filter(entry_id=entry_id).values_list("index", flat=True).first()
    head = Checkpoint.objects.order_by("-size").first()
    if index is None or head is None or index >= head.size:
        raise NotYetPlaced(entry=str(entry_id))
    leaf = leaf_hash(content)
    try:
        path = proof(inclusion_ranges(index, head.size), _root_of_range)
    except ValueError:
        raise TreeDamaged(entry=str(entry_id), index=index) from None
    if not _checks(head.note, leaf, index, path):
        raise TreeDamaged(entry=str(entry_id), index=index)
    return Receipt(entry_id=entry_id, entry=content, index=index, leaf_hash=leaf, proof=path, checkpoint=head.note)


def _content(entry_id: UUID) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [entry_id.hex])
        row = cursor.fetchone()
    if row is None:
        raise NoSuchEntry(entry=str(entry_id))
    try:
        return stored.entry_of(row)
    except stored.Unreadable:
        raise TreeDamaged(entry=str(entry_id)) from None


def _checks(note: str, leaf: bytes, index: int, path: tuple[bytes, ...]) -> bool:
    try:
        signed = open_head(note, keys.signing_key().public_key())
    except BadNote:
        return False
    return verify_inclusion(leaf=leaf, index=index, size=signed.size, path=path, root=signed.root)


def _root_of_range(lo: int, hi: int) -> bytes:
    """The root of the leaves lo … hi-1 from stored nodes where whole tiles fit, from leaves at the edge."""
    parts = list(pieces(lo, hi))
    tree = CompactRange()
    for level in sorted({level for level, _ in parts}, reverse=True):
        wanted = [index for at, index in parts if at == level]
        for value in _hashes(level, wanted[0], wanted[-1]):
            tree.append(value, level)
    return tree.root()


def _hashes(level: int, first: int, last: int) -> list[bytes]:
    if level:
        nodes = Node.objects.filter(level=level, index__range=(first, last)).order_by("index")
        return [stored.raw(value) for value in nodes.values_list("hash", flat=True)]
    leaves = Leaf.objects.filter(index__range=(first, last)).order_by("index")
    return [stored.raw(value) for value in leaves.values_list("leaf_hash", flat=True)]
