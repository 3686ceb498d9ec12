"""Take in a report about an impostor, and read the reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff.actions import checks
from heyi.capabilities.staff.models import ImpostorReport
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing.ids import new_code
from heyi.plumbing.sealing import seal, unseal_text

WORDS, REACH = "staff_impostorreport.words", "staff_impostorreport.reach"
WORDS_LONGEST: Final = 2_000
READERS: Final = ("compliance", "auditor")


@dataclass(frozen=True, slots=True)
class ImpostorView:
    """One report, opened."""

    number: str
    at: datetime
    words: str
    reach: str


def report_impostor(*, words: str, reach: str, at: datetime) -> str:
    """Keep what somebody tells, without a login. Returns the number of the report. Raises Invalid."""
    told = checks.text("words", words, longest=WORDS_LONGEST)
    key = vault.system_key("staff")
    with transaction.atomic():
        row = ImpostorReport.objects.create(
            created_at=at,
            number=new_code(10),
            words_sealed=seal(key, told, context=WORDS),
            reach_sealed=seal(key, reach.strip()[:100], context=REACH) if reach.strip() else b"",
        )
        journal.record(
            actor=SYSTEM,
            act="staff.report_impostor",
            at=at,
            subject=f"impostorreport:{row.id}",
            digests={"words": journal.salted(told, salt=key)},
        )
    return row.number


def impostor_reports(*, actor: Actor, at: datetime, limit: int = 100) -> list[ImpostorView]:
    """The newest reports, opened; the reading is journaled. Raises NotAllowed."""
    if not actor.has(*READERS):
        raise NotAllowed(needs=list(READERS))
    key = vault.system_key("staff")
    rows = list(ImpostorReport.objects.order_by("-created_at")[:limit])
    checks.note(actor, "read_impostor_reports", "impostorreport:list", at, count=len(rows))
    return [
        ImpostorView(
            row.number,
            row.created_at,
            unseal_text(key, bytes(row.words_sealed), context=WORDS),
            unseal_text(key, bytes(row.reach_sealed), context=REACH) if row.reach_sealed else "",
        )
        for row in rows
    ]
