"""Every message that leaves carries a code by which anybody can ask whether it is ours."""

from __future__ import annotations

import re

import pytest

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.domain import LONGEST
from heyi.capabilities.contact.domain.marks import code_of, printed, read_code
from heyi.capabilities.contact.models import MessageMark
from tests.capabilities.contact.conftest import AFTERNOON

pytestmark = [pytest.mark.req("C11")]
PRINTED = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.mark.django_db
def test_the_code_on_the_message_answers_when_and_to_whom(tell, outside):
    tell("due_reminder")
    assert contact.genuine(code="0000-0000") is None
    contact.deliver_due(AFTERNOON)
    (arrived,) = outside.arrived()
    found = PRINTED.search(arrived.text)
    assert found, arrived.text
    for typed in (found.group(), found.group().lower(), found.group().replace("-", " ")):
        told = contact.genuine(code=typed)
        assert told is not None
        assert (told.sent_on, told.channel) == (AFTERNOON.date(), "sms")
        assert "5678" in told.to_masked
        assert "13812345678" not in told.to_masked


@pytest.mark.django_db
def test_a_message_that_has_not_left_is_not_ours_yet(tell, outside):
    queued = tell("due_reminder")
    MessageMark.objects.create(created_at=AFTERNOON, message_id=queued, code="ABCDEFGH")
    assert contact.genuine(code="ABCD-EFGH") is None


@pytest.mark.parametrize(
    ("typed", "read"), [("abcd-efgh", "ABCDEFGH"), ("O1IL 2345", "01112345"), ("ABC", ""), ("ABCD-EFG!", "")]
)
def test_a_code_is_read_as_people_type_it(typed, read):
    assert read_code(typed) == read


def test_codes_use_every_bit():
    assert code_of(b"\x00" * 5) == "00000000"
    assert code_of(b"\xff" * 5) == "ZZZZZZZZ"
    assert printed(code_of(bytes(range(5)))) == "000G-40R4"


@pytest.mark.django_db
def test_the_line_with_the_code_counts_into_the_longest_message(tell, outside):
    def fits(length: int) -> bool:
        try:
            tell("due_reminder", values={"due_on": "x" * length, "amount": "1", "number": "X"})
        except contact.TooLong:
            return False
        return True

    assert next(length for length in range(LONGEST["sms"], 0, -1) if fits(length))
    contact.deliver_due(AFTERNOON)
    (arrived,) = outside.arrived()
    assert len(arrived.text) == LONGEST["sms"]
