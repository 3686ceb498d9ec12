"""Agencies and the bank dial at the same moment: together they do not pass a limit of three."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import OperationalError

from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.models import LedgerEntry
from tests import cast
from tests.capabilities.contact.agencies import NOON, ask, handed_over, report
from tests.capabilities.contact.test_races import MANY
from tests.crowd import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.req("B10", "B9")]


def test_64_leaves_at_once_by_bank_and_agency_never_pass_a_limit_of_three() -> None:
    people = cast.build()
    handed_over(people)
    wanted = ask(people, staff_count=1)

    def dial(number: int) -> bool:
        actor = people.agency if number % 2 else people.zhou
        return contact.take_leave(ask=wanted, actor=actor, at=NOON).leave is not None

    results = at_once([partial(dial, number) for number in range(MANY)])
    assert results.count(True) == 3
    assert {type(one) for one in results} <= {bool, OperationalError}, "who got no connection in time was not counted"
    assert LedgerEntry.objects.filter(outcome="reserved").count() == 3


def test_the_same_report_from_everywhere_is_kept_once() -> None:
    people = cast.build()
    handed_over(people)
    leave = contact.take_leave(ask=ask(people), actor=people.agency, at=NOON).leave
    told = report(leave, minutes=3)
    results = at_once([lambda: contact.report_contacts(reports=[told], actor=people.agency, at=NOON)[0].result] * 16)
    assert sorted(map(str, results)) == ["again"] * 15 + ["kept"]


def test_the_same_call_without_a_leave_is_written_once() -> None:
    people = cast.build()
    handed_over(people)
    told = contact.Report(outcome="unanswered", started_at=NOON, reference="A-7", ask=ask(people))
    results = at_once([lambda: contact.report_contacts(reports=[told], actor=people.agency, at=NOON)[0].result] * 8)
    assert sorted(map(str, results)) == ["again"] * 7 + ["kept"]
    assert LedgerEntry.objects.filter(reference="A-7").count() == 1
