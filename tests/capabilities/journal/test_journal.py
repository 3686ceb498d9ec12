"""Writing entries, their place in the tree, receipts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.journal import api as journal
from heyi.capabilities.journal import domain, keys
from heyi.capabilities.journal.domain.entry import canonical_facts, looks_personal
from heyi.capabilities.journal.models import Checkpoint, Entry, Leaf, Pending
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.canonical import canonical_bytes, digest

AT = datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC)
MANAGER = Actor(kind="staff", id=uuid4(), roles=frozenset({"manager"}), branches=frozenset({"BJ01"}))

pytestmark = pytest.mark.django_db


def write(count: int = 1, **more: Any) -> list[UUID]:
    told: dict[str, Any] = {"actor": MANAGER, "act": "plans.adopt", "at": AT, "subject": "plan:1"} | more
    return [journal.record(**told) for _ in range(count)]


@pytest.mark.req("T5")
def test_an_entry_says_who_did_what_on_what_when_and_with_which_result() -> None:
    case, party = uuid4(), uuid4()
    salted = journal.salted("张三", salt=b"k" * 32)
    (entry_id,) = write(
        case_id=case, party_id=party, result="refused", facts={"periods": 12, "why": "预算"}, digests={"name": salted}
    )
    (seen,) = journal.entries(case_id=case, limit=10)
    assert seen == journal.entry(entry_id=entry_id)
    assert (seen.at, seen.actor, seen.act, seen.subject) == (AT, MANAGER.label, "plans.adopt", "plan:1")
    assert (seen.case_id, seen.party_id, seen.result, seen.index) == (case, party, "refused", None)
    assert (seen.facts, seen.digests) == ({"periods": 12, "why": "预算"}, {"name": salted})


def test_an_entry_stands_only_with_its_act() -> None:
    @transaction.atomic
    def act() -> None:
        write()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Entry.objects.exists()
    assert not Pending.objects.exists()


def test_pages_follow_each_other_newest_first() -> None:
    case = uuid4()
    ids = [*write(3, case_id=case), *write(2, case_id=case, at=AT - timedelta(days=1))]
    expected = [*sorted(ids[:3], reverse=True), *sorted(ids[3:], reverse=True)]
    first = journal.entries(case_id=case, limit=2)
    rest = journal.entries(case_id=case, limit=9, before=first[-1].id)
    assert [each.id for each in (*first, *rest)] == expected


@pytest.mark.req("T5")
def test_places_are_dense_in_the_order_of_writing() -> None:
    ids = write(7)
    assert journal.sequence(AT) == 7
    ids += write(3)
    assert journal.sequence(AT) == 3
    assert journal.sequence(AT) == 0
    assert list(Leaf.objects.order_by("index").values_list("index", "entry_id")) == list(enumerate(ids))
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [7, 10]


@pytest.mark.req("T5", "B2")
def test_a_receipt_proves_the_entry_to_somebody_who_has_the_public_key_only() -> None:
    ids = write(11)
    journal.sequence(AT)
    public = Ed25519PublicKey.from_public_bytes(keys.signing_key().public_key().public_bytes_raw())
    for index, entry_id in enumerate(ids):
        receipt = journal.receipt(entry_id=entry_id)
        head = domain.open_head(receipt.checkpoint, public)
        told = {"index": receipt.index, "size": head.size, "path": receipt.proof, "root": head.root}
        assert receipt.index == index
        assert domain.verify_inclusion(leaf=domain.leaf_hash(receipt.entry), **told)
        assert not domain.verify_inclusion(leaf=domain.leaf_hash(receipt.entry + b" "), **told)


def test_a_receipt_reaches_over_stored_subtrees() -> None:
    ids = write(530)
    journal.sequence(AT)
    for index in (0, 255, 256, 511, 512, 529):
        assert journal.receipt(entry_id=ids[index]).index == index


def test_a_receipt_before_its_place_says_so() -> None:
    (entry_id,) = write()
    with pytest.raises(journal.NotYetPlaced):
        journal.receipt(entry_id=entry_id)
    with pytest.raises(journal.NoSuchEntry):
        journal.receipt(entry_id=uuid4())


@pytest.mark.req("T5")
@pytest.mark.parametrize("table", ["entry", "leaf", "node", "checkpoint"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete(table: str, statement: str) -> None:
    write(256)
    journal.sequence(AT)
    column = {"entry": "act", "leaf": "mac", "node": "hash", "checkpoint": "note"}[table]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(f"journal_{table}", column, column))


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL knows TRUNCATE")
def test_postgresql_refuses_to_truncate() -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_entry CASCADE")


@pytest.mark.req("C9")
@pytest.mark.parametrize(
    "facts",
    [
        {"who": "11010519491231002X"},
        {"told": "请联系 13800138000"},
        {"told": ["a", {"deep": "+86 13800138000"}]},
        {"mail": "zhang.san@bank.example"},
        {"13800138000": 1},
        {"text": "长" * 201},
        {f"k{number}": "x" * 190 for number in range(30)},
    ],
)
def test_personal_data_and_long_text_stay_out(facts: dict[str, Any]) -> None:
    with pytest.raises(journal.NotForTheJournal):
        write(facts=facts)
    assert not Entry.objects.exists()


def test_figures_ids_and_times_are_no_personal_data() -> None:
    for text in (
        "13800138000123",
        "2026-03-02T09:30:00",
        str(UUID(int=2**127 + 13800138000)),
        "110105194912310021",
        "13800138000.00",
    ):
        assert not looks_personal(text)
    assert canonical_facts({"amount_minor": 13_800_138_000}) == '{"amount_minor":13800138000}'


def test_a_digest_is_a_digest() -> None:
    with pytest.raises(journal.NotForTheJournal):
        write(digests={"name": "张三"})


def test_a_salted_digest_needs_its_salt() -> None:
    assert journal.salted("张三", salt=b"1" * 32) != journal.salted("张三", salt=b"2" * 32)
    assert journal.salted("张三", salt=b"1" * 32) != digest("张三")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(act=TEXTS, subject=TEXTS, result=TEXTS, case=st.none() | st.uuids(), facts=st.dictionaries(TEXTS, st.integers()))
def test_the_bytes_are_canonical_json(
    act: str, subject: str, result: str, case: UUID | None, facts: dict[str, int]
) -> None:
    entry_id, told = uuid4(), canonical_bytes(facts).decode()
    built = domain.entry_bytes(
        entry_id=str(entry_id),
        at="2026-03-02T09:30:00.000000+00:00",
        actor=SYSTEM.label,
        act=act,
        subject=subject,
        case_id=str(case) if case else None,
        party_id=None,
        result=result,
        facts=told,
        digests="{}",
    )
    assert built == canonical_bytes(
        {
            "v": 1,
            "id": entry_id,
            "at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
            "actor": SYSTEM.label,
            "act": act,
            "subject": subject,
            "case": case,
            "party": None,
            "result": result,
            "facts": facts,
            "digests": {},
        }
    )
