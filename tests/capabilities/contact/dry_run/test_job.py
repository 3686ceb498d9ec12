"""A replay is asked for, done beside the worker's other work, and can be read afterwards."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.models import DryRun
from heyi.config.cli import cli
from heyi.kit.problems import NotAllowed
from tests.capabilities.contact.conftest import AFTERNOON, COMPLIANCE, MANAGER, NIGHT

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9", "C3")]

SPAN = {"since": AFTERNOON - timedelta(days=1), "until": AFTERNOON + timedelta(days=1)}
LATER = AFTERNOON + timedelta(days=1)


@pytest.fixture
def calls(borrower):
    """Five answered calls in one afternoon, and one at night."""
    for minute in range(5):
        given = {"actor": MANAGER, "at": AFTERNOON + timedelta(minutes=minute), "party_id": borrower}
        contact.log_call(**given, outcome="connected", purpose="collection", recorded=True)
    night = {"actor": MANAGER, "at": NIGHT, "party_id": borrower, "recorded": True}
    contact.log_call(**night, outcome="unanswered", purpose="collection")


def ask(**different):
    version = compliance.pack(at=AFTERNOON).version
    return contact.ask_dry_run(**{"version": version, **SPAN, "actor": COMPLIANCE, "at": LATER, **different})


def test_the_figures_name_each_clause_that_stood_against_the_contacts(calls):
    run = contact.do_dry_run(ask().id)
    assert (run.state, run.error) == ("done", "")
    clauses = {one.rule_id: one.contacts for one in run.figures.by_clause}
    breached = [note["rule"] for row in entries() for note in row.clauses]
    assert clauses == {rule: breached.count(rule) for rule in set(breached)}, "as when they were logged"
    assert clauses["CN-STD-FREQ-N"] == 3
    assert run.figures.contacts == 6
    assert [(share.name, share.contacts) for share in run.figures.by_day] == [("2026-03-02", 6)]
    assert run.figures.refused == sum(bool(row.clauses) for row in entries())


def test_what_happened_before_the_first_instant_counts_and_is_not_judged(calls):
    """The day's limit was reached before the replay begins."""
    run = contact.do_dry_run(ask(since=AFTERNOON + timedelta(minutes=3), until=AFTERNOON + timedelta(minutes=4)).id)
    assert run.figures.contacts == 1
    assert {one.rule_id for one in run.figures.by_clause} == {"CN-STD-FREQ-N", "HEYI-FREQ-COLLECTION"}


def test_an_empty_ledger_is_no_error():
    run = contact.do_dry_run(ask().id)
    assert (run.state, run.figures.contacts, run.figures.by_clause) == ("done", 0, ())


@pytest.mark.parametrize(
    "wrong", [{"version": "cn@000000000000"}, {"until": LATER + timedelta(days=1)}, {"since": LATER}]
)
def test_what_cannot_be_replayed_is_said_at_once(wrong):
    with pytest.raises(contact.DryRunUnclear):
        ask(**wrong)


def test_only_those_who_oversee_may_ask():
    with pytest.raises(NotAllowed):
        ask(actor=MANAGER)


def test_a_run_that_breaks_says_so_and_one_whose_worker_died_is_taken_up_again(calls, monkeypatch):
    from heyi.capabilities.contact.actions import dry_runs

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    first, second = ask(), ask()
    with monkeypatch.context() as patch:
        patch.setattr(dry_runs.export, "load", broken)
        assert contact.do_dry_run(first.id).state == "failed"
    assert dry_runs._take(LATER) == second.id
    assert dry_runs._take(LATER) is None, "somebody is at it"
    assert dry_runs._take(LATER + timedelta(minutes=11)) == second.id
    assert dry_runs._take(LATER + timedelta(minutes=22)) == second.id
    assert dry_runs._take(LATER + timedelta(minutes=33)) is None
    assert DryRun.objects.get(id=second.id).error == "worker_gone"


def test_the_command_says_the_same(calls):
    days = ["--since", "2026-03-02", "--until", "2026-03-02"]
    said = CliRunner().invoke(cli, ["packs", "dry-run", "cn", *days, "--json"])
    assert said.exit_code == 0, said.output
    found = json.loads(said.output)
    assert (found["contacts"], dict(found["outcomes"])["refused"]) == (6, 3)
    assert "CN-STD-FREQ-N" in CliRunner().invoke(cli, ["packs", "dry-run", "cn", *days]).output


def entries():
    from heyi.capabilities.contact.models import LedgerEntry

    return list(LedgerEntry.objects.all())
