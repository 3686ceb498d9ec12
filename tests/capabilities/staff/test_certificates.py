"""Certificates of members: who gives them, when they count, whose run out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heyi.capabilities.journal import api as journal
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import Invalid, NotAllowed
from tests import cast
from tests.cast import AT, HOME

pytestmark = [pytest.mark.django_db, pytest.mark.req("C7")]
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def people() -> cast.Cast:
    return cast.build()


@pytest.fixture
def newcomer(people: cast.Cast) -> staff.Member:
    return staff.create_member(
        username="new", display_name="新来", staff_no="N1", branch=HOME, roles=["manager"], password=cast.PASSWORD,
        actor=SYSTEM, at=AT,
    )  # fmt: skip


def certify(newcomer: staff.Member, kind: str = "collection", **different: object) -> staff.CertificateView:
    told = {"kind": kind, "evidence": "试卷 1 号", "actor": SYSTEM, "at": AT, "staff_id": newcomer.id, **different}
    return staff.issue_certificate(**told)  # type: ignore[arg-type]


def test_who_has_no_certificate_has_none(newcomer):
    assert not staff.certificate_valid(member_id=newcomer.id, at=AT)
    assert [one.state for one in staff.own_standings(staff_id=newcomer.id, at=AT)] == ["missing", "missing"]


def test_a_certificate_counts_from_its_issue_for_a_year(newcomer):
    given = certify(newcomer)
    assert given.until == AT + 365 * DAY
    for at, valid in ((AT - SECOND, False), (AT, True), (given.until - SECOND, True), (given.until, False)):
        assert staff.certificate_valid(member_id=newcomer.id, at=at) is valid, at
        assert given.in_force(at) is valid


def test_another_training_does_not_open_the_gate(people, newcomer):
    certify(newcomer, "security", actor=people.compliance)
    assert not staff.certificate_valid(member_id=newcomer.id, at=AT)


def test_taking_it_back_closes_at_once_and_keeps_the_past(people, newcomer):
    given = certify(newcomer)
    staff.revoke_certificate(certificate_id=given.id, reason="录音里有威胁", actor=people.compliance, at=AT + DAY)
    assert not staff.certificate_valid(member_id=newcomer.id, at=AT + DAY)
    assert staff.certificate_valid(member_id=newcomer.id, at=AT + DAY - SECOND), "what was then is not rewritten"
    with pytest.raises(staff.UnknownCertificate):
        staff.revoke_certificate(certificate_id=given.id, reason="再来", actor=people.compliance, at=AT + DAY)


def test_a_closed_account_contacts_nobody(people, newcomer):
    certify(newcomer)
    staff.close_member(staff_id=newcomer.id, reason="离职", actor=people.administrator, at=AT)
    assert not staff.certificate_valid(member_id=newcomer.id, at=AT)


def test_the_certificate_of_the_test_is_not_entered_by_hand(people, newcomer):
    with pytest.raises(staff.CertificateByExam):
        certify(newcomer, actor=people.compliance)
    with pytest.raises(NotAllowed):
        certify(newcomer, "security", actor=people.lead)
    with pytest.raises(staff.OwnCertificate):
        certify(newcomer, "security", actor=people.compliance, staff_id=people.compliance.id)
    with pytest.raises(staff.UnknownCertificate):
        certify(newcomer, "juggling")
    with pytest.raises(Invalid):
        certify(newcomer, "security", actor=people.compliance, until=AT + 366 * DAY)


def test_each_certificate_is_journaled(newcomer):
    certify(newcomer)
    (entry,) = journal.entries(act="staff.issue_certificate", limit=1)
    assert entry.facts["staff_id"] == str(newcomer.id)


def test_a_lead_sees_who_of_the_branch_runs_out(people, newcomer):
    certify(newcomer, at=AT - 340 * DAY)
    found = {one.display_name: {each.kind.key: each.state for each in stands}
             for one, stands in staff.certificate_standings(actor=people.lead, at=AT)}  # fmt: skip
    assert found["新来"] == {"collection": "soon", "security": "missing"}
    assert found["周敏"] == {"collection": "valid", "security": "valid"}
    assert "高远" not in found, "another branch"
    later = staff.own_standings(staff_id=newcomer.id, at=AT + 30 * DAY)
    assert later[0].state == "over"
