"""The Merkle tree of RFC 6962 (section 2.1): roots, proofs, and a compact range that grows in O(log n).

Hashes are 32 bytes (SHA-256). A range ``(lo, hi)`` stands for the leaves lo … hi-1. Proofs are first worked out as
ranges and then hashed by whoever holds the leaves, so that the same code serves a list and a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

Range = tuple[int, int]
Node = tuple[int, int, bytes]

EMPTY_ROOT: Final = sha256(b"").digest()
TILE_BITS: Final = 8


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The right edge of a tree: one hash for each one-bit of its size, largest subtree first."""

    def __init__(self, size: int = 0, frontier: bytes = b"") -> None:
        """``frontier``: the hashes one after the other. Raises ValueError when it does not fit ``size``."""
        if len(frontier) != 32 * size.bit_count() or size < 0:
            raise ValueError("the frontier does not fit the size")
        self.size = size
        self._hashes = [frontier[at : at + 32] for at in range(0, len(frontier), 32)]

    @property
    def frontier(self) -> bytes:
        return b"".join(self._hashes)

    def append(self, subtree: bytes, level: int = 0) -> list[Node]:
        """Add a leaf hash, or a full subtree of ``2**level`` leaves at a place that is aligned to it.

        Returns the full subtrees of 256, 65,536 … leaves that it completed, as (level, index, hash).
        """
        if self.size & ((1 << level) - 1):
            raise ValueError("not aligned")
        completed = []
        self.size, rest = self.size + (1 << level), self.size >> level
        while rest & 1:
            subtree = sha256(b"\x01" + self._hashes.pop() + subtree).digest()
            rest >>= 1
            level += 1
            if level % TILE_BITS == 0:
                completed.append((level, rest, subtree))
        self._hashes.append(subtree)
        return completed

    def root(self) -> bytes:
        """The root hash of all leaves so far."""
        if not self._hashes:
            return EMPTY_ROOT
        result = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            result = node_hash(left, result)
        return result


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of these leaf hashes."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees whose roots prove leaf ``index`` in a tree of ``size``, lowest first."""
    if not 0 <= index < size:
        raise ValueError("the index lies outside the tree")
    lo, hi, path = 0, size, []
    while hi - lo > 1:
        middle = lo + _split(hi - lo)
        path.append((middle, hi) if index < middle else (lo, middle))
        lo, hi = (lo, middle) if index < middle else (middle, hi)
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees whose roots prove that the tree of ``new`` leaves begins with the tree of ``old``."""
    if not 0 < old <= new:
        raise ValueError("the sizes must satisfy 0 < old <= new")
    lo, hi, path, whole = 0, new, [], True
    while old != hi:
        middle = lo + _split(hi - lo)
        if old <= middle:
            path.append((middle, hi))
            hi = middle
        else:
            path.append((lo, middle))
            lo, whole = middle, False
    return ([] if whole else [(lo, hi)]) + path[::-1]


def proof(ranges: Iterable[Range], hash_of: Callable[[int, int], bytes]) -> tuple[bytes, ...]:
    """The hashes of these ranges; ``hash_of(lo, hi)`` is the root of the leaves lo … hi-1."""
    return tuple(hash_of(lo, hi) for lo, hi in ranges)


def pieces(lo: int, hi: int) -> Iterator[tuple[int, int]]:
    """Full subtrees of 2**24, 2**16, 2**8 or 1 leaves that make up the range, left to right, as (level, index)."""
    while lo < hi:
        level = next(at for at in (24, 16, 8, 0) if lo % (1 << at) == 0 and lo + (1 << at) <= hi)
        yield level, lo >> level
        lo += 1 << level


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """True when ``path`` proves the leaf hash at ``index`` of the tree (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != 32:
        return False
    here, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0 or len(sibling) != 32:
            return False
        if here & 1 or here == last:
            result = node_hash(sibling, result)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(*, old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """True when ``path`` proves that the new tree begins with the old one (RFC 9162, section 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes or any(len(each) != 32 for each in hashes):
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
