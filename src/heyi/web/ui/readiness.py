"""Whether the parts that every request needs answer: database, journal, object store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection

from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault

log = structlog.get_logger()

KEPT: Final = timedelta(seconds=2)
_last: list[tuple[datetime, dict[str, str]]] = []


def check(at: datetime) -> dict[str, str]:
    """Part → ``ok`` or ``away``. What went wrong is in the log, not in the answer.

    Anybody may ask, so the parts are asked once in two seconds at most.
    """
    if _last and abs(at - _last[0][0]) < KEPT:
        return _last[0][1]
    parts = {name: _state(name, probe) for name, probe in PROBES.items()}
    _last[:] = [(at, parts)]
    return parts


def _state(name: str, probe: Callable[[], object]) -> str:
    try:
        probe()
    except Exception:
        log.exception("readiness.away", part=name)
        return "away"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _journal() -> None:
    journal.entries(limit=1)


PROBES: Final[dict[str, Callable[[], object]]] = {
    "database": _database,
    "journal": _journal,
    "objects": vault.probe,
}
