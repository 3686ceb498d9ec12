"""The filter of a list as it stands in the address, in the form and in the chips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.api import CaseFilter
from heyi.capabilities.staff import api as staff
from heyi.kit.problems import Invalid
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import full_day, moment

NAMES: Final = {
    "text": gettext_lazy("查找"),
    "status": gettext_lazy("阶段"),
    "turn": gettext_lazy("轮到谁"),
    "product": gettext_lazy("产品"),
    "bucket": gettext_lazy("逾期档"),
    "branch": gettext_lazy("网点"),
    "assignee": gettext_lazy("负责人"),
    "overdue_days_from": gettext_lazy("逾期不少于"),
    "overdue_days_to": gettext_lazy("逾期不超过"),
    "late": gettext_lazy("银行已超时"),
    "due_by": gettext_lazy("时限早于"),
    "due_today": gettext_lazy("今天到期"),
    "unread": gettext_lazy("有未读留言"),
    "problem": gettext_lazy("有没答复的困难"),
    "to_approve": gettext_lazy("待我审批"),
    "submitted_from": gettext_lazy("申请不早于"),
    "submitted_to": gettext_lazy("申请不晚于"),
    "reached": gettext_lazy("走到过"),
    "reached_from": gettext_lazy("走到那一步不早于"),
    "reached_to": gettext_lazy("走到那一步不晚于"),
    "end_reason": gettext_lazy("结束原因"),
}
_MANY: Final = frozenset(field.name for field in fields(CaseFilter) if str(field.type).startswith("tuple"))
_FLAGS: Final = frozenset(field.name for field in fields(CaseFilter) if str(field.type) == "bool")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; ``ignored`` names conditions that nobody could use."""

    filters: CaseFilter
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in force, and the list without it."""

    text: str
    href: str


def read(query: QueryDict) -> Asked:
    """The filter in the address. A condition that cannot be used is left out and named, so that a list still shows."""
    plain: dict[str, Any] = {}
    ignored = []
    for name in NAMES:
        value = _given(query, name)
        if value in ("", []):
            continue
        try:
            negotiation.filter_from_plain({name: value})
        except Invalid:
            ignored.append(str(NAMES[name]))
        else:
            plain[name] = value
    return Asked(negotiation.filter_from_plain(plain), tuple(ignored))


def _given(query: QueryDict, name: str) -> Any:
    if name in _MANY:
        return [part for value in query.getlist(name) for part in value.split(",") if part]
    return query.get(name, "").strip()


def parameters(filters: CaseFilter) -> dict[str, str]:
    """The filter as parameters of an address."""
    return {name: _written(value) for name, value in negotiation.plain_filter(filters).items()}


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return "1" if value is True else str(value)


def href(filters: CaseFilter, base: str = "") -> str:
    """The address of the list that this filter finds."""
    return f"{base}?{urlencode(parameters(filters))}"


def chips(query: QueryDict, filters: CaseFilter, *, kept: tuple[str, ...] = ()) -> tuple[Chip, ...]:
    """A chip for each condition in force, but for those in ``kept``, which belong to the page itself."""
    empty = CaseFilter()
    found = []
    for name in NAMES:
        value = getattr(filters, name)
        if value != getattr(empty, name) and name not in kept:
            without = parameters(replace(filters, **{name: getattr(empty, name)}))
            sort = query.get("sort", "")
            if sort:
                without["sort"] = sort
            found.append(Chip(_told(name, value), f"?{urlencode(without)}"))
    return tuple(found)


def told(filters: CaseFilter) -> str:
    """The whole filter in words, for the line on an export."""
    empty = CaseFilter()
    found = [_told(name, getattr(filters, name)) for name in NAMES if getattr(filters, name) != getattr(empty, name)]
    return "；".join(found) if found else _("全部")  # i18n:off a separator


def _told(name: str, value: Any) -> str:
    if name in _FLAGS:
        return str(NAMES[name])
    return _("%(name)s：%(value)s") % {"name": NAMES[name], "value": _value(name, value)}


def _value(name: str, value: Any) -> str:
    if name in _MANY:
        return some(name, value)
    if name == "assignee":
        return _person(value)
    if name in ("overdue_days_from", "overdue_days_to"):
        return _("%(days)s 天") % {"days": value}
    if name == "reached":
        return words.word("lists.reached", value)
    if isinstance(value, datetime):
        return moment(value)
    return full_day(value) if isinstance(value, date) else str(value)


def some(name: str, values: tuple[str, ...]) -> str:
    """Up to three codes in words, then how many there are."""
    shown = [words.word(VOCABULARY[name], code) if name in VOCABULARY else code for code in values[:3]]
    text = _("、").join(shown)
    return _("%(some)s 等 %(count)s 项") % {"some": text, "count": len(values)} if len(values) > 3 else text


def _person(value: str) -> str:
    told: Mapping[str, str] = {"me": _("我"), "none": _("还没有人")}
    if value in told:
        return told[value]
    return next((member.display_name for member in staff.members() if str(member.id) == value), value)


VOCABULARY: Final = {
    "status": "negotiation.status",
    "turn": "lists.turn",
    "product": "loans.product",
    "end_reason": "lists.end_reason",
}
