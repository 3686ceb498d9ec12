"""The firewall around people who do not owe (B11): unlock, fixed words, a refusal that is for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact import standing
from heyi.capabilities.contact.domain import failed_in_a_row
from heyi.capabilities.contact.models import CodeRecord, Message, PointStop
from heyi.capabilities.contact.policy import contact_policy
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import LinkRow
from heyi.kit.actors import SYSTEM
from heyi.kit.problems import NotAllowed
from heyi.plumbing.limits import TooMany
from tests import cast
from tests.capabilities.contact.agencies import DAY, NOON, clauses, handed_over, report, take

pytestmark = [pytest.mark.django_db, pytest.mark.req("B11")]
SISTER = "13700008888"
HOURS = timedelta(hours=1)
POLICY = contact_policy()
LOCKED = {"CN-STD-3P-2-WHEN", "CN-CBA-3P"}


@pytest.fixture
def people() -> cast.Cast:
    """Lin named her sister as a contact person."""
    found = cast.build()
    sister = cast.person("林知雨", cast.id_number(282), SISTER)
    lin = cast.person("林知晴", found.lin.id_number, found.lin.mobile)
    link = LinkRow(kind="contact_person", party=sister, relation="sibling")
    cast.bring(cast.contract("GX-2024-3308", lin, links=(link,)))
    handed_over(found)
    return found


def sister_of(people: cast.Cast) -> dict:  # type: ignore[type-arg]
    (link,) = loans.contract(contract_id=people.lin.contract_id, actor=SYSTEM).links
    return {"party_id": link.party_id, "purpose": "service"}


def failed(people: cast.Cast, *times: datetime) -> None:
    for at in times:
        asked = take(people, at=at)
        assert asked.leave is not None, clauses(asked)
        told = report(asked.leave, "unanswered", started_at=at)
        contact.report_contacts(reports=[told], actor=people.agency, at=at)


def test_a_contact_person_is_asked_only_after_three_failures_at_different_times(people: cast.Cast) -> None:
    assert clauses(take(people, **sister_of(people))) >= LOCKED
    failed(people, NOON - 3 * HOURS, NOON - 3 * HOURS, NOON)
    assert clauses(take(people, at=NOON, **sister_of(people))) >= LOCKED, "two tries at once are one"
    failed(people, NOON + 3 * HOURS)
    asked = take(people, at=NOON + 4 * HOURS, **sister_of(people))
    assert asked.leave is not None, clauses(asked)
    contact.log_call(
        actor=people.zhou, at=NOON + 5 * HOURS, outcome="connected", party_id=people.lin.party_id,
        contract_id=people.lin.contract_id, direction="in",
    )  # fmt: skip
    assert clauses(take(people, at=NOON + DAY, **sister_of(people))) >= LOCKED, "Lin called back: locked again"


def test_a_dead_number_and_a_recorded_death_unlock(people: cast.Cast) -> None:
    leave = take(people).leave
    contact.report_contacts(reports=[report(leave, "invalid")], actor=people.agency, at=NOON)
    assert standing.unlocked(debtor_id=people.lin.party_id, at=NOON) == {"number_invalid"}
    compliance.place_hold(kind="deceased", party_id=people.lin.party_id, reason="死亡证明", actor=SYSTEM, at=NOON)
    assert standing.unlocked(debtor_id=people.lin.party_id, at=NOON) == {"number_invalid", "deceased"}


def test_what_stands_about_the_debtor_stands_about_the_contact_person(people: cast.Cast) -> None:
    failed(people, NOON - 3 * HOURS, NOON, NOON + 3 * HOURS)
    compliance.place_hold(
        kind="police_no_contact", party_id=people.lin.party_id, reason="令", actor=SYSTEM, at=NOON + 3 * HOURS
    )
    asked = take(people, at=NOON + 4 * HOURS, actor=people.zhou, **sister_of(people))
    assert asked.leave is None
    assert not clauses(asked) & LOCKED


def test_the_words_to_a_contact_person_are_fixed_and_name_no_debt(people: cast.Cast) -> None:
    failed(people, NOON - 3 * HOURS, NOON, NOON + 3 * HOURS)
    for language in ("zh", "en"):
        leave = take(people, at=NOON + 4 * HOURS, language=language, **sister_of(people)).leave
        assert leave is not None
        for word in ("欠", "逾期", "贷", "元", "debt", "loan", "overdue", "知晴", "46", "客户"):
            assert word not in leave.script
    assert "林" in take(people, at=NOON + 4 * HOURS, **sister_of(people)).leave.script  # type: ignore[union-attr]
    assert take(people, at=NOON + DAY).leave.script == ""  # type: ignore[union-attr]


@pytest.mark.parametrize("purpose", ["collection", "reminder", "negotiation"])
def test_nobody_collects_from_a_contact_person_even_when_unlocked(people: cast.Cast, purpose: str) -> None:
    failed(people, NOON - 3 * HOURS, NOON, NOON + 3 * HOURS)
    asked = take(people, at=NOON + 4 * HOURS, **(sister_of(people) | {"purpose": purpose}))
    assert clauses(asked) & {"CN-CC-68a", "CN-STD-3P-1"}


def test_no_on_the_phone_is_no_for_ever_and_for_everybody(people: cast.Cast) -> None:
    failed(people, NOON - 3 * HOURS, NOON, NOON + 3 * HOURS)
    at = NOON + 4 * HOURS
    leave = take(people, at=at, **sister_of(people)).leave
    told = report(leave, started_at=at, opted_out=True)
    contact.report_contacts(reports=[told], actor=people.agency, at=at)
    for actor in (people.agency, people.zhou):
        assert "CN-STD-3P-STOP" in clauses(take(people, at=at + 30 * DAY, actor=actor, **sister_of(people)))


def opted_out(at: datetime, mobile: str = SISTER) -> str:
    """Ask for a code and read it from the message that waits in the outbox."""
    masked = contact.ask_stop_code(mobile=mobile, client="203.0.113.7", at=at)
    assert masked == mobile[:3] + "****" + mobile[-4:]
    return code_of(at)


def code_of(at: datetime) -> str:
    from heyi.capabilities.contact import sealed
    from heyi.capabilities.vault import api as vault

    row = Message.objects.filter(template="stop_code").latest("created_at", "id")
    words = sealed.unseal_wording(vault.subject_key(subject_id=row.party_id, at=at), bytes(row.body_sealed))
    return next(part for part in words.text.replace("，", " ").split() if part.isdigit() and len(part) == 6)


def test_a_relative_opts_out_with_a_code_and_it_holds_at_once(people: cast.Cast) -> None:
    failed(people, NOON - 3 * HOURS, NOON, NOON + 3 * HOURS)
    at = NOON + 4 * HOURS
    leave = take(people, at=at, **sister_of(people)).leave
    assert leave is not None
    code = opted_out(at)
    wrong = "000000" if code != "000000" else "111111"
    assert not contact.stop_number(mobile=SISTER, code=wrong, relation="relative", at=at)
    assert contact.stopped_numbers(numbers=[SISTER]) == frozenset()
    assert contact.stop_number(mobile=SISTER, code=code, relation="relative", at=at)
    with pytest.raises(contact.LeaveGone):
        contact.leave_destination(leave_id=leave.id, actor=people.agency, at=at)
    assert "CN-STD-3P-STOP" in clauses(take(people, at=at, **sister_of(people)))
    assert [(stop.what, stop.code) for stop in contact.stop_list(actor=people.agency, at=at)] == [
        ("number", "opted_out")
    ]
    assert contact.stopped_numbers(numbers=[SISTER, people.lin.mobile]) == {SISTER}


def test_known_and_unknown_numbers_leave_the_same_traces(people: cast.Cast) -> None:
    """The bank's own debtor, her sister and a stranger: same answer, same rows, nobody's party is touched."""
    for number in (people.lin.mobile, SISTER, "13100001111"):
        before = (CodeRecord.objects.count(), Message.objects.count())
        code = opted_out(NOON, number)
        assert (CodeRecord.objects.count(), Message.objects.count()) == (before[0] + 1, before[1] + 1)
        row = Message.objects.filter(template="stop_code").latest("created_at", "id")
        assert row.party_id not in {people.lin.party_id, sister_of(people)["party_id"]}
        assert contact.stop_number(mobile=number, code=code, relation="other", at=NOON)
    assert PointStop.objects.count() == 3
    assert take(people).leave is not None, "the debtor is reached through other rules"


def test_codes_are_limited_by_number_and_by_visitor() -> None:
    for _ in range(5):
        contact.ask_stop_code(mobile="13100002222", client="198.51.100.1", at=NOON)
    with pytest.raises(TooMany):
        contact.ask_stop_code(mobile="13100002222", client="198.51.100.2", at=NOON)
    for number in range(10):
        contact.ask_stop_code(mobile=f"131000033{number:02d}", client="198.51.100.3", at=NOON)
    with pytest.raises(TooMany):
        contact.ask_stop_code(mobile="13100003399", client="198.51.100.3", at=NOON)
    with pytest.raises(contact.NumberUnusable):
        contact.ask_stop_code(mobile="12345", client="x", at=NOON)


@pytest.mark.req("B9")
def test_a_person_stops_a_medium_in_the_portal_or_by_a_reply(people: cast.Cast) -> None:
    lin = {"party_id": people.lin.party_id, "channel": "call"}
    contact.stop_channel(**lin, actor=people.lin.actor, at=NOON)
    contact.stop_channel(**lin, actor=people.lin.actor, at=NOON)
    asked = take(people)
    assert asked.leave is None
    assert any("STOP" in clause for clause in clauses(asked)), clauses(asked)
    contact.allow_channel(**lin, actor=people.lin.actor, at=NOON)
    assert take(people).leave is not None
    with pytest.raises(NotAllowed):
        contact.stop_channel(**lin, actor=people.chen.actor, at=NOON)
    assert not contact.take_reply(mobile=people.lin.mobile, text="好的", actor=people.integration, at=NOON)
    assert contact.take_reply(mobile=people.lin.mobile, text=" td ", actor=people.integration, at=NOON)
    assert set(contact.channels_stopped(party_id=people.lin.party_id)) == {"sms"}
    assert contact.take_reply(mobile=SISTER, text="退订", actor=people.integration, at=NOON)
    assert contact.stopped_numbers(numbers=[SISTER, people.lin.mobile]) == {SISTER}
    with pytest.raises(NotAllowed):
        contact.take_reply(mobile=SISTER, text="TD", actor=people.zhou, at=NOON)


OUTCOME = st.sampled_from(["unanswered", "invalid", "connected", "reserved", "unsure", "not_sent"])
TRIES = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 20).map(lambda m: NOON - timedelta(minutes=m)), st.just("out"), OUTCOME),
    max_size=12,
)


@given(TRIES)
def test_failures_in_a_row_are_apart_and_end_with_an_answer(tries: list[tuple[datetime, str, str]]) -> None:
    counted = failed_in_a_row(tries, NOON, POLICY)
    failures = [when for when, _, outcome in tries if outcome in ("unanswered", "invalid")]
    assert 0 <= counted <= len(failures)
    answered = (NOON + HOURS, "out", "connected")
    assert failed_in_a_row([*tries, answered], NOON + 2 * HOURS, POLICY) == 0
    more = (NOON + 3 * HOURS, "out", "unanswered")
    assert failed_in_a_row([*tries, more], NOON + 3 * HOURS, POLICY) == counted + 1 or counted == 0
