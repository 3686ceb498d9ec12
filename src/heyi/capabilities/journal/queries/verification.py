"""The check of the whole log: every entry, leaf, node and checkpoint, streamed, with the faulty ones named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db import connection

from heyi.capabilities.journal import keys, stored
from heyi.capabilities.journal.domain import BadNote, CompactRange, Fault, VerifyReport, leaf_hash, open_head
from heyi.capabilities.journal.domain.tree import TILE_BITS
from heyi.capabilities.journal.models import Checkpoint, Leaf, Node, Pending

CHUNK: Final = 2_000
FAULTS_LIMIT: Final = 1_000
PLACES: Final = 2**62
LOST: Final = bytes(32)
Progress = Callable[[int, int], None]

_LEAVES: Final = f"""
    SELECT l.index, l.entry_id, l.leaf_hash, l.mac, {stored.SELECT}
    FROM journal_leaf l LEFT JOIN journal_entry e ON e.id = l.entry_id
    WHERE l.index > %s AND l.index <= %s ORDER BY l.index LIMIT %s
""".replace("l.index", 'l."index"')  # noqa: S608 – column names of our own
_ENDS: Final = 'SELECT (SELECT max("index") FROM journal_leaf), (SELECT max(size) FROM journal_checkpoint)'
_NODES: Final = 'SELECT (SELECT count(*) FROM journal_node), (SELECT max("index") FROM journal_leaf)'
_OUTSIDE: Final = f"""
    SELECT {stored.SELECT}, p.id FROM journal_entry e
    LEFT JOIN journal_leaf l ON l.entry_id = e.id LEFT JOIN journal_pending p ON p.entry_id = e.id
    WHERE l.entry_id IS NULL
"""  # noqa: S608 – column names of our own


def verify(progress: Progress | None = None) -> VerifyReport:
    """Recompute every entry from its columns against leaf, tree and every checkpoint. Changes nothing, holds no lock.

    What is placed while the check runs is left to the next one.
    ``progress(done, total)`` is called every 2,000 entries. At most 1,000 faults are told. Memory does not grow with
    the log. Trusted: the master key outside the database; without it a forger is named, with it only a checkpoint that
    somebody else kept shows the forgery.
    """
    return _Check(progress).report()


class _Check:
    """One pass over the leaves in order, carrying the tree."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.faults: list[Fault] = []
        self.tree = CompactRange()
        self.last_leaf, last_size = _one(_ENDS)
        self.heads = _Heads(self, last_size)
        self.nodes = _Nodes(self)

    def fault(self, kind: str, detail: str, *, entry_id: Any = None, index: int | None = None) -> None:
        told = stored.uuid_or_none(entry_id) if entry_id is not None else None
        last = self.faults[-1] if self.faults else None
        again = last is not None and index is not None and (last.kind, last.index) == (kind, index)
        if not again and len(self.faults) < FAULTS_LIMIT:
            self.faults.append(Fault(kind=kind, entry_id=told, index=index, detail=detail))

    def report(self) -> VerifyReport:
        total = Leaf.objects.count()
        done = 0
        for row in _rows(self.last_leaf):
            self._leaf(row[0], row[1], stored.raw(row[2]), stored.raw(row[3]), row[4:])
            done += 1
            if self.progress and done % CHUNK == 0:
                self.progress(done, total)
        self.heads.finish()
        self.nodes.finish()
        self._outside()
        if self.progress:
            self.progress(done, total)
        return VerifyReport(
            size=self.tree.size,
            pending=Pending.objects.count(),
            checkpoints=self.heads.seen,
            faults=tuple(self.faults),
        )

    def _leaf(self, index: Any, entry_id: Any, kept: bytes, mac: bytes, row: tuple[Any, ...]) -> None:
        """One leaf. Only a genuine one tells of a gap before it: a forged index cannot make the check run on."""
        place = index if isinstance(index, int) and 0 <= index < PLACES else None
        if place is None or mac != keys.leaf_mac(place, kept):
            self.fault("leaf_changed", "the sequencer did not place this leaf here", entry_id=entry_id, index=place)
            if place != self.tree.size:
                return
        while self.tree.size < place:
            self.fault("missing", "the leaf is gone", index=self.tree.size)
            self._grow(LOST)
        if row[0] is None:
            self.fault("missing", "the entry is gone, its leaf is left", entry_id=entry_id, index=place)
        else:
            kept = self._compare(place, entry_id, kept, row)
        self._grow(kept if len(kept) == len(LOST) else LOST)

    def _compare(self, index: int, entry_id: Any, stored_hash: bytes, row: tuple[Any, ...]) -> bytes:
        """The hash that the tree goes on with: of the content while it is genuine, else the one that was kept."""
        try:
            content = stored.entry_of(row)
        except stored.Unreadable:
            self.fault("content_changed", "a column cannot be read", entry_id=entry_id, index=index)
            return stored_hash
        if stored.raw(row[-1]) != keys.entry_mac(content):
            self.fault("content_changed", "the entry is not as it was written", entry_id=entry_id, index=index)
            return stored_hash
        hashed = leaf_hash(content)
        if hashed != stored_hash:
            self.fault("leaf_changed", "the leaf differs from its entry", entry_id=entry_id, index=index)
        return hashed

    def _grow(self, hashed: bytes) -> None:
        for node in self.tree.append(hashed):
            self.nodes.compare(*node)
        self.heads.compare()

    def _outside(self) -> None:
        """Entries without a leaf: waiting, or put in, or robbed of their leaf."""
        with connection.cursor() as cursor:
            cursor.execute(_OUTSIDE)
            while rows := cursor.fetchmany(CHUNK):
                for *row, pending in rows:
                    self._stray(tuple(row), waiting=pending is not None)

    def _stray(self, row: tuple[Any, ...], *, waiting: bool) -> None:
        try:
            genuine = stored.raw(row[-1]) == keys.entry_mac(stored.entry_of(row))
        except stored.Unreadable:
            genuine = False
        if not genuine:
            self.fault("inserted", "the application did not write this entry", entry_id=row[0])
        elif not waiting:
            self.fault("missing", "the entry has lost its place in the tree", entry_id=row[0])


