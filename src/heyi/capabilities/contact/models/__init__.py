"""The outbox of messages, the ledger of attempts and calls, one lock a person, and one-time codes."""

from heyi.capabilities.contact.models.codes import CodeRecord
from heyi.capabilities.contact.models.ledger import LedgerEntry, Line
from heyi.capabilities.contact.models.messages import Message

__all__ = ["CodeRecord", "LedgerEntry", "Line", "Message"]
