"""One-time codes: short-lived, few tries, and silent about whether the bank knows somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.models import CodeRecord, Message
from heyi.plumbing.ids import new_id
from heyi.plumbing.limits import TooMany
from tests.capabilities.contact.conftest import AFTERNOON

pytestmark = [pytest.mark.django_db, pytest.mark.req("E1", "E2")]


def arrived_code(outside):
    contact.deliver_due(AFTERNOON)
    return outside.arrived()[0].text.split("验证码 ")[1][:6]


def check(party_id, code, at=AFTERNOON, purpose="entry", **who):
    return contact.check_code(party_id=party_id, purpose=purpose, code=code, at=at, **who)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_opens_once(borrower, outside):
    assert contact.issue_code(party_id=borrower, purpose="entry", at=AFTERNOON) == "138****5678"
    code = arrived_code(outside)
    assert check(borrower, code)
    assert check(borrower, code).reason == "gone"


def test_a_code_is_for_one_person_and_one_purpose(borrower, book, outside):
    contact.issue_code(party_id=borrower, purpose="entry", at=AFTERNOON)
    code = arrived_code(outside)
    assert not check(book.add(), code)
    assert not check(borrower, code, purpose="sign")
    assert check(borrower, code)


def test_after_five_wrong_tries_even_the_right_code_is_refused(borrower, outside):
    contact.issue_code(party_id=borrower, purpose="sign", at=AFTERNOON)
    contact.deliver_due(AFTERNOON)
    code = outside.arrived()[0].text.split("验证码 ")[1][:6]
    answers = [check(borrower, wrong(code), purpose="sign") for _ in range(5)]
    assert [answer.tries_left for answer in answers] == [4, 3, 2, 1, 0]
    assert [answer.reason for answer in answers] == ["wrong"] * 4 + ["used_up"]
    assert check(borrower, code, purpose="sign").reason == "used_up"


def test_after_ten_minutes_a_code_is_gone(borrower, outside):
    contact.issue_code(party_id=borrower, purpose="entry", at=AFTERNOON)
    code = arrived_code(outside)
    assert check(borrower, code, at=AFTERNOON + timedelta(minutes=10)).reason == "gone"
    assert check(borrower, code, at=AFTERNOON + timedelta(minutes=9, seconds=59))


def test_a_new_code_ends_the_old_one(borrower, outside):
    contact.issue_code(party_id=borrower, purpose="entry", at=AFTERNOON)
    old = arrived_code(outside)
    contact.issue_code(party_id=borrower, purpose="entry", at=AFTERNOON)
    new = arrived_code(outside)
    if old != new:
        assert not check(borrower, old)
    assert check(borrower, new)


def test_neither_code_nor_person_stand_in_the_table(borrower, outside):
    contact.issue_code(party_id=borrower, purpose="entry", at=AFTERNOON)
    code, row = arrived_code(outside), CodeRecord.objects.get()
    assert code not in row.code_digest
    assert str(borrower) not in row.subject
    assert bytes(Message.objects.get().body_sealed) == b""


def test_the_sixth_code_within_a_quarter_of_an_hour_is_refused_for_everybody(borrower):
    for party_id, claimed in ((borrower, ""), (None, "13900000000")):
        for _ in range(5):
            contact.issue_code(party_id=party_id, purpose="entry", at=AFTERNOON, claimed=claimed)
        with pytest.raises(TooMany):
            contact.issue_code(party_id=party_id, purpose="entry", at=AFTERNOON, claimed=claimed)


def test_one_client_cannot_ask_for_everybody(book):
    for _ in range(20):
        contact.issue_code(party_id=book.add(), purpose="entry", at=AFTERNOON, client="198.51.100.7")
    with pytest.raises(TooMany):
        contact.issue_code(party_id=book.add(), purpose="entry", at=AFTERNOON, client="198.51.100.7")


def test_nobody_gets_the_same_answers_and_costs_the_same_work(borrower, book):
    claimed = "13812345678"
    known_party = book.add(mobile=claimed)

    def issue(party_id, client):
        with CaptureQueriesContext(connection) as taken:
            shown = contact.issue_code(party_id=party_id, purpose="entry", at=AFTERNOON, claimed=claimed, client=client)
        return shown, taken

    (shown, known), (same, unknown) = issue(known_party, "c"), issue(None, "d")
    assert shown == same == "138****5678"
    assert abs(len(known) - len(unknown)) <= 2
    writes = [sum(query["sql"].startswith(("INSERT", "UPDATE")) for query in taken) for taken in (known, unknown)]
    assert writes[0] == writes[1]
    assert Message.objects.count() == 1, "nothing waits for nobody"
    answers = [check(None, "000000", claimed=claimed, client="d") for _ in range(6)]
    assert [answer.tries_left for answer in answers] == [4, 3, 2, 1, 0, 0]
    assert [answer.reason for answer in answers] == ["wrong"] * 4 + ["used_up"] * 2


def test_for_nobody_the_number_shown_is_an_invented_one_that_stays(book):
    shown = {contact.issue_code(party_id=None, purpose="entry", at=AFTERNOON, client="c") for _ in range(3)}
    assert len(shown) == 1
    assert shown.pop()[:1] == "1"


def test_somebody_without_a_number_on_record_looks_like_anybody(book):
    party_id = book.add(mobile="")
    assert "****" in contact.issue_code(party_id=party_id, purpose="entry", at=AFTERNOON)
    assert Message.objects.count() == 0


def test_codes_are_for_entering_and_signing_only(borrower):
    with pytest.raises(contact.CodePurposeUnknown):
        contact.issue_code(party_id=borrower, purpose="winning", at=AFTERNOON)


def test_the_code_of_somebody_else_is_never_guessed_from_an_unknown_id(outside, borrower):
    contact.issue_code(party_id=borrower, purpose="entry", at=AFTERNOON)
    assert not check(new_id(), arrived_code(outside))
