"""Periodic work: named ticks that any worker may run, each at most once per interval across all workers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connections, transaction

from heyi.plumbing import clock, clock_trust, outbox, wakeups
from heyi.plumbing.models import TickRun

log = structlog.get_logger()

Work = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Tick:
    """``work(at)`` every ``every``; ``work`` must be safe to repeat.

    ``apart``: it may take minutes, so the worker gives it a thread of its own, one at a time, and goes on.
    """

    name: str
    every: timedelta
    work: Work
    apart: bool = False


_ticks: dict[str, Tick] = {}
_apart: dict[str, threading.Thread] = {}


def register(name: str, *, every: timedelta, work: Work, apart: bool = False) -> None:
    """Add a tick; called by config/wiring.py only."""
    _ticks[name] = Tick(name=name, every=every, work=work, apart=apart)


def run_once(*, at: datetime, threads: bool = False) -> int:
    """One round: due ticks, then due outbox messages. Returns how many things ran."""
    ran = sum(_run_if_due(tick, at, threads=threads) for tick in _ticks.values())
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
    bell = wakeups.Doorbell(wakeups.OUTBOX)
    while not stop():
        close_old_connections()
        try:
            clock_trust.look()
            busy = run_once(at=clock.now(), threads=True)
        except (OperationalError, InterfaceError):
            log.warning("worker.database_away")
            close_old_connections()
            busy = 0
        if not busy:
            bell.wait(pause_seconds)


def _run_if_due(tick: Tick, at: datetime, *, threads: bool) -> bool:
    if tick.apart and tick.name in _apart and _apart[tick.name].is_alive():
        return False
    with transaction.atomic():
        run, new = TickRun.objects.select_for_update().get_or_create(name=tick.name, defaults={"ran_at": at})
        if not new and run.ran_at + tick.every > at:
            return False
        run.ran_at = at
        run.save(update_fields=["ran_at"])
    if tick.apart and threads:
        _apart[tick.name] = threading.Thread(target=_work_apart, args=(tick, at), name=tick.name, daemon=True)
        _apart[tick.name].start()
    else:
        _work(tick, at)
    return True


def _work(tick: Tick, at: datetime) -> None:
    try:
        tick.work(at)
    except Exception:
        log.exception("tick.failed", tick=tick.name)


def _work_apart(tick: Tick, at: datetime) -> None:
    try:
        _work(tick, at)
    finally:
        connections.close_all()
