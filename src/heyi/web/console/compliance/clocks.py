"""Time limits: what runs out when, the calendar of a month, and the limitation of one debt explained step by step."""

from __future__ import annotations

from calendar import monthcalendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import Both
from heyi.capabilities.compliance.domain.calendar import Calendar
from heyi.capabilities.loans import api as loans
from heyi.kit.dates import add_months
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.book.lines import contract_href
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table, with_query

KEEPERS: Final = ("manager", "lead", "compliance")
WITHDRAWERS: Final = ("lead", "compliance")
SOON_DAYS: Final = 30
WEEKDAYS: Final = (
    pgettext_lazy("weekday", "一"),
    pgettext_lazy("weekday", "二"),
    pgettext_lazy("weekday", "三"),
    pgettext_lazy("weekday", "四"),
    pgettext_lazy("weekday", "五"),
    pgettext_lazy("weekday", "六"),
    pgettext_lazy("weekday", "日"),
)
BY_HAND: Final = ("demand", "deduction", "consent", "police_report", "suit", "arbitration", "called_due", "obstacle")


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the calendar. ``rest`` is None where the year's notice is not published."""

    number: int
    href: str
    today: bool
    rest: bool | None
    limitation: int
    others: int


class EventForm(Form):
    """Something that happened to the debt."""

    kind = forms.ChoiceField(label=gettext_lazy("发生了什么"))
    on = forms.DateField(label=gettext_lazy("哪一天"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=gettext_lazy("结束的那天（还没结束就空着）"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    evidence = forms.CharField(
        label=gettext_lazy("凭证在哪里"),
        max_length=160,
        help_text=gettext_lazy("例如：挂号信回执编号、案号、扣款流水号。不要写身份证号和手机号。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, words.word("clocks.event", kind)) for kind in BY_HAND
        ]


@open_to(*READERS, why="what runs out in one's branches")
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """How many debts run out soon, the month, and the list of what is due; a day or a span narrows the lists."""
    actor, at, query = actor_of(request), clock.now(), request.GET
    today = clock.bank_day(at)
    first = _month(query.get("month", ""), today)
    day, span = _day(query.get("day", "")), _span(query.get("within", ""))
    counts = compliance.expiring_counts(actor=actor, at=at)
    shown = {
        "tiles": [_tile(days, count) for days, count in counts.items()],
        "month": date_format(first, "YEAR_MONTH_FORMAT"),
        "weekdays": [str(day) for day in WEEKDAYS],
        "weeks": _weeks(first, request, today),
        "previous_href": with_query(query, month=add_months(first, -1).strftime("%Y-%m"), day=None),
        "next_href": with_query(query, month=add_months(first, 1).strftime("%Y-%m"), day=None),
        "unpublished": not _published(first),
        "running_out": _running_out(request, at, span, day),
        "due": _due(request, today, day),
        "day": date_format(day, "DATE_FORMAT") if day else "",
        "all_href": with_query(query, day=None, within=None),
        "span": span,
    }
    return render(request, "console/compliance/clocks.html", shown)


@open_to(*KEEPERS, why="ending a time limit of one's branches")
@require_POST
def end(request: HttpRequest, clock_id: UUID) -> HttpResponse:
    """What the limit asked for is done."""
    compliance.end_clock(
        clock_id=clock_id, outcome=request.POST.get("outcome", ""), actor=actor_of(request), at=clock.now()
    )
    messages.success(request, _("已办结，这个期限不再提醒。"))
    return redirect("console:clocks")


@open_to(*READERS, why="the limitation of a contract of one's branches")
@require_safe
def limitation(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Where one debt stands and why, each step by its article and its proof."""
    return _limitation(request, contract_id, EventForm())


@open_to(*KEEPERS, why="writing down what happened to a debt of one's branches")
@require_POST
def record(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One more event; what does not fit is shown beside its field and nothing typed is lost."""
    form = EventForm(request.POST)
    if form.is_valid():
        try:
            compliance.record_limitation_event(
                contract_id=contract_id, actor=actor_of(request), at=clock.now(), **form.cleaned_data
            )
        except compliance.ClockUnclear as unclear:
            for name in unclear.facts["fields"]:
                form.add_error(name, _("这里对不上，请再看一眼。"))
        else:
            messages.success(request, _("已记下，时效已重新计算。"))
            return redirect("console:limitation", contract_id)
    answer = _limitation(request, contract_id, form)
    answer.status_code = 422
    return answer


@open_to(*WITHDRAWERS, why="taking back a wrong event of a debt of one's branches")
@require_POST
def withdraw(request: HttpRequest, contract_id: UUID, event_id: UUID) -> HttpResponse:
    """An event that was wrong; it stays readable as withdrawn."""
    compliance.withdraw_limitation_event(
        event_id=event_id, reason=request.POST.get("reason", ""), actor=actor_of(request), at=clock.now()
    )
    messages.success(request, _("已撤回，时效已重新计算。"))
    return redirect("console:limitation", contract_id)


def _limitation(request: HttpRequest, contract_id: UUID, form: EventForm) -> HttpResponse:
    actor = actor_of(request)
    contract = loans.contract(contract_id=contract_id, actor=actor)
    view = compliance.limitation_of(contract_id=contract_id, actor=actor, at=clock.now())
    shown = {
        "contract": contract,
        "contract_href": contract_href(contract_id),
        "view": view,
        "state": words.word("clocks.state", view.standing.state) if view else "",
        "steps": [_step(step, contract_id) for step in view.steps] if view else [],
        "next": _said(view.next_says) if view and view.next_says else "",
        "form": form,
        "may_record": actor.has(*KEEPERS),
        "may_withdraw": actor.has(*WITHDRAWERS),
    }
    return render(request, "console/compliance/limitation.html", shown)


def _step(one: compliance.StepView, contract_id: UUID) -> dict[str, Any]:
    ends = one.step.expires_on
    return {
        "on": one.step.on,
        "says": _said(one.says),
        "source": one.source,
        "rule_id": one.step.rule_id,
        "counts": one.step.counts,
        "ends": ends,
        "evidence": one.step.evidence,
        "withdraw_href": reverse("console:limitation_withdraw", args=[contract_id, one.event_id])
        if one.event_id
        else "",
    }


def _said(both: Both) -> str:
    return both.en if (get_language() or "").startswith("en") else both.zh


def _tile(days: int, count: int) -> dict[str, Any]:
    name = _("已过时效") if days == 0 else _("%(days)s 天内到期") % {"days": days}
    kind = "warn" if count and days <= SOON_DAYS else "ok"
    note = _("只能如实告知") if days == 0 and count else ""
    return {"name": name, "value": f"{count:,}", "note": note, "kind": kind, "href": f"?within={days}#running-out"}


def _month(text: str, today: date) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError:
        return today.replace(day=1)


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
        within = (day - clock.bank_day(at)).days
        found = [
            one
            for one in compliance.expiring(actor=actor, at=at, within_days=max(within, 0), limit=1000)
            if one.expires_on == day
        ]
    elif span == 0:
        found = list(compliance.barred(actor=actor, at=at))
    else:
        found = list(compliance.expiring(actor=actor, at=at, within_days=span))
    names = loans.party_names(one.party_id for one in found)
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
                    Cell(one.branch),
                    Cell(
                        date_format(one.expires_on, "DATE_FORMAT"),
                        nowrap=True,
                        small=_("当年放假安排未公布，可能顺延") if one.provisional else "",
                    ),
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


def _due(request: HttpRequest, today: date, day: date | None) -> list[dict[str, Any]]:
    """Other limits: missed ones and those of the coming month, or those of one day."""
    actor = actor_of(request)
    found = (
        compliance.clocks_between(actor=actor, at=clock.now(), first=day, last=day)
        if day
        else compliance.clocks_due(actor=actor, at=clock.now(), until=today + timedelta(days=SOON_DAYS))
    )
    english = (get_language() or "").startswith("en")
    return [
        {
            "title": one.kind.title_en if english else one.kind.title_zh,
            "subject": one.subject if one.derived else "",
            "branch": one.branch,
            "due_on": one.due_on,
            "days_left": one.days_left(today),
            "late": one.days_left(today) < 0,
            "provisional": one.provisional,
            "source": one.kind.source,
            "next": one.kind.action_en if english else one.kind.action_zh,
            "contract_href": contract_href(one.contract_id) if one.contract_id else "",
            "end_href": reverse("console:clock_end", args=[one.id]) if actor.has(*KEEPERS) and not one.derived else "",
        }
        for one in found
    ]
