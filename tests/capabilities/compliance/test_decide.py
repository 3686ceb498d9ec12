"""The verdict: every rule by its own examples, the strictest wins, and what is not known for sure is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.compliance.adapters.pack_files import load
from heyi.capabilities.compliance.domain import (
    BANK_INITIATED,
    BORROWER_INITIATED,
    CHANNELS,
    CLOSED,
    HOLD_KINDS,
    PURPOSES,
    RECIPIENTS,
    Allowed,
    ContactFacts,
    Refused,
    Window,
    decide,
)
from heyi.capabilities.compliance.domain.examples import fault
from heyi.capabilities.compliance.domain.given import QUIET_DAY

SHANGHAI = ZoneInfo("Asia/Shanghai")
PACK = load("cn")
AFTERNOON = datetime(2026, 3, 2, 15, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)
CASES = [pytest.param(rule, case, id=f"{rule.id}: {case.says.en}") for rule in PACK.rules for case in rule.cases]


LOST = {"purpose": "service", "recipient": "third_person", "unlock": frozenset({"number_invalid"})}
"""Somebody else may be asked, because the debtor's number is dead."""


def facts(**different: object) -> ContactFacts:
    return replace(QUIET_DAY, **{"purpose": "collection", "channel": "sms", **different})  # type: ignore[arg-type]


def refused_by(verdict: Allowed | Refused) -> set[str]:
    assert isinstance(verdict, Refused)
    return {clause.rule_id for clause in verdict.clauses}


@pytest.mark.req("B9", "C1")
@pytest.mark.parametrize(("rule", "case"), CASES)
def test_each_rule_says_of_its_examples_what_is_written(rule, case):
    assert fault(PACK, rule, case) == ""


@pytest.mark.req("B9")
def test_a_daytime_message_to_the_debtor_passes_and_carries_the_pack_version():
    verdict = decide(facts(), PACK, AFTERNOON)
    assert verdict == Allowed(PACK.version)


@pytest.mark.req("B9")
def test_all_clauses_that_refuse_are_named_with_source_and_what_is_allowed_instead():
    verdict = decide(facts(recipient="contact_person", holds=frozenset({"agreement_active"})), PACK, NIGHT)
    assert isinstance(verdict, Refused)
    assert refused_by(verdict) >= {"CN-STD-TIME", "CN-CBA-TIME", "CN-CC-68a", "CN-CC-70c", "CN-STD-3P-2"}
    assert all(hit.source and hit.allowed_instead_zh and hit.allowed_instead_en for hit in verdict.clauses)
    assert verdict.retry_at is None, "no hour makes a contact person a debtor"


@pytest.mark.req("B9")
@pytest.mark.parametrize(
    ("different", "doubt"),
    [
        ({"purpose": "marketing"}, "purpose_or_channel_unknown"),
        ({"channel": "telex"}, "purpose_or_channel_unknown"),
        ({"recipient": None}, "recipient_unknown"),
        ({"recipient": "neighbour"}, "recipient_unknown"),
        ({"holds": None}, "holds_unknown"),
        ({"holds": frozenset({"invented"})}, "holds_unknown"),
        ({**LOST, "discloses_debt": None}, "discloses_debt_unknown"),
        ({**LOST, "discloses_debt": False, "opted_out": None}, "opted_out_unknown"),
        ({"actor_kind": "agency", "agency_announced": None}, "agency_announced_unknown"),
        ({"channel": "visit", "planned_end": None, "consents": frozenset({"visit"})}, "end_time_unknown"),
        ({"channel": "call", "connected_today": None}, "connected_today_unknown"),
        ({"channel": "call", "unanswered_today": None}, "unanswered_today_unknown"),
        ({"same_purpose_today": None}, "same_purpose_today_unknown"),
        ({"last_contact_at": AFTERNOON + timedelta(hours=1)}, "clock_behind_ledger"),
    ],
)
def test_what_is_not_known_is_refused(different, doubt):
    verdict = decide(facts(**different), PACK, AFTERNOON)
    assert refused_by(verdict) == {CLOSED}
    assert isinstance(verdict, Refused)
    assert verdict.clauses[0].why == (("doubt", doubt),)


@pytest.mark.req("B9")
@pytest.mark.parametrize("at", [None, datetime(2026, 3, 2, 15, 0)])  # noqa: DTZ001 – the wrong clock is the point
def test_a_time_without_zone_or_no_time_is_refused_even_for_a_code(at):
    verdict = decide(facts(purpose="code"), PACK, at)
    assert refused_by(verdict) == {CLOSED}


@pytest.mark.req("B9")
def test_without_a_pack_nothing_leaves():
    verdict = decide(facts(purpose="code"), None, AFTERNOON)
    assert refused_by(verdict) == {CLOSED}


@pytest.mark.req("B9")
@pytest.mark.parametrize("kind", sorted(PACK.needs))
def test_a_pack_without_a_needed_kind_of_rule_closes_the_house(kind):
    crippled = replace(PACK, rules=tuple(rule for rule in PACK.rules if rule.kind != kind))
    assert refused_by(decide(facts(), crippled, AFTERNOON)) == {CLOSED}


@pytest.mark.req("B9")
def test_a_clock_that_stands_before_the_rules_were_made_closes_the_house():
    assert refused_by(decide(facts(), PACK, datetime(1970, 1, 1, 4, 0, tzinfo=UTC))) == {CLOSED}


