"""Time limits: what runs out when, and the calendar of a month."""

from __future__ import annotations

from calendar import monthcalendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain.calendar import Calendar
from heyi.capabilities.loans import api as loans
from heyi.kit.dates import add_months
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.book.lines import contract_href
from heyi.web.console.case.opened import in_english
from heyi.web.ui import words
from heyi.web.ui.tables import Cell, Column, Row, Table, with_query

KEEPERS: Final = ("manager", "lead", "compliance")
SOON_DAYS: Final = 30
LISTED: Final = 200
YEARS_SHOWN: Final = 30
UNKNOWN_REST: Final = gettext_lazy("当年放假安排未公布或未录入，可能顺延")
WEEKDAYS: Final = (
    pgettext_lazy("weekday", "一"),
    pgettext_lazy("weekday", "二"),
    pgettext_lazy("weekday", "三"),
    pgettext_lazy("weekday", "四"),
    pgettext_lazy("weekday", "五"),
    pgettext_lazy("weekday", "六"),
    pgettext_lazy("weekday", "日"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the calendar. ``rest`` is None where the year's notice is not published."""

    number: int
    href: str
    today: bool
    rest: bool | None
    limitation: int
    others: int


@open_to(*READERS, why="what runs out in one's branches")
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """How many debts run out soon, the month, and the list of what is due; a day or a span narrows the lists."""
    actor, at, query = actor_of(request), clock.now(), request.GET
    today = clock.bank_day(at)
    first = _month(query.get("month", ""), today)
    day, span = _day(query.get("day", "")), _span(query.get("within", ""))
    counts = compliance.expiring_counts(actor=actor, at=at)
    running_out = _running_out(request, at, span, day)
    shown = {
        "tiles": [_tile(days, count) for days, count in counts.items()],
        "month": date_format(first, "YEAR_MONTH_FORMAT"),
        "weekdays": [str(day) for day in WEEKDAYS],
        "weeks": _weeks(first, request, today),
        "previous_href": with_query(query, month=add_months(first, -1).strftime("%Y-%m"), day=None),
        "next_href": with_query(query, month=add_months(first, 1).strftime("%Y-%m"), day=None),
        "unpublished": not _published(first),
        "running_out": running_out,
        "due": _due(request, today, day),
        "day": date_format(day, "DATE_FORMAT") if day else "",
        "all_href": with_query(query, day=None, within=None),
        "span": span,
        "cut": len(running_out.rows) == LISTED,
        "listed": LISTED,
        "may_start": actor.has(*KEEPERS),
    }
    return render(request, "console/compliance/clocks.html", shown)


def _tile(days: int, count: int) -> dict[str, Any]:
    name = _("已过时效") if days == 0 else _("%(days)s 天内到期") % {"days": days}
    kind = "warn" if count and days <= SOON_DAYS else "ok"
    note = _("只能如实告知") if days == 0 and count else ""
    return {"name": name, "value": f"{count:,}", "note": note, "kind": kind, "href": f"?within={days}#running-out"}


def _month(text: str, today: date) -> date:
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError:
        return today.replace(day=1)
    return first if abs(first.year - today.year) <= YEARS_SHOWN else today.replace(day=1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _span(text: str) -> int:
    return int(text) if text.isdigit() and int(text) <= 10_000 else 90


def _published(first: date) -> bool:
    """Whether every day of the month can be told: working, or of rest."""
    calendar = compliance.working_calendar()
    return all(calendar.knows(first + timedelta(days=ahead)) for ahead in range(28))


def _weeks(first: date, request: HttpRequest, today: date) -> list[list[Day | None]]:
    actor, calendar = actor_of(request), compliance.working_calendar()
    last = add_months(first, 1) - timedelta(days=1)
    limitations = compliance.expiring_between(actor=actor, first=first, last=last)
    others: dict[date, int] = {}
    for one in compliance.clocks_between(actor=actor, at=clock.now(), first=first, last=last):
        others[one.due_on] = others.get(one.due_on, 0) + 1

    def square(number: int) -> Day | None:
        if not number:
            return None
        day = first.replace(day=number)
        return Day(
            number=number,
            href=with_query(request.GET, day=day.isoformat(), within=None) + "#running-out",
            today=day == today,
            rest=_rest(day, calendar),
            limitation=limitations.get(day, 0),
            others=others.get(day, 0),
        )

    return [[square(number) for number in week] for week in monthcalendar(first.year, first.month)]


def _rest(day: date, calendar: Calendar) -> bool | None:
    return not calendar.is_working(day) if calendar.knows(day) else None


def _running_out(request: HttpRequest, at: datetime, span: int, day: date | None) -> Table:
    actor = actor_of(request)
    if day is not None:
        found = compliance.expiring_on(actor=actor, at=at, day=day, limit=LISTED)
    elif span == 0:
        found = compliance.barred(actor=actor, at=at, limit=LISTED)
    else:
        found = compliance.expiring(actor=actor, at=at, within_days=span, limit=LISTED)
    branches = people_names.of_branches()
    names = loans.party_names((one.party_id for one in found), actor=actor)
    heads = (_("合同号"), _("借款人"), _("网点"), _("最后一天"))
    return Table(
        caption=_("诉讼时效"),
        columns=(*(Column(name) for name in heads), Column(_("还剩（天）"), right=True)),
        rows=tuple(
            Row(
                key=str(one.contract_id),
                name=one.contract_no,
                cells=(
                    Cell(one.contract_no, href=reverse("console:limitation", args=[one.contract_id]), nowrap=True),
                    Cell(names.get(one.party_id, "–")),
                    Cell(branches.get(one.branch, one.branch)),
                    Cell(date_format(one.expires_on, "DATE_FORMAT"), nowrap=True, small=_unsure(one)),
                    Cell(
                        pgettext("limitation", "已过") if one.days_left < 0 else f"{one.days_left:,}",
                        right=True,
                        strong=one.days_left <= SOON_DAYS,
                    ),
                ),
            )
            for one in found
        ),
        empty=_("没有时效要到期的债务"),
    )


def _unsure(one: compliance.Expiring) -> str:
    doubts = (_("有疑问，请法务判断") if one.doubtful else "", str(UNKNOWN_REST) if one.provisional else "")
    return _("；").join(doubt for doubt in doubts if doubt)


def _due(request: HttpRequest, today: date, day: date | None) -> list[dict[str, Any]]:
    """Other limits: missed ones and those of the coming month, or those of one day."""
    actor = actor_of(request)
    found = (
        compliance.clocks_between(actor=actor, at=clock.now(), first=day, last=day)
        if day
        else compliance.clocks_due(actor=actor, at=clock.now(), until=today + timedelta(days=SOON_DAYS))
    )
    names = loans.party_names((one.party_id for one in found if one.party_id), actor=actor)
    branches = people_names.of_branches()
    return [_limit(one, today, names, branches, may_act=actor.has(*KEEPERS)) for one in found]


def _of_what(one: compliance.Clock) -> str:
    if one.kind.kind == "notice_validity" and one.derived:
        return words.word("contact.permission_about", one.subject)
    return one.subject if one.derived else one.evidence


def _limit(
    one: compliance.Clock, today: date, names: dict[UUID, str], branches: dict[str, str], *, may_act: bool
) -> dict[str, Any]:
    """One limit as its card shows it; a missed one says what holds now instead of what comes next."""
    kind, english, late = one.kind, in_english(), one.days_left(today) < 0
    longer = None if one.derived else kind.extension(one.extended)
    mine = may_act and not one.derived
    who = names.get(one.party_id, "") if one.party_id else ""
    about = (_of_what(one), who, branches.get(one.branch, one.branch))
    then = (kind.overdue_en if english else kind.overdue_zh) if late else kind.action_en if english else kind.action_zh
    return {
        "title": kind.title_en if english else kind.title_zh,
        "about": " · ".join(part for part in about if part),
        "due_on": one.due_on,
        "days_left": one.days_left(today),
        "late": late,
        "provisional": one.provisional,
        "source": kind.source,
        "next": then,
        "contract_href": contract_href(one.contract_id) if one.contract_id else "",
        "end_href": reverse("console:clock_end", args=[one.id]) if mine else "",
        "extend_href": reverse("console:clock_extend", args=[one.id]) if mine and longer else "",
        "longer": longer,
    }
