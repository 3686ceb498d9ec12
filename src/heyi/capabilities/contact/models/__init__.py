"""The outbox of messages, the ledger of attempts and calls, one lock a person, and one-time codes."""

from heyi.capabilities.contact.models.codes import CodeRecord
from heyi.capabilities.contact.models.dry_runs import DryRun
from heyi.capabilities.contact.models.ledger import LedgerEntry, Line
from heyi.capabilities.contact.models.marks import MessageMark
from heyi.capabilities.contact.models.messages import Message
from heyi.capabilities.contact.models.placements import Placement
from heyi.capabilities.contact.models.stops import ChannelStop, PointStop, Refusal

__all__ = [
    "ChannelStop",
    "CodeRecord",
    "DryRun",
    "LedgerEntry",
    "Line",
    "Message",
    "MessageMark",
    "Placement",
    "PointStop",
    "Refusal",
]
