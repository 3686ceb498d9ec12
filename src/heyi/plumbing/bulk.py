"""Many rows at once, past the ORM: COPY on PostgreSQL, executemany on SQLite. For imports and nightly runs only.

Values must be what the columns hold: the caller has validated them. Constraints of the database still apply.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db import connection, models

Row = Sequence[Any]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows given as values in the order of ``columns`` (names of database columns). Joins the transaction."""
    table, names = _quoted(model, columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {table} ({names}) FROM STDIN", rows)
        else:
            marks = ", ".join(["%s"] * len(columns))
            sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own models
            cursor.executemany(sql, [_adapted(row) for row in rows])


def update(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Row], *, keeping: Collection[str] = ()
) -> None:
    """Update rows by id: each is the id followed by the values of ``columns``. Joins the transaction.

    A None in a column of ``keeping`` leaves what stands there.
    """
    table, _ = _quoted(model, columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _update_from_copy(cursor, table, columns, rows, keeping)
        else:
            sets = ", ".join(_set(column, "%s", table, keeping) for column in columns)
            sql = f"UPDATE {table} SET {sets} WHERE id = %s"  # noqa: S608 - names of our own models
            cursor.executemany(sql, [_adapted((*row[1:], row[0])) for row in rows])


def one_at_a_time(name: str) -> None:
    """Hold the turn called ``name`` until the transaction ends. SQLite's writers queue already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _set(column: str, value: str, table: str, keeping: Collection[str]) -> str:
    name = _name(column)
    return f"{name} = COALESCE({value}, {table}.{name})" if column in keeping else f"{name} = {value}"


def _update_from_copy(
    cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Row], keeping: Collection[str]
) -> None:
    names = ", ".join(_name(column) for column in ("id", *columns))
    sets = ", ".join(_set(column, f"incoming.{_name(column)}", table, keeping) for column in columns)
    cursor.execute("DROP TABLE IF EXISTS incoming")
    cursor.execute(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0")  # noqa: S608
    _copy(cursor, f"COPY incoming ({names}) FROM STDIN", rows)
    cursor.execute(f"UPDATE {table} SET {sets} FROM incoming WHERE {table}.id = incoming.id")  # noqa: S608
    cursor.execute("DROP TABLE incoming")


def _copy(cursor: Any, sql: str, rows: Iterable[Row]) -> None:
    with cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def _quoted(model: type[models.Model], columns: Sequence[str]) -> tuple[str, str]:
    return _name(model._meta.db_table), ", ".join(_name(column) for column in columns)


def _name(name: str) -> str:
    return connection.ops.quote_name(name)


def _adapted(row: Row) -> tuple[Any, ...]:
    """The values in the forms that Django itself stores in SQLite."""
    return tuple([value if (adapt := _ADAPTERS.get(type(value))) is None else adapt(value) for value in row])


@lru_cache(maxsize=16)
def _moment(value: datetime) -> Any:
    """One chunk has one or two instants in thousands of rows."""
    return connection.ops.adapt_datetimefield_value(value)


def _decimal(value: Decimal) -> str:
    return format(value, "f")


_ADAPTERS: Final[dict[type, Callable[[Any], Any]]] = {
    UUID: UUID.hex.fget,  # type: ignore[attr-defined]  # the property itself: half a million calls
    datetime: _moment,
    date: date.isoformat,
    Decimal: _decimal,
}
