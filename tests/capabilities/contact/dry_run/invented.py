"""Packs and ledgers that chance invents: every kind of check, with any parameters that it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from heyi.capabilities.compliance.domain import (
    ACTOR_KINDS,
    CHANNELS,
    HOLD_KINDS,
    PURPOSES,
    RECIPIENTS,
    SERIES,
    UNLOCKS,
    WORDINGS,
    Both,
    Pack,
    Rule,
    Source,
)

WORDS = Both(zh="一", en="one")
START = datetime(2026, 3, 6, 5, 0, tzinfo=UTC)
ZONES = ("Asia/Shanghai", "America/New_York", "Asia/Kolkata")
"""New York moves its clocks on 8 March 2026, two days after the ledgers begin."""


def some(values: Any, *, least: int = 1) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(values)), min_size=least, max_size=4, unique=True)


clock_times = st.builds(lambda hour, half: f"{hour:02d}:{30 * half:02d}", st.integers(0, 23), st.integers(0, 1))
spans = st.fixed_dictionaries({"start": clock_times, "end": clock_times})
lengths = st.one_of(
    st.fixed_dictionaries({"days": st.integers(1, 8)}), st.fixed_dictionaries({"hours": st.integers(1, 60)})
)
series = st.sampled_from(sorted(SERIES))


def limits(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda one, span: {**one, **span}, st.fixed_dictionaries({"counts": series, **more}), lengths)


PARAMETERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "quiet_hours": spans,
    "open_hours": st.fixed_dictionaries(
        {"by_channel": st.dictionaries(st.sampled_from(sorted(CHANNELS)), spans, min_size=1, max_size=3)}
    ),
    "agreed_window": st.just({}),
    "calendar_day": st.fixed_dictionaries({"kinds": some(["rest_day", "weekend", "holiday", "make_up_day", "other"])}),
    "daily_limit": st.fixed_dictionaries(
        {
            "counts": st.sampled_from(["connected_today", "effective_today", "unanswered_today", "same_purpose_today"]),
            "max": st.integers(0, 3),
        }
    ),
    "rolling_limit": limits(max=st.integers(1, 4)),
    "gap_after_talk": limits(),
    "allowed_targets": st.fixed_dictionaries({"allowed": some(RECIPIENTS)}),
    "silence": st.fixed_dictionaries({"may_know": some(RECIPIENTS)}),
    "unlock_required": st.fixed_dictionaries({"recipients": some(RECIPIENTS), "any_of": some(UNLOCKS)}),
    "hold": st.fixed_dictionaries({"hold": st.sampled_from(sorted(HOLD_KINDS))}),
    "opted_out": st.just({}),
    "channel_stopped": st.just({}),
    "consent_required": st.just({"consent": "recording"}),
    "notice_required": st.just({"notice": "hand_over"}),
    "time_barred": st.fixed_dictionaries({"allowed": some(WORDINGS)}),
    "recorder_required": st.just({}),
    "certificate_required": st.just({}),
    "staff_minimum": st.fixed_dictionaries({"min": st.integers(1, 3)}),
    "agency_announced": st.just({}),
    "agency_reports": st.just({}),
    "caller_reports": st.just({}),
    "approval_required": st.just({}),
}
only_for = st.fixed_dictionaries(
    {}, optional={"recipients": some(RECIPIENTS), "actors": some(ACTOR_KINDS), "holds": some(HOLD_KINDS)}
)


@st.composite
def rules(draw: Any, number: int) -> Rule:
    kind = draw(st.sampled_from([*sorted(PARAMETERS), *["daily_limit"] * 8, *["rolling_limit", "gap_after_talk"] * 3]))
    parameters = draw(PARAMETERS[kind])
    narrowed = draw(only_for) if draw(st.booleans()) else {}
    approval = draw(st.sampled_from(["", "", "campaign"])) if kind != "approval_required" else "visit_vulnerable"
    begins = draw(st.sampled_from([date(2020, 1, 1), date(2026, 3, 9)]))
    return Rule(
        id=f"R{number}-{kind}",
        kind=kind,
        title=WORDS,
        source=Source("chance", "", draw(st.sampled_from(["LAW", "STD", "POLICY"]))),
        severity=draw(st.sampled_from(["hard", "adopted", "policy", "advice"])),
        confidence="V1",
        valid_from=begins,
        valid_to=draw(st.sampled_from([None, None, date(2026, 3, 12)])),
        purposes=frozenset(draw(some(PURPOSES, least=2))),
        channels=frozenset(draw(some(CHANNELS, least=2))) | {"call"},
        parameters={**parameters, **({"only_for": narrowed} if narrowed else {})},
        staff=WORDS,
        borrower=WORDS,
        instead=WORDS,
        relaxed_by=draw(st.sampled_from(["", "debtor_agreement"])),
        approval=approval,
    )


def limit(counts: str) -> Rule:
    """At most one of these a day for collection by telephone."""
    return Rule(
        id=f"R-{counts}",
        kind="rolling_limit",
        title=WORDS,
        source=Source("chance", "", "LAW"),
        severity="hard",
        confidence="V1",
        valid_from=date(2020, 1, 1),
        valid_to=None,
        purposes=frozenset({"collection"}),
        channels=frozenset({"call"}),
        parameters={"counts": counts, "max": 1, "days": 1},
        staff=WORDS,
        borrower=WORDS,
        instead=WORDS,
    )


@st.composite
def packs(draw: Any) -> Pack:
    made = tuple(draw(rules(number)) for number in range(draw(st.integers(3, 10))))
    needs = frozenset(draw(st.sampled_from([[], [], [made[0].kind]])))
    return Pack("chance", "chance@1", ZoneInfo(draw(st.sampled_from(ZONES))), needs, made)


@dataclass(frozen=True)
class Entry:
    """One contact that chance made, and what was told about it."""

    at: datetime
    party: int
    contract: int | None
    point: int
    channel: str
    purpose: str
    outcome: str
    effective: bool
    recipient: str | None
    told: dict[str, Any]


told = st.fixed_dictionaries(
    {},
    optional={
        "discloses_debt": st.booleans(),
        "actor_kind": st.sampled_from(sorted(ACTOR_KINDS)),
        "agency_announced": st.booleans(),
        "agency_reporting": st.booleans(),
        "caller_reporting": st.booleans(),
        "certificate_valid": st.booleans(),
        "recorder_active": st.booleans(),
        "unlock": some(UNLOCKS, least=0).map(frozenset),
        "opted_out": st.booleans(),
        "stopped_channels": some(CHANNELS, least=0).map(frozenset),
        "staff_count": st.integers(0, 3),
        "consents": some(["recording", "other"], least=0).map(frozenset),
        "notices": some(["hand_over", "other"], least=0).map(frozenset),
        "approvals": some(["campaign", "visit_vulnerable"], least=0).map(frozenset),
        "time_barred": st.booleans(),
        "wording": st.sampled_from(sorted(WORDINGS)),
    },
)
pauses = st.sampled_from([0, 0, 1, 20, 59, 60, 300, 601, 1440, 3000]).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def ledgers(draw: Any) -> list[Entry]:
    at, made = START, []
    for _ in range(draw(st.integers(4, 16))):
        at += draw(pauses)
        channel = draw(st.sampled_from(["call", "call", "call", "sms", "visit", "portal"]))
        outcome = draw(
            st.sampled_from(["connected", "unanswered", "reserved"] if channel == "call" else ["sent", "unsure"])
        )
        made.append(
            Entry(
                at=at,
                party=draw(st.integers(0, 1)),
                contract=draw(st.sampled_from([None, 0, 1])),
                point=draw(st.integers(0, 1)),
                channel=channel,
                purpose=draw(st.sampled_from([*sorted(PURPOSES), "collection", "collection"])),
                outcome=outcome,
                effective=outcome == "connected" and draw(st.booleans()),
                recipient=draw(st.sampled_from([None, *sorted(RECIPIENTS), "debtor", "debtor"])),
                told=draw(told),
            )
        )
    return made


@dataclass(frozen=True)
class Standing:
    """A hold, or agreed hours (kind empty), of one person over some time."""

    kind: str
    party: int
    contract: int | None
    since: datetime
    until: datetime | None
    window: tuple[str, str]


standings = st.lists(
    st.builds(
        Standing,
        kind=st.sampled_from(["", *sorted(HOLD_KINDS)]),
        party=st.integers(0, 1),
        contract=st.sampled_from([None, None, 0, 1]),
        since=st.integers(-2000, 4000).map(lambda minutes: START + timedelta(minutes=minutes)),
        until=st.none() | st.integers(4001, 9000).map(lambda minutes: START + timedelta(minutes=minutes)),
        window=st.tuples(clock_times, clock_times).filter(lambda pair: pair[0] != pair[1]),
    ),
    max_size=4,
)
