"""A second opinion: may this contact be made? Written from the rules catalogue and the bank's own policy by hand.

It imports nothing of the gate, of its rules or of its data. What it knows of China's rules stands in these lines, with
the catalogue's ids beside it. It counts from the raw list of past contacts and does its own clock arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""Mainland China has one time zone and moved its clocks for the last time in 1991."""


@dataclass
class Past:
    """A contact that was made."""

    at: datetime
    channel: str
    purpose: str
    answered: bool = False
    talked: bool = False
    point: str = "first"


@dataclass
class Wish:
    """A contact that somebody wants to make, and everything that is known about the person."""

    at: datetime
    channel: str
    purpose: str
    who: str = "debtor"
    tells_of_debt: bool = True
    by: str = "bank"
    point: str = "first"
    past: list[Past] = field(default_factory=list)
    holds: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    refused_for_ever: bool = False
    reasons: set[str] = field(default_factory=set)
    agreed: tuple[int, int] | None = None
    """Minutes of the day from and to, as the debtor agreed."""
    agency_told: bool = True
    agency_reports: bool = True
    certified: bool = True
    results_written: bool = True
    """What became of the earlier calls of whoever calls now."""
    barred: bool = False
    """The limitation of the debt has run out."""
    words: str = "neutral"
    """What the words ask for: neutral, demand or suit."""


OWES = {"debtor", "guarantor"}
STRANGERS = {"contact_person", "third_person"}
RINGS = {"call", "visit", "sms", "email"}


def may(wish: Wish) -> bool:
    """True when nothing forbids it."""
    return not any(rule(wish) for rule in FORBIDS)


def started_by_bank(wish: Wish) -> bool:
    return wish.purpose in {"reminder", "collection", "negotiation"}


def wrong_person(wish: Wish) -> bool:
    """CN-CC-68a: collection only from debtor and guarantor. CN-STD-3P-1: the rest only with who acts for them, too."""
    if wish.purpose == "collection":
        return wish.who not in OWES
    return started_by_bank(wish) and wish.who not in OWES | {"designated_contact"}


def tells_a_stranger(wish: Wish) -> bool:
    """CN-STD-3P-2, CN-CC-13: nobody else hears of the debt."""
    return wish.tells_of_debt and wish.who in STRANGERS


def stranger_without_reason(wish: Wish) -> bool:
    """CN-STD-3P-2, CN-CBA-3P: a contact person only if the debtor cannot be reached, died or lost capacity."""
    lost = {"three_failures", "number_invalid", "deceased", "incapacity"}
    return wish.who in STRANGERS and wish.purpose != "code" and not wish.reasons & lost


def stranger_who_refused(wish: Wish) -> bool:
    """CN-STD-3P-2: stop at once on refusal; for ever."""
    return wish.who in STRANGERS and wish.purpose != "code" and wish.refused_for_ever


def minute(at: datetime) -> int:
    local = at.astimezone(CHINA)
    return local.hour * 60 + local.minute


def at_night(wish: Wish) -> bool:
    """CN-STD-TIME, CN-CBA-TIME: 22:00 to 08:00, unless agreed otherwise; what lies in the portal wakes nobody."""
    if not started_by_bank(wish) or wish.channel == "portal" or wish.agreed:
        return False
    return minute(wish.at) >= 22 * 60 or minute(wish.at) < 8 * 60


def outside_bank_hours(wish: Wish) -> bool:
    """The example bank's policy: calls 9–20, messages 8–21; visits 9–17."""
    opens = {"call": (9, 20), "visit": (9, 17), "sms": (8, 21), "email": (8, 21)}
    if not started_by_bank(wish) or wish.agreed or wish.channel not in opens:
        return False
    first, last = opens[wish.channel]
    return not first * 60 <= minute(wish.at) < last * 60


def outside_agreed_hours(wish: Wish) -> bool:
    """What the debtor agreed to binds the bank."""
    if not started_by_bank(wish) or not wish.agreed or wish.channel not in RINGS:
        return False
    first, last = wish.agreed
    now = minute(wish.at)
    inside = first <= now < last if first < last else now >= first or now < last
    return not inside


