"""An agreement as the plain values that the page template shows. Pure; every figure is already text."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from heyi.capabilities.signing.domain.agreement import Agreement, Change, Clause, CostItem, Language, Row
from heyi.capabilities.signing.domain.pack import AgreementPack
from heyi.capabilities.signing.domain.wording import CURRENCY_ZH, amount, day, percent
from heyi.kit.dates import SHANGHAI
from heyi.kit.money import Money, total

ARTICLES: Final = "零一二三四五六七八九"
GAP: Final = re.compile(r"(?<=[㐀-鿿、，。；：（）《》“”]) (?=[0-9A-Za-z*])|(?<=[0-9A-Za-z%*]) (?=[㐀-鿿（])")


def agreement_page(agreement: Agreement, pack: AgreementPack, *, language: Language) -> dict[str, Any]:
    """Everything that ``agreement.typ`` needs but the digest, the address to verify at and the pictures."""
    at = 0 if language == "zh" else 1
    words = {code: pair[at] for code, pair in pack.labels.items()}
    card = "_card" if agreement.product == "credit_card" else ""
    return {
        "language": language,
        "labels": words,
        "title": agreement.title_zh if at == 0 else agreement.title_en,
        "number": agreement.number,
        "made_on": tight(day(agreement.made_on, language)),
        "party_a": words[f"party_a{card}"],
        "party_b": words[f"party_b{card}"],
        "bank": {"name": agreement.bank.name, "branch_name": agreement.bank.branch_name},
        "bank_lines": [[words["address"], agreement.bank.address], [words["phone"], agreement.bank.hotline]],
        "borrower": {"name": agreement.borrower.name},
        "borrower_lines": _borrower_lines(agreement, words),
        "summary": [[label, tight(value)] for label, value in _summary(agreement, words, language)],
        "clauses": [_clause(clause, index + 1, words, language) for index, clause in enumerate(agreement.clauses)],
        "unit": words["unit"].replace("{0}", CURRENCY_ZH[agreement.currency] if at == 0 else agreement.currency),
        **_schedule(agreement, words),
        "cost": _cost(agreement, words, language),
        "changes": [_change(change, language) for change in agreement.changes if _has_change_clause(agreement)],
        "channels": _channels(agreement, words),
    }


def stamp_page(pack: AgreementPack, *, side: str, name: str, certificate: str, signed_at: datetime) -> dict[str, Any]:
    """Everything that ``stamp.typ`` needs but the size."""
    return {
        "language": "zh",
        "labels": {code: pair[0] for code, pair in pack.labels.items()},
        "side": side,
        "name": name,
        "certificate": certificate,
        "time": signed_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S +08:00"),
    }


def tight(text: str) -> str:
    """Without the spaces between Chinese and figures: the typesetter puts its own, finer ones."""
    return GAP.sub("", text)


def chinese_number(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十, up to 99."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else f"{ARTICLES[tens]}十")
    return head + (ARTICLES[ones] if ones or not tens else "")


def _has_change_clause(agreement: Agreement) -> bool:
    return "change" in agreement.groups


def _borrower_lines(agreement: Agreement, words: dict[str, str]) -> list[list[str]]:
    borrower = agreement.borrower
    return [
        [words[f"id.{borrower.id_kind}"], borrower.id_number_masked],
        [words["mobile"], borrower.mobile_masked],
    ]


def _summary(agreement: Agreement, words: dict[str, str], language: Language) -> list[list[str]]:
    annualised = agreement.cost_form.annualised if agreement.cost_form else agreement.annual_rate
    return [
        [words["summary.debt"], amount(agreement.debt, language)],
        [words["summary.total"], amount(agreement.total, language)],
        [words["summary.periods"], str(len(agreement.rows))],
        [words["summary.until"], day(agreement.last_due_on, language)],
        [words["summary.rate"], percent(agreement.annual_rate)],
        [words["summary.annualised"], percent(annualised)],
    ]


def _clause(clause: Clause, number: int, words: dict[str, str], language: Language) -> dict[str, Any]:
    body = clause.body_zh if language == "zh" else clause.body_en
    told = chinese_number(number) if language == "zh" else str(number)
    return {
        "label": words["article"].replace("{0}", told),
        "title": clause.title_zh if language == "zh" else clause.title_en,
        "highlighted": clause.highlighted,
        "paragraphs": [tight(part.strip()) for part in body.split("\n\n") if part.strip()],
    }


def _schedule(agreement: Agreement, words: dict[str, str]) -> dict[str, Any]:
    """Columns, rows and the row of totals. The column of fees stands only where a fee does."""
    fees = any(row.fees for row in agreement.rows)
    money_columns = ["principal", "interest", *(["fees"] if fees else []), "payment", "balance"]

    def cells(row: Row) -> list[str]:
        values = [row.principal, row.interest, *([row.fees] if fees else []), row.payment, row.balance_after]
        return [str(row.number), row.due_on.isoformat(), *(str(value) for value in values)]

    def sum_of(name: str) -> str:
        return str(total([getattr(row, name) for row in agreement.rows], agreement.currency))

    return {
        "columns": [
            {"kind": "number", "label": words["col.number"]},
            {"kind": "date", "label": words["col.due_on"]},
            *({"kind": "money", "label": words[f"col.{name}"]} for name in money_columns),
        ],
        "rows": [cells(row) for row in agreement.rows],
        "totals": [words["col.total"], "", *(sum_of(name) for name in money_columns[:-1]), ""],
    }


def _cost(agreement: Agreement, words: dict[str, str], language: Language) -> dict[str, Any]:
    form = agreement.cost_form
    if form is None:
        raise ValueError("an agreement without its cost form is not shown to anybody")
    return {
        "financed": str(form.financed),
        "items": [_cost_item(item, words, language) for item in form.items],
        "cost": str(form.cost),
        "to_pay": str(form.to_pay),
        "annualised": percent(form.annualised),
        "statement": form.statement_zh if language == "zh" else form.statement_en,
    }


def _cost_item(item: CostItem, words: dict[str, str], language: Language) -> dict[str, str]:
    parts = {part: tight(getattr(item, f"{part}_{language}")) for part in ("name", "how", "by", "standard")}
    money: Money | None = item.amount
    return {**parts, "kind": item.kind, "amount": words["cost.depends"] if money is None else str(money)}


def _change(change: Change, language: Language) -> list[str]:
    return [tight(getattr(change, f"{part}_{language}")) for part in ("name", "before", "after")]


def _channels(agreement: Agreement, words: dict[str, str]) -> list[list[str]]:
    bank = agreement.bank
    return [
        [words["hotline"], bank.hotline],
        [words["complaint_phone"], bank.complaint_phone],
        [words["complaint_url"], bank.complaint_url],
        [words["complaint_address"], bank.complaint_address],
        *([[words["complaint_mail"], bank.complaint_mail]] if bank.complaint_mail else []),
        [words["regulator"], bank.supervisor or words["supervisor"]],
    ]
