"""Contracts as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from heyi.capabilities.loans.api import ContractLine
from heyi.web.ui import words
from heyi.web.ui.tables import Cell, Column, Row, Table, with_query


def contract_table(lines: Iterable[ContractLine], query: QueryDict | None = None) -> Table:
    """Contracts as a list."""
    heads = [
        (_("合同号"), "contract_no", False), (_("借款人"), "", False), (_("手机号"), "", False), (_("产品"), "", False),
        (_("网点"), "", False), (_("欠款合计（元）"), "total", True), (_("逾期天数"), "late", True),
        (_("逾期档"), "", False), (_("状态"), "", False),
    ]  # fmt: skip
    return Table(
        caption=_("合同列表"),
        columns=tuple(_heading(name, key, right, query) for name, key, right in heads),
        rows=tuple(_row(line) for line in lines),
        empty=_("没有符合条件的合同"),
    )


def _heading(name: str, key: str, right: bool, query: QueryDict | None) -> Column:
    if not key or query is None:
        return Column(name, right=right)
    rising = key == "contract_no"
    current = query.get("sort", "late") == key
    way = ("ascending" if rising else "descending") if current else ""
    return Column(name, right=right, sort_href=with_query(query, sort=key, after=None), sorted=way)  # type: ignore[arg-type]


def _row(line: ContractLine) -> Row:
    settled = line.status != "active"
    return Row(
        key=str(line.id),
        name=f"{line.contract_no} {line.name_masked}",
        cells=(
            Cell(line.contract_no, href=contract_href(line.id), strong=True, nowrap=True),
            Cell(line.name_masked or "–"),
            Cell(line.mobile_masked or "–", nowrap=True),
            Cell(words.word("loans.product", line.product), nowrap=True),
            Cell(line.branch),
            Cell(str(line.total), right=True),
            Cell(str(line.days_past_due), right=True),
            Cell(line.bucket or "–"),
            Cell(words.word("loans.status", line.status), kind="dot", state="ok" if settled else "note"),
        ),
    )


def contract_href(contract_id: UUID) -> str:
    """The page of a contract."""
    return reverse("console:contract", args=[contract_id])
