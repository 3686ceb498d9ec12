"""Tables that only grow: triggers of the database refuse to change or delete a row, whoever asks.

Trusted: nobody below the database's owner. The owner can drop a trigger; the journal's tree then shows what was done.
A later migration that rebuilds the table on SQLite loses its triggers and must add ``AppendOnly`` again.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

FUNCTION = "heyi_append_only"


class AppendOnly(Operation):
    """Migration operation: from here on ``table`` refuses UPDATE and DELETE, on PostgreSQL TRUNCATE too.

    SQLite makes a table anew when a constraint of it changes, without its guard: such a migration ends with this too.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are not part of Django's picture of the tables."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        for statement in guarding(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        on = f" ON {self.table}" if schema_editor.connection.vendor == "postgresql" else ""
        for name in trigger_names(self.table, schema_editor.connection.vendor):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")

    def describe(self) -> str:
        return f"Let {self.table} only grow"


def trigger_names(table: str, vendor: str) -> list[str]:
    """The names of the triggers that guard ``table``."""
    acts = ["update", "delete", *(["truncate"] if vendor == "postgresql" else [])]
    return [f"{table}_no_{act}" for act in acts]


def guarding(table: str, vendor: str) -> list[str]:
    """The statements that put the guard up."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for act in ("update", "delete")
        ]
    function = (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    triggers = [
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
        f"FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'} EXECUTE FUNCTION {FUNCTION}()"
        for act in ("update", "delete", "truncate")
    ]
    return [function, *triggers]