class _Heads:
    """Checkpoints in order, each compared when the tree reaches its size. Only the first mismatch is told."""

    def __init__(self, check: _Check, last_size: Any) -> None:
        self.check = check
        self.seen = self.last_size = self.last_good = 0
        self.mismatched = False
        columns = ("size", "root", "frontier", "note")
        rows = Checkpoint.objects.all()
        if last_size is None or isinstance(last_size, int):
            rows = rows.filter(size__lte=last_size or 0)
        self.rows = rows.order_by("size").values_list(*columns).iterator(chunk_size=CHUNK)
        self.next = next(self.rows, None)

    def compare(self) -> None:
        while self.next is not None and not (isinstance(self.next[0], int) and self.next[0] > self.check.tree.size):
            self._compare(*self.next)
            self.next = next(self.rows, None)

    def finish(self) -> None:
        """Checkpoints past the end: leaves were cut off. No checkpoint at the end: leaves or a checkpoint went."""
        size = self.check.tree.size
        if self.next is not None:
            self.check.fault("missing", f"checkpoint {self.next[0]} is past the last leaf", index=size)
            self.seen += 1 + sum(1 for _ in self.rows)
        elif size and self.last_size != size:
            self.check.fault("checkpoint_mismatch", "the last leaves have no checkpoint", index=self.last_size)

    def _compare(self, size: Any, root: Any, frontier: Any, note: Any) -> None:
        self.seen += 1
        tree = self.check.tree
        self.last_size = tree.size
        try:
            head = open_head(str(note), keys.signing_key().public_key())
        except BadNote as error:
            self.check.fault("signature_invalid", f"checkpoint {size}: {error}", index=tree.size - 1)
            return
        kept = (size, stored.raw(root), stored.raw(frontier))
        if (head.size, head.root, *kept) == (tree.size, tree.root(), tree.size, tree.root(), tree.frontier):
            self.last_good = tree.size
        elif not self.mismatched:
            self.mismatched = True
            told = f"checkpoint {size} does not fit; checkpoint {self.last_good} still did"
            self.check.fault("checkpoint_mismatch", told, index=tree.size - 1)


class _Nodes:
    """Stored subtree hashes, compared as the tree completes them."""

    def __init__(self, check: _Check) -> None:
        self.check = check

    def compare(self, level: int, index: int, value: bytes) -> None:
        kept = Node.objects.filter(level=level, index=index).values_list("hash", flat=True).first()
        if kept is None or stored.raw(kept) != value:
            self.check.fault("node_changed", f"subtree {level}/{index}", index=index << level)

    def finish(self) -> None:
        """More subtrees than the leaves can fill."""
        kept, last_leaf = _one(_NODES)
        size = last_leaf + 1 if isinstance(last_leaf, int) else 0
        room = sum(size >> level for level in range(TILE_BITS, 64, TILE_BITS))
        if kept > room:
            self.check.fault("node_changed", f"{kept - room} subtrees too many")


def _one(statement: str) -> tuple[Any, Any]:
    """Two figures of one moment."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        first, second = cursor.fetchone()
    return first, second


def _rows(end: Any) -> Iterator[tuple[Any, ...]]:
    """Leaves and their entries up to the index ``end``, in order."""
    last = -PLACES
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LEAVES, [last, end, CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]
