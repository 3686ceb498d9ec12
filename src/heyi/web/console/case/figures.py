"""What a plan means, as figures and words that a template can draw: payment, cost, rates, means, authority, share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import application
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import (
    Affordability,
    AuthorityVerdict,
    BookShare,
    Comparison,
    Concession,
    Schedule,
    limit_of,
)
from heyi.kit.money import Money
from heyi.web.console.case.opened import Opened
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import rate as percent

BAR: Final = 680
BAND: Final = 360
FOLD_AFTER: Final = 6
VERDICT_KINDS: Final = {"sustainable": "ok", "tight": "warn", "eats_essentials": "stop"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One large figure with what it is and how it differs from the version before."""

    label: str
    value: str
    unit: str
    note: str


def main_figures(draft: Any) -> list[Figure]:
    """What it is each month, in all, against today's contract, and what is left to live on."""
    plan: Schedule = draft.schedule
    seen: Comparison | None = draft.against_version
    today: Comparison = draft.against_contract
    shown = [
        Figure(_("每期应还"), str(plan.typical_payment), _("元"), difference(seen.monthly_minor if seen else None)),
        Figure(_("合计还款"), str(plan.total), _("元"), difference(seen.total_minor if seen else None)),
        Figure(_("比今天的合同"), signed(today.total_minor), _("元"), assumption(today)),
    ]
    if draft.affordability:
        left: Affordability = draft.affordability
        told = _("最少的一个月%(left)s") % {"left": left_over(left.least_left_minor)}
        shown.append(Figure(_("还款后每月结余"), left_over(left.typical_left_minor), "", told))
    return shown


def left_over(minor: int) -> str:
    """What stays, or what is missing, in words."""
    amount = {"amount": Money(abs(minor))}
    return _("余 %(amount)s 元") % amount if minor >= 0 else _("差 %(amount)s 元") % amount


def difference(minor: int | None) -> str:
    """«334.02 less than the version before»; empty when there is none to compare with."""
    if minor is None:
        return ""
    if minor == 0:
        return _("和上一版一样")
    amount = {"amount": Money(abs(minor))}
    return _("比上一版少 %(amount)s") % amount if minor < 0 else _("比上一版多 %(amount)s") % amount


def signed(minor: int) -> str:
    """An amount with its direction in words."""
    if minor == 0:
        return _("一样")
    amount = {"amount": Money(abs(minor))}
    return _("少 %(amount)s") % amount if minor < 0 else _("多 %(amount)s") % amount


def assumption(today: Comparison) -> str:
    """How today's contract was counted on."""
    return words.word("plans.assumption", today.before.assumption) if today.before.assumption else ""


def rates(rate: Any, nominal: Decimal) -> list[dict[str, str]]:
    """The nominal rate and the annualised ones, each with its name."""
    return [
        {"name": _("合同年利率"), "text": percent(nominal)},
        {"name": _("年化利率（IRR，复利）"), "text": percent(rate.compound)},
        {"name": _("年化利率（单利）"), "text": percent(rate.simple)},
        {"name": _("欠息、罚息和费用也算成本时"), "text": percent(rate.with_carried)},
        {"name": _("利息和费用合计"), "text": _("%(amount)s 元") % {"amount": Money(rate.cost_minor)}},
    ]


def means(afford: Affordability | None, plan: Schedule, income_minor: int | None) -> dict[str, Any] | None:
    """The sustainability test: verdict, budget of the heaviest month, shocks. None while the income is not known."""
    if afford is None:
        return None
    payment, left = plan.payment_minor[afford.worst_month - 1], afford.least_left_minor
    income = max(income_minor or 0, afford.essentials_minor + payment + left, 1)
    rest = max(0, income - afford.essentials_minor - payment - max(left, 0))
    parts = [
        (_("生活费"), afford.essentials_minor, "cost"),
        (_("其他债务"), rest, "you"),
        (_("本方案"), payment, "plan"),
        (_("结余"), max(left, 0), "left"),
    ]
    return {
        "verdict": words.word("plans.verdict", afford.verdict),
        "kind": VERDICT_KINDS[afford.verdict],
        "warning": afford.verdict == "eats_essentials",
        "short": Money(abs(min(left, 0))),
        "parts": _bar([part for part in parts if part[1]]),
        "label": "; ".join(f"{name} {Money(minor)}" for name, minor, _kind in parts),
        "floor": Money(afford.floor_minor) if afford.floor_lifted else None,
        "shocks": [_shock(shock) for shock in afford.shocks],
    }