@pytest.mark.req("B9")
def test_the_retry_time_walks_through_every_rule_limit_then_night_then_the_banks_own_hours():
    verdict = decide(facts(channel="call", connected_today=3), PACK, AFTERNOON)
    assert isinstance(verdict, Refused)
    assert verdict.retry_at == datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI)


@pytest.mark.req("B9")
def test_agreed_hours_open_the_evening_and_close_the_rest_of_the_day():
    late = facts(channel="call", agreed_window=Window(time(21, 30), time(23, 30), evidence="case note"))
    assert decide(late, PACK, NIGHT).allowed
    verdict = decide(late, PACK, AFTERNOON)
    assert refused_by(verdict) == {"HEYI-AGREED-WINDOW"}
    assert isinstance(verdict, Refused)
    assert verdict.retry_at == datetime(2026, 3, 2, 21, 30, tzinfo=SHANGHAI)


@pytest.mark.req("B9")
def test_advice_is_told_and_does_not_refuse():
    verdict = decide(facts(holds=frozenset({"vulnerability"})), PACK, AFTERNOON)
    assert isinstance(verdict, Allowed)
    assert [note.rule_id for note in verdict.notes] == ["HEYI-VULNERABLE"]


ALL_FACTS = st.builds(
    replace,
    st.just(replace(QUIET_DAY, planned_end=datetime(2026, 3, 2, 15, 0, tzinfo=SHANGHAI))),
    purpose=st.sampled_from(sorted(PURPOSES)),
    channel=st.sampled_from(sorted(CHANNELS)),
    recipient=st.sampled_from(sorted(RECIPIENTS)),
    discloses_debt=st.booleans(),
    holds=st.frozensets(st.sampled_from(sorted(HOLD_KINDS))),
    connected_today=st.integers(0, 9),
    effective_today=st.integers(0, 9),
    unanswered_today=st.integers(0, 9),
    same_purpose_today=st.integers(0, 30),
    actor_kind=st.sampled_from(["bank", "agency", "robot"]),
    agency_announced=st.booleans(),
    agency_reporting=st.booleans(),
    caller_reporting=st.booleans(),
    certificate_valid=st.booleans(),
    recorder_active=st.booleans(),
    unlock=st.frozensets(st.sampled_from(["three_failures", "number_invalid"])),
    opted_out=st.booleans(),
    stopped_channels=st.frozensets(st.sampled_from(["call", "sms"])),
    staff_count=st.integers(0, 3),
    consents=st.frozensets(st.just("visit")),
    approvals=st.frozensets(st.just("visit_vulnerable")),
    time_barred=st.booleans(),
    wording=st.sampled_from(["neutral", "demand", "suit"]),
)
MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 – zone given


@pytest.mark.req("B9")
@given(known=ALL_FACTS, at=MOMENTS)
def test_the_zone_in_which_an_instant_is_said_changes_nothing(known, at):
    elsewhere = at.astimezone(ZoneInfo("America/New_York"))
    assert refused_or_none(decide(known, PACK, at)) == refused_or_none(decide(known, PACK, elsewhere))


@pytest.mark.req("B9")
@given(known=ALL_FACTS, at=MOMENTS)
def test_a_promised_retry_time_is_kept_and_lies_ahead(known, at):
    verdict = decide(known, PACK, at)
    if isinstance(verdict, Refused) and verdict.retry_at is not None:
        assert verdict.retry_at > at
        same_day = verdict.retry_at.astimezone(SHANGHAI).date() == at.astimezone(SHANGHAI).date()
        zero = {"connected_today": 0, "effective_today": 0, "unanswered_today": 0, "same_purpose_today": 0}
        assert decide(known if same_day else replace(known, **zero), PACK, verdict.retry_at).allowed


@pytest.mark.req("B9", "V6")
@given(known=ALL_FACTS, at=MOMENTS)
def test_no_facts_whatever_open_the_night_for_the_bank(known, at):
    hour = at.astimezone(SHANGHAI).hour
    rings = known.channel != "portal"
    if (hour >= 22 or hour < 8) and rings and known.purpose in BANK_INITIATED:
        assert not decide(known, PACK, at).allowed


@pytest.mark.req("B11")
@given(known=ALL_FACTS, at=MOMENTS)
def test_nobody_else_ever_hears_of_the_debt(known, at):
    if known.discloses_debt and known.recipient in ("contact_person", "third_person"):
        assert not decide(known, PACK, at).allowed


@given(known=ALL_FACTS, at=MOMENTS)
def test_an_answer_to_the_debtor_passes_at_any_hour_unless_they_died_or_the_police_forbade_it(known, at):
    """A code opens only the person's own door; an order of the police ends everything else."""
    closing = {"code": {"deceased"}, "service": {"deceased", "police_no_contact"}}
    if known.purpose in BORROWER_INITIATED and known.recipient in ("debtor", "guarantor"):
        assert decide(known, PACK, at).allowed == (not known.holds & closing[known.purpose])


def refused_or_none(verdict: Allowed | Refused) -> tuple[set[str], datetime | None] | None:
    return (refused_by(verdict), verdict.retry_at) if isinstance(verdict, Refused) else None
