"""Wake-ups through a real Redis: heard at once after the commit, silent about persons, dispensable."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
import redis
from django.conf import LazySettings
from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.actors import SYSTEM
from heyi.plumbing import clock, wakeups
from heyi.plumbing.ids import new_id
from heyi.web.ui import live
from tests import cast
from tests.capabilities.negotiation.steps import negotiating

URL = "redis://127.0.0.1:6379/0"
NOBODY = "redis://127.0.0.1:1/0"


def _answers() -> bool:
    try:
        return bool(redis.Redis.from_url(URL, socket_connect_timeout=1).ping())
    except redis.RedisError:
        return False


pytestmark = [pytest.mark.req("E3"), pytest.mark.skipif(not _answers(), reason="no Redis on this machine")]


@pytest.fixture
def bus(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakeups, "CHANNEL", f"heyi:tests:{new_id()}")  # other tests act beside us
    settings.HEYI = replace(settings.HEYI, redis_url=URL)
    wakeups._quiet_until[0] = 0.0


@pytest.fixture
def away(settings: LazySettings) -> None:
    settings.HEYI = replace(settings.HEYI, redis_url=NOBODY)
    wakeups._quiet_until[0] = 0.0


@pytest.fixture
def heard(bus: None) -> Iterator[redis.client.PubSub]:
    with redis.Redis.from_url(URL).pubsub(ignore_subscribe_messages=True) as listener:
        listener.subscribe(wakeups.CHANNEL)
        listener.get_message(timeout=1)
        yield listener


def next_from(listener: redis.client.PubSub, seconds: float = 2) -> bytes | None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        message = listener.get_message(timeout=0.1)
        if message:
            return bytes(message["data"])
    return None


@pytest.mark.django_db(transaction=True)
def test_an_act_wakes_after_its_commit_and_says_nothing_about_it(heard: redis.client.PubSub) -> None:
    case_id = new_id()
    with transaction.atomic():
        journal.record(actor=SYSTEM, act="tests.act", at=clock.now(), subject="test:1", case_id=case_id)
        assert next_from(heard, 0.3) is None, "before the commit nobody finds anything"
    told = next_from(heard)
    assert told == wakeups.topic(f"case:{case_id}").encode()
    assert case_id.hex.encode() not in told.replace(b"-", b"")


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_taken_back_wakes_nobody(heard: redis.client.PubSub) -> None:
    with transaction.atomic():
        journal.record(actor=SYSTEM, act="tests.act", at=clock.now(), subject="test:1", case_id=new_id())
        transaction.set_rollback(True)
    assert next_from(heard, 0.5) is None


@pytest.mark.django_db(transaction=True)
def test_a_reader_hears_at_once_though_nobody_looks(bus: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking is all but switched off: what is heard came through Redis, also after its connection was cut."""
    monkeypatch.setattr(live, "LOOK_WOKEN_SECONDS", 60)
    monkeypatch.setattr(wakeups, "PAUSE_SECONDS", 0.2)
    people = cast.build()
    case_id = negotiating(people)
    waits = [_heard_after(case_id, people, cut=cut) for cut in (False, True)]
    assert max(waits) < 5, waits


@pytest.mark.django_db(transaction=True)
def test_without_redis_the_database_is_looked_at_and_acts_are_not_slowed(away: None) -> None:
    people = cast.build()
    case_id = negotiating(people)
    assert _heard_after(case_id, people, cut=False) < 8
    begin = time.monotonic()
    for _ in range(20):
        wakeups.ring("case:x")
    assert time.monotonic() - begin < 1, "a Redis that is away is left alone for a while"


def test_a_worker_that_sleeps_is_woken(bus: None) -> None:
    bell = wakeups.Doorbell("tests.bell")
    time.sleep(0.5)
    threading.Timer(0.2, lambda: wakeups._publish("tests.bell")).start()
    begin = time.monotonic()
    bell.wait(20)
    assert time.monotonic() - begin < 5


def _heard_after(case_id: UUID, people: cast.Cast, *, cut: bool) -> float:
    """Seconds from an act in another thread until a reader of the case's stream hears of it."""
    return asyncio.run(_reader(case_id, people, cut=cut))


async def _reader(case_id: UUID, people: cast.Cast, *, cut: bool) -> float:
    watcher = live.Watcher()
    bell = watcher.join(case_id)
    try:
        await asyncio.sleep(1.5)
        if cut:
            _cut_listeners()
            await asyncio.sleep(1.5)
        bell.clear()
        begin = time.monotonic()
        await asyncio.to_thread(_say, case_id, people)
        await asyncio.wait_for(bell.wait(), 15)
        return time.monotonic() - begin
    finally:
        watcher.leave(case_id, bell)
        if watcher._task:
            watcher._task.cancel()


def _say(case_id: UUID, people: cast.Cast) -> None:
    from django.db import connection

    try:
        negotiation.say(case_id=case_id, body="您好", actor=people.zhou, at=clock.now())
    finally:
        connection.close()


def _cut_listeners() -> None:
    redis.Redis.from_url(URL).execute_command("CLIENT", "KILL", "TYPE", "pubsub")
