"""64 votes in the same moment have one outcome. Threads with their own connections, as processes have them."""

from __future__ import annotations

from collections import Counter

import pytest

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.models import Ending, VoteRecord, Waiting
from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from tests import cast
from tests.capabilities.approvals.forms import asked, said
from tests.cast import AT, HOME, PASSWORD
from tests.crowd import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.req("C3")]
MANY = 64


def leads(count: int) -> list[Actor]:
    """Many leads of the home branch."""
    ids = [
        staff.create_member(
            username=f"lead{number}", display_name=f"主管{number}", staff_no=f"L{number}", branch=HOME,
            roles=["lead"], password=PASSWORD, actor=SYSTEM, at=AT,
        ).id
        for number in range(count)
    ]  # fmt: skip
    return [Actor(kind="staff", id=one, roles=frozenset({"lead"}), branches=frozenset({HOME})) for one in ids]


def test_64_votes_at_once_have_one_outcome():
    people = cast.build()
    change = asked("pack_change", people.compliance)
    voters = leads(MANY)
    words = ["yes" if number % 2 else "no" for number in range(MANY)]
    results = at_once([lambda one=one, word=word: said(change, one, word) for one, word in zip(voters, words)])  # noqa: B905
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds == {"Approval": 3, "AlreadyDecided": MANY - 3}, kinds
    assert Ending.objects.count() == 1
    assert VoteRecord.objects.count() == 3
    assert Waiting.objects.count() == 0
    yes = VoteRecord.objects.filter(word="yes").count()
    final = approvals.approval(approval_id=change.id, at=AT)
    assert final.status == ("granted" if yes >= 2 else "refused")
    decided = journal.entries(act="approvals.decide", limit=10)
    assert len(decided) == 1


def test_the_same_person_voting_64_times_at_once_counts_once():
    people = cast.build()
    change = asked("pack_change", people.compliance)
    results = at_once([lambda: said(change, people.lead)] * MANY)
    assert Counter(type(result).__name__ for result in results) == {"Approval": 1, "AlreadyVoted": MANY - 1}
    assert approvals.approval(approval_id=change.id, at=AT).status == "waiting"


def test_the_same_question_64_times_at_once_waits_once():
    people = cast.build()
    results = at_once([lambda: asked("pack_change", people.compliance)] * MANY)
    assert Counter(type(result).__name__ for result in results) == {"Approval": 1, "AlreadyAsked": MANY - 1}
