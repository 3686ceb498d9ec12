"""Lists and searches: right lines, page after page, nothing twice, nothing left out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain.views import Sort
from heyi.kit.actors import SYSTEM
from heyi.kit.money import Money
from heyi.kit.problems import Invalid
from tests.capabilities.loans.cases import AT, LIN, bring_in, id_number, staff_of

SORTS: tuple[Sort, ...] = ("late", "total", "contract_no")


@pytest.fixture
def many(bank: None) -> None:
    """Thirty contracts at 0101 with many equal values, ten at 0102."""
    rows = []
    for number in range(40):
        late = number % 4 * 20
        since = (AT - timedelta(days=late)).date().isoformat() if late else ""
        rows.append(
            LIN
            | {
                "合同号": f"HT{number:04d}",
                "机构号": "0101" if number < 30 else "0102",
                "客户姓名": "林知晴" if number % 2 else "陈立",
                "证件号码": id_number(100 + number),
                "手机号": f"138000{number:05d}",
                "本金余额": f"{1000 + number % 3 * 100}",
                "最早逾期日": since,
                "逾期天数": str(late),
                "逾期金额": "",
            }
        )
    assert bring_in(*rows).created == 40


def pages(sort: Sort, size: int, **filters: object) -> list[loans.ContractLine]:
    lines: list[loans.ContractLine] = []
    after = ""
    while True:
        page = loans.contract_rows(
            actor=staff_of("0101"),
            filters=loans.ContractFilters(**filters),  # type: ignore[arg-type]
            page=loans.Page(size=size, after=after, sort=sort),
        )
        lines += page.lines
        after = page.next
        if not after:
            return lines


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 7, 30, 200])
def test_pages_hold_every_contract_once_and_in_order(many: None, sort: Sort, size: int) -> None:
    lines = pages(sort, size)
    assert {line.contract_no for line in lines} == {f"HT{number:04d}" for number in range(30)}
    assert len(lines) == 30
    keys = {
        "late": [-line.days_past_due for line in lines],
        "total": [-line.total.amount_minor for line in lines],
        "contract_no": [line.contract_no for line in lines],
    }[sort]
    assert keys == sorted(keys)


def test_filters(many: None) -> None:
    assert {line.days_past_due for line in pages("late", 9, buckets=frozenset({"M2", "M3"}))} == {40, 60}
    assert {line.days_past_due for line in pages("late", 9, days_past_due_least=20, days_past_due_most=40)} == {20, 40}
    assert pages("late", 9, total_least=Money(250_001)) == []
    assert len(pages("total", 9, total_least=Money(230_000), total_most=Money(240_000))) == 20
    assert pages("late", 9, products=frozenset({"mortgage"})) == []
    assert len(pages("late", 9, statuses=frozenset({"active"}), text="林知晴")) == 15


def test_a_name_finds_all_who_bear_it_and_a_number_finds_one(many: None) -> None:
    assert len(loans.search(text="林知晴", actor=SYSTEM, limit=50)) == 20
    assert [line.contract_no for line in loans.search(text=id_number(107), actor=SYSTEM)] == ["HT0007"]
    assert [line.contract_no for line in loans.search(text="13800000007", actor=SYSTEM)] == ["HT0007"]
    assert [line.contract_no for line in loans.search(text="ht0007", actor=SYSTEM)] == ["HT0007"]
    assert len(loans.search(text="HT00", actor=SYSTEM)) == 20
    assert loans.search(text="%", actor=SYSTEM) == ()
    assert loans.search(text="  ", actor=SYSTEM) == ()


def test_a_guarantor_finds_the_contract(many: None) -> None:
    bring_in(
        LIN | {"合同号": "HT9000", "担保人": "赵担", "担保人身份证号": id_number(999), "担保人手机号": "13711112222"}
    )
    assert [line.contract_no for line in loans.search(text="13711112222", actor=SYSTEM)] == ["HT9000"]
    assert loans.search(text="13711112222", actor=staff_of("0102")) == ()


def test_a_page_costs_few_queries_and_never_counts(many: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        loans.contract_rows(actor=staff_of("0101"), page=loans.Page(size=30))
    asked = [query for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == 2
    assert not [query for query in asked if "COUNT(" in query["sql"].upper() or "OFFSET" in query["sql"].upper()]


@pytest.mark.parametrize("mark", ["x", "e30", "W10", "WyJ4IiwgInkiXQ", "W251bGwsIDFd"])
def test_a_mark_that_is_none_is_refused(many: None, mark: str) -> None:
    with pytest.raises(Invalid):
        loans.contract_rows(actor=SYSTEM, page=loans.Page(after=mark))


def test_counts_stop_early(many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from heyi.capabilities.loans.queries import lists

    assert loans.contract_count(actor=staff_of("0101")) == 30
    monkeypatch.setattr(lists, "COUNT_MOST", 5)
    assert loans.contract_count(actor=staff_of("0101")) == 6
