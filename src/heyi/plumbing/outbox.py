"""Events between rooms: written with the act, delivered at least once, effective once.

A subscriber runs in the same transaction that marks its message done, so a crash in the middle repeats it from the
start and a success is never repeated. An event is a frozen dataclass of plain values (ids, ints, text, times).
"""

from __future__ import annotations

import dataclasses
import importlib
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from heyi.plumbing import wakeups
from heyi.plumbing.models import OutboxMessage

Event = TypeVar("Event")
Subscriber = Callable[[Any, datetime], None]

log = structlog.get_logger()

_subscribers: dict[str, list[str]] = defaultdict(list)
_PARSERS: dict[Any, Callable[[str], Any]] = {
    "UUID": UUID,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}


def subscribe(event: type, subscriber: str) -> None:
    """Let the function at dotted path ``subscriber`` hear ``event``; called by config/wiring.py only."""
    names = _subscribers[_name(event)]
    if subscriber not in names:
        names.append(subscriber)


def emit(event: Any, *, at: datetime) -> None:
    """Tell every subscriber of this event, in the caller's transaction."""
    name = _name(type(event))
    OutboxMessage.objects.bulk_create(
        OutboxMessage(created_at=at, due_at=at, event=name, subscriber=subscriber, payload=_pack(event))
        for subscriber in _subscribers[name]
    )
    wakeups.ring(wakeups.OUTBOX)


def deliver_due(*, at: datetime, limit: int = 100) -> int:
    """Deliver up to ``limit`` due messages, oldest first. Returns how many were tried."""
    ids = list(_due(at).values_list("id", flat=True)[:limit])
    for message_id in ids:
        _deliver(message_id, at)
    return len(ids)


def _due(at: datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(done_at__isnull=True, due_at__lte=at).order_by("due_at", "id")


def _deliver(message_id: UUID, at: datetime) -> None:
    try:
        with transaction.atomic():
            message = _due(at).select_for_update(of=("self",)).filter(id=message_id).first()
            if message is None:
                return
            _call(message.subscriber)(_unpack(message.event, message.payload), at)
            message.done_at = at
            message.attempts += 1
            message.save(update_fields=["done_at", "attempts"])
    except Exception as error:
        log.exception("outbox.failed", message=str(message_id))
        _postpone(message_id, at, error)


def _postpone(message_id: UUID, at: datetime, error: Exception) -> None:
    """Try again after 2, 4, 8 … seconds, at most every 15 minutes, for ever: nothing is dropped."""
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update().get(id=message_id)
        message.attempts += 1
        message.last_error = f"{type(error).__name__}: {error}"[:500]
        message.due_at = at + timedelta(seconds=min(2**message.attempts, 900))
        message.save(update_fields=["attempts", "last_error", "due_at"])


def _name(event: type) -> str:
    return f"{event.__module__}:{event.__qualname__}"


def _call(path: str) -> Subscriber:
    module, _, function = path.rpartition(".")
    return getattr(importlib.import_module(module), function)  # type: ignore[no-any-return]


def _pack(event: Any) -> dict[str, Any]:
    return {
        field.name: value
        if isinstance(value, int | str | bool | None)
        else str(value)
        if isinstance(value, UUID)
        else value.isoformat()
        for field in dataclasses.fields(event)
        for value in [getattr(event, field.name)]
    }


def _unpack(name: str, payload: dict[str, Any]) -> Any:
    module, _, cls_name = name.partition(":")
    cls = getattr(importlib.import_module(module), cls_name)
    return cls(**{field.name: _parse(str(field.type), payload[field.name]) for field in dataclasses.fields(cls)})


def _parse(annotation: str, value: Any) -> Any:
    bare = annotation.removesuffix(" | None")
    parser = _PARSERS.get(bare)
    return parser(value) if parser and value is not None else value
