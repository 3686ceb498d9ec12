"""What a costly set-up wrote, kept as SQL and played again: the same rows in a hundredth of the time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

Told = TypeVar("Told")

_films: dict[Any, tuple[Any, dict[str, str]]] = {}


def played(key: Any, build: Callable[[], Told]) -> Told:
    """What ``build`` gives, built once for each ``key``; later its rows are put back as they were.

    Only into empty tables: where a test has written before, the set-up is built really. ``build`` must only insert.
    """
    film = _films.get(key)
    if film is not None and not filled(film[1]):
        with transaction.atomic(), connection.cursor() as cursor:  # keys to other tables are looked at when it ends
            for statement in film[1].values():
                cursor.execute(statement)
        told: Told = film[0]
        return told
    before = filled(_models()) if film is None else set()
    told = build()
    if film is None:
        after = filled(_models())
        if not before & (after - _KEPT) - _KEPT:
            _films[key] = told, {table: _insert(table) for table in after - before}
    return told


_KEPT = {"django_content_type", "auth_permission", "django_migrations"}
"""Filled by the migrations, whatever a test does."""


def filled(tables: Iterable[str]) -> set[str]:
    """Those of the tables that hold a row."""
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {_name(table)})" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return {table for (table,) in cursor.fetchall()}


def empty(tables: Iterable[str]) -> None:
    """Delete what the tables hold; the caller has put the guards of append-only tables out of the way."""
    with connection.cursor() as cursor:
        for table in filled(set(tables) - _KEPT):
            cursor.execute(f"DELETE FROM {_name(table)}")


def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if model._meta.managed}


def _insert(table: str) -> str:
    """One statement that puts in all rows of the table, values as the database itself writes them."""
    fields = [field for field in _models()[table]._meta.local_concrete_fields if not field.generated]
    names = [_name(field.column) for field in fields if field.column]
    write = "quote({})" if connection.vendor == "sqlite" else "quote_nullable({})"
    row = " || ',' || ".join(write.format(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '(' || {row} || ')' FROM {_name(table)}")
        values = ",".join(itertools.chain.from_iterable(cursor.fetchall()))
    return f"INSERT INTO {_name(table)} ({', '.join(names)}) VALUES {values}"


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
