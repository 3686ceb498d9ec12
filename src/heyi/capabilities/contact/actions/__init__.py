"""The verbs of this room."""

from heyi.capabilities.contact.actions.codes import check_code, issue_code
from heyi.capabilities.contact.actions.deliver import deliver_due
from heyi.capabilities.contact.actions.inbox import confirm_arrival, mark_read, read_message
from heyi.capabilities.contact.actions.log_call import log_call
from heyi.capabilities.contact.actions.send import send

__all__ = [
    "check_code",
    "confirm_arrival",
    "deliver_due",
    "issue_code",
    "log_call",
    "mark_read",
    "read_message",
    "send",
]
