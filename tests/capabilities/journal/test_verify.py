"""The check of the whole log, against a forger who owns the database: triggers and foreign keys are out of the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.journal import domain, keys
from heyi.capabilities.journal.models import Checkpoint, Entry, Leaf, Node
from heyi.kit.actors import SYSTEM
from heyi.kit.canonical import digest

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.req("T5", "C5")]


@pytest.fixture
def log() -> list[UUID]:
    """Ten entries in three batches, and two that wait."""
    ids = []
    for batch in (4, 3, 3):
        ids += [record(number) for number in range(batch)]
        journal.sequence(AT)
    return [*ids, record(8), record(9)]


def record(number: int) -> UUID:
    return journal.record(
        actor=SYSTEM,
        act="plans.adopt",
        at=AT,
        subject=f"plan:{number}",
        case_id=uuid4(),
        facts={"amount_minor": 518460 + number},
        digests={"document": digest(str(number))},
    )


@pytest.fixture
def forge() -> Iterator[Callable[..., None]]:
    """Run SQL as the owner of the database, with every guard of the database down."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")

        def run(statement: str, *values: Any) -> None:
            cursor.execute(statement, [each.hex if isinstance(each, UUID) else each for each in values])
            assert cursor.rowcount

        yield run
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        transaction.set_rollback(True)


def found() -> list[tuple[str, UUID | None, int | None]]:
    return [(each.kind, each.entry_id, each.index) for each in journal.verify().faults]


def test_an_untouched_log_is_intact(log: list[UUID]) -> None:
    steps: list[tuple[int, int]] = []
    report = journal.verify(progress=lambda done, total: steps.append((done, total)))
    assert report.intact
    assert (report.size, report.pending, report.checkpoints) == (10, 2, 3)
    assert steps[-1] == (10, 10)


