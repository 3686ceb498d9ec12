"""The Merkle tree against a naive one, and against the reference's vectors."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heyi.capabilities.journal import domain as tree
from heyi.capabilities.journal.domain.tree import pieces

LEAVES = [tree.leaf_hash(str(number).encode()) for number in range(700)]
VECTORS = Path(__file__).resolve().parents[4] / "shared" / "data" / "tlog-vectors" / "testdata"


def naive(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1, writes it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive(leaves[:split]) + naive(leaves[split:])).digest()


def hash_of(lo: int, hi: int) -> bytes:
    return naive(LEAVES[lo:hi])


def test_leaves_and_nodes_are_hashed_apart() -> None:
    """Known answers: the empty leaf of RFC 6962, and its node with itself."""
    empty = tree.leaf_hash(b"")
    assert empty.hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.node_hash(empty, empty) == sha256(b"\x01" + empty + empty).digest()
    assert naive([]) == tree.EMPTY_ROOT


def test_roots_equal_the_naive_ones() -> None:
    growing = tree.CompactRange()
    for size in range(600):
        assert growing.root() == naive(LEAVES[:size])
        assert tree.CompactRange(size, growing.frontier).root() == growing.root()
        growing.append(LEAVES[size])


def test_every_leaf_of_every_small_tree_is_proved_and_only_at_its_place() -> None:
    for size in range(1, 66):
        root = naive(LEAVES[:size])
        for index in range(size):
            path = tree.proof(tree.inclusion_ranges(index, size), hash_of)
            told = {"leaf": LEAVES[index], "path": path, "root": root}
            assert tree.verify_inclusion(index=index, size=size, **told)
            assert not tree.verify_inclusion(index=(index + 1) % size, size=size, **told) or size == 1
            assert not tree.verify_inclusion(index=index, size=size, **told | {"path": (*path, root)})
            assert not path or not tree.verify_inclusion(index=index, size=size, **told | {"path": path[:-1]})


def test_every_small_tree_begins_with_every_smaller_one() -> None:
    for new in range(1, 66):
        for old in range(1, new + 1):
            path = tree.proof(tree.consistency_ranges(old, new), hash_of)
            told = {"old": old, "new": new, "path": path, "old_root": hash_of(0, old), "new_root": hash_of(0, new)}
            assert tree.verify_consistency(**told)
            assert not tree.verify_consistency(**told | {"old_root": hash_of(1, old + 1)})
            assert not tree.verify_consistency(**told | {"new_root": hash_of(1, new + 1)})
            assert not tree.verify_consistency(**told | {"path": (*path, LEAVES[0])})


@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.integers(1, 700))
def test_proofs_hold_at_any_size_and_fail_with_one_changed_bit(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = tree.proof(tree.inclusion_ranges(index, size), hash_of)
    told = {"leaf": LEAVES[index], "index": index, "size": size, "root": hash_of(0, size)}
    assert tree.verify_inclusion(path=path, **told)
    if path:
        spoiled = list(path)
        at = data.draw(st.integers(0, len(path) - 1))
        bit = data.draw(st.integers(0, 255))
        spoiled[at] = (int.from_bytes(spoiled[at], "big") ^ 1 << bit).to_bytes(32, "big")
        assert not tree.verify_inclusion(path=spoiled, **told)


@settings(max_examples=60, deadline=None)
@given(lo=st.integers(0, 699), width=st.integers(1, 700))
def test_pieces_cover_a_range_without_gap(lo: int, width: int) -> None:
    at = lo
    for level, index in pieces(lo, lo + width):
        assert index << level == at
        at += 1 << level
    assert at == lo + width


def test_full_tiles_are_told_and_can_be_put_together_again() -> None:
    growing = tree.CompactRange()
    nodes = [node for leaf in LEAVES for node in growing.append(leaf)]
    assert nodes == [(8, 0, hash_of(0, 256)), (8, 1, hash_of(256, 512))]
    again = tree.CompactRange()
    for level, _, value in nodes:
        again.append(value, level)
    for leaf in LEAVES[512:]:
        again.append(leaf)
    assert again.root() == growing.root()
    with pytest.raises(ValueError, match="aligned"):
        again.append(LEAVES[0], 8)


@pytest.mark.skipif(not VECTORS.exists(), reason="the reference's vectors are not beside the repository")
@pytest.mark.req("T5")
def test_the_reference_agrees() -> None:
    def raw(text: str | None) -> bytes:
        return base64.b64decode(text or "")

    seen = 0
    for file in sorted(VECTORS.glob("inclusion/**/*.json")):
        case = json.loads(file.read_text())
        path = [raw(each) for each in case["proof"] or []]
        told = {"leaf": raw(case["leafHash"]), "root": raw(case["root"])}
        assert (
            tree.verify_inclusion(index=case["leafIdx"], size=case["treeSize"], path=path, **told)
            is not case["wantErr"]
        ), file
        seen += 1
    for file in sorted(VECTORS.glob("consistency/**/*.json")):
        case = json.loads(file.read_text())
        path = [raw(each) for each in case["proof"] or []]
        roots = {"old_root": raw(case["root1"]), "new_root": raw(case["root2"])}
        assert (
            tree.verify_consistency(old=case["size1"], new=case["size2"], path=path, **roots) is not case["wantErr"]
        ), file
        seen += 1
    assert seen == 196
