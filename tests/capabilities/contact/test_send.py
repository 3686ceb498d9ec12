"""Queueing: in the caller's transaction, once a key, sealed, and only for what the template is meant for."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotFound
from heyi.plumbing.ids import new_id
from tests.capabilities.contact.conftest import AFTERNOON

pytestmark = pytest.mark.django_db


@pytest.mark.req("B9")
def test_a_message_is_undone_with_the_act_that_caused_it(tell, borrower):
    with transaction.atomic():
        tell()
        transaction.set_rollback(True)
    assert contact.ledger(party_id=borrower) == []


def test_the_same_dedupe_key_gives_the_same_message(tell, borrower):
    first = tell(dedupe_key="reminder:plan-1:3")
    assert tell(dedupe_key="reminder:plan-1:3") == first
    assert tell(dedupe_key="reminder:plan-1:4") != first
    assert len(contact.ledger(party_id=borrower)) == 2


@pytest.mark.req("E9", "C9")
def test_neither_words_nor_number_nor_address_stand_in_the_tables(tell, borrower):
    tell()
    tell(channel="email")
    tell("completion_letter", channel="letter")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM contact_message")
        cells = [cell for row in cursor for cell in row]
    stored = b"\n".join(bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in cells)
    for secret in ("13812345678", "lin@example.com", "浦东", "1,580.00", "56,880.00"):
        assert secret.encode() not in stored
    shown = [line.destination_masked for line in contact.ledger(party_id=borrower)]
    assert shown == ["上海市…", "l***@example.com", "138****5678"]


@pytest.mark.req("B9")
def test_a_template_cannot_be_passed_off_as_something_more_urgent(tell):
    with pytest.raises(contact.TemplateMisused):
        tell("arrears_first_word", purpose="service")


@pytest.mark.parametrize(
    ("different", "problem"),
    [
        ({"template": "nothing_like_it"}, contact.TemplateUnknown),
        ({"channel": "letter"}, contact.TemplateMisused),
        ({"channel": "call"}, contact.TemplateMisused),
        ({"values": {}}, contact.ValuesMissing),
        ({"values": {"due_on": "x" * 500, "amount": "1", "number": "X"}}, contact.TooLong),
        ({"actor": Actor(kind="borrower", id=new_id())}, contact.NotTheirMessage),
        ({"party_id": new_id()}, NotFound),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(tell, borrower, different, problem):
    given = {"purpose": "reminder", "template": "due_reminder", **different}
    with pytest.raises(problem):
        contact.send(**{
            "actor": SYSTEM, "at": AFTERNOON, "party_id": borrower, "channel": "sms",
            "values": {"due_on": "3月10日", "amount": "1.00", "number": "X-1"}, **given,
        })  # fmt: skip
    assert contact.ledger(party_id=borrower) == []


def test_without_an_address_in_the_record_nothing_is_queued(book, tell):
    nowhere = book.add(email="")
    with pytest.raises(contact.NoDestination):
        tell(channel="email", party_id=nowhere)


def test_queueing_is_journaled_without_a_word_of_the_message(tell, borrower):
    message_id = tell()
    entry = next(entry for entry in journal.entries(case_id=None, party_id=borrower, limit=5))
    assert (entry.act, entry.subject, entry.result) == ("contact.send", f"contact_message:{message_id}", "queued")
    assert set(entry.digests) == {"text"}
    assert "1,580.00" not in str(entry.facts)


@pytest.mark.req("V1", "C8")
def test_a_collection_letter_with_an_empty_value_is_not_issued(tell, borrower):
    from heyi.capabilities.contact.adapters.word_files import load

    example = dict(load()["collection_letter"].example)
    tell("collection_letter", purpose="collection", channel="letter", values=example)
    for name in sorted(load()["collection_letter"].needs):
        with pytest.raises(contact.LetterIncomplete) as problem:
            tell("collection_letter", purpose="collection", channel="letter", values=example | {name: "  "})
        assert problem.value.facts["missing"] == [name]
    assert len(contact.ledger(party_id=borrower)) == 1


@pytest.mark.req("C1")
def test_words_that_a_person_put_into_a_template_are_judged_before_they_are_queued(tell, borrower):
    from heyi.capabilities.compliance import api as compliance
    from heyi.capabilities.contact.adapters.word_files import load

    values = dict(load()["collection_letter"].example) | {"reason": "您再不还钱，我们就让您单位领导都知道"}
    with pytest.raises(compliance.WordingRefused):
        tell("collection_letter", purpose="collection", channel="letter", values=values)
    assert contact.ledger(party_id=borrower) == []
