"""What stands in the ledger, and «may I?»."""

from heyi.capabilities.contact.queries.ledger import (
    counted_today,
    ledger,
    letters_to_post,
    portal_messages,
    refusals,
    unread_portal_messages,
    waiting,
)
from heyi.capabilities.contact.queries.may import may_contact

__all__ = [
    "counted_today",
    "ledger",
    "letters_to_post",
    "may_contact",
    "portal_messages",
    "refusals",
    "unread_portal_messages",
    "waiting",
]
