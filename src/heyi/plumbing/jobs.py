"""Periodic work: named ticks that any worker may run, each at most once per interval across all workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, close_old_connections, transaction

from heyi.plumbing import clock, outbox
from heyi.plumbing.models import TickRun

log = structlog.get_logger()

Work = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Tick:
    """``work(at)`` every ``every``; ``work`` must be safe to repeat."""

    name: str
    every: timedelta
    work: Work


_ticks: dict[str, Tick] = {}


def register(name: str, *, every: timedelta, work: Work) -> None:
    """Add a tick; called by config/wiring.py only."""
    _ticks[name] = Tick(name=name, every=every, work=work)


def run_once(*, at: datetime) -> int:
    """One round: due ticks, then due outbox messages. Returns how many things ran."""
    ran = sum(_run_if_due(tick, at) for tick in _ticks.values())
    return ran + outbox.deliver_due(at=at)


def drain(*, at: datetime, rounds: int = 50) -> int:
    """Rounds until nothing is left to tell. For tests, commands and the demo's seeding."""
    done = 0
    for _ in range(rounds):
        tried = outbox.deliver_due(at=at, limit=1000)
        done += tried
        if not tried:
            break
    for tick in _ticks.values():
        tick.work(at)
    return done


def run_forever(*, stop: Callable[[], bool], pause_seconds: float = 0.3) -> None:
    """The worker: goes on when the database was away and comes back."""
    while not stop():
        close_old_connections()
        try:
            busy = run_once(at=clock.now())
        except OperationalError:
            log.warning("worker.database_away")
            busy = 0
        if not busy:
            time.sleep(pause_seconds)


def _run_if_due(tick: Tick, at: datetime) -> bool:
    with transaction.atomic():
        run, new = TickRun.objects.select_for_update().get_or_create(name=tick.name, defaults={"ran_at": at})
        if not new and run.ran_at + tick.every > at:
            return False
        run.ran_at = at
        run.save(update_fields=["ran_at"])
    try:
        tick.work(at)
    except Exception:
        log.exception("tick.failed", tick=tick.name)
    return True