def test_an_empty_log_is_intact() -> None:
    assert journal.verify() == journal.VerifyReport(size=0, pending=0, checkpoints=0, faults=())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "plans.waive"),
        ("actor", "staff:018f0000-0000-7000-8000-000000000001"),
        ("subject", "plan:99"),
        ("result", "refused"),
        ("created_at", "2026-03-02 09:30:01"),
        ("case_id", None),
        ("case_id", uuid4()),
        ("party_id", uuid4()),
        ("facts", '{"amount_minor":1}'),
        ("facts", '{"amount_minor": 518462}'),
        ("facts", "nonsense"),
        ("facts", "[]"),
        ("digests", "{}"),
        ("mac", b"\x00" * 32),
    ],
)
def test_a_changed_column_names_its_entry(log: list[UUID], forge: Callable[..., None], column: str, value: Any) -> None:
    forge(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", value, log[2])
    assert found() == [("content_changed", log[2], 2)]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite lets any value into any column")
@pytest.mark.parametrize(
    ("column", "value"), [("created_at", "yesterday"), ("case_id", "x"), ("mac", "text"), ("mac", 7), ("act", b"\xff")]
)
def test_nonsense_in_a_column_is_named_and_does_not_stop_the_check(
    log: list[UUID], forge: Callable[..., None], column: str, value: Any
) -> None:
    forge(f"UPDATE journal_entry SET {column} = %s WHERE id = %s", value, log[2])
    assert found() == [("content_changed", log[2], 2)]


def test_content_and_leaf_changed_together_are_still_named(log: list[UUID], forge: Callable[..., None]) -> None:
    forge("UPDATE journal_entry SET act = 'plans.waive' WHERE id = %s", log[5])
    forge('UPDATE journal_leaf SET leaf_hash = %s WHERE "index" = 5', domain.leaf_hash(b"forged"))
    assert found() == [("leaf_changed", log[5], 5), ("content_changed", log[5], 5), ("checkpoint_mismatch", None, 6)]


def test_a_forger_with_the_marking_keys_is_stopped_by_the_signed_root(
    log: list[UUID], forge: Callable[..., None]
) -> None:
    """Only the signing key is missing: the tree no longer leads to the root that was signed."""
    entry = Entry.objects.get(id=log[5])
    content = domain.entry_bytes(
        entry_id=str(entry.id),
        at="2026-03-02T09:30:00.000000+00:00",
        actor="system",
        act="plans.waive",
        subject=entry.subject,
        case_id=str(entry.case_id),
        party_id=None,
        result="done",
        facts=entry.facts,
        digests=entry.digests,
    )
    hashed = domain.leaf_hash(content)
    forge("UPDATE journal_entry SET act = 'plans.waive', mac = %s WHERE id = %s", keys.entry_mac(content), log[5])
    forge('UPDATE journal_leaf SET leaf_hash = %s, mac = %s WHERE "index" = 5', hashed, keys.leaf_mac(5, hashed))
    report = journal.verify()
    assert found() == [("checkpoint_mismatch", None, 6)]
    assert report.faults[0].detail == "checkpoint 7 does not fit; checkpoint 4 still did"


def test_a_changed_leaf_is_named(log: list[UUID], forge: Callable[..., None]) -> None:
    forge('UPDATE journal_leaf SET leaf_hash = %s WHERE "index" = 3', bytes(32))
    assert found() == [("leaf_changed", log[3], 3)]


def test_a_deleted_entry_is_named(log: list[UUID], forge: Callable[..., None]) -> None:
    forge("DELETE FROM journal_entry WHERE id = %s", log[6])
    assert found() == [("missing", log[6], 6)]


def test_an_entry_deleted_with_its_leaf_leaves_a_gap(log: list[UUID], forge: Callable[..., None]) -> None:
    forge('DELETE FROM journal_leaf WHERE "index" = 6')
    forge("DELETE FROM journal_entry WHERE id = %s", log[6])
    assert found() == [("missing", None, 6), ("checkpoint_mismatch", None, 6)]


def test_an_entry_robbed_of_its_leaf_is_named(log: list[UUID], forge: Callable[..., None]) -> None:
    forge('DELETE FROM journal_leaf WHERE "index" = 6')
    assert found() == [("missing", None, 6), ("checkpoint_mismatch", None, 6), ("missing", log[6], None)]


def test_a_cut_off_end_is_missed(log: list[UUID], forge: Callable[..., None]) -> None:
    forge('DELETE FROM journal_leaf WHERE "index" >= 7')
    assert found()[0] == ("missing", None, 7)
    forge("DELETE FROM journal_checkpoint WHERE size = 10")
    assert {each for each in found() if each[1]} == {("missing", each, None) for each in log[7:10]}


def test_a_lost_checkpoint_at_the_end_is_missed(log: list[UUID], forge: Callable[..., None]) -> None:
    forge("DELETE FROM journal_checkpoint WHERE size = 10")
    assert found() == [("checkpoint_mismatch", None, 7)]


@pytest.mark.parametrize("waiting", [True, False])
def test_an_inserted_entry_is_named_and_never_placed(
    log: list[UUID], forge: Callable[..., None], *, waiting: bool
) -> None:
    forged = uuid4()
    forge(
        "INSERT INTO journal_entry SELECT %s, created_at, actor, act, subject, case_id, party_id, result, facts, "
        "digests, mac FROM journal_entry WHERE id = %s",
        forged,
        log[0],
    )
    if waiting:
        forge("INSERT INTO journal_pending (id, entry_id) VALUES (999999, %s)", forged)
    assert found() == [("inserted", forged, None)]
    assert journal.sequence(AT) == 2
    assert found() == [("inserted", forged, None)]


def test_swapped_places_are_named(log: list[UUID], forge: Callable[..., None]) -> None:
    for old, new in ((1, 100), (2, 1), (100, 2)):
        forge('UPDATE journal_leaf SET "index" = %s WHERE "index" = %s', new, old)
    assert [each for each in found() if each[0] == "leaf_changed"] == [
        ("leaf_changed", log[2], 1),
        ("leaf_changed", log[1], 2),
    ]


@pytest.mark.parametrize("place", [10, 2**40, 2**62, -1])
def test_a_leaf_put_in_anywhere_is_named_at_once(log: list[UUID], forge: Callable[..., None], place: int) -> None:
    insert = 'INSERT INTO journal_leaf ("index", entry_id, leaf_hash, mac) VALUES (%s, %s, %s, %s)'
    forge(insert, place, log[10], bytes(32), bytes(32))
    assert ("leaf_changed", log[10]) in [each[:2] for each in found()]


def test_a_checkpoint_of_somebody_else_is_named(log: list[UUID], forge: Callable[..., None]) -> None:
    note = Checkpoint.objects.get(size=7).note
    forge("UPDATE journal_checkpoint SET note = %s WHERE size = 7", note.replace("\n7\n", "\n8\n"))
    assert found() == [("signature_invalid", None, 6)]
    forge("UPDATE journal_checkpoint SET note = 'x' WHERE size = 7")
    assert found() == [("signature_invalid", None, 6)]


@pytest.mark.parametrize("column", ["root", "frontier"])
def test_a_changed_column_of_a_checkpoint_is_named(log: list[UUID], forge: Callable[..., None], column: str) -> None:
    forge(f"UPDATE journal_checkpoint SET {column} = %s WHERE size = 4", bytes(32))
    assert found() == [("checkpoint_mismatch", None, 3)]


def test_nothing_is_signed_on_top_of_a_damaged_tree(log: list[UUID], forge: Callable[..., None]) -> None:
    forge("UPDATE journal_checkpoint SET frontier = %s WHERE size = 10", bytes(64))
    with pytest.raises(journal.TreeDamaged):
        journal.sequence(AT)
    forge("DELETE FROM journal_checkpoint WHERE size = 10")
    with pytest.raises(journal.TreeDamaged):
        journal.sequence(AT)


def test_a_changed_subtree_is_named_and_gives_no_false_receipt(forge: Callable[..., None]) -> None:
    ids = [record(number) for number in range(600)]
    journal.sequence(AT)
    assert journal.verify().intact
    forge('UPDATE journal_node SET hash = %s WHERE "index" = 1', bytes(32))
    assert found() == [("node_changed", None, 256)]
    with pytest.raises(journal.TreeDamaged):
        journal.receipt(entry_id=ids[0])
    assert journal.receipt(entry_id=ids[300]).index == 300
    forge("DELETE FROM journal_node WHERE level = 8")
    with pytest.raises(journal.TreeDamaged):
        journal.receipt(entry_id=ids[0])
    assert [each[0] for each in found()] == ["node_changed", "node_changed"]
    Node.objects.create(level=16, index=0, hash=bytes(32))
    assert [each[0] for each in found()][-1] == "node_changed"


def test_many_faults_end_somewhere(log: list[UUID], forge: Callable[..., None], monkeypatch: Any) -> None:
    monkeypatch.setattr("heyi.capabilities.journal.queries.verification.FAULTS_LIMIT", 4)
    forge("UPDATE journal_entry SET result = 'x'")
    assert len(journal.verify().faults) == 4
    assert Leaf.objects.count() == 10
