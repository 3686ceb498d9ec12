"""May this text be put before a borrower at all? Every lack is named; a schedule that does not sum is one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from heyi.capabilities.signing.domain.agreement import Agreement, Product
from heyi.capabilities.signing.domain.pack import AgreementPack
from heyi.kit.dates import add_months
from heyi.kit.money import Money, total


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that keeps an agreement from being signed. ``detail`` is plain and holds no personal data."""

    code: str
    detail: str = ""


def required_groups(product: Product, pack: AgreementPack) -> frozenset[str]:
    """The clause groups without which the product's agreement is not complete (cards: article 70, CN-CC-70b)."""
    return pack.required[product]


def lacks(agreement: Agreement, pack: AgreementPack) -> tuple[Lack, ...]:
    """Everything that is missing or does not add up, in a stable order; empty when it may be signed."""
    return (
        *_missing_groups(agreement, pack),
        *_schedule(agreement),
        *_cost_form(agreement),
        *_term(agreement, pack),
    )


def is_signable(agreement: Agreement, pack: AgreementPack) -> bool:
    """True when nothing is lacking."""
    return not lacks(agreement, pack)


def _missing_groups(agreement: Agreement, pack: AgreementPack) -> Iterator[Lack]:
    present = {clause.group for clause in agreement.clauses if clause.body_zh.strip() and clause.body_en.strip()}
    for group in sorted(required_groups(agreement.product, pack) - present):
        yield Lack("group", group)
    if len({clause.id for clause in agreement.clauses}) != len(agreement.clauses):
        yield Lack("clause_twice")


def _schedule(agreement: Agreement) -> Iterator[Lack]:
    rows = agreement.rows
    if not rows:
        yield Lack("schedule_empty")
        return
    if [row.number for row in rows] != list(range(1, len(rows) + 1)):
        yield Lack("schedule_numbers")
    if any(later.due_on <= earlier.due_on for earlier, later in itertools.pairwise(rows)):
        yield Lack("schedule_dates")
    for row in rows:
        if row.principal + row.interest + row.fees != row.payment or row.payment < Money.zero(agreement.currency):
            yield Lack("row_sum", str(row.number))
    if total([row.payment for row in rows]) != agreement.total:
        yield Lack("schedule_sum", f"{total([row.payment for row in rows])} != {agreement.total}")
    if rows[-1].balance_after:
        yield Lack("schedule_rest", str(rows[-1].balance_after))
    if (rows[0].due_on, rows[-1].due_on) != (agreement.first_due_on, agreement.last_due_on):
        yield Lack("schedule_dates")
    if agreement.balance.total - agreement.waived.total != agreement.debt:
        yield Lack("debt_sum")


def _cost_form(agreement: Agreement) -> Iterator[Lack]:
    form = agreement.cost_form
    if form is None:
        yield Lack("cost_form")
        return
    known = total([item.amount for item in form.items if item.amount is not None], agreement.currency)
    if known != form.cost or form.financed + form.cost != form.to_pay:
        yield Lack("cost_form_sum")
    if form.to_pay != agreement.total or form.financed != agreement.debt or form.cost < Money.zero(agreement.currency):
        yield Lack("cost_form_total")


def _term(agreement: Agreement, pack: AgreementPack) -> Iterator[Lack]:
    """A card plan ends within five years (article 70): sixty instalments, sixty months from the first."""
    if agreement.product != "credit_card" or not agreement.rows:
        return
    months = pack.parameters.card_max_months
    if len(agreement.rows) > months or agreement.last_due_on > add_months(agreement.first_due_on, months):
        yield Lack("term_too_long", str(months))
