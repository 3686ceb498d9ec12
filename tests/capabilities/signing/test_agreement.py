"""The text: complete, honest, exact to the fen, and nothing implicit."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.signing.domain import (
    Agreement,
    Components,
    PayTo,
    agreement_bytes,
    agreement_digest,
    agreement_from,
    compose,
    is_signable,
    lacks,
    required_groups,
)
from heyi.capabilities.signing.domain.compose import conditions, placeholders
from heyi.capabilities.signing.domain.wording import DIGITS, capitals, percent, spaced
from heyi.capabilities.signing.library import PACKS, load_pack
from heyi.kit.dates import add_months
from heyi.kit.money import Money
from tests.capabilities.signing.cases import facts, money, rows

PRODUCTS = ("credit_card", "consumer", "mortgage", "business")
CARD_GROUPS = {"balance", "repayment", "charges", "undertaking", "duties", "other"}
pytestmark = pytest.mark.req("E6")


def made(**changes: Any) -> Agreement:
    return compose(facts(**changes), load_pack())


def codes(agreement: Agreement) -> list[str]:
    return [lack.code for lack in lacks(agreement, load_pack())]


def text_of(agreement: Agreement) -> str:
    return "\n".join(clause.body_zh + clause.plain_zh for clause in agreement.clauses)


@pytest.mark.parametrize("product", PRODUCTS)
def test_each_product_makes_a_complete_agreement(product: str) -> None:
    agreement = made(product=product)
    assert lacks(agreement, load_pack()) == ()
    assert required_groups(agreement.product, load_pack()) <= agreement.groups


def test_a_card_agreement_has_the_six_groups_of_article_70() -> None:
    assert required_groups("credit_card", load_pack()) >= CARD_GROUPS
    for group in CARD_GROUPS:
        agreement = made(product="credit_card")
        short = replace(agreement, clauses=tuple(one for one in agreement.clauses if one.group != group))
        assert [(lack.code, lack.detail) for lack in lacks(short, load_pack())] == [("group", group)]


@pytest.mark.parametrize("product", PRODUCTS[1:])
def test_article_70_and_its_undertaking_are_for_cards_alone(product: str) -> None:
    text = text_of(made(product=product))
    assert "七十条" not in text
    assert "不向任何银行申请信用卡" not in text
    assert "第五百四十三条、第六百七十八条" in text
    assert "《商业银行信用卡业务监督管理办法》第七十条" in text_of(made(product="credit_card"))


def test_an_empty_clause_is_a_missing_one() -> None:
    agreement = made(product="credit_card")
    blank = tuple(replace(one, body_zh=" ") if one.group == "undertaking" else one for one in agreement.clauses)
    assert codes(replace(agreement, clauses=blank)) == ["group"]


def test_the_promise_restarts_the_clock_and_says_so() -> None:
    agreement = made()
    clause = agreement.clause("limitation")
    assert clause is not None
    assert clause.highlighted
    assert "诉讼时效中断、重新计算" in clause.body_zh
    assert "2030 年 12 月 15 日" in clause.body_zh
    assert agreement.clause("time_barred") is None
    assert made(time_barred=True).clause("time_barred") is not None


def test_terms_of_major_interest_are_highlighted() -> None:
    agreement = made(product="credit_card")
    lit = {clause.group for clause in agreement.clauses if clause.highlighted}
    assert lit >= {"balance", "repayment", "charges", "undertaking", "duties", "limitation"}


def test_every_change_stands_old_to_new() -> None:
    told = {change.code: (change.before_zh, change.after_zh) for change in made().changes}
    assert told == {
        "annual_rate": ("7.25%", "4.80%"),
        "matures_on": ("2028 年 6 月 15 日", "2030 年 12 月 15 日"),
        "instalment": ("2,592.30 元", "1,100.87 元"),
        "penalty_rate": ("10.875%", "7.20%"),
    }


def test_a_term_that_stays_is_no_change() -> None:
    same = facts()
    unchanged = replace(same, original=replace(same.original, annual_rate=same.annual_rate))
    assert "annual_rate" not in {change.code for change in compose(unchanged, load_pack()).changes}


def test_a_schedule_that_does_not_sum_is_not_signable() -> None:
    agreement = made()
    fen = Money(1)
    for row in (0, 20, 47):
        wrong = list(agreement.rows)
        wrong[row] = replace(wrong[row], principal=wrong[row].principal + fen, payment=wrong[row].payment + fen)
        assert codes(replace(agreement, rows=tuple(wrong))) == ["schedule_sum"]
        wrong[row] = replace(agreement.rows[row], interest=agreement.rows[row].interest + fen)
        assert codes(replace(agreement, rows=tuple(wrong))) == ["row_sum"]


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({"rows": ()}, "schedule_empty"),
        ({"debt": Money(1)}, "debt_sum"),
        ({"cost_form": None}, "cost_form"),
        ({"total": Money(1)}, "schedule_sum"),
    ],
)
def test_each_lack_is_named(change: dict[str, Any], lack: str) -> None:
    assert lack in codes(replace(made(), **change))


def test_rows_in_disorder_are_named() -> None:
    agreement = made()
    first, second, *rest = agreement.rows
    assert "schedule_numbers" in codes(replace(agreement, rows=(second, first, *rest)))
    late = replace(second, due_on=first.due_on)
    assert "schedule_dates" in codes(replace(agreement, rows=(first, late, *rest)))
    short = (*agreement.rows[:-1], replace(agreement.rows[-1], balance_after=Money(1)))
    assert codes(replace(agreement, rows=short)) == ["schedule_rest"]


def test_the_cost_form_names_everything_and_agrees_with_the_schedule() -> None:
    agreement = made()
    form = agreement.cost_form
    assert form is not None
    assert [(item.code, item.kind) for item in form.items] == [
        ("interest", "normal"),
        ("overdue", "contingent"),
        ("court", "contingent"),
    ]
    assert (form.financed, form.cost, form.to_pay) == (money("48112.40"), money("4729.70"), money("52842.10"))
    cheaper = replace(form, items=(replace(form.items[0], amount=Money(1)), *form.items[1:]))
    assert codes(replace(agreement, cost_form=cheaper)) == ["cost_form_sum"]
    assert "cost_form_total" in codes(replace(agreement, cost_form=replace(form, financed=Money(1), to_pay=Money(2))))


def test_a_card_plan_ends_within_sixty_months() -> None:
    debt, nothing, first = money("48112.40"), Money(0), date(2027, 1, 31)

    def over(periods: int, product: str) -> list[str]:
        plan = rows(debt, nothing, periods, first)
        return codes(made(product=product, rows=plan, total=debt, annual_rate=Decimal(0)))

    assert over(60, "credit_card") == []
    assert over(61, "credit_card") == ["term_too_long"]
    assert over(61, "mortgage") == []
    late = [*rows(debt, nothing, 60, first)]
    late[-1] = replace(late[-1], due_on=add_months(first, 60).replace(day=31) + (date(2032, 2, 2) - date(2032, 1, 31)))
    assert codes(made(product="credit_card", rows=tuple(late), total=debt, annual_rate=Decimal(0))) == ["term_too_long"]


def test_every_turn_of_the_facts_makes_a_signable_text() -> None:
    """All conditions that clause data ask for, in all combinations that can happen."""
    pack, seen = load_pack(), set()
    for product, waived, single, costly, penal, barred in itertools.product(
        PRODUCTS, (True, False), (True, False), (True, False), (True, False), (True, False)
    ):
        base = facts(product=product)
        waiver = base.waived if waived else Components.zero()
        debt = base.balance.total - waiver.total
        cost = money("1000.00") if costly else Money(0)
        turned = replace(
            base,
            waived=waiver,
            rows=rows(debt, cost, 1 if single else 12, date(2027, 1, 15)),
            total=debt + cost,
            method="settlement" if single and waived else "equal_instalments",
            annual_rate=Decimal("0.03") if costly else Decimal(0),
            penalty_rate=Decimal("0.05") if penal else None,
            time_barred=barred,
            annual_fee_runs=penal,
            pay_to=PayTo("示例银行", "示例支行", "0000 0000 01", "3308") if penal else None,
            borrower=replace(base.borrower, email_masked="" if penal else "a***@b.example"),
        )
        agreement = compose(turned, pack)
        assert lacks(agreement, pack) == (), (product, waived, single)
        assert "{" not in text_of(agreement)
        assert len({clause.id for clause in agreement.clauses}) == len(agreement.clauses)
        seen |= {clause.id for clause in agreement.clauses}
    assert seen == {source.id for source in pack.clauses}


def test_clause_data_are_complete() -> None:
    pack = load_pack()
    known = {language: set(placeholders(facts(), pack, language)) for language in ("zh", "en")}  # type: ignore[arg-type]
    held = set(conditions(facts()))
    for source in pack.clauses:
        assert source.sources, source.id
        assert {name.removeprefix("!") for name in source.when} <= held
        for language in ("zh", "en"):
            for part in ("title", "plain", "body"):
                text = getattr(source, f"{part}_{language}")
                assert text.strip(), (source.id, part, language)
                assert set(re.findall(r"{(\w+)}", text)) <= known[language], (source.id, part, language)


def test_every_source_is_in_the_form_of_the_catalogue() -> None:
    ids = {one for source in load_pack().clauses for one in source.sources}
    assert {one for one in ids if not re.fullmatch(r"CN-[A-Z]+-[A-Za-z0-9/]+", one)} == set()


def test_every_parameter_says_where_it_comes_from() -> None:
    head = yaml.safe_load((PACKS / "cn" / "agreement" / "parameters.yaml").read_text("utf-8"))
    assert [name for name, item in head["parameters"].items() if len(item["source"]) < 8] == []


def test_no_clause_threatens() -> None:
    words = ("必须立即", "否则", "后果自负", "老赖", "恶意", "最后通牒", "最终解释权")
    told = [text_of(made(product=product, time_barred=True)) for product in PRODUCTS]
    assert [word for word in words for text in told if word in text] == []


def test_the_digest_covers_every_word_and_figure() -> None:
    agreement = made()
    assert agreement_from(agreement_bytes(agreement)) == agreement
    first = agreement.clauses[0]
    for changed in (
        replace(agreement, total=agreement.total + Money(1)),
        replace(agreement, clauses=(replace(first, body_zh=first.body_zh + "。"), *agreement.clauses[1:])),
        replace(agreement, rows=agreement.rows[:-1]),
    ):
        assert agreement_digest(changed) != agreement_digest(agreement)


@pytest.mark.parametrize(
    ("minor", "told"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (105, "壹元零伍分"),
        (5_284_210, "伍万贰仟捌佰肆拾贰元壹角整"),
        (1_050_000, "壹万零伍佰元整"),
        (140_900_500, "壹佰肆拾万玖仟零伍元整"),
        (100_001_000_000, "壹拾亿零壹万元整"),
        (10**15, "壹拾万亿元整"),
    ],
)
def test_amounts_in_capitals(minor: int, told: str) -> None:
    assert capitals(Money(minor)) == told


@given(st.integers(min_value=0, max_value=10**15))
def test_capitals_can_be_read_back(minor: int) -> None:
    assert _read_back(capitals(Money(minor))) == minor


def _read_back(text: str) -> int:
    """An independent reader of capitals, by the units alone."""
    head, _, tail = text.partition("元") if "元" in text else ("", "", text)
    yuan = 0
    for factor, block in zip((10**12, 10**8, 10**4, 1), _blocks(head), strict=True):
        number = 0
        for digit, unit in re.findall(r"([壹贰叁肆伍陆柒捌玖])([拾佰仟]?)", block):
            number += DIGITS.index(digit) * {"": 1, "拾": 10, "佰": 100, "仟": 1000}[unit]
        yuan += number * factor
    cents = sum(
        DIGITS.index(digit) * {"角": 10, "分": 1}[unit]
        for digit, unit in re.findall(r"([壹贰叁肆伍陆柒捌玖])([角分])", tail)
    )
    return yuan * 100 + cents


def _blocks(head: str) -> list[str]:
    top, _, rest = head.rpartition("万亿") if "万亿" in head else ("", "", head)
    high, _, rest = rest.rpartition("亿") if "亿" in rest else ("", "", rest)
    middle, _, low = rest.rpartition("万") if "万" in rest else ("", "", rest)
    return [top, high, middle, low]


@pytest.mark.parametrize(
    ("rate", "told"), [("0.048", "4.80%"), ("0.048125", "4.8125%"), ("0.1", "10.00%"), ("0", "0.00%")]
)
def test_rates(rate: str, told: str) -> None:
    assert percent(Decimal(rate)) == told


def test_spacing() -> None:
    assert spaced("自2027 年1月起，分48期还 5.00%利息") == "自 2027 年 1 月起，分 48 期还 5.00% 利息"


@given(st.integers(min_value=1, max_value=60), st.integers(min_value=0, max_value=10**13), st.integers(0, 10**11))
def test_any_even_plan_is_signable(periods: int, debt: int, interest: int) -> None:
    owed, cost = Money(debt + 100), Money(interest)
    agreement = made(
        balance=replace(Components.zero(), principal=owed),
        waived=Components.zero(),
        rows=rows(owed, cost, periods, date(2027, 1, 31)),
        total=owed + cost,
        annual_rate=Decimal("0.05") if interest else Decimal(0),
    )
    assert is_signable(agreement, load_pack())


def test_a_document_of_before_keeps_its_digest_when_a_field_is_added() -> None:
    before = replace(facts().bank, complaint_mail=None, supervisor=None)
    old = made(bank=before)
    plain = json.loads(agreement_bytes(old))
    assert {"complaint_mail", "supervisor"}.isdisjoint(plain["bank"])
    assert agreement_digest(agreement_from(agreement_bytes(old))) == agreement_digest(old)
    new = made(bank=replace(before, complaint_mail="care@bank.example", supervisor="12378"))
    assert "电子邮箱 care@bank.example" in text_of(new)
    assert agreement_from(agreement_bytes(new)) == new
