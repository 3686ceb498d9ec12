"""A visit opens only with the debtor's recorded consent, and closes when it is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.models import PermissionRecord
from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing.ids import new_id
from tests import cast
from tests.capabilities.contact.agencies import DAY, NOON

pytestmark = [pytest.mark.django_db, pytest.mark.req("B9")]


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


def agree(people: cast.Cast, **different: object) -> compliance.Permission:
    given = {
        "sort": "consent", "about": "visit", "party_id": people.lin.party_id, "evidence": "通话录音 0231：周三可以",
        "given_at": NOON - DAY, "until": NOON + DAY, "contract_id": people.lin.contract_id, "actor": people.zhou,
        "at": NOON,
    }  # fmt: skip
    return compliance.record_permission(**{**given, **different})  # type: ignore[arg-type]


def knock(people: cast.Cast, **different: object) -> contact.Asked:
    given = {
        "contract_id": people.lin.contract_id, "channel": "visit", "purpose": "negotiation", "recorder_active": True,
        "staff_count": 2, "planned_end": NOON + timedelta(hours=1),
    }  # fmt: skip
    return contact.take_leave(ask=contact.Ask(**{**given, **different}), actor=people.zhou, at=NOON)  # type: ignore[arg-type]


def refusing(asked: contact.Asked) -> list[str]:
    return [hit.rule_id for hit in asked.verdict.clauses]


def test_a_visit_may_begin_with_consent_until_it_is_taken_back(people: cast.Cast) -> None:
    plan = {"party_id": people.lin.party_id, "contract_id": people.lin.contract_id, "channel": "visit"}
    assert refusing(knock(people)) == ["HEYI-VISIT-CONSENT"]
    given = agree(people)
    assert contact.may_contact(**plan, purpose="negotiation", at=NOON, actor=people.zhou).allowed  # type: ignore[arg-type]
    assert knock(people).leave is not None
    assert refusing(knock(people, staff_count=1)) == ["CN-CBA-VISIT"]
    compliance.end_permission(
        permission_id=given.id, actor=Actor(kind="borrower", id=people.lin.party_id), at=NOON - timedelta(minutes=1)
    )
    assert refusing(knock(people)) == ["HEYI-VISIT-CONSENT"]


def test_the_proof_is_sealed_and_every_act_is_in_the_journal(people: cast.Cast) -> None:
    given = agree(people)
    assert "录音".encode() not in bytes(PermissionRecord.objects.get().evidence_sealed)
    assert "0231" in compliance.read_evidence(permission_id=given.id, actor=people.zhou, at=NOON)
    compliance.end_permission(permission_id=given.id, actor=people.zhou, at=NOON)
    acts = [entry.act for entry in journal.entries(party_id=people.lin.party_id, limit=3)]
    assert acts == ["compliance.end_permission", "compliance.read_evidence", "compliance.record_permission"]


def test_a_consent_for_one_debt_opens_nothing_for_another_and_ends_by_its_date(people: cast.Cast) -> None:
    agree(people, contract_id=new_id())
    assert refusing(knock(people)) == ["HEYI-VISIT-CONSENT"]
    agree(people, until=NOON + timedelta(minutes=5))
    asked = knock(people)
    assert asked.leave is not None
    assert asked.leave.valid_until <= NOON + timedelta(minutes=5, seconds=2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"about": "party"},
        {"evidence": " "},
        {"given_at": NOON + DAY},
        {"until": NOON},
        {"until": NOON + 400 * DAY},
    ],
)
def test_a_record_that_proves_nothing_is_not_kept(people: cast.Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(compliance.PermissionUnclear):
        agree(people, **wrong)


def test_who_does_not_work_with_the_person_records_nothing(people: cast.Cast) -> None:
    with pytest.raises(loans.UnknownParty):
        agree(people, actor=people.stranger)
    with pytest.raises(NotAllowed):
        agree(people, actor=people.auditor)
    with pytest.raises(NotAllowed):
        agree(people, sort="notice", actor=Actor(kind="borrower", id=people.lin.party_id))
