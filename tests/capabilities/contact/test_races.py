"""Many at once: limits hold, one message has one effect. Threads with their own connections, as processes have them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.actions.deliver import _deliver_one
from heyi.capabilities.contact.models import LedgerEntry
from tests.capabilities.contact.conftest import AFTERNOON, MANAGER
from tests.crowd import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MANY = 64


@pytest.mark.req("B10", "B9")
def test_64_sends_at_once_never_pass_a_limit_of_three(tell, borrower, outside):
    ids = [tell("arrears_first_word") for _ in range(MANY)]
    outcomes = at_once([partial(_deliver_one, one, AFTERNOON) for one in ids])
    assert Counter(outcomes) == {"sent": 3, "waiting": MANY - 3}
    assert len(outside.arrived()) == 3
    assert LedgerEntry.objects.count() == 3


def test_16_workers_on_the_same_outbox_send_each_message_once(tell, borrower, outside, book):
    people = [book.add(mobile=f"138000000{number:02d}") for number in range(20)]
    for party_id in people:
        tell(party_id=party_id)
    at_once([lambda: contact.deliver_due(AFTERNOON)] * 16)
    contact.deliver_due(AFTERNOON + timedelta(seconds=1))
    assert sorted(arrived.to for arrived in outside.arrived()) == [f"138000000{number:02d}" for number in range(20)]
    assert LedgerEntry.objects.count() == 20


def test_the_same_dedupe_key_from_everywhere_is_one_message(tell, borrower):
    results = at_once([lambda: tell(dedupe_key="once")] * 16)
    assert len(set(results)) == 1, results
    assert len(contact.ledger(party_id=borrower)) == 1


@pytest.mark.req("B10")
def test_calls_logged_at_once_by_many_are_all_counted(borrower):
    def call(_: int) -> int:
        who = {"actor": MANAGER, "at": AFTERNOON, "party_id": borrower}
        return len(contact.log_call(**who, outcome="connected", purpose="collection", recorded=True).breached)

    breached = at_once([partial(call, number) for number in range(8)])
    assert sorted(bool(count) for count in breached) == [False] * 3 + [True] * 5


@pytest.mark.req("E2")
def test_a_code_is_right_only_once_and_tries_are_counted_together(borrower, outside):
    contact.issue_code(party_id=borrower, purpose="entry", at=AFTERNOON)
    contact.deliver_due(AFTERNOON)
    code = outside.arrived()[0].text.split("验证码 ")[1][:6]
    checks = at_once([lambda: contact.check_code(party_id=borrower, purpose="entry", code=code, at=AFTERNOON)] * 4)
    assert sorted(bool(check) for check in checks) == [False, False, False, True], checks
