"""Two people acting at once never produce two truths. Threads with their own connections, as processes have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import Wish
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import Problem
from tests import cast
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast
from tests.crowd import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
REFUSED = (negotiation.OfferNotOpen, negotiation.WrongState, negotiation.Moved)


@pytest.fixture
def many() -> int:
    """64 on PostgreSQL; 16 on a SQLite file, where writers queue; threads share no database in memory."""
    if connection.vendor == "postgresql":
        return 64
    if "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("threads share no database in memory; HEYI_TEST_SQLITE=FILE gives them one")
    return 16


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """Everybody, committed."""
    return cast.build()


def acts_on(case_id: UUID, offer_id: UUID, people: Cast, count: int) -> list[Callable[[], str]]:
    """Accept, counter, decline and withdraw, in turns."""
    lin = {"case_id": case_id, "actor": people.lin.actor, "at": AT}
    wish = Wish(periods=48, first_due_on=date(2027, 1, 15))
    verbs: dict[str, Callable[[], Any]] = {
        "accept": lambda: negotiation.accept_offer(offer_id=offer_id, **lin),
        "counter": lambda: negotiation.counter(wish=wish, reason="想长一点", seen_version=seen, **lin),
        "decline": lambda: negotiation.decline_offer(offer_id=offer_id, **lin),
        "withdraw": lambda: negotiation.withdraw(seen_version=seen, **lin),
    }
    seen = Case.objects.get(id=case_id).version

    def named(name: str) -> Callable[[], str]:
        def act() -> str:
            verbs[name]()
            return name

        return act

    return [named(list(verbs)[number % len(verbs)]) for number in range(count)]


@pytest.mark.req("E5", "B6")
def test_accept_counter_decline_withdraw_at_once_have_one_outcome(people: Cast, many: int) -> None:
    """Eight rounds, because a single one may by chance come out right without any lock."""
    for number in range(8):
        case_id, offer_id = offered_on(f"GX-RACE-{number}", people)
        results = at_once(acts_on(case_id, offer_id, people, many))
        done = [result for result in results if isinstance(result, str)]
        others = [result for result in results if not isinstance(result, str)]
        assert all(isinstance(result, REFUSED) for result in others), Counter(map(repr, others))
        assert len(done) == 1, Counter(map(repr, results))
        ended = {"accept": "agreed", "counter": "countered", "decline": "negotiating", "withdraw": "withdrawn"}[done[0]]
        assert steps.status(case_id) == ended
        still_open = Offer.objects.filter(case_id=case_id, status="open").count()
        assert still_open == (1 if ended == "countered" else 0)
        acts = Counter(entry.act for entry in journal.entries(case_id=case_id, limit=500))
        wrote = sum(acts[f"negotiation.{act}"] for act in ("accept_offer", "counter", "decline_offer", "withdraw"))
        assert wrote == 1


def offered_on(contract_no: str, people: Cast) -> tuple[UUID, UUID]:
    """An open offer to Lin on another contract of hers."""
    cast.bring(cast.contract(contract_no, cast.person(people.lin.name, people.lin.id_number, people.lin.mobile)))
    contract_id = loans.contract_by_no(contract_no=contract_no, actor=SYSTEM).id
    case_id = steps.submitted(replace(people.lin, contract_id=contract_id))
    Case.objects.filter(id=case_id).update(reviewer_id=people.reviewer.id)
    negotiation.review(case_id=case_id, outcome="accept", actor=people.reviewer, at=AT)
    return case_id, steps.publish(case_id, people)


@pytest.mark.req("E5")
def test_bank_and_borrower_answer_the_same_moment(people: Cast, many: int) -> None:
    case_id, _, counter_id = steps.countered(people)
    negotiation.submit_for_approval(case_id=case_id, offer_id=counter_id, actor=people.zhou, at=AT)

    leads = iter(voters(people, many // 2))
    asked = Offer.objects.get(id=counter_id).approval_id

    def approve() -> str:
        approvals.vote(approval_id=asked, vote="yes", reason="可以", actor=next(leads), at=AT)
        return "agreed"

    def take_back() -> str:
        negotiation.withdraw_offer(case_id=case_id, offer_id=counter_id, actor=people.lin.actor, at=AT)
        return "offer_open"

    results = at_once([approve, take_back] * (many // 2))
    steps.hear_votes()
    done = Counter(result for result in results if isinstance(result, str))
    others = [result for result in results if not isinstance(result, str)]
    late = (*REFUSED, approvals.AlreadyDecided)
    assert all(isinstance(result, late) for result in others), Counter(map(repr, others))
    taken_back = done["offer_open"] == 1
    assert steps.status(case_id) == ("offer_open" if taken_back else "agreed")
    assert done["agreed"] <= 1, "one vote decides, the others come too late"
    assert Offer.objects.filter(case_id=case_id, status__in=("open", "accepted")).count() == 1


def voters(people: Cast, count: int) -> list[Actor]:
    """Leads of the home branch who had no part in it."""
    ids = [
        staff.create_member(
            username=f"voter{number}", display_name=f"主管{number}", staff_no=f"V{number}", branch=cast.HOME,
            roles=["lead"], password=cast.PASSWORD, actor=SYSTEM, at=AT,
        ).id
        for number in range(count)
    ]  # fmt: skip
    return [Actor(kind="staff", id=one, roles=frozenset({"lead"}), branches=frozenset({cast.HOME})) for one in ids]


def test_one_application_a_contract_however_often_it_is_begun(people: Cast, many: int) -> None:
    def begin() -> UUID:
        done = negotiation.start_application(contract_id=people.lin.contract_id, actor=people.lin.actor, at=AT)
        return done.case_id

    results = at_once([begin] * many)
    assert len(set(results)) == 1, Counter(map(repr, results))
    assert not any(isinstance(result, Problem) for result in results)


def test_numbers_are_given_out_once(people: Cast, many: int) -> None:
    borrowers = [people.lin, people.chen, people.works, people.afar]

    def begin(number: int) -> Callable[[], str]:
        who = borrowers[number]
        return lambda: negotiation.start_application(contract_id=who.contract_id, actor=who.actor, at=AT).number

    results = at_once([begin(number) for number in range(4)])
    assert sorted(map(str, results)) == [f"HY-2026-00000{n}" for n in range(1, 5)]


def test_two_publish_one_version_is_open(people: Cast, many: int) -> None:
    case_id = steps.negotiating(people)
    draft = negotiation.draft_offer(case_id=case_id, terms=steps.terms(case_id), actor=people.zhou, at=AT)

    def publish() -> str:
        negotiation.publish_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.zhou, at=AT)
        return "published"

    results = at_once([publish] * many)
    assert Counter(map(type, results))[str] == 1, Counter(map(repr, results))
    assert Offer.objects.filter(case_id=case_id, status="open").count() == 1