def _bar(parts: Sequence[tuple[str, int, str]]) -> list[dict[str, Any]]:
    whole, at, drawn = max(1, sum(minor for _name, minor, _kind in parts)), 0, []
    for name, minor, kind in parts:
        width = round(minor * BAR / whole)
        drawn.append({"name": name, "text": str(Money(minor)), "kind": kind, "at": at, "width": width})
        at += width
    return drawn


def _shock(shock: Any) -> dict[str, Any]:
    told = left_over(shock.left_minor)
    return {"name": words.word("plans.shock", shock.code), "text": told, "passed": shock.passed}


def authority(
    page: Opened, verdict: AuthorityVerdict, share: BookShare | None, *, own: bool, months: int
) -> dict[str, Any]:
    """The ladder of levels with this plan's place on it, each concession with the level it needs, and the share."""
    product = page.case.contract.product
    levels = plans.bands(product=product, at=page.at).levels
    whole = levels[-1].max_months
    level = verdict.level or "nobody"
    return {
        "own": own,
        "level": words.word("plans.level", level),
        "beyond": verdict.level is None,
        "approvers": [words.word("staff.role", role) for role in verdict.approvers],
        "steps": _ladder(levels, whole, verdict.level),
        "pin": min(BAND, round(months * BAND / whole)),
        "label": _("期数 %(months)s，需要%(level)s") % {"months": months, "level": words.word("plans.level", level)},
        "given": [_given(one) for one in verdict.given],
        "share": _share(share),
    }


def _ladder(levels: Sequence[Any], whole: int, level: str | None) -> list[dict[str, Any]]:
    steps, at = [], 0
    for order, band in enumerate(levels, start=1):
        end = round(band.max_months * BAND / whole)
        name = _("%(level)s ≤ %(months)s 期") % {
            "level": words.word("plans.level", band.level),
            "months": int(limit_of(band, "months")),
        }
        steps.append(
            {"at": at, "width": max(0, end - at), "level": min(order, 3), "name": name, "on": band.level == level}
        )
        at = end
    return steps


def _given(one: Any) -> dict[str, Any]:
    months = one.kind in ("months", "grace", "first_due")
    size = _("%(count)s 期") % {"count": int(one.value)} if months else percent(one.value)
    needed = words.word("plans.level", one.needed or "nobody")
    return {
        "name": words.word("plans.concession", one.kind),
        "text": size,
        "needed": needed,
        "beyond": one.needed is None,
    }


def _share(share: BookShare | None) -> dict[str, Any] | None:
    if share is None:
        return None
    return {
        "before": _share_text(share.share_before),
        "after": _share_text(share.share_after),
        "cap": _share_text(share.cap),
        "over": share.over_cap,
    }


def _share_text(value: Decimal) -> str:
    return f"{(value * 100).quantize(Decimal('0.01'))}%"


def conceded(comparison: Comparison | None) -> list[dict[str, Any]]:
    """Who gave way in what between two versions, in words and figures."""
    return [_concession(one) for one in comparison.concessions] if comparison else []


def _concession(one: Concession) -> dict[str, Any]:
    before, after = _amount(one, one.before), _amount(one, one.after)
    if one.unit == "days":
        days = {"days": int(one.size)}
        told = _("晚 %(days)s 天") % days if one.by == "bank" else _("早 %(days)s 天") % days
    else:
        told = f"{before} → {after}"
    return {
        "name": words.word("plans.concession", one.kind),
        "by": words.word("plans.by", one.by),
        "side": "bank" if one.by == "bank" else "you",
        "text": told,
    }


