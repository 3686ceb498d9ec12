"""Phone contacts in the ledger, and «may I?» before one is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import Refused
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.models import LedgerEntry, Message
from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff.models import Certificate
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing.ids import new_id
from tests.capabilities.contact.conftest import AFTERNOON, MANAGER, NIGHT, SHANGHAI

pytestmark = pytest.mark.django_db


def log(borrower, outcome="connected", at=AFTERNOON, **different):
    given = {"actor": MANAGER, "at": at, "party_id": borrower, "outcome": outcome, "purpose": "collection"}
    return contact.log_call(**{**given, "recorded": True, **different})


def refusing(party_id, at=AFTERNOON, channel="call", purpose="collection", contract_id=None):
    verdict = contact.may_contact(party_id=party_id, channel=channel, purpose=purpose, at=at, contract_id=contract_id)
    return {clause.rule_id for clause in verdict.clauses} if isinstance(verdict, Refused) else set()


@pytest.mark.req("B10")
def test_three_answered_calls_close_the_day_for_every_colleague(borrower):
    for _ in range(3):
        assert refusing(borrower) == set()
        log(borrower)
    assert refusing(borrower) == {"CN-STD-FREQ-N", "HEYI-FREQ-COLLECTION"}
    verdict = contact.may_contact(party_id=borrower, channel="call", purpose="collection", at=AFTERNOON)
    assert verdict.retry_at == datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI)
    assert refusing(borrower, at=AFTERNOON + timedelta(days=1)) == set()


@pytest.mark.req("B10")
def test_unanswered_tries_are_counted_by_number(borrower, book):
    for _ in range(6):
        log(borrower, outcome="unanswered")
    assert refusing(borrower) == {"CN-CBA-FREQ"}
    place = book.people[borrower]
    book.people[borrower] = type(place)("13900000000", place.email, place.address, place.relation)
    assert refusing(borrower) == set(), "another number of the same person"


def test_calls_that_the_borrower_makes_do_not_count(borrower):
    for _ in range(5):
        log(borrower, direction="in")
    assert refusing(borrower) == set()


@pytest.mark.req("C7")
def test_who_has_no_certificate_is_refused_before_and_noted_after(borrower):
    asked = {"party_id": borrower, "channel": "call", "purpose": "negotiation", "at": AFTERNOON}
    assert contact.may_contact(**asked, actor=MANAGER).allowed
    uncertified = replace(MANAGER, id=new_id())
    refused = contact.may_contact(**asked, actor=uncertified)
    assert [hit.rule_id for hit in refused.clauses] == ["CN-STD-TRAIN"]
    logged = contact.log_call(actor=uncertified, at=AFTERNOON, party_id=borrower, outcome="connected")
    assert [note.rule_id for note in logged.breached] == ["CN-STD-TRAIN"]


@pytest.mark.req("C7")
def test_a_certificate_taken_back_stops_what_is_already_queued(tell, outside):
    written = tell("arrears_first_word", actor=MANAGER)
    Certificate.objects.filter(member_id=MANAGER.id).update(revoked_at=AFTERNOON, revoked_by="staff:x")
    contact.deliver_due(AFTERNOON)
    assert outside.arrived() == []
    kept = Message.objects.get(id=written)
    assert (kept.status, [note["rule"] for note in kept.clauses]) == ("refused", ["CN-STD-TRAIN"])


@pytest.mark.req("B9")
def test_a_call_against_the_rules_is_written_down_with_the_clauses(borrower):
    logged = log(borrower, at=NIGHT)
    assert {note.rule_id for note in logged.breached} == {"CN-STD-TIME", "CN-CBA-TIME", "HEYI-HOURS"}
    [line] = contact.ledger(party_id=borrower)
    assert (line.kind, line.status, line.clauses) == ("call", "connected", logged.breached)


@pytest.mark.req("C9")
def test_the_note_is_sealed_and_the_journal_knows_only_its_digest(borrower):
    log(borrower, note="她说下个月发工资", minutes=12, effective=True)
    assert "工资".encode() not in bytes(LedgerEntry.objects.get().note_sealed)
    entry = journal.entries(party_id=borrower, limit=1)[0]
    assert entry.act == "contact.log_call"
    assert set(entry.digests) == {"note"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "maybe"},
        {"outcome": "unanswered", "effective": True},
        {"outcome": "unanswered", "minutes": 3},
        {"minutes": -1},
        {"minutes": 601},
        {"purpose": "code"},
        {"purpose": "gossip"},
        {"direction": "up"},
    ],
)
def test_a_call_that_makes_no_sense_is_refused(borrower, wrong):
    with pytest.raises(contact.CallUnclear):
        log(borrower, **wrong)


def test_only_staff_log_calls(borrower):
    with pytest.raises(NotAllowed):
        log(borrower, actor=Actor(kind="borrower", id=borrower))


@pytest.mark.req("B9")
def test_a_hold_on_one_contract_leaves_the_others_and_what_names_none_is_held(borrower):
    held, free = new_id(), new_id()
    compliance.place_hold(
        kind="agreement_active", party_id=borrower, contract_id=held, reason="signed", actor=SYSTEM, at=AFTERNOON
    )
    assert refusing(borrower, contract_id=held) == {"CN-CC-70c"}
    assert refusing(borrower, contract_id=free) == set()
    assert refusing(borrower) == {"CN-CC-70c"}


@pytest.mark.req("B9")
def test_nobody_known_may_not_be_contacted(book):
    assert refusing(new_id()) == {"HEYI-CLOSED"}


def test_the_ledger_of_a_case_shows_messages_and_calls_newest_first(borrower, tell):
    case_id = new_id()
    tell(case_id=case_id, at=AFTERNOON)
    log(borrower, at=AFTERNOON + timedelta(minutes=5), case_id=case_id)
    log(borrower, at=AFTERNOON + timedelta(minutes=9))
    assert [line.kind for line in contact.ledger(case_id=case_id)] == ["call", "message"]
    assert len(contact.ledger(party_id=borrower)) == 3
    assert len(contact.ledger(party_id=borrower, limit=1)) == 1


@pytest.mark.req("C1", "B9")
@pytest.mark.parametrize(
    ("recorded", "purpose", "clauses"),
    [
        (True, "collection", set()),
        (False, "collection", {"CN-CC-68c", "CN-STD-REC", "CN-CBA-CALLREC"}),
        (None, "collection", {"HEYI-CLOSED"}),
        (None, "negotiation", set()),
    ],
)
def test_a_collection_call_without_a_recorder_is_written_down_with_the_clauses(borrower, recorded, purpose, clauses):
    breached = log(borrower, recorded=recorded, purpose=purpose).breached
    assert {note.rule_id for note in breached} == clauses
