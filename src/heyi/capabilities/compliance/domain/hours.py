"""Clock arithmetic within one local day. China has no daylight saving; other zones work because it is all local."""

from __future__ import annotations

from datetime import datetime, time, timedelta


def within(moment: time, start: time, end: time) -> bool:
    """True from ``start`` up to, but not at, ``end``; a window may run over midnight. Equal ends: the whole day."""
    if start == end:
        return True
    if start < end:
        return start <= moment < end
    return moment >= start or moment < end


def next_at(local: datetime, moment: time) -> datetime:
    """The first instant after ``local`` at which its wall clock shows ``moment``."""
    candidate = datetime.combine(local.date(), moment, tzinfo=local.tzinfo)
    return candidate if candidate > local else candidate + timedelta(days=1)


def next_day(local: datetime) -> datetime:
    """Midnight after ``local``."""
    return next_at(local, time(0))