def _amount(one: Concession, value: Decimal) -> str:
    match one.unit:
        case "minor":
            return _("%(amount)s 元") % {"amount": Money(int(value))}
        case "rate":
            return percent(value)
        case _:
            return _("%(count)s 期") % {"count": int(value)}


def changes(comparison: Comparison | None) -> list[str]:
    """The difference in cost and dates, one short sentence each."""
    if comparison is None:
        return []
    told = [
        (comparison.monthly_minor, _("每期少 %(amount)s 元"), _("每期多 %(amount)s 元")),
        (comparison.total_minor, _("一共少 %(amount)s 元"), _("一共多 %(amount)s 元")),
    ]
    found = [(less if minor < 0 else more) % {"amount": Money(abs(minor))} for minor, less, more in told if minor]
    counts = [
        (comparison.months, _("少 %(count)s 期"), _("多 %(count)s 期")),
        (comparison.first_due_days, _("首期早 %(count)s 天"), _("首期晚 %(count)s 天")),
    ]
    return found + [(less if count < 0 else more) % {"count": abs(count)} for count, less, more in counts if count]


def schedule_table(plan: Schedule, *, whole: bool = False) -> dict[str, Any]:
    """Rows for ``ui/schedule.html``; a long plan is folded in the middle unless it is wanted whole."""
    rows: list[dict[str, Any]] = [_row(row) for row in plan.rows]
    if not whole and len(rows) > 2 * FOLD_AFTER:
        first, last = rows[:FOLD_AFTER], rows[-2:]
        gap = {"first": FOLD_AFTER + 1, "last": len(rows) - 2}
        rows = [*first, {"gap": _("……第 %(first)s 到 %(last)s 期……") % gap}, *last]
    return {"rows": rows, "total": _totals(plan), "rounding": plan.rounding}


def _row(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "due_on": row.due_on,
        "principal": row.principal,
        "interest": row.interest,
        "fees": row.carried,
        "payment": row.payment,
    }


def _totals(plan: Schedule) -> Mapping[str, Money]:
    terms = plan.terms
    return {
        "principal": terms.money(sum(plan.principal_minor)),
        "interest": terms.money(plan.interest_total_minor),
        "fees": terms.money(sum(plan.carried_minor)),
        "payment": terms.money(plan.total_minor),
    }


def income_of(page: Opened) -> int | None:
    """The household's income as stated, for the budget bar."""
    form = negotiation.application_form(case_id=page.case.id, actor=page.actor, at=page.at)
    return application.income_minor({step.key: step.values for step in form.steps})


def of_sketch(page: Opened, sketch: negotiation.Sketch, income_minor: int | None) -> dict[str, Any]:
    """Everything that the editor shows about terms under construction."""
    draft = sketch.draft
    return {
        "main": main_figures(draft),
        "rates": rates(draft.rate, draft.terms.annual_rate),
        "means": means(draft.affordability, draft.schedule, income_minor),
        "authority": authority(
            page, draft.authority, draft.share, own=sketch.own_authority, months=draft.terms.periods
        ),
        "today": today_lines(draft.against_contract),
        "changes": changes(draft.against_version),
        "conceded": conceded(draft.against_version),
        "schedule": schedule_table(draft.schedule),
        "policy": draft.policy_version,
    }


def today_lines(comparison: Comparison) -> list[dict[str, str]]:
    """The comprehensive cost beside that of today's contract."""
    before, after = comparison.before, comparison.after
    return [
        {
            "name": name,
            "before": _("%(amount)s 元") % {"amount": Money(old)},
            "after": _("%(amount)s 元") % {"amount": Money(new)},
        }
        for name, old, new in (
            (_("一共要还"), before.total_minor, after.total_minor),
            (_("其中利息"), before.interest_minor, after.interest_minor),
            (_("每期"), before.monthly_minor, after.monthly_minor),
            (_("现在就要还"), before.due_now_minor, after.due_now_minor),
            (_("银行减免"), before.forgiven.total_minor, after.forgiven.total_minor),
        )
    ]
