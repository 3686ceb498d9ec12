"""What stands in the ledger, and «may I?»."""

from heyi.capabilities.contact.queries.agencies import (
    agencies_of,
    agency_figures,
    channels_stopped,
    check_numbers,
    counts,
    leave_of,
    open_leaves,
    overdue,
    placement,
    placements,
    stop_list,
    stopped_numbers,
)
from heyi.capabilities.contact.queries.dry_runs import dry_run, dry_runs
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
from heyi.capabilities.contact.queries.refusals import RefusedContact, refusal_counts, refused_contacts

__all__ = [
    "RefusedContact",
    "agencies_of",
    "agency_figures",
    "channels_stopped",
    "check_numbers",
    "counted_today",
    "counts",
    "dry_run",
    "dry_runs",
    "leave_of",
    "ledger",
    "letters_to_post",
    "may_contact",
    "open_leaves",
    "overdue",
    "placement",
    "placements",
    "portal_messages",
    "refusal_counts",
    "refusals",
    "refused_contacts",
    "stop_list",
    "stopped_numbers",
    "unread_portal_messages",
    "waiting",
]
