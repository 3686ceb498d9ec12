"""The dry run says of every past contact what the gate said: one definition of each rule, judged in two ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from heyi.capabilities.compliance.domain import Pack, decide, plan_of
from heyi.capabilities.compliance.models import AgreedHours, HoldRecord
from heyi.capabilities.contact import gate
from heyi.capabilities.contact.dry_run import export, run
from heyi.capabilities.contact.models import LedgerEntry
from heyi.plumbing.clock import bank_day
from tests.capabilities.contact.dry_run.invented import START, Entry, Standing, ledgers, limit, packs, standings
from tests.chance import examples

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9", "B10"), pytest.mark.slow]

EVERYTHING = settings(
    max_examples=examples(30), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
"""No shrinking: each example asks two databases, and what chance found is small as it is."""
PARTIES = [UUID(int=10), UUID(int=11)]
CONTRACTS = [UUID(int=20), UUID(int=21)]


@given(pack=packs(), entries=ledgers(), standing=standings)
@EVERYTHING
def test_every_contact_gets_the_verdict_and_the_clauses_that_the_gate_gave_it(pack, entries, standing):
    clean()
    for one in standing:
        stand(one)
    live = dict(happen(pack, entry, number) for number, entry in enumerate(entries))
    assert replayed(pack) == live


def test_limits_by_person_and_by_debt_stand_side_by_side() -> None:
    """Both look at the same series of calls, once for all debts and once for each."""
    clean()
    both = limit("calls"), limit("calls_of_contract")
    pack = Pack("chance", "chance@1", ZoneInfo("Asia/Shanghai"), frozenset(), both)
    live = dict(happen(pack, called(START + timedelta(hours=debt), debt), debt) for debt in (0, 1))
    assert [sorted(rules) for _, rules in live.values()] == [[], ["R-calls"]], "another debt, the same person"
    assert replayed(pack) == live


def called(at: datetime, debt: int) -> Entry:
    return Entry(at, 0, debt, 0, "call", "collection", "connected", effective=False, recipient="debtor", told={})


def replayed(pack: Pack) -> dict[UUID, tuple[str, frozenset[str]]]:
    """Each contact's outcome and clauses by the dry run."""
    database = run.open_database(threads=1)
    calendar = gate.compliance.working_calendar().kinds
    with TemporaryDirectory() as folder:
        span = export.load(
            database, Path(folder), since=START - timedelta(days=9), until=START + timedelta(days=99), days=calendar
        )
    assert span is not None
    replay = run.judge(database, pack, span)
    masks = ", ".join(f"j.{name}" for name in replay.columns)
    rows = database.execute(f"SELECT p.uid, {masks} FROM judged j JOIN past p USING (id)").fetchall()
    found = {row[0]: replay.clauses(row[1:]) for row in rows}
    figures = run.figures(database, replay)
    said = {uid: (replay.outcome(clauses), frozenset(clauses)) for uid, clauses in found.items()}
    assert dict(figures.outcomes) == Counter(outcome for outcome, _ in said.values())
    assert sum(share.refused for share in figures.by_day) == figures.refused
    return said


def happen(pack: Pack, entry: Entry, number: int) -> tuple[UUID, tuple[str, frozenset[str]]]:
    """Ask the gate as at that time, then write the contact into the ledger."""
    contract = None if entry.contract is None else CONTRACTS[entry.contract]
    question = gate.Question(
        party_id=PARTIES[entry.party],
        contract_id=contract,
        channel=entry.channel,
        purpose=entry.purpose,
        discloses_debt=False,
        relation=entry.recipient,
        point_index=str(entry.point),
    )
    wants = plan_of(pack, entry.at.astimezone(pack.timezone).date()).wants(entry.purpose, entry.channel)
    unknown = dict.fromkeys(("discloses_debt", "actor_kind"))
    known = replace(gate.facts(question, entry.at, wants, pack.timezone), **{**unknown, **entry.told})
    verdict = decide(known, pack, entry.at)
    row = LedgerEntry.objects.create(
        id=UUID(int=1000 + number),
        created_at=entry.at,
        party_id=question.party_id,
        contract_id=contract,
        channel=entry.channel,
        purpose=entry.purpose,
        outcome=entry.outcome,
        effective=entry.effective,
        bank_day=bank_day(entry.at),
        point_index=question.point_index,
        actor="system",
        facts=gate.noted(known, pack),
    )
    hits = verdict.clauses or getattr(verdict, "notes", ())
    every = frozenset(hit.rule_id for hit in hits) | frozenset(advised(known, pack, entry) if verdict.clauses else ())
    outcome = {"Refused": "refused", "NeedsApproval": "needs_approval"}.get(
        type(verdict).__name__, "advised" if hits else "allowed"
    )
    return row.id, (outcome, every)


def advised(known, pack, entry) -> set[str]:
    """Advice that stood beside what refused: a verdict that refuses does not repeat it, the dry run counts it."""
    if any(hit.rule_id == "HEYI-CLOSED" and not in_plan(hit) for hit in decide(known, pack, entry.at).clauses):
        return set()
    only = replace(pack, needs=frozenset(), rules=tuple(rule for rule in pack.rules if rule.severity == "advice"))
    return {note.rule_id for note in getattr(decide(known, only, entry.at), "notes", ())}


def in_plan(hit) -> bool:
    """Whether a doubt comes from a rule; what is in doubt before any rule is asked stops the question there."""
    return dict(hit.why)["doubt"] not in ("recipient_unknown", "pack_incomplete", "clock_behind_ledger")


numbers = count(1)


def stand(one: Standing) -> None:
    party = PARTIES[one.party]
    if one.kind:
        contract = None if one.contract is None else CONTRACTS[one.contract]
        HoldRecord.objects.get_or_create(
            kind=one.kind,
            party_id=party,
            contract_id=contract,
            until=one.until,
            defaults={"created_at": one.since, "reason_sealed": b"", "placed_by": "system"},
        )
    elif not AgreedHours.objects.filter(party_id=party).exists():
        start, end = (time.fromisoformat(text) for text in one.window)
        AgreedHours.objects.create(
            created_at=START - timedelta(days=9), party_id=party, start=start, end=end, evidence="x", agreed_by="x"
        )


def clean() -> None:
    for table in (LedgerEntry, HoldRecord, AgreedHours):
        table.objects.all().delete()
