"""What the approvals desk decided about a change of the rules or of a script, or about a longer time limit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heyi.capabilities.approvals.domain import (
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalRevoked,
    ApprovalWithdrawn,
)
from heyi.capabilities.compliance.actions.adoption import SUBJECT
from heyi.capabilities.compliance.actions.clocks import hear_extension_granted
from heyi.capabilities.compliance.actions.proposals import end
from heyi.capabilities.compliance.actions.scripts import SUBJECT as SCRIPTS
from heyi.capabilities.compliance.actions.scripts import end_script_change
from heyi.kit.actors import SYSTEM


def hear_approval_granted(event: ApprovalGranted, at: datetime) -> None:
    """A change waits for its day from now on; a time limit that was to be extended is."""
    _end(event, "approved", at)
    hear_extension_granted(event, at)


def hear_approval_refused(event: ApprovalRefused, at: datetime) -> None:
    """The committee said no."""
    _end(event, "refused", at)


def hear_approval_expired(event: ApprovalExpired, at: datetime) -> None:
    """Nobody decided in time, or the approval lapsed before the day."""
    _end(event, "void", at, f"approval_{event.was}_too_long")


def hear_approval_revoked(event: ApprovalRevoked, at: datetime) -> None:
    """The approval was taken back before the day."""
    _end(event, "void", at, "approval_revoked")


def hear_approval_withdrawn(event: ApprovalWithdrawn, at: datetime) -> None:
    """Whoever asked no longer asks."""
    _end(event, "withdrawn", at)


def _end(
    event: ApprovalGranted | ApprovalRefused | ApprovalExpired | ApprovalRevoked | ApprovalWithdrawn,
    state: str,
    at: datetime,
    note: str = "",
) -> None:
    table, _, key = event.subject.partition(":")
    if event.kind == "pack_change" and table == SUBJECT:
        end(UUID(key), state, SYSTEM, at, note)
    elif event.kind == "script_change" and table == SCRIPTS:
        end_script_change(UUID(key), state, SYSTEM, at, note)
