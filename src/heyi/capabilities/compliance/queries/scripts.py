"""The library of scripts: what holds now, every change with its vote, and the versions before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from heyi.capabilities.compliance.adapters import script_files
from heyi.capabilities.compliance.domain import Both
from heyi.capabilities.compliance.domain.conduct import Script
from heyi.capabilities.compliance.models import ScriptChange


@dataclass(frozen=True, slots=True)
class ScriptChangeView:
    """One change that somebody asked for. ``state`` ``approved`` holds from ``holds_from`` on."""

    id: UUID
    script: str
    words: Both
    reason: str
    proposed_by: str
    proposed_at: datetime
    holds_from: datetime
    approval_id: UUID | None
    state: str
    note: str


def scripts(*, at: datetime) -> tuple[Script, ...]:
    """The library in force: the pack's sentences, and in their place what was approved since."""
    newest = {
        row.script: row
        for row in ScriptChange.objects.filter(state="approved", holds_from__lte=at).order_by("holds_from", "id")
    }
    return tuple(_changed(one, newest[one.id]) if one.id in newest else one for one in script_files.load())


def script_changes(*, script: str) -> tuple[ScriptChangeView, ...]:
    """Every change that was asked for one sentence, newest first."""
    return tuple(view(row) for row in ScriptChange.objects.filter(script=script).order_by("-created_at", "-id"))


def view(row: ScriptChange) -> ScriptChangeView:
    """A row as a value."""
    return ScriptChangeView(
        id=row.id,
        script=row.script,
        words=Both(zh=row.zh, en=row.en),
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.created_at,
        holds_from=row.holds_from,
        approval_id=row.approval_id,
        state=row.state,
        note=row.note,
    )


def _changed(script: Script, row: ScriptChange) -> Script:
    """The version is the day from which it holds, the approval the vote's."""
    return replace(
        script,
        words=Both(zh=row.zh, en=row.en),
        version=f"{row.holds_from:%Y.%m.%d}",
        approval=str(row.approval_id)[:8],
    )
