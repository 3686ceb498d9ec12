"""The verbs of this room."""

from heyi.capabilities.contact.actions.codes import check_code, issue_code
from heyi.capabilities.contact.actions.deliver import deliver_due, deliver_in_turn
from heyi.capabilities.contact.actions.dry_runs import ask_dry_run, do_dry_run, replay_pack, start_dry_runs
from heyi.capabilities.contact.actions.inbox import confirm_arrival, mark_read, read_message
from heyi.capabilities.contact.actions.leaves import leave_destination, take_leave
from heyi.capabilities.contact.actions.log_call import log_call
from heyi.capabilities.contact.actions.placements import (
    confirm_purge,
    hear_hold,
    note_notices,
    place_contract,
    recall_placement,
)
from heyi.capabilities.contact.actions.reports import report_contact, report_contacts
from heyi.capabilities.contact.actions.send import send
from heyi.capabilities.contact.actions.stops import allow_channel, ask_stop_code, stop_channel, stop_number, take_reply

__all__ = [
    "allow_channel",
    "ask_dry_run",
    "ask_stop_code",
    "check_code",
    "confirm_arrival",
    "confirm_purge",
    "deliver_due",
    "deliver_in_turn",
    "do_dry_run",
    "hear_hold",
    "issue_code",
    "leave_destination",
    "log_call",
    "mark_read",
    "note_notices",
    "place_contract",
    "read_message",
    "recall_placement",
    "replay_pack",
    "report_contact",
    "report_contacts",
    "send",
    "start_dry_runs",
    "stop_channel",
    "stop_number",
    "take_leave",
    "take_reply",
]
