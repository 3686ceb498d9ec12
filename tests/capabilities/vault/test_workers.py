"""Several writers, sequencers and checks at once, with real transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.journal.models import Leaf, Pending
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def _shared_database() -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("threads share no database in memory; HEYI_TEST_SQLITE=FILE gives them one")


def _write(number: int) -> list[UUID]:
    try:
        with transaction.atomic():
            return [
                journal.record(actor=SYSTEM, act="race.write", at=AT, subject=f"race:{number}:{each}")
                for each in range(5)
            ]
    finally:
        connection.close()


def _sequence(_: int) -> int:
    try:
        return journal.sequence(AT)
    finally:
        connection.close()


def _check() -> tuple[journal.Fault, ...]:
    try:
        return journal.verify().faults
    finally:
        connection.close()


@pytest.mark.req("T5")
@pytest.mark.usefixtures("_shared_database")
def test_two_sequencers_and_many_writers_give_each_entry_one_place() -> None:
    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(_write, number) for number in range(40)]
        placing = [pool.submit(_sequence, number) for number in range(40)]
        checking = [pool.submit(_check) for _ in range(5)]
        ids = {each for work in writing for each in work.result()}
        placed = sum(work.result() for work in placing)
        assert [work.result() for work in checking] == [()] * 5
    placed += journal.sequence(AT)
    assert placed == len(ids) == 200
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(200))
    assert set(Leaf.objects.values_list("entry_id", flat=True)) == ids
    assert not Pending.objects.exists()
    assert journal.verify().intact


@pytest.mark.req("T5")
@pytest.mark.usefixtures("_shared_database")
def test_the_entries_of_one_act_keep_their_order() -> None:
    with ThreadPoolExecutor(4) as pool:
        written = [work.result() for work in [pool.submit(_write, number) for number in range(10)]]
    journal.sequence(AT)
    places = dict(Leaf.objects.values_list("entry_id", "index"))
    for ids in written:
        assert [places[each] for each in ids] == sorted(places[each] for each in ids)


@pytest.mark.req("E9")
@pytest.mark.usefixtures("_shared_database")
def test_many_that_ask_for_a_new_persons_key_at_once_get_the_same() -> None:
    subjects = [uuid4() for _ in range(5)]

    def ask(number: int) -> list[bytes]:
        try:
            if number % 2:
                found = vault.subject_keys(subject_ids=subjects, at=AT)
                return [found[each] for each in subjects]
            return [vault.subject_key(subject_id=each, at=AT) for each in subjects]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(16)))
    assert all(each == answers[0] for each in answers)


@pytest.mark.req("E9")
def test_a_key_of_a_rolled_back_transaction_is_never_used_again() -> None:
    subject = uuid4()

    @transaction.atomic
    def act() -> None:
        lost.append(vault.subject_key(subject_id=subject, at=AT))
        raise ZeroDivisionError

    lost: list[bytes] = []
    with pytest.raises(ZeroDivisionError):
        act()
    assert vault.subject_key(subject_id=subject, at=AT) != lost[0]


@pytest.mark.req("B5")
def test_a_shredded_key_leaves_the_cache_at_once() -> None:
    subject = uuid4()
    vault.subject_key(subject_id=subject, at=AT)
    vault.subject_key(subject_id=subject, at=AT)
    vault.shred(subject_id=subject, actor=SYSTEM, at=AT, reason="request_by_person")
    with pytest.raises(vault.Shredded):
        vault.subject_key(subject_id=subject, at=AT)