def disturbs_a_stranger_early_or_late(wish: Wish) -> bool:
    """The example bank's policy: somebody who owes nothing is asked between nine and eight in the evening only."""
    if wish.who not in STRANGERS or wish.purpose != "service" or wish.channel == "portal":
        return False
    return not 9 * 60 <= minute(wish.at) < 20 * 60


def too_often(wish: Wish) -> bool:
    """CN-STD-FREQ-N/I: 3 answered calls, 3 talks a day. CN-CBA-FREQ: 6 unanswered a number. The bank: 3 of a kind."""
    today = wish.at.astimezone(CHINA).date()
    day = [one for one in wish.past if one.at.astimezone(CHINA).date() == today]
    calls = [one for one in day if one.channel == "call" and one.purpose in {"reminder", "collection", "negotiation"}]
    if wish.channel == "call" and started_by_bank(wish):
        if sum(one.answered for one in calls) >= 3:
            return True
        if sum(not one.answered and one.point == wish.point for one in calls) >= 6:
            return True
    if (
        wish.channel == "call"
        and wish.purpose in {"collection", "negotiation"}
        and sum(one.talked for one in calls) >= 3
    ):
        return True
    reached = [
        one
        for one in day
        if one.purpose == wish.purpose and one.channel != "portal" and (one.channel != "call" or one.answered)
    ]
    if wish.purpose == "collection":
        return len(reached) >= 3
    if wish.channel in {"portal", "visit"}:
        return False
    return len(reached) >= {"reminder": 3, "negotiation": 20}.get(wish.purpose, 10**9)


def held(wish: Wish) -> bool:
    """CN-CC-70c, CN-CC-69b, CN-SEC-50, and the policy on complaints, wishes, death, incapacity, insolvency, respite."""
    silent = {
        "agreement_active": {"collection"},
        "dispute": {"collection"},
        "complaint": {"collection", "negotiation"},
        "moratorium": {"collection", "negotiation"},
        "no_contact": {"reminder", "collection", "negotiation"},
        "incapacity": {"reminder", "collection", "negotiation"},
        "bankruptcy": {"reminder", "collection", "negotiation"},
        "police_no_contact": {"service", "reminder", "collection", "negotiation"},
        "deceased": {"code", "service", "reminder", "collection", "negotiation"},
    }
    if wish.by == "agency" and "agency_not_announced" in wish.holds and started_by_bank(wish):
        return True
    return any(wish.purpose in silent.get(hold, set()) for hold in wish.holds)


def medium_stopped(wish: Wish) -> bool:
    """民法典 1033: who does not want calls gets none."""
    return started_by_bank(wish) and wish.channel in RINGS and wish.channel in wish.stopped


def agency_out_of_line(wish: Wish) -> bool:
    """CN-CP-COL: first tell the debtor of the agency. The bank's policy: an agency that does not report waits."""
    return wish.by == "agency" and started_by_bank(wish) and not (wish.agency_told and wish.agency_reports)


def not_trained(wish: Wish) -> bool:
    """CN-STD-TRAIN: nobody contacts a borrower without a valid certificate."""
    return started_by_bank(wish) and not wish.certified


def earlier_calls_open(wish: Wish) -> bool:
    """The example bank's policy: its own people and machines write down each call before they make another."""
    return (
        wish.by != "agency" and wish.channel in {"call", "visit"} and started_by_bank(wish) and not wish.results_written
    )


def presses_for_a_barred_debt(wish: Wish) -> bool:
    """CN-LIM-3: about a debt whose limitation ran out only a neutral statement, no demand, no threat of suit."""
    return wish.barred and started_by_bank(wish) and wish.words != "neutral"


FORBIDS = (
    wrong_person,
    tells_a_stranger,
    stranger_without_reason,
    stranger_who_refused,
    at_night,
    outside_bank_hours,
    outside_agreed_hours,
    disturbs_a_stranger_early_or_late,
    too_often,
    held,
    medium_stopped,
    agency_out_of_line,
    not_trained,
    earlier_calls_open,
    presses_for_a_barred_debt,
)
