"""The door for doing."""

from heyi.capabilities.journal.actions import record, sequence
from heyi.capabilities.journal.domain import (
    EntryView,
    Fault,
    NoSuchEntry,
    NotForTheJournal,
    NotYetPlaced,
    Receipt,
    TreeDamaged,
    VerifyReport,
    salted,
)
from heyi.capabilities.journal.queries import checkpoint, entries, entry, public_key, receipt, verify

__all__ = [
    "EntryView",
    "Fault",
    "NoSuchEntry",
    "NotForTheJournal",
    "NotYetPlaced",
    "Receipt",
    "TreeDamaged",
    "VerifyReport",
    "checkpoint",
    "entries",
    "entry",
    "public_key",
    "receipt",
    "record",
    "salted",
    "sequence",
    "verify",
]
