"""Tables that only grow: the database itself refuses to change or delete a row, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from heyi.plumbing.clock import now
from heyi.plumbing.ids import new_id

APPEND_ONLY = {
    "compliance_pack_adoption",
    "compliance_pack_version",
    "approvals_condition",
    "approvals_confirmation",
    "approvals_ending",
    "approvals_lapse",
    "approvals_request",
    "approvals_vote",
    "compliance_limitation_event",
    "compliance_exam_result",
    "compliance_exam_sitting",
    "compliance_wording_decision",
    "compliance_wording_review",
    "journal_entry",
    "journal_checkpoint",
    "journal_leaf",
    "journal_node",
    "signing_renewal",
    "staff_accountact",
    "staff_impostorstep",
}
"""The tables that must be guarded. A table guarded by a migration but missing here is an error too."""


def guarded() -> set[str]:
    """Tables that a migration put under guard."""
    migrations = MigrationLoader(None).disk_migrations.values()
    operations = [operation for migration in migrations for operation in migration.operations]
    return {operation.table for operation in operations if type(operation).__name__ == "AppendOnly"}


def refusals(table: str) -> list[str]:
    """Which of update and delete the database refuses for a row of ``table``, tried with plain SQL."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    refused = []
    with transaction.atomic():
        _insert(model)
        column = connection.ops.quote_name(model._meta.concrete_fields[-1].column)
        for act, sql in (("update", f"UPDATE {table} SET {column} = {column}"), ("delete", f"DELETE FROM {table}")):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(sql)
            except DatabaseError:
                refused.append(act)
        transaction.set_rollback(True)
    return refused


def _insert(model: type[models.Model]) -> None:
    """A row of stand-in values; its relations point nowhere, which the database checks only at the commit."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        columns = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
        values = [_listed(model).get(field.name) or _stand_in(field) for field in model._meta.concrete_fields]
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})", values)


def _listed(model: type[models.Model]) -> dict[str, str]:
    """A value that the table's own lists (``word in (…)``) let through."""
    checks = [one.condition for one in model._meta.constraints if isinstance(one, models.CheckConstraint)]
    pairs = [child for check in checks for child in getattr(check, "children", ()) if isinstance(child, tuple)]
    return {name.removesuffix("__in"): values[0] for name, values in pairs if name.endswith("__in")}


def _stand_in(field: models.Field[object, object]) -> object:
    if isinstance(field, models.ForeignKey):
        return _stand_in(field.target_field)
    value: object = "x"
    for kind, stand_in in (
        (models.UUIDField, new_id()),
        (models.DateTimeField, now()),
        (models.DateField, now().date()),
        (models.BinaryField, b"x"),
        (models.BooleanField, True),
        (models.JSONField, {}),
        (models.IntegerField, 1),
        (models.DecimalField, 1),
    ):
        if isinstance(field, kind):
            value = stand_in
            break
    return field.get_db_prep_value(value, connection, prepared=False)


def test_the_list_and_the_migrations_agree() -> None:
    assert guarded() == APPEND_ONLY


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_nothing_is_changed_or_deleted(table: str) -> None:
    assert refusals(table) == ["update", "delete"]


@pytest.mark.django_db
def test_an_unguarded_table_is_found() -> None:
    assert refusals("plumbing_attempt") == []
