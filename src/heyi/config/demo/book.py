"""The bank's loan book and its payments as files, the way a core system would export them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final

from heyi.config.demo.people import Invented, enterprise, person
from heyi.kit.dates import add_months

BRANCHES: Final = (
    ("0101", "滨江支行", "Riverside"),
    ("0102", "湖畔支行", "Lakeside"),
    ("0103", "城东支行", "East City"),
)
PRODUCTS: Final = (("信用卡", 45), ("消费贷款", 32), ("住房贷款", 10), ("经营贷款", 13))
RATES: Final = {
    "信用卡": ("0.1825", "0.1500"),
    "消费贷款": ("0.0720", "0.0960"),
    "住房贷款": ("0.0385", "0.0420"),
    "经营贷款": ("0.0480", "0.0650"),
}
PRINCIPAL: Final = {
    "信用卡": (3_000, 80_000),
    "消费贷款": (10_000, 200_000),
    "住房贷款": (300_000, 1_800_000),
    "经营贷款": (100_000, 3_000_000),
}
HEADINGS: Final = (
    "合同号", "产品", "客户类型", "客户名称", "证件号码", "手机号", "电子邮箱", "联系地址", "指定联系人", "机构号",
    "币种", "年利率", "放款日", "到期日", "剩余本金", "应收利息", "罚息", "费用", "催收成本",
    "最早逾期日", "逾期天数", "本期应还",
)  # fmt: skip


AGED: Final = {
    483: 1083, 485: 1071, 486: 1080, 488: 1060, 489: 1052, 491: 1033, 492: 1020, 494: 1010, 495: 1180, 497: 1420,
}  # fmt: skip
"""Old debts by number, in days since they fell due: three years are nearly over for most, and over for some."""


@dataclass(frozen=True, slots=True)
class Loan:
    """One contract of the demo bank; ``overdue_days`` 0 for a current one."""

    contract_no: str
    product: str
    borrower: Invented
    branch: str
    annual_rate: Decimal
    opened_on: date
    matures_on: date
    principal: Decimal
    interest: Decimal
    penalty: Decimal
    fees: Decimal
    overdue_days: int
    due_now: Decimal

    def row(self, today: date) -> tuple[str, ...]:
        """The line of the export, in the order of HEADINGS."""
        borrower = self.borrower
        oldest = today - timedelta(days=self.overdue_days) if self.overdue_days else None
        return (
            self.contract_no, self.product, "个人" if borrower.kind == "person" else "企业", borrower.name,
            borrower.id_number, borrower.mobile, borrower.email, borrower.address,
            "" if borrower.kind == "person" else "财务负责人", self.branch, "CNY",
            f"{self.annual_rate:.4%}", self.opened_on.isoformat(), self.matures_on.isoformat(),
            f"{self.principal:,.2f}", f"{self.interest:,.2f}", f"{self.penalty:,.2f}", f"{self.fees:,.2f}", "0.00",
            oldest.isoformat() if oldest else "", str(self.overdue_days), f"{self.due_now:,.2f}",
        )  # fmt: skip


def loans(*, seed: int, numbers: range, today: date) -> Iterator[Loan]:
    """Loans as of ``today``, reproducible: most a few weeks behind, a tail of a year and more."""
    random = Random(seed + numbers.start)  # noqa: S311 - invented data, not secrets
    names = [name for name, _ in PRODUCTS]
    weights = [weight for _, weight in PRODUCTS]
    for number in numbers:
        product = random.choices(names, weights)[0]
        who = enterprise(random, number) if product == "经营贷款" and random.random() < 0.6 else person(random, number)
        yield _loan(random, number, product, who, today)


def write_loans(path: Path, book: list[Loan], *, today: date) -> None:
    """The export as CSV with a byte order mark, the way a spreadsheet saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(loan.row(today) for loan in book)


def _loan(random: Random, number: int, product: str, who: Invented, today: date) -> Loan:
    low, high = PRINCIPAL[product]
    principal = Decimal(round(low * (high / low) ** random.random(), 2)).quantize(Decimal("0.01"))
    rate = Decimal(random.choice(RATES[product]))
    aged = AGED.get(number)
    overdue = aged or _overdue_days(random)
    months = random.randrange(3, 30)
    interest = (principal * rate * (overdue + 15) / 365).quantize(Decimal("0.01"))
    penalty = (principal * rate * overdue / 365 / 4).quantize(Decimal("0.01"))
    return Loan(
        contract_no=f"{today.year - 1}{BRANCHES[number % 3][0]}{number:06d}",
        product=product,
        borrower=who,
        branch=BRANCHES[number % 3][0],
        annual_rate=rate,
        opened_on=add_months(today, -months - overdue // 30),
        matures_on=today - timedelta(days=aged) if aged else _maturity(random, product, today),
        principal=principal,
        interest=interest,
        penalty=penalty,
        fees=Decimal("60.00") if product == "信用卡" and overdue > 60 else Decimal("0.00"),
        overdue_days=overdue,
        due_now=(principal / 24 * max(1, overdue // 30) + interest + penalty).quantize(Decimal("0.01")),
    )


def _maturity(random: Random, product: str, today: date) -> date:
    return add_months(today, random.randrange(6, 60) if product != "住房贷款" else 180)


def _overdue_days(random: Random) -> int:
    """An exponential tail around six weeks; one in eight is not overdue at all."""
    return 0 if random.random() < 0.12 else 1 + int(random.expovariate(1 / 55))
