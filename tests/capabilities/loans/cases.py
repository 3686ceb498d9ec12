"""The people and files of these tests. Region 99 belongs to no place: no ID number here is anybody's."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from heyi.capabilities.loans import api as loans
from heyi.kit.actors import SYSTEM, Actor
from tests.cast import id_number, uscc

__all__ = ["id_number", "uscc"]

AT = datetime(2026, 1, 3, 2, 0, tzinfo=UTC)
"""Saturday, 3 January 2026, 10:00 in Shanghai."""


LIN_ID, WANG_ID, GUARANTOR_ID = id_number(281), id_number(132), id_number(577)

LIN: dict[str, str] = {
    "合同号": "HT0001",
    "产品类型": "消费贷",
    "机构号": "0101",
    "客户姓名": "林知晴",
    "证件号码": LIN_ID,
    "手机号": "13812342816",
    "本金余额": "50,000.00",
    "欠息": "1,234.56",
    "罚息": "65.44",
    "费用": "0",
    "逾期金额": "6300",
    "最早逾期日": "2025年12月1日",
    "逾期天数": "33",
    "放款日": "2024-06-01",
    "到期日": "2027/6/1",
}
WANG: dict[str, str] = LIN | {
    "合同号": "HT0002",
    "产品类型": "信用卡",
    "机构号": "0102",
    "客户姓名": "王磊",
    "证件号码": WANG_ID,
    "手机号": "13912345678",
}


def csv_file(*rows: Mapping[str, str], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A file with the headings of the first row."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def lines_file(heading: Sequence[str], *lines: Sequence[str]) -> bytes:
    """A file from bare cells."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([heading, *lines])
    return text.getvalue().encode()


def bring_in(*rows: Mapping[str, str], **options: Any) -> loans.ImportReport:
    """Import rows as UTF-8 CSV."""
    given = {"source": csv_file(*rows), "dry_run": False, "actor": SYSTEM, "at": AT} | options
    return loans.import_loans(**given)


def staff_of(branch: str, *roles: str) -> Actor:
    """Somebody of one branch."""
    return Actor(
        kind="staff",
        id=UUID("018f0000-0000-7000-8000-000000000001"),
        roles=frozenset(roles or ("manager",)),
        branches=frozenset({branch}),
    )


def borrower(party_id: UUID) -> Actor:
    """The borrower themselves."""
    return Actor(kind="borrower", id=party_id)


def fault_codes(report: loans.ImportReport) -> dict[int, set[str]]:
    """Line → the codes of its faults."""
    return {row.line: {fault.code for fault in row.faults} for row in report.refused_rows}
