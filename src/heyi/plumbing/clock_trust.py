"""Can this machine's clock be believed? The worker looks before every round; whoever must not err asks ``doubt``.

Two references that a wrong clock does not move: the steady clock of the machine, which counts and is never set, and the
clock of the database server where that is another machine's (PostgreSQL). A doubt stays until the worker is started
again: after a jump nobody can tell from the inside which of the two times was right.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection

from heyi.plumbing import clock

log = structlog.get_logger()

SLACK: Final = timedelta(seconds=60)
"""Daylight saving moves no UTC, and leap seconds are one second: nothing honest moves a clock by more."""
LOOK_AT_DATABASE_EVERY: Final = 15.0


class Watch:
    """What one process knows of its clock."""

    def __init__(self) -> None:
        self.doubt = ""
        self._offset: float | None = None
        self._looked = float("-inf")

    def look(self) -> str:
        """Compare now. Returns why the clock is not believed, empty when it is."""
        steady = time.monotonic()
        offset = clock.now().timestamp() - steady
        if self._offset is not None and abs(offset - self._offset) > SLACK.total_seconds():
            self._doubt("clock_jumped", seconds=round(offset - self._offset))
        self._offset = offset
        if steady - self._looked > LOOK_AT_DATABASE_EVERY:
            self._looked = steady
            apart = _apart_from_database()
            if abs(apart) > SLACK:
                self._doubt("clock_apart_from_database", seconds=round(apart.total_seconds()))
        return self.doubt

    def _doubt(self, why: str, *, seconds: int) -> None:
        if not self.doubt:
            log.error("clock.not_trusted", why=why, seconds=seconds, next_step="set the clock, then restart the worker")
        self.doubt = why


_watch: list[Watch] = []


def look() -> str:
    """Look at the clock of this process; called by the worker's loop."""
    if not _watch:
        _watch.append(Watch())
    return _watch[0].look()


def doubt() -> str:
    """Why the clock of this process is not believed; empty when it is, or when nobody watches it."""
    return _watch[0].doubt if _watch else ""


def forget() -> None:
    """Begin anew, as after a restart."""
    _watch.clear()


def _apart_from_database() -> timedelta:
    """How far this clock is ahead of the database server's; nothing on SQLite, which has no clock of its own."""
    if connection.vendor != "postgresql":
        return timedelta()
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    after = clock.now()
    if theirs < before:
        return before - theirs
    return after - theirs if theirs > after else timedelta()
