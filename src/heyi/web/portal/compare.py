"""Plans side by side, in figures and in words: today's contract, the bank's version, the borrower's idea.

A difference is told against the column before it: «少 1,118.07», «再多 12 个月», «与银行一样».
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.plans.domain import COMPONENTS, Comparison, Side
from heyi.kit.money import Money
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import rate

SIDES: Final = {"contract": "old", "bank": "bank", "mine": "you"}
NAMES: Final = {"contract": _("原合同"), "bank": _("银行方案"), "mine": _("我的想法")}
SAME: Final = {"contract": _("与原合同一样"), "bank": _("与银行一样")}
Told = tuple[str, str]
"""Words of a difference and its kind: good, cost or nothing."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One row of the table: its question, its figure for a plan, and its difference between two plans."""

    name: str | Promise
    value: Callable[[Side], str]
    difference: Callable[[Comparison], tuple[Any, str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """What ``ui/offers.html`` draws."""

    plans: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def table(found: negotiation.SideBySide, *, draft: bool = False) -> Table:
    """The table of what ``side_by_side`` found. ``draft``: the borrower's column is not sent yet."""
    heads = [_head(column, draft=draft) for column in found.columns]
    rows = []
    for ask in (*_ASKS, *_waivers(found)):
        cells = []
        for place, column in enumerate(found.columns):
            diff, kind = _difference(ask, column, found.columns[place - 1].key) if column.difference else ("", "")
            cell = {"side": SIDES[column.key], "plan": NAMES[column.key], "value": ask.value(column.side)}
            cells.append({**cell, "diff": diff, "kind": kind})
        rows.append({"ask": ask.name, "cells": cells})
    rows.append(rows.pop(_TOTAL_AT))
    return Table(heads, rows)


def _head(column: negotiation.Column, *, draft: bool) -> dict[str, Any]:
    if column.key == "contract":
        version: Any = _("现在的约定")
    elif column.number is None or (draft and column.key == "mine"):
        version = _("还没发出")
    else:
        version = _("第 %(number)d 版") % {"number": column.number}
    return {"name": NAMES[column.key], "version": version, "side": SIDES[column.key]}


def _difference(ask: Ask, column: negotiation.Column, before: str) -> Told:
    """In words. «再» when the plan before was itself a change."""
    size, text, kind = ask.difference(column.difference)  # type: ignore[arg-type]
    if not size:
        return str(SAME[before]), ""
    return (_("再%(change)s") % {"change": text} if before == "bank" else text), kind


def amount(minor: int) -> str:
    """Yuan without the unit."""
    return str(Money(minor))


def short_day(value: date) -> str:
    """``12 月 10 日``; with the year when it is not the coming one."""
    return dateformat.format(value, str(_("Y 年 n 月 j 日")))


def months(number: int) -> str:
    """``36 个月``."""
    return ngettext("%d 个月", "%d 个月", number) % number


def less_or_more(minor: int) -> str:
    """``少 1,118.07`` or ``多 518.11``."""
    words_ = _("少 %(size)s") if minor < 0 else _("多 %(size)s")
    return words_ % {"size": amount(abs(minor))}


def points(difference: Decimal) -> str:
    """A step of an annual rate: ``降 2.4%``."""
    words_ = _("降 %(size)s") if difference < 0 else _("升 %(size)s")
    return words_ % {"size": rate(abs(difference))}


def _months_apart(number: int) -> str:
    words_ = _("少 %(size)s") if number < 0 else _("多 %(size)s")
    return words_ % {"size": months(abs(number))}


def _days_apart(number: int) -> str:
    size = ngettext("%d 天", "%d 天", abs(number)) % abs(number)
    return (_("早 %(size)s") if number < 0 else _("晚 %(size)s")) % {"size": size}


def _lighter(value: Any) -> str:
    return "good" if value < 0 else "cost"


def _due_now(side: Side) -> str:
    return amount(side.due_now_minor) if side.due_now_minor else "0"


def _due_now_apart(seen: Comparison) -> tuple[int, str, str]:
    told = less_or_more(seen.due_now_minor) if seen.after.due_now_minor else str(_("不用先还"))
    return seen.due_now_minor, told, _lighter(seen.due_now_minor)


def _first(side: Side) -> str:
    return str(_("马上")) if side.due_now_minor else short_day(side.first_due_on)


def _first_apart(seen: Comparison) -> tuple[int, str, str]:
    later = seen.first_due_days
    return later, _days_apart(later), "good" if later > 0 else "cost"


_ASKS: Final = (
    Ask(
        _("每月还多少"),
        lambda side: amount(side.monthly_minor),
        lambda seen: (seen.monthly_minor, less_or_more(seen.monthly_minor), _lighter(seen.monthly_minor)),
    ),
    Ask(_("现在要先还"), _due_now, _due_now_apart),
    Ask(_("哪天开始还"), _first, _first_apart),
    Ask(
        _("还多久"),
        lambda side: months(side.months),
        lambda seen: (seen.months, _months_apart(seen.months), "cost" if seen.months > 0 else "good"),
    ),
    Ask(
        _("年利率"),
        lambda side: rate(side.annual_rate),
        lambda seen: (seen.annual_rate, points(seen.annual_rate), _lighter(seen.annual_rate)),
    ),
    Ask(
        _("加起来一共还"),
        lambda side: amount(side.total_minor),
        lambda seen: (seen.total_minor, less_or_more(seen.total_minor), _lighter(seen.total_minor)),
    ),
)
_TOTAL_AT: Final = len(_ASKS) - 1


def _waivers(found: negotiation.SideBySide) -> list[Ask]:
    """A row for each part of the debt that some plan forgives."""
    given = [name for name in COMPONENTS if any(column.side.forgiven.of(name) for column in found.columns)]
    return [_waiver(name) for name in given]


def _waiver(name: str) -> Ask:
    def value(side: Side) -> str:
        forgiven = side.forgiven.of(name)
        return _("免 %(size)s") % {"size": amount(forgiven)} if forgiven else str(_("要还"))

    def apart(seen: Comparison) -> tuple[int, str, str]:
        size = seen.before.forgiven.of(name) - seen.after.forgiven.of(name)
        return size, less_or_more(size), _lighter(size)

    return Ask(words.word("loans.component", name), value, apart)


def conceded(seen: Comparison) -> list[dict[str, str]]:
    """Who gave what between two versions, one sentence each; the bank's first."""
    ordered = sorted(seen.concessions, key=lambda one: one.by)
    return [
        {
            "side": "bank" if one.by == "bank" else "you",
            "who": str(_("银行让步") if one.by == "bank" else _("您让步")),
            "text": _CONCEDED[one.unit](words.word("plans.concession", one.kind), one.before, one.after),
        }
        for one in ordered
    ]


def _changed(name: str, before: str, after: str) -> str:
    return _("%(name)s：%(before)s 改成 %(after)s") % {"name": name, "before": before, "after": after}


def _forgiven(name: str, before: int, after: int) -> str:
    if before:
        return _changed(name, amount(before), amount(after))
    return _("%(name)s %(size)s 元") % {"name": name, "size": amount(after)}


_CONCEDED: Final[dict[str, Callable[[str, Decimal, Decimal], str]]] = {
    "rate": lambda name, was, now: _changed(name, rate(was), rate(now)),
    "months": lambda name, was, now: _changed(name, months(int(was)), months(int(now))),
    "days": lambda name, was, now: _("%(name)s：%(change)s") % {"name": name, "change": _days_apart(int(now - was))},
    "minor": lambda name, was, now: _forgiven(name, int(was), int(now)),
}
