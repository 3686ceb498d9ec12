"""The forger of the tour: somebody with the database's password changes one entry of the journal."""

from __future__ import annotations

from django.db import connection

from heyi.capabilities.journal import api as journal


def tamper() -> str:
    """Change the result of one acceptance in the database, going round every guard. Returns what was done."""
    wanted = "negotiation.accept_offer"
    entry = next((entry for entry in journal.entries(limit=2000) if entry.act == wanted), journal.entries(limit=1)[0])
    with connection.cursor() as cursor:
        _lift_guard(cursor)
        cursor.execute(
            "UPDATE journal_entry SET result = %s WHERE id = %s",
            ["declined", entry.id.hex if connection.vendor == "sqlite" else entry.id],
        )
    return f"entry {entry.id} ({entry.act}) now says «declined» instead of «{entry.result}»"


def _lift_guard(cursor: object) -> None:
    """A database administrator can drop triggers; that is why the proof does not rest on them."""
    from django.db.backends.utils import CursorWrapper

    if not isinstance(cursor, CursorWrapper):
        raise TypeError("a cursor is needed")
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
    else:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
