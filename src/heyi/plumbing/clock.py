"""The only place that asks for the time. Verbs take the instant as an argument; surfaces and jobs ask here."""

from __future__ import annotations

from datetime import UTC, date, datetime

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
