"""Cases as a spreadsheet: masked as on the screen, with a line that says who took them, when and by which filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from django.utils import translation
from django.utils.translation import gettext as _

from heyi.capabilities.negotiation.api import CaseFilter, CaseRow
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.kit.dates import SHANGHAI
from heyi.web.console import sheets
from heyi.web.console.queue import filters as conditions
from heyi.web.ui import words


class CaseSheets:
    """The writer behind the negotiation room's port."""

    def write(
        self,
        stream: BinaryIO,
        *,
        rows: Iterator[CaseRow],
        count: int,
        filters: CaseFilter,
        form: str,
        language: str,
        actor: Actor,
        at: datetime,
    ) -> None:
        """The whole file, in ``language``."""
        with translation.override(language):
            drawn = sheet(rows, count=count, wanted=filters, actor=actor, at=at)
            if form == "csv":
                stream.writelines(sheets.csv_lines(drawn))
            else:
                sheets.workbook_into(stream, drawn, title=_("案件"))


def sheet(
    rows: Iterable[CaseRow], *, count: int, wanted: CaseFilter, actor: Actor, at: datetime
) -> Iterator[list[sheets.Value]]:
    """The mark, the headings, the lines."""
    yield [mark(count, wanted, actor, at)]
    yield [
        _("案件号"), _("借款人"), _("产品"), _("合同尾号"), _("网点"), _("到期未还（元）"), _("逾期天数"), _("逾期档"),
        _("阶段"), _("轮次"), _("轮到谁"), _("下一步"), _("处理时限"), _("已超时"), _("负责人"), _("未读"),
        _("申请日期"),
    ]  # fmt: skip
    yield from _lines(rows)


def mark(count: int, wanted: CaseFilter, actor: Actor, at: datetime) -> str:
    """Who, when, by which filter, how many."""
    member = staff.member(staff_id=actor.id) if actor.id else None
    return _("%(name)s（%(number)s）导出于 %(at)s · 条件：%(filter)s · 共 %(count)s 项 · 内部资料，请勿外传") % {
        "name": member.display_name if member else "",
        "number": member.staff_no if member else "",
        "at": f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        "filter": conditions.told(wanted),
        "count": count,
    }


def file_name(form: str, at: datetime) -> str:
    """``heyi-cases-20261122-093000.xlsx``."""
    return f"heyi-cases-{at.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.{form}"


def media_type(form: str) -> str:
    """For the answer that hands the file over."""
    return sheets.CSV if form == "csv" else sheets.XLSX


def _lines(rows: Iterable[CaseRow]) -> Iterator[list[sheets.Value]]:
    for row in rows:
        yield [
            row.number,
            row.party_name,
            words.word("loans.product", row.product),
            row.contract_tail,
            row.branch,
            row.due.major,
            row.days_past_due,
            row.bucket,
            words.word("negotiation.status", row.status),
            row.round,
            words.word("lists.turn", row.turn),
            words.word("negotiation.next_act", row.next_act),
            _moment(row.by),
            _("是") if row.late else "",
            row.assignee_name,
            row.unread,
            _moment(row.submitted_at),
        ]


def _moment(value: datetime | None) -> str:
    return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if value else ""
