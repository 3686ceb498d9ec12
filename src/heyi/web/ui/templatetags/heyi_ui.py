"""Tags and filters that turn plain values into words and figures of the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils import dateformat, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heyi.kit.money import Money
from heyi.web.ui import words
from heyi.web.ui.form_items import form_item
from heyi.web.ui.icons import icon
from heyi.web.ui.tables import Cell, Column

register = template.Library()
register.simple_tag(icon)
register.simple_tag(form_item)


@register.simple_tag
def table_cells(cells: tuple[Cell, ...], columns: tuple[Column, ...]) -> SafeString:
    """The ``<td>``s of a row of ``ui/table.html``. Python and not a template: a list draws hundreds of them.

    Each carries the name of its column, which a phone shows beside the value instead of a heading.
    """
    pairs = zip(cells, columns, strict=False)
    return format_html_join("", "{}", ((_cell(cell, column.name),) for cell, column in pairs))


def _cell(cell: Cell, name: str) -> SafeString:
    flags = (("r", cell.right), ("table__two", cell.small), ("strong", cell.strong), ("nowrap", cell.nowrap))
    kinds = " ".join(name for name, on in (*flags, ("table__dash", cell.text == "–" and not cell.small)) if on)
    small = format_html("<small>{}</small>", cell.small) if cell.small else ""
    look = format_html(' class="{}"', kinds) if kinds else ""
    return format_html('<td{} data-name="{}">{}{}</td>', look, name, _inside(cell), small)


def _inside(cell: Cell) -> SafeString | str:
    if cell.kind == "turn":
        side = f" turn--{cell.state}" if cell.state != "you" else ""
        return format_html('<span class="turn{}">{}</span>', side, cell.text or words.word("ui.turn", cell.state))
    if cell.kind:
        return format_html('<span class="{0} {0}--{1}">{2}</span>', cell.kind, cell.state or "plain", cell.text)
    if not cell.href:
        return cell.text
    peek = format_html(' hx-get="{}" hx-target="#drawer-slot"', cell.href) if cell.peek else ""
    return format_html('<a href="{}"{}>{}</a>', cell.href, peek, cell.text)


@register.filter
def money(value: Money | int | Decimal | None) -> str:
    """Grouped figures without the unit: ``5,184.60``. An int counts minor units. Nothing known is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, int):
        return str(Money(value))
    return f"{value:,.2f}"


@register.filter
def digits(number: str) -> str:
    """A telephone number as a ``tel:`` link wants it."""
    return "".join(char for char in number if char.isdigit() or char == "+")


@register.filter
def rate(value: Decimal | None) -> str:
    """An annual rate given as a fraction: ``Decimal("0.048")`` reads ``4.8%``; at most four decimals are shown."""
    if value is None or value == "":
        return "–"
    percent = (Decimal(value) * 100).quantize(Decimal("0.0001")).normalize()
    return f"{percent:f}%"


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as one says it: ``11 月 25 日（周三）``, ``Wed 25 Nov``."""
    if not value:
        return "–"
    local = _local(value)
    weekday = words.word("ui.weekday", str(local.isoweekday()))
    return _("%(date)s（%(weekday)s）") % {"date": dateformat.format(local, _("n 月 j 日")), "weekday": weekday}


@register.filter
def full_day(value: date | datetime | None) -> str:
    """A day with its year: ``2026 年 11 月 25 日``, ``25 November 2026``."""
    if not value:
        return "–"
    return dateformat.format(_local(value), _("Y 年 n 月 j 日"))


@register.filter
def moment(value: datetime | None) -> str:
    """A day and a time of the bank's clock: ``11-16 14:22``; with the year: use ``full_moment``."""
    return _local(value).strftime("%m-%d %H:%M") if value else "–"


@register.filter
def full_moment(value: datetime | None) -> str:
    """``2026-11-16 14:22:07``, the bank's clock."""
    return _local(value).strftime("%Y-%m-%d %H:%M:%S") if value else "–"


@register.filter
def duration(value: timedelta | int | None) -> str:
    """A length of time, the two largest units: ``18 分 42 秒``, ``3 天 4 小时``. An int counts seconds."""
    if value is None or value == "":
        return "–"
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    days, rest = divmod(abs(seconds), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    told = [
        text
        for amount, text in (
            (days, ngettext("%d 天", "%d 天", days) % days),
            (hours, ngettext("%d 小时", "%d 小时", hours) % hours),
            (minutes, ngettext("%d 分", "%d 分", minutes) % minutes),
            (left, ngettext("%d 秒", "%d 秒", left) % left),
        )
        if amount
    ]
    return " ".join(told[:2]) or _("不到 1 秒")


@register.filter
def masked(value: str, kind: str) -> str:
    """A value made safe to show: kinds ``name``, ``mobile``, ``id_number``, ``account``, ``email``.

    Rooms mask before they answer; this is for what a person typed a moment ago and sees again.
    """
    if not value:
        return ""
    match kind:
        case "name":
            return value[0] + "＊" * max(1, len(value) - 2) + (value[-1] if len(value) > 2 else "")
        case "mobile":
            return value[:3] + "＊＊＊＊" + value[-4:]
        case "id_number":
            return value[:4] + "＊" * max(0, len(value) - 8) + value[-4:]
        case "email":
            name, _at, host = value.partition("@")
            return f"{name[:1]}＊＊＊@{host}"
        case _:
            return "＊＊＊＊" + value[-4:]


@register.filter
def word(code: str, vocabulary: str) -> str:
    """``{{ contract.product|word:"loans.product" }}``: a code in the reader's language."""
    return words.word(vocabulary, code)


@register.filter
def surname(name: str) -> str:
    """The first character of a name, for an avatar."""
    return name[:1]


@register.filter
def percent_of(part: Any, whole: Any) -> int:
    """``part`` of ``whole`` in whole percent between 0 and 100, for the width of a bar in SVG."""
    whole_number = _number(whole)
    return max(0, min(100, round(_number(part) * 100 / whole_number))) if whole_number else 0


def _number(value: Any) -> Decimal:
    return Decimal(value.amount_minor if isinstance(value, Money) else value or 0)


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
