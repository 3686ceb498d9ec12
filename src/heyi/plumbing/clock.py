"""The only place that asks for the time. Verbs take the instant as an argument; surfaces and jobs ask here."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from heyi.kit.dates import SHANGHAI


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The bank's calendar day (Asia/Shanghai)."""
    return now().astimezone(SHANGHAI).date()


def bank_day(at: datetime) -> date:
    """The bank's calendar day of an instant."""
    return at.astimezone(SHANGHAI).date()


def stopwatch() -> Callable[[], timedelta]:
    """How long ago this was called: for work that takes its time and has to know how late it has become."""
    started = time.monotonic()
    return lambda: timedelta(seconds=time.monotonic() - started)
