"""May this contact be made now? One pure function; what is not known for sure is refused (B9: it fails closed)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from heyi.capabilities.compliance.domain.expressions.evaluate import Moment, moment_of, unknown_fact
from heyi.capabilities.compliance.domain.facts import CHANNELS, HOLD_KINDS, PURPOSES, RECIPIENTS, ContactFacts
from heyi.capabilities.compliance.domain.plan import Plan, Ready, plan_of
from heyi.capabilities.compliance.domain.rules import Pack
from heyi.capabilities.compliance.domain.verdicts import (
    CLOSED,
    Allowed,
    ClauseHit,
    NeedsApproval,
    Refused,
    Verdict,
    strictest_first,
)

LOOK_AGAIN: Final = timedelta(minutes=15)
"""How soon a contact that was closed for want of knowledge is looked at again; no law says so, only good sense."""
CLOCK_SLACK: Final = timedelta(minutes=5)
"""Machines of one bank differ by less; a clock further behind the ledger is wrong."""
STEPS: Final = 12
"""Rules that push a contact forward one after the other: a limit to midnight, the night to eight, a rest day …"""


def decide(facts: ContactFacts, pack: Pack | None, at: datetime | None) -> Verdict:
    """The verdict of every rule in force at ``at``; the strictest wins, all that refuse are named.

    ``NeedsApproval`` only where approvals open everything that refuses.
    """
    if at is None or at.tzinfo is None:
        return Refused(pack.version if pack else "none", (_closed("time_unknown", None),))
    if pack is None:
        return _refuse_closed("none", "pack_missing", at)
    moment = moment_of(at, pack.timezone)
    plan = plan_of(pack, moment.local.date())
    doubt = _doubt(facts, plan, at)
    if doubt:
        return _refuse_closed(pack.version, doubt, at)
    hits = _hits(facts, plan, moment)
    if not hits:
        return Allowed(pack.version)
    refusing = strictest_first(hit for hit in hits if hit.severity != "advice")
    if not refusing:
        return Allowed(pack.version, notes=hits)
    kinds = tuple(sorted({hit.approval for hit in refusing}))
    if all(kinds):
        return NeedsApproval(pack.version, refusing, kinds)
    return Refused(pack.version, refusing, retry_at=_opens(facts, pack, moment, refusing))


def _doubt(facts: ContactFacts, plan: Plan, at: datetime) -> str:
    """What is not known or makes no sense; empty when everything is clear."""
    if facts.clock_doubt:
        return facts.clock_doubt
    if facts.purpose not in PURPOSES or facts.channel not in CHANNELS:
        return "purpose_or_channel_unknown"
    if facts.recipient not in RECIPIENTS:
        return "recipient_unknown"
    if facts.holds is None or not facts.holds <= HOLD_KINDS:
        return "holds_unknown"
    if facts.last_contact_at is not None and facts.last_contact_at > at + CLOCK_SLACK:
        return "clock_behind_ledger"
    return "" if plan.complete else "pack_incomplete"


def _hits(facts: ContactFacts, plan: Plan, moment: Moment) -> tuple[ClauseHit, ...]:
    """Every rule that says no, and every doubt once."""
    hits: list[ClauseHit] = []
    doubts: set[str] = set()
    for ready in plan.by_way[facts.purpose, facts.channel]:
        says = ready.no(facts, moment)
        if says is False:
            continue
        if says is None and ready.rule.severity != "advice":
            doubts.add(unknown_fact(ready.check.hit, facts, moment))
        else:
            hits.append(_hit(ready, facts, moment, known=says is not None))
    hits += [_closed(f"{doubt}_unknown", moment.local + LOOK_AGAIN) for doubt in sorted(doubts)]
    return tuple(hits)


def _hit(ready: Ready, facts: ContactFacts, moment: Moment, *, known: bool) -> ClauseHit:
    """The clause in words. Advice about something that is not known says so and refuses nothing."""
    rule, check = ready.rule, ready.check
    doubt = () if known else (("doubt", f"{unknown_fact(check.hit, facts, moment)}_unknown"),)
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
        why=check.why(facts, moment) if known else doubt,
        retry_at=check.retry(facts, moment) if known else None,
        rank=rule.source.rank,
        approval=rule.approval,
    )


def _opens(facts: ContactFacts, pack: Pack, moment: Moment, hits: tuple[ClauseHit, ...]) -> datetime | None:
    """The first instant at which nothing refuses any more; None when a clause gives no time.

    In doubt it is the time to look again: nobody knows what the missing fact will be.
    """
    if any(hit.rule_id == CLOSED for hit in hits):
        times = [hit.retry_at for hit in hits if hit.retry_at is not None]
        return max(times) if len(times) == len(hits) else None
    for _ in range(STEPS):
        times = [hit.retry_at for hit in hits if hit.retry_at is not None]
        if len(times) < len(hits):
            return None
        later = moment_of(max(times), pack.timezone)
        facts = _counts_of(facts, moment, later)
        plan = plan_of(pack, later.local.date())
        hits = tuple(hit for hit in _hits(facts, plan, later) if hit.severity != "advice")
        if not hits:
            return later.local
        moment = later
    return None


def _counts_of(facts: ContactFacts, now: Moment, later: Moment) -> ContactFacts:
    """On another calendar day the counts start anew."""
    if now.today == later.today:
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
