"""Several jurisdictions at once: each by its own clock, the strictest word counts, and the verdict names whose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.adapters.pack_files import load
from heyi.capabilities.compliance.domain import ContactFacts, Refused, decide, decide_together
from heyi.capabilities.compliance.domain.given import QUIET_DAY
from heyi.capabilities.compliance.queries import packs
from tests.cast import AT

pytestmark = pytest.mark.req("B9", "C1")

CN, IN = load("cn"), load("in")


def facts(**different: object) -> ContactFacts:
    return replace(QUIET_DAY, **{"purpose": "collection", "channel": "call", **different})  # type: ignore[arg-type]


def judged(at: datetime, **different: object) -> object:
    known = facts(**different)
    return decide_together([(known, CN), (known, IN)], at)


def test_the_night_of_either_closes_and_the_retry_time_suits_both() -> None:
    evening_in_china = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)  # 22:30 in Shanghai, 20:00 in Kolkata
    verdict = judged(evening_in_china)
    assert isinstance(verdict, Refused)
    named = {hit.rule_id.split("-")[0] for hit in verdict.clauses}
    assert {"CN", "IN"} <= named
    assert verdict.retry_at is not None
    assert judged(verdict.retry_at).allowed, verdict  # type: ignore[attr-defined]
    assert verdict.pack_version.startswith("cn+in@")
    assert len(verdict.pack_version) <= 40


def test_where_one_gives_no_hour_none_is_promised() -> None:
    evening_in_india = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    assert decide(facts(recipient="third_person"), CN, evening_in_india).retry_at is None
    known = [(facts(recipient="third_person"), CN), (facts(), IN)]
    assert decide(facts(), IN, evening_in_india).retry_at is not None
    assert decide_together(known, evening_in_india).retry_at is None, "no hour makes a third person a debtor"


def test_one_pack_alone_answers_as_ever() -> None:
    at = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    assert decide_together([(facts(), CN)], at) == decide(facts(), CN, at)


@trying(max_examples=60, deadline=None)
@given(
    at=st.datetimes(datetime(2026, 2, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 – zone given
    purpose=st.sampled_from(["collection", "reminder", "negotiation", "code"]),
    recipient=st.sampled_from(["debtor", "guarantor", "third_person"]),
)
def test_together_is_allowed_exactly_where_each_allows(at, purpose, recipient) -> None:
    known = facts(purpose=purpose, recipient=recipient)
    alone = [decide(known, pack, at).allowed for pack in (CN, IN)]
    assert judged(at, purpose=purpose, recipient=recipient).allowed == all(alone)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_joint_version_can_be_taken_apart_later(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = replace(settings.HEYI, jurisdictions=("cn", "in"), pack_timezones=(("in", "Asia/Dubai"),))
    monkeypatch.setattr(settings, "HEYI", chosen)
    assert compliance.adopt_due(AT) == 2
    held = compliance.packs(at=AT)
    assert [pack.timezone.key for pack in held] == ["Asia/Shanghai", "Asia/Dubai"]
    assert compliance.packs(at=AT)[1] is held[1], "compiled once"
    verdict = decide_together([(facts(), pack) for pack in held], AT)
    parts = compliance.parts_of(verdict.pack_version)
    assert [pack.name for pack in parts] == ["cn", "in"]
    assert compliance.rule_of(verdict.pack_version, "CN-STD-TIME") is not None
    assert compliance.rule_of(verdict.pack_version, "NOWHERE") is None
    packs._zones.clear()
