"""Phone contacts are made by people; they are written down here and count like everything else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from heyi.capabilities.compliance.domain import PURPOSES
from heyi.capabilities.contact import gate, ports, sealed
from heyi.capabilities.contact.domain import CallLogged, CallUnclear, ClauseNote, mask
from heyi.capabilities.contact.models import LedgerEntry
from heyi.capabilities.journal import api as journal
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing import sealing
from heyi.plumbing.clock import bank_day

LONGEST_MINUTES: Final = 600
NOTE_LENGTH: Final = 4000
CALLERS: Final = ("manager", "reviewer", "lead", "compliance", "system", "integration")


def log_call(
    *,
    actor: Actor,
    at: datetime,
    party_id: UUID,
    outcome: str,
    purpose: str = "negotiation",
    direction: str = "out",
    effective: bool = False,
    minutes: int = 0,
    note: str = "",
    case_id: UUID | None = None,
    contract_id: UUID | None = None,
    recorded: bool | None = None,
) -> CallLogged:
    """Write down a call that took place at ``at``. ``outcome`` is ``connected`` or ``unanswered``.

    ``effective`` means: connected and the debtor's identity confirmed; ``recorded``: a recorder ran. A call that stood
    against the rules is written down all the same, with the clauses. Raises CallUnclear, NotAllowed, and NotFound for
    an unknown person.
    """
    if not actor.has(*CALLERS):
        raise NotAllowed(act="contact.log_call")
    _check(outcome, purpose, direction, effective, minutes)
    with transaction.atomic():
        place = ports.reach(party_id=party_id, contract_id=contract_id)
        gate.lock(party_id)
        point = sealed.point(place.mobile)
        breached: tuple[ClauseNote, ...] = ()
        told: Mapping[str, Any] = {}
        if direction == "out":
            asked = gate.Question(
                party_id=party_id,
                contract_id=contract_id,
                channel="call",
                purpose=purpose,
                discloses_debt=True,
                relation=place.relation,
                point_index=point,
                recorder_active=recorded,
                debtor_id=place.debtor_id,
                made_by=actor.label,
            )
            judged = gate.judge(asked, at)
            breached, told = gate.notes(judged.verdict), judged.facts
        key = vault.subject_key(subject_id=party_id, at=at)
        entry = LedgerEntry.objects.create(
            created_at=at,
            party_id=party_id,
            case_id=case_id,
            contract_id=contract_id,
            channel="call",
            purpose=purpose,
            direction=direction,
            outcome=outcome,
            effective=effective,
            minutes=minutes,
            bank_day=bank_day(at),
            point_index=point,
            destination_masked=mask("call", place.mobile),
            actor=actor.label,
            note_sealed=sealing.seal(key, note.strip()[:NOTE_LENGTH], context=sealed.NOTE) if note.strip() else b"",
            clauses=gate.stored(breached),
            facts=told,
            recipient=place.relation or "",
            branch=place.branch,
        )
        _tell(entry, key, note, actor, at)
    return CallLogged(id=entry.id, breached=breached)


def _check(outcome: str, purpose: str, direction: str, effective: bool, minutes: int) -> None:
    wrong = {
        "outcome": outcome not in ("connected", "unanswered"),
        "purpose": purpose not in PURPOSES - {"code"},
        "direction": direction not in ("in", "out"),
        "effective": effective and outcome != "connected",
        "minutes": not 0 <= minutes <= LONGEST_MINUTES or (minutes > 0 and outcome == "unanswered"),
    }
    if fields := {name: "does_not_fit" for name, bad in wrong.items() if bad}:
        raise CallUnclear(fields=fields)


def _tell(entry: LedgerEntry, key: bytes, note: str, actor: Actor, at: datetime) -> None:
    journal.record(
        actor=actor,
        act="contact.log_call",
        at=at,
        party_id=entry.party_id,
        case_id=entry.case_id,
        subject=f"contact_ledger:{entry.id}",
        result=entry.outcome,
        facts={
            "purpose": entry.purpose,
            "direction": entry.direction,
            "effective": entry.effective,
            "minutes": entry.minutes,
            "breached": [note["rule"] for note in entry.clauses],
        },
        digests={"note": journal.salted(note, salt=key)} if note.strip() else None,
    )
