"""The gate and the oracle agree on ten thousand random schedules, and the oracle imports nothing of the gate."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from heyi.capabilities.compliance.adapters.pack_files import load
from heyi.capabilities.compliance.domain import (
    CHANNELS,
    HOLD_KINDS,
    PURPOSES,
    RECIPIENTS,
    UNLOCKS,
    ContactFacts,
    Pack,
    Refused,
    Window,
    decide,
)
from heyi.capabilities.compliance.domain.given import QUIET_DAY
from tests.capabilities.compliance.oracle import oracle
from tests.capabilities.compliance.oracle.oracle import FORBIDS, STRANGERS, Past, Wish, may

SCHEDULES = 10_000
SEED = 20260302
SHANGHAI = ZoneInfo("Asia/Shanghai")
PACK = load("cn")
WAYS = sorted(CHANNELS - {"visit"})
"""Visits also need consent, company and a certificate; their journey has tests of its own."""


def schedule(dice: Random) -> Wish:
    """One wish in the life of one debtor; the edges of hours and limits are met often."""
    day = datetime(2026, 2, 2, tzinfo=UTC) + timedelta(days=dice.randrange(700))
    edge = dice.choice([8, 9, 17, 20, 21, 22])
    at = dice.choice(
        [
            day + timedelta(minutes=dice.randrange(1440), seconds=dice.randrange(60)),
            day + timedelta(hours=edge - 8, seconds=dice.choice([-1, 0, 1])),
            day + timedelta(hours=2 + dice.randrange(6)),
        ]
    )
    who = dice.choice(["debtor"] * 9 + sorted(RECIPIENTS))
    return Wish(
        at=at,
        channel=dice.choice([*WAYS, "call", "call"]),
        purpose=dice.choice(sorted(PURPOSES)),
        who=who,
        tells_of_debt=dice.random() < (0.3 if who in STRANGERS else 0.8),
        by=dice.choice(["bank", "bank", "robot", "agency"]),
        point=dice.choice(["first", "second"]),
        past=[past(dice, at) for _ in range(dice.choice([0, 0, 2, 4, 9, 25]))],
        holds=set(dice.sample(sorted(HOLD_KINDS), dice.choice([0, 0, 0, 1, 1, 2]))),
        stopped=set(dice.sample(WAYS, dice.choice([0, 0, 0, 1]))),
        refused_for_ever=dice.random() < 0.2,
        reasons=set(dice.sample(sorted(UNLOCKS), dice.choice([0, 1, 2]))),
        agreed=(dice.randrange(0, 1440, 30), dice.randrange(1, 1440, 30)) if dice.random() < 0.2 else None,
        agency_told=dice.random() < 0.8,
        agency_reports=dice.random() < 0.8,
        certified=dice.random() < 0.9,
        results_written=dice.random() < 0.9,
        barred=dice.random() < 0.15,
        words=dice.choice(["neutral", "neutral", "demand", "suit"]),
    )


def past(dice: Random, at: datetime) -> Past:
    channel, answered = dice.choice([*WAYS, "call", "call", "call"]), dice.random() < 0.5
    return Past(
        at=at - timedelta(minutes=dice.choice([1, 30, 60, 300, 600, 1439, 1441, 3000])),
        channel=channel,
        purpose=dice.choice(["collection", "collection", *sorted(PURPOSES)]),
        answered=channel == "call" and answered,
        talked=channel == "call" and answered and dice.random() < 0.5,
        point=dice.choice(["first", "second"]),
    )


def facts(wish: Wish) -> ContactFacts:
    """The same life in the gate's facts; counted here in the gate's words."""
    day = wish.at.astimezone(SHANGHAI).date()
    today = [one for one in wish.past if one.at.astimezone(SHANGHAI).date() == day]
    calls = [one for one in today if one.channel == "call" and one.purpose not in ("code", "service")]
    rang = [one for one in today if one.channel != "portal" and not (one.channel == "call" and not one.answered)]
    agreed = Window(*(time(minute // 60, minute % 60) for minute in wish.agreed), evidence="x") if wish.agreed else None
    return replace(
        QUIET_DAY,
        purpose=wish.purpose,
        channel=wish.channel,
        recipient=wish.who,
        discloses_debt=wish.tells_of_debt,
        holds=frozenset(wish.holds),
        connected_today=len([one for one in calls if one.answered]),
        effective_today=len([one for one in calls if one.talked]),
        unanswered_today=len([one for one in calls if not one.answered and one.point == wish.point]),
        same_purpose_today=len([one for one in rang if one.purpose == wish.purpose]),
        agreed_window=agreed,
        last_contact_at=max((one.at for one in wish.past), default=None),
        actor_kind=wish.by,
        agency_announced=wish.agency_told,
        agency_reporting=wish.agency_reports,
        certificate_valid=wish.certified,
        unlock=frozenset(wish.reasons),
        opted_out=wish.refused_for_ever,
        stopped_channels=frozenset(wish.stopped),
        caller_reporting=wish.results_written,
        time_barred=wish.barred,
        wording=wish.words,
    )


@pytest.mark.req("B9", "B10", "B11")
def test_the_gate_and_the_oracle_agree_on_ten_thousand_schedules(capsys):
    said: Counter[bool] = Counter()
    bitten: Counter[str] = Counter()
    differ = differences(PACK, SCHEDULES, said, bitten)
    with capsys.disabled():
        print(f"\n{len(differ)} differences in {SCHEDULES:,} schedules ({said[True]:,} allowed): ", end="")
        print(f"with 95 % confidence fewer than {3 / SCHEDULES:.2%} of all schedules differ (rule of three)")
    assert differ == [], differ[0]
    assert said[True] > SCHEDULES / 20, "both answers have to be met"
    assert all(bitten[rule.__name__] > 50 for rule in FORBIDS), bitten


def differences(
    pack: Pack, schedules: int, said: Counter[bool] | None = None, bitten: Counter[str] | None = None
) -> list[object]:
    """Wishes on which gate and oracle differ, of so many."""
    dice, differ = Random(SEED), []
    for _ in range(schedules):
        wish = schedule(dice)
        verdict = decide(facts(wish), pack, wish.at)
        bites = [rule.__name__ for rule in FORBIDS if rule(wish)]
        if said is not None and bitten is not None:
            said[not bites] += 1
            bitten.update(bites)
        if verdict.allowed != may(wish):
            named = [clause.rule_id for clause in verdict.clauses] if isinstance(verdict, Refused) else type(verdict)
            differ.append((wish, may(wish), named, bites))
    return differ


@pytest.mark.req("B9")
@pytest.mark.parametrize(
    ("rule_ids", "parameters"),
    [
        (["CN-STD-FREQ-N"], {"max": 4}),
        (["CN-CBA-FREQ"], {"max": 7}),
        (["HEYI-FREQ-COLLECTION"], {"max": 4}),
        (["CN-STD-TIME", "CN-CBA-TIME"], {"end": "07:59"}),
        (["CN-LIM-3"], {"allowed": ["neutral", "demand"]}),
        (["CN-CC-70c"], {"hold": "dispute"}),
        (["HEYI-CALLER-REPORTS"], None),
        (["CN-STD-TRAIN"], None),
        (["CN-STD-3P-STOP"], None),
    ],
)
def test_a_rule_that_is_loosened_by_one_or_gone_makes_the_two_differ(rule_ids, parameters):
    """Planted defects: the comparison would be worth nothing if it could not find them."""
    loosened = tuple(
        replace(rule, parameters={**rule.parameters, **(parameters or {})}) if rule.id in rule_ids else rule
        for rule in PACK.rules
        if parameters is not None or rule.id not in rule_ids
    )
    assert differences(replace(PACK, rules=loosened), SCHEDULES // 2)


@pytest.mark.req("B9")
@pytest.mark.parametrize("forgotten", FORBIDS, ids=lambda rule: rule.__name__)
def test_an_oracle_that_forgets_a_rule_is_found(forgotten, monkeypatch):
    left = tuple(rule for rule in FORBIDS if rule is not forgotten)
    monkeypatch.setattr(oracle, "FORBIDS", left)
    assert differences(PACK, SCHEDULES // 2)


@pytest.mark.req("B9")
def test_the_oracle_knows_nothing_of_the_gate():
    tree = ast.parse((Path(__file__).parent / "oracle.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"__future__", "dataclasses", "datetime"}
