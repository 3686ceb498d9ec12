"""Facts and clause data → one agreement. Nothing is implicit: an unknown placeholder or condition is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from heyi.capabilities.signing.domain.agreement import (
    Agreement,
    Change,
    Clause,
    Components,
    CostForm,
    CostItem,
    Language,
)
from heyi.capabilities.signing.domain.facts import AgreementFacts, PayTo
from heyi.capabilities.signing.domain.pack import AgreementPack, ClauseSource, CostSource
from heyi.capabilities.signing.domain.wording import amount, capitals, currency_name, day, percent, spaced
from heyi.kit.money import Money

LANGUAGES: tuple[Language, Language] = ("zh", "en")


def compose(facts: AgreementFacts, pack: AgreementPack) -> Agreement:
    """The agreement in both languages. It may still lack something: ask ``signable.lacks``."""
    zh, en = (placeholders(facts, pack, language) for language in LANGUAGES)
    holds = conditions(facts)
    title_zh, title_en = pack.titles[facts.product]
    return Agreement(
        number=facts.number,
        product=facts.product,
        title_zh=title_zh,
        title_en=title_en,
        made_on=facts.made_on,
        bank=facts.bank,
        borrower=facts.borrower,
        contract_no_masked=facts.contract_no_masked,
        balance_on=facts.balance_on,
        balance=facts.balance,
        waived=facts.waived,
        debt=facts.debt,
        total=facts.total,
        first_due_on=facts.rows[0].due_on,
        last_due_on=facts.rows[-1].due_on,
        annual_rate=facts.annual_rate,
        rows=facts.rows,
        changes=changes(facts, pack),
        cost_form=_cost_form(facts, pack, zh, en),
        clauses=tuple(
            _clause(source, zh, en) for source in pack.clauses if applies(source, product=facts.product, holds=holds)
        ),
        pack_version=pack.version,
    )


def conditions(facts: AgreementFacts) -> Mapping[str, bool]:
    """The named conditions that clause data may ask for."""
    return {
        "waiver": bool(facts.waived.total),
        "settlement": facts.method == "settlement",
        "single": len(facts.rows) == 1,
        "interest_runs": facts.annual_rate > 0,
        "fees_run": bool(facts.plan_fees),
        "penalty_runs": facts.penalty_rate is not None,
        "annual_fee_runs": facts.annual_fee_runs,
        "time_barred": facts.time_barred,
        "person": facts.borrower.id_kind != "social_credit_code",
        "pay_to": facts.pay_to is not None,
        "email": bool(facts.borrower.email_masked),
        "address": bool(facts.borrower.address_masked),
    }


def applies(source: ClauseSource | CostSource, *, product: str, holds: Mapping[str, bool]) -> bool:
    """True when the product is meant and every condition holds. Raises KeyError for a condition nobody knows."""
    return product in source.products and all(
        not holds[name[1:]] if name.startswith("!") else holds[name] for name in source.when
    )


def placeholders(facts: AgreementFacts, pack: AgreementPack, language: Language) -> dict[str, str]:
    """Every value that a clause may name, in words of ``language``."""
    at = LANGUAGES.index(language)
    return {
        "number": facts.number,
        "bank": facts.bank.name,
        "branch": facts.bank.branch_name,
        "hotline": facts.bank.hotline,
        "complaint_phone": facts.bank.complaint_phone,
        "complaint_url": facts.bank.complaint_url,
        "complaint_address": facts.bank.complaint_address,
        "complaint_mail": _by_mail(facts.bank.complaint_mail, pack, at),
        "supervisor": facts.bank.supervisor or pack.labels["supervisor"][at],
        "mobile": facts.borrower.mobile_masked,
        "email": facts.borrower.email_masked or "—",
        "address": facts.borrower.address_masked or "—",
        "contract_no": facts.contract_no_masked,
        "contract": pack.word(f"contract.{facts.product}")[at],
        "balance_on": day(facts.balance_on, language),
        "balance_total": amount(facts.balance.total, language),
        "balance_parts": _parts(facts.balance, facts.product, pack, language),
        "waived_total": amount(facts.waived.total, language),
        "waived_parts": _parts(facts.waived, facts.product, pack, language),
        "debt": amount(facts.debt, language),
        "debt_capitals": capitals(facts.debt) if facts.total.currency == "CNY" else amount(facts.debt, "zh"),
        "total": amount(facts.total, language),
        "total_capitals": capitals(facts.total) if facts.total.currency == "CNY" else amount(facts.total, "zh"),
        "cost": amount(facts.cost, language),
        "interest_total": amount(facts.cost - facts.plan_fees, language),
        "fees_total": amount(facts.plan_fees, language),
        "currency": currency_name(facts.total.currency, language),
        "periods": str(len(facts.rows)),
        "method": pack.word(f"method.{facts.method}")[at],
        "first_due_on": day(facts.rows[0].due_on, language),
        "last_due_on": day(facts.rows[-1].due_on, language),
        "first_payment": amount(facts.rows[0].payment, language),
        "annual_rate": percent(facts.annual_rate),
        "annualised": percent(facts.annualised),
        "penalty_rate": percent(facts.penalty_rate or facts.annual_rate),
        "repay_account": facts.repay_account,
        **_pay_to(facts.pay_to),
        "tolerance_days": str(facts.tolerance_days),
        **{field.name: str(getattr(pack.parameters, field.name)) for field in fields(pack.parameters)},
    }


def _by_mail(address: str | None, pack: AgreementPack, at: int) -> str:
    return pack.word("complaint.mail")[at].replace("{0}", address) if address else ""


def _pay_to(account: PayTo | None) -> dict[str, str]:
    """The clause about transfers is only there with an account; its places are always known."""
    told = account or PayTo("—", "—", "—", "—")
    return {
        "payee": told.payee,
        "payee_bank": told.bank,
        "payee_account": told.number,
        "payee_reference": told.reference,
    }


def changes(facts: AgreementFacts, pack: AgreementPack) -> tuple[Change, ...]:
    """Each term of the contract that differs afterwards, old and new."""
    before, last = facts.original, facts.rows[-1].due_on
    pairs = [
        ("annual_rate", percent(before.annual_rate), percent(facts.annual_rate)),
        ("matures_on", before.matures_on, last),
        ("instalment", before.instalment, _usual_payment(facts)),
        ("penalty_rate", _percent(before.penalty_rate), _percent(facts.penalty_rate)),
    ]
    return tuple(
        Change(
            code,
            *pack.word(f"change.{code}"),
            _told(old, "zh", pack),
            _told(old, "en", pack),
            _told(new, "zh", pack),
            _told(new, "en", pack),
        )
        for code, old, new in pairs
        if old != new
    )


def _usual_payment(facts: AgreementFacts) -> Money:
    """The payment that most instalments have; the first of them when there are several."""
    payments = [row.payment.amount_minor for row in facts.rows]
    return Money(max(payments, key=payments.count), facts.total.currency)


def _percent(rate: object) -> str | None:
    return None if rate is None else percent(rate)  # type: ignore[arg-type]


def _told(value: object, language: Language, pack: AgreementPack) -> str:
    if value is None:
        return pack.word("change.none")[LANGUAGES.index(language)]
    if isinstance(value, Money):
        return amount(value, language)
    return value if isinstance(value, str) else day(value, language)  # type: ignore[arg-type]


def _parts(parts: Components, product: str, pack: AgreementPack, language: Language) -> str:
    """The parts that are not zero, each with its name as the product calls it."""
    at = LANGUAGES.index(language)
    named = [(field.name, getattr(parts, field.name)) for field in fields(Components)]
    told = [
        f"{pack.word(_component_word(name, product))[at]} {amount(money, language)}" for name, money in named if money
    ]
    if language == "zh":
        return "、".join(told)
    return told[0] if len(told) == 1 else ", ".join(told[:-1]) + " and " + told[-1] if told else ""


def _component_word(name: str, product: str) -> str:
    """Cards have 违约金 where loans have 罚息."""
    return f"component.{name}.card" if name == "penalty" and product == "credit_card" else f"component.{name}"


def _clause(source: ClauseSource, zh: Mapping[str, str], en: Mapping[str, str]) -> Clause:
    return Clause(
        id=source.id,
        group=source.group,
        title_zh=spaced(source.title_zh.format_map(zh)),
        body_zh=spaced(source.body_zh.format_map(zh)),
        plain_zh=spaced(source.plain_zh.format_map(zh)),
        title_en=source.title_en.format_map(en),
        body_en=source.body_en.format_map(en),
        plain_en=source.plain_en.format_map(en),
        highlighted=source.highlighted,
        sources=source.sources,
    )


def _cost_form(facts: AgreementFacts, pack: AgreementPack, zh: Mapping[str, str], en: Mapping[str, str]) -> CostForm:
    holds = conditions(facts)
    amounts = {"interest": facts.cost - facts.plan_fees, "fees": facts.plan_fees}
    return CostForm(
        financed=facts.debt,
        items=tuple(
            _cost_item(source, zh, en, amounts.get(source.code))
            for source in pack.costs
            if applies(source, product=facts.product, holds=holds)
        ),
        cost=facts.cost,
        to_pay=facts.total,
        annualised=facts.annualised,
        statement_zh=pack.cost_statement[0].format_map(zh),
        statement_en=pack.cost_statement[1].format_map(en),
    )


def _cost_item(source: CostSource, zh: Mapping[str, str], en: Mapping[str, str], money: Money | None) -> CostItem:
    return CostItem(
        code=source.code,
        kind=source.kind,
        name_zh=source.name_zh.format_map(zh),
        name_en=source.name_en.format_map(en),
        how_zh=source.how_zh.format_map(zh),
        how_en=source.how_en.format_map(en),
        by_zh=source.by_zh.format_map(zh),
        by_en=source.by_en.format_map(en),
        standard_zh=source.standard_zh.format_map(zh),
        standard_en=source.standard_en.format_map(en),
        amount=money,
    )
