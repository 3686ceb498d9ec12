"""Other words for a sentence of the library: asked for with the difference, voted on by others, dated, kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance.adapters import conduct_files
from heyi.capabilities.compliance.domain.conduct import Script, review
from heyi.capabilities.compliance.models import ScriptChange
from heyi.capabilities.compliance.problems import (
    DayUnusable,
    NothingChanges,
    ProposalEnded,
    ReasonMissing,
    ScriptNotFound,
    ScriptWanting,
)
from heyi.capabilities.compliance.queries import scripts as library
from heyi.capabilities.journal import api as journal
from heyi.kit.actors import Actor
from heyi.kit.canonical import digest
from heyi.kit.dates import SHANGHAI
from heyi.plumbing.clock import bank_day

SUBJECT: Final = "compliance_script_change"
FARTHEST: Final = timedelta(days=90)
"""As for a change of the rules; what was approved holds on when the approval itself lapses."""
LONGEST_ZH: Final = 300
LONGEST_EN: Final = 600


def propose_script_change(
    *, script: str, zh: str, en: str, reason: str, reader: str, holds_from: date, actor: Actor, at: datetime
) -> library.ScriptChangeView:
    """Ask for other words from the beginning of ``holds_from`` on; ``reason`` and ``reader`` answer the vote's form.

    Raises ScriptNotFound, ReasonMissing, NothingChanges, ScriptWanting (the check of wording finds something in the new
    words), DayUnusable, ProposalEnded (another change waits for its vote) and what the approvals desk raises.
    """
    before = _script(script, at)
    zh, en = zh.strip()[:LONGEST_ZH], en.strip()[:LONGEST_EN]
    given = {"zh": zh, "en": en, "reason": reason.strip(), "reader": reader.strip()}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise ReasonMissing(fields=dict.fromkeys(missing, "missing"))
    if (zh, en) == (before.words.zh, before.words.en):
        raise NothingChanges(fields={"zh": "same"}, script=script)
    wanting = [one.words for text in (zh, en) for one in review(text, conduct_files.load())]
    if wanting:
        raise ScriptWanting(fields={"zh": "wanting"}, words=wanting)
    begins = datetime.combine(holds_from, time(0), tzinfo=SHANGHAI)
    if holds_from < bank_day(at) or begins > at + FARTHEST:
        raise DayUnusable(fields={"holds_from": "out_of_range"}, most_days=FARTHEST.days)
    with transaction.atomic():
        if ScriptChange.objects.filter(script=script, state="waiting").exists():
            raise ProposalEnded(proposal=script, state="waiting")
        row = ScriptChange.objects.create(
            created_at=at,
            script=script,
            zh=zh,
            en=en,
            reason=reason.strip(),
            proposed_by=actor.label,
            holds_from=begins,
        )
        asked = approvals.ask(
            kind="script_change",
            subject=f"{SUBJECT}:{row.id}",
            facts={
                "title": f"{before.words.zh} → {zh}"[:200],
                "script": script,
                "before": before.words.zh,
                "after": zh,
                "from": holds_from.isoformat(),
            },
            assessment={"why": reason.strip(), "reader": reader.strip()},
            actor=actor,
            at=at,
        )
        row.approval_id = asked.id
        row.save(update_fields=["approval_id"])
        _tell("propose_script", row, actor, at, {"from": holds_from.isoformat(), "approval": str(asked.id)})
    return library.view(row)


def end_script_change(change_id: UUID, state: str, actor: Actor, at: datetime, note: str = "") -> None:
    """Write how the vote ended. Words that were approved hold from their day on, unless the approval is taken back."""
    with transaction.atomic():
        row = ScriptChange.objects.select_for_update().filter(id=change_id).first()
        if row is None or row.state not in ("waiting", "approved") or row.state == state:
            return
        if note.startswith("approval_granted") and row.holds_from <= at:
            return  # an approval that lapses after its day has done its work
        row.state, row.note, row.ended_at = state, note, None if state == "approved" else at
        if state == "approved":
            row.holds_from = max(row.holds_from, at)
        row.save(update_fields=["state", "note", "ended_at", "holds_from"])
        _tell(f"script_change_{state}", row, actor, at, {"note": note} if note else {})


def _script(name: str, at: datetime) -> Script:
    found = next((one for one in library.scripts(at=at) if one.id == name), None)
    if found is None:
        raise ScriptNotFound(script=name)
    return found


def _tell(verb: str, row: ScriptChange, actor: Actor, at: datetime, facts: dict[str, Any]) -> None:
    journal.record(
        actor=actor,
        act=f"compliance.{verb}",
        at=at,
        subject=f"{SUBJECT}:{row.id}",
        facts={"script": row.script, "words": digest(f"{row.zh}\n{row.en}"), **facts},
    )
