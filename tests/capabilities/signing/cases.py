"""Concluded negotiations that the tests put into agreements. Invented persons and figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from heyi.capabilities.signing.domain import AgreementFacts, Bank, Borrower, Components, Original, Row
from heyi.kit.dates import add_months
from heyi.kit.money import HALF_UP, Money, split_evenly

AT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)

BANK = Bank(
    name="示例银行股份有限公司",
    branch_code="BJ01",
    branch_name="滨江支行",
    address="滨江市长宁路 18 号",
    hotline="400-000-0000",
    complaint_phone="400-000-0001",
    complaint_url="https://bank.example/complaints",
    complaint_address="滨江市长宁路 18 号消费者权益保护部",
)
BORROWER = Borrower(
    name="林晓禾",
    name_masked="林**",
    id_kind="resident_id",
    id_number_masked="**************2816",
    mobile_masked="138****0417",
    email_masked="l***@mail.example",
    address_masked="滨江市梧桐街道***",
)


def money(yuan: str) -> Money:
    return Money.from_decimal(Decimal(yuan), rounding=HALF_UP)


def rows(debt: Money, interest: Money, periods: int, first: date) -> tuple[Row, ...]:
    """Equal parts of debt and interest; the parts differ by at most a fen."""
    rest, made = debt, []
    for index, (part, share) in enumerate(
        zip(split_evenly(debt, periods), split_evenly(interest, periods), strict=True)
    ):
        rest = rest - part
        made.append(Row(index + 1, add_months(first, index), part, share, Money(0), part + share, rest))
    return tuple(made)


def facts(**changes: Any) -> AgreementFacts:
    """Loan 3308 of the design: 46,800.00 + 1,312.40, penalty of 507.95 waived, 48 instalments at 4.8 %."""
    product = changes.get("product", "consumer")
    zero = Components.zero()
    debt, interest = money("48112.40"), money("4729.70")
    made = AgreementFacts(
        number="HY-2026-003308",
        product=product,
        made_on=date(2026, 11, 18),
        bank=BANK,
        borrower=BORROWER,
        contract_no_masked="GX****3308",
        original=Original(
            annual_rate=Decimal("0.0725"),
            matures_on=date(2028, 6, 15),
            instalment=money("2592.30"),
            penalty_rate=Decimal("0.10875"),
        ),
        balance_on=date(2026, 11, 18),
        balance=replace(zero, principal=money("46800.00"), interest=money("1312.40"), penalty=money("507.95")),
        waived=replace(zero, penalty=money("507.95")),
        method="equal_instalments",
        annual_rate=Decimal("0.048"),
        annualised=Decimal("0.0491"),
        rows=rows(debt, interest, 48, date(2027, 1, 15)),
        total=debt + interest,
        tolerance_days=10,
        repay_account="**** **** **** 6601",
        penalty_rate=Decimal("0.072"),
    )
    return replace(made, **changes)
