"""The figures of E8: how fast, how often, how much paper; each opens the list behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import Figure, Figures, FunnelStep, WeekPoint
from heyi.capabilities.plans import api as plans
from heyi.capabilities.staff import api as staff
from heyi.capabilities.staff.api import BranchView
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.plumbing.clock import bank_day
from heyi.web.console import charts
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.queue import filters
from heyi.web.ui import words
from heyi.web.ui.tables import Cell, Column, Row, Table, with_query
from heyi.web.ui.templatetags.heyi_ui import full_day, percent_of, rate

PERIODS: Final = (4, 12, 26, 52)
USUAL: Final = 12
FIRST: Final = ("running", "late", "first_answer", "first_offer", "signature")
SECOND: Final = ("sealed", "kept_rate", "broken_rate", "versions", "pages_saved")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its unit, what stands below it, and its list."""

    name: str
    value: str
    unit: str
    note: str
    href: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A period or a branch that one can choose."""

    text: str
    href: str
    current: bool


@open_to(*READERS, why="the figures of one's branches")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The dashboard."""
    return render(request, "console/figures.html", page(request, actor_of(request), clock.now()))


def page(request: HttpRequest, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the address asks for: period, branch, only mine."""
    query = request.GET
    weeks = next((one for one in PERIODS if str(one) == query.get("weeks")), USUAL)
    branches = [row for row in staff.branches() if actor.sees(row.code)]
    branch = next((row.code for row in branches if row.code == query.get("branch")), "")
    mine = query.get("mine") == "1"
    today = bank_day(at)
    found = negotiation.figures(
        actor=actor, at=at, since=today - timedelta(weeks=weeks), until=today, branch=branch, mine=mine
    )
    return {
        "periods": [
            Choice(_("近 %(weeks)s 周") % {"weeks": one}, with_query(query, weeks=one), one == weeks) for one in PERIODS
        ],
        "scopes": _scopes(request, branches, branch, mine),
        "rows": [[_tile(found.figure(key)) for key in keys] for keys in (FIRST, SECOND)],
        "since": full_day(found.since),
        "until": full_day(found.until),
        "chart": charts.weeks([(point.week, point.sealed, point.broken) for point in found.weeks]),
        "chart_table": _weeks(found),
        "chart_told": _told(found),
        "funnel": _funnel(found.funnel),
        "lost": _lost(found.lost),
        "shares": [_share(row, at) for row in branches if branch in ("", row.code)],
    }


def _scopes(request: HttpRequest, branches: list[BranchView], branch: str, mine: bool) -> list[Choice]:
    query = request.GET
    scopes = [Choice(_("我的"), with_query(query, mine=1, branch=None), mine)]
    if len(branches) > 1:
        scopes.append(Choice(_("全部"), with_query(query, mine=None, branch=None), not mine and not branch))
    single = len(branches) == 1
    for row in branches:
        current = not mine and (branch == row.code or single)
        scopes.append(Choice(row.name, with_query(query, mine=None, branch=row.code), current))
    return scopes


def _tile(figure: Figure) -> Tile:
    share = figure.unit == "share"
    value = "–" if figure.value is None else _percent(figure.value) if share else _plain(figure.value)
    unit = "%" if share else words.word("lists.unit", figure.unit)
    late = figure.key == "late" and figure.count > 0
    return Tile(
        name=words.word("lists.figure", figure.key),
        value=value,
        unit="" if figure.value is None else unit,
        note=_note(figure),
        href=filters.href(figure.filter, reverse("console:cases")),
        kind="warn" if late else "",
    )


def _note(figure: Figure) -> str:
    if figure.whole_unit == "promises":
        return _("%(count)s 件里到期的 %(whole)s 期") % {"count": figure.count, "whole": figure.whole}
    if figure.whole_unit:
        return _("%(whole)s 件里的 %(count)s 件") % {"count": figure.count, "whole": figure.whole}
    if figure.p90 is not None:
        told = {"p90": _plain(figure.p90), "unit": words.word("lists.unit", figure.unit), "count": figure.count}
        return _("中位数；九成在 %(p90)s %(unit)s内，共 %(count)s 件") % told
    return _("按 %(count)s 件算") % {"count": figure.count}


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def _percent(value: Decimal) -> str:
    return f"{value * 100:.1f}"


def _told(found: Figures) -> str:
    first, last = found.weeks[0], found.weeks[-1]
    return _("每周签约从 %(a)s 到 %(b)s，失约从 %(c)s 到 %(d)s") % {
        "a": first.sealed, "b": last.sealed, "c": first.broken, "d": last.broken,
    }  # fmt: skip


def _weeks(found: Figures) -> Table:
    return Table(
        caption=_("每周签约与失约（件）"),
        columns=(Column(_("那一周")), Column(_("签约"), right=True), Column(_("失约"), right=True)),
        rows=tuple(
            Row(
                key=str(point.week),
                name=str(point.week),
                cells=(Cell(str(point.week)), _in_week(point, "sealed"), _in_week(point, "broken")),
            )
            for point in found.weeks
        ),
        empty="",
        density="compact",
    )


def _in_week(point: WeekPoint, reached: str) -> Cell:
    count: int = getattr(point, reached)
    return Cell(
        str(count), right=True, href=filters.href(replace(point.filter, reached=reached), reverse("console:cases"))
    )


def _funnel(steps: tuple[FunnelStep, ...]) -> list[dict[str, Any]]:
    whole = steps[0].count if steps else 0
    return [
        {
            "name": words.word("lists.funnel", step.key),
            "percent": percent_of(step.count, whole),
            "text": f"{step.count:,}"
            if step.share_of_previous is None
            else f"{step.count:,} · {step.share_of_previous * 100:.0f}%",
            "kind": "bank",
            "href": filters.href(step.filter, reverse("console:cases")),
        }
        for step in steps
    ]


def _lost(found: tuple[Figure, ...]) -> list[dict[str, Any]]:
    reasons = dict(words.choices("lists.end_reason"))
    cases = reverse("console:cases")
    return [
        {"name": str(reasons.get(one.key, one.key)), "count": one.count, "href": filters.href(one.filter, cases)}
        for one in found
    ]


def _share(row: BranchView, at: datetime) -> dict[str, Any]:
    """The branch's restructured share of its book, against the cap above which nothing more is granted (B8)."""
    share = plans.restructured_share(branch=row.code, at=at)
    return {
        "name": row.name,
        "percent": percent_of(share.share_before, share.cap),
        "text": f"{_percent2(share.share_before)} / {rate(share.cap)}",
        "kind": "warn" if share.share_before * 10 > share.cap * 9 else "bank",
    }


def _percent2(value: Decimal) -> str:
    return f"{value * 100:.2f}%"
