"""An event reaches each subscriber once, however often the worker dies in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from heyi.plumbing import outbox
from heyi.plumbing.ids import new_id
from heyi.plumbing.models import OutboxMessage

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
heard: list[Rang] = []
broken = {"on": False}


@dataclass(frozen=True, slots=True)
class Rang:
    """A bell."""

    bell_id: UUID
    at: datetime
    times: int


def listen(event: Rang, at: datetime) -> None:
    if broken["on"]:
        raise RuntimeError("the hearer is away")
    heard.append(event)


@pytest.fixture(autouse=True)
def quiet() -> None:
    outbox.subscribe(Rang, f"{__name__}.listen")
    heard.clear()
    broken["on"] = False


def rang() -> Rang:
    return Rang(bell_id=new_id(), at=NOW, times=3)


@pytest.mark.django_db
def test_an_event_arrives_with_its_types_and_only_once() -> None:
    event = rang()
    outbox.emit(event, at=NOW)
    outbox.deliver_due(at=NOW)
    outbox.deliver_due(at=NOW)
    assert heard == [event]


@pytest.mark.django_db
def test_what_fails_is_kept_and_goes_on_by_itself() -> None:
    outbox.emit(rang(), at=NOW)
    broken["on"] = True
    outbox.deliver_due(at=NOW)
    message = OutboxMessage.objects.get()
    assert message.done_at is None
    assert "the hearer is away" in message.last_error
    broken["on"] = False
    assert outbox.deliver_due(at=NOW) == 0, "it waits before the next try"
    outbox.deliver_due(at=NOW + timedelta(seconds=3))
    assert len(heard) == 1


@pytest.mark.django_db
def test_an_event_of_an_undone_act_is_never_told() -> None:
    def act() -> None:
        with transaction.atomic():
            outbox.emit(rang(), at=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    outbox.deliver_due(at=NOW)
    assert heard == []
