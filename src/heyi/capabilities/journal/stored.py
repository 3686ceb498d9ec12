"""Entries as the database holds them, read past the ORM.

The check of the log must name a row that somebody filled with nonsense, not fall over it: so columns are read raw and
a value that cannot be one is told as ``Unreadable``. SQLite gives texts for ids and times, PostgreSQL gives types.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from heyi.capabilities.journal.domain import entry_bytes
from heyi.capabilities.journal.domain.entry import read_object

COLUMNS: Final = [
    "id",
    "created_at",
    "actor",
    "act",
    "subject",
    "case_id",
    "party_id",
    "result",
    "facts",
    "digests",
    "mac",
]
SELECT: Final = ", ".join(f"e.{column}" for column in COLUMNS)


class Unreadable(ValueError):
    """A column holds what no entry can hold."""


def entry_of(row: Sequence[Any]) -> bytes:
    """The canonical bytes of an entry from its columns in the order of ``COLUMNS``. Raises Unreadable."""
    entry_id, at, actor, act, subject, case_id, party_id, result, facts, digests, _ = row
    texts = (actor, act, subject, result, facts, digests)
    if not all(isinstance(each, str) for each in texts):
        raise Unreadable("a text is no text")
    try:
        for each in (facts, digests):
            if each != "{}":
                read_object(each)
        return entry_bytes(
            entry_id=_uuid(entry_id),
            at=_moment(at),
            actor=actor,
            act=act,
            subject=subject,
            case_id=_uuid(case_id) if case_id is not None else None,
            party_id=_uuid(party_id) if party_id is not None else None,
            result=result,
            facts=facts,
            digests=digests,
        )
    except ValueError as error:
        raise Unreadable(str(error)) from None


def uuid_or_none(value: Any) -> UUID | None:
    """The id, or None for a value that is none."""
    try:
        return UUID(_uuid(value))
    except ValueError:
        return None


def raw(value: Any) -> bytes:
    """The bytes of a binary column; none at all for a value that is no bytes."""
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def moment(at: datetime) -> str:
    """An instant the way that entries spell it: UTC with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _uuid(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str) and len(value) == 32:
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    raise Unreadable("an id is no id")


def _moment(value: Any) -> str:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment(at if at.tzinfo else at.replace(tzinfo=UTC))
