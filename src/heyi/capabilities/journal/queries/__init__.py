"""Reads of the journal."""

from heyi.capabilities.journal.queries.entries import checkpoint, entries, entry, public_key
from heyi.capabilities.journal.queries.receipt import receipt
from heyi.capabilities.journal.queries.verification import verify

__all__ = ["checkpoint", "entries", "entry", "public_key", "receipt", "verify"]
