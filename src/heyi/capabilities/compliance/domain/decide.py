"""May this contact be made now? One pure function; what is not known for sure is refused (B9: it fails closed)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from heyi.capabilities.compliance.domain.checks import CHECKS, Unknown
from heyi.capabilities.compliance.domain.facts import CHANNELS, HOLD_KINDS, PURPOSES, RECIPIENTS, ContactFacts
from heyi.capabilities.compliance.domain.rules import Pack, Rule
from heyi.capabilities.compliance.domain.verdicts import CLOSED, Allowed, ClauseHit, Refused, Verdict

LOOK_AGAIN: Final = timedelta(minutes=15)
"""How soon a contact that was closed for want of knowledge is looked at again; no law says so, only good sense."""
CLOCK_SLACK: Final = timedelta(minutes=5)
"""Machines of one bank differ by less; a clock further behind the ledger is wrong."""
STEPS: Final = 6
"""Rules that push a contact forward one after the other: a limit to midnight, the night to eight, the bank to nine."""


def decide(facts: ContactFacts, pack: Pack | None, at: datetime | None) -> Verdict:
    """The verdict of every rule in force at ``at``; the strictest wins, all that refuse are named."""
    if at is None or at.tzinfo is None:
        return Refused(pack.version if pack else "none", (_closed("time_unknown", None),))
    if pack is None:
        return _refuse_closed("none", "pack_missing", at)
    pack = pack.at(at.astimezone(pack.timezone).date())
    doubt = _doubt(facts, pack, at)
    if doubt:
        return _refuse_closed(pack.version, doubt, at)
    hits = _hits(facts, pack, at)
    refusing = tuple(hit for hit in hits if hit.severity != "advice")
    if not refusing:
        return Allowed(pack.version, notes=hits)
    return Refused(pack.version, refusing, retry_at=_opens(facts, pack, at, refusing))


def _doubt(facts: ContactFacts, pack: Pack, at: datetime) -> str:
    """What is not known or makes no sense; empty when everything is clear."""
    if facts.purpose not in PURPOSES or facts.channel not in CHANNELS:
        return "purpose_or_channel_unknown"
    if facts.recipient not in RECIPIENTS:
        return "recipient_unknown"
    if facts.holds is None or not facts.holds <= HOLD_KINDS:
        return "holds_unknown"
    if facts.last_contact_at is not None and facts.last_contact_at > at + CLOCK_SLACK:
        return "clock_behind_ledger"
    if not pack.needs <= {rule.kind for rule in pack.rules}:
        return "pack_incomplete"
    return ""


def _hits(facts: ContactFacts, pack: Pack, at: datetime) -> tuple[ClauseHit, ...]:
    local = at.astimezone(pack.timezone)
    hits = (_judge(rule, facts, local) for rule in pack.rules if _concerns(rule, facts))
    return tuple(hit for hit in hits if hit is not None)


def _concerns(rule: Rule, facts: ContactFacts) -> bool:
    return rule.kind in CHECKS and facts.purpose in rule.purposes and facts.channel in rule.channels


def _judge(rule: Rule, facts: ContactFacts, local: datetime) -> ClauseHit | None:
    try:
        hit = CHECKS[rule.kind](rule, facts, local)
    except Unknown as missing:
        return _closed(f"{missing}_unknown", local + LOOK_AGAIN)
    if hit is None:
        return None
    return ClauseHit(
        rule_id=rule.id,
        source=str(rule.source),
        severity=rule.severity,
        title_zh=rule.title.zh,
        title_en=rule.title.en,
        staff_zh=rule.staff.zh,
        staff_en=rule.staff.en,
        borrower_zh=rule.borrower.zh,
        borrower_en=rule.borrower.en,
        allowed_instead_zh=rule.instead.zh,
        allowed_instead_en=rule.instead.en,
        why=hit.why,
        retry_at=hit.retry_at,
    )


def _opens(facts: ContactFacts, pack: Pack, at: datetime, hits: tuple[ClauseHit, ...]) -> datetime | None:
    """The first instant at which nothing refuses any more; None when a clause gives no time."""
    moment = at
    for _ in range(STEPS):
        times = [hit.retry_at for hit in hits if hit.retry_at is not None]
        if len(times) < len(hits):
            return None
        later = max(times)
        facts = _counts_of(facts, pack, moment, later)
        hits = tuple(hit for hit in _hits(facts, pack, later) if hit.severity != "advice")
        if not hits:
            return later
        moment = later
    return None


def _counts_of(facts: ContactFacts, pack: Pack, now: datetime, later: datetime) -> ContactFacts:
    """On another calendar day the counts start anew."""
    if now.astimezone(pack.timezone).date() == later.astimezone(pack.timezone).date():
        return facts
    return replace(facts, connected_today=0, effective_today=0, unanswered_today=0, same_purpose_today=0)


def _refuse_closed(version: str, doubt: str, at: datetime) -> Refused:
    hit = _closed(doubt, at + LOOK_AGAIN)
    return Refused(version, (hit,), retry_at=hit.retry_at)


def _closed(doubt: str, retry_at: datetime | None) -> ClauseHit:
    return ClauseHit(
        rule_id=CLOSED,
        source="Heyi, docs/decisions/0004",
        severity="hard",
        title_zh="情况不明，先不联系",
        title_en="Not sure, so no contact",
        staff_zh="系统还没弄清这次联系是否合规，所以先不发。原因见下方，查清后会自动再看。",
        staff_en="It is not certain that this contact is lawful, so it waits. See the reason; it is looked at again.",
        borrower_zh="银行暂时没有联系您。",
        borrower_en="The bank is not contacting you for now.",
        allowed_instead_zh="先补齐缺少的信息。",
        allowed_instead_en="Complete what is missing first.",
        why=(("doubt", doubt),),
        retry_at=retry_at,
    )
