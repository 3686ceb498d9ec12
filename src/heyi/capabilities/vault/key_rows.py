"""Rows of persons' keys by the ten thousand. Past the ORM, because an import makes 200,000 keys at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from heyi.plumbing import master_key
from heyi.plumbing.ids import new_id

_TABLE: Final = "vault_subjectkey"
_COLUMNS: Final = "id, created_at, subject_id, wrapped, wrapped_by"
_LIST: Final = "string_to_array(%s, ',')"  # one text is handed over faster than a list


def wrapped_keys(subject_ids: list[UUID]) -> dict[UUID, bytes]:
    """The wrapped keys that exist, empty ones for the shredded. At most 10,000 ids."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT subject_id, wrapped FROM {_TABLE} WHERE subject_id = ANY({_LIST}::uuid[])",  # noqa: S608
                [_joined(subject_ids)],
            )
            return {subject_id: bytes(wrapped) for subject_id, wrapped in cursor.fetchall()}
        by_hex = {each.hex: each for each in subject_ids}
        marks = ", ".join(["%s"] * len(by_hex))
        cursor.execute(f"SELECT subject_id, wrapped FROM {_TABLE} WHERE subject_id IN ({marks})", list(by_hex))  # noqa: S608
        return {by_hex[subject_id]: bytes(wrapped) for subject_id, wrapped in cursor.fetchall()}


def insert(rows: dict[UUID, bytes], at: datetime) -> bool:
    """Add wrapped keys; a person that has one already keeps it. True when all were new."""
    mark = master_key.mark()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"INSERT INTO {_TABLE} ({_COLUMNS}) "  # noqa: S608
                f"SELECT i::uuid, %s, s::uuid, decode(w, 'hex'), %s "
                f"FROM unnest({_LIST}, {_LIST}, {_LIST}) AS new(i, s, w) ON CONFLICT DO NOTHING",
                [
                    at,
                    mark,
                    _joined(new_id() for _ in rows),
                    _joined(rows),
                    ",".join(each.hex() for each in rows.values()),
                ],
            )
        else:
            created = connection.ops.adapt_datetimefield_value(at)
            cursor.executemany(
                f"INSERT INTO {_TABLE} ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",  # noqa: S608
                [(new_id().hex, created, each.hex, wrapped, mark) for each, wrapped in rows.items()],
            )
        return int(cursor.rowcount) == len(rows)


def _joined(ids: Iterable[UUID]) -> str:
    return ",".join(each.hex for each in ids)
