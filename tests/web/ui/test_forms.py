"""Fields read what people type, and say what to mend."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms

from heyi.kit.money import Money
from heyi.web.ui.form_items import form_item
from heyi.web.ui.forms import CodeField, Form, MoneyField, RateField


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("5184.60", 518460),
        ("5,184.6", 518460),
        ("５，１８４．６０", 518460),
        ("¥ 5 184.60元", 518460),
        ("0", 0),
        ("100000000000", 10**13),
    ],
)
def test_money_as_people_type_it(typed: str, minor: int) -> None:
    assert MoneyField().clean(typed) == Money(minor)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abc", "money"),
        ("1.234", "money"),
        ("-1", "negative"),
        ("100000000001", "large"),
        ("1e9", "money"),
        ("", "required"),
    ],
)
def test_money_that_is_none(typed: str, code: str) -> None:
    with pytest.raises(forms.ValidationError) as error:
        MoneyField().clean(typed)
    assert error.value.error_list[0].code == code


def test_optional_money_may_be_left_out() -> None:
    assert MoneyField(required=False).clean("") is None


@pytest.mark.parametrize(
    ("typed", "fraction"), [("4.8", "0.048"), ("4.80%", "0.048"), ("４．８％", "0.048"), ("0", "0")]
)
def test_a_rate_is_a_fraction(typed: str, fraction: str) -> None:
    assert RateField().clean(typed) == Decimal(fraction)


@pytest.mark.parametrize("typed", ["101", "-1", "x"])
def test_a_rate_out_of_range(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        RateField().clean(typed)


def test_what_was_read_is_shown_again_as_it_is_typed() -> None:
    assert MoneyField().prepare_value(Money(518460)) == "5,184.60"
    assert RateField().prepare_value(Decimal("0.048")) == "4.8"


@pytest.mark.parametrize(("typed", "code"), [("12 34 56", "123456"), ("１２３４５６", "123456")])
def test_a_code_may_be_typed_loosely(typed: str, code: str) -> None:
    assert CodeField(length=6).clean(typed) == code


def test_the_tail_of_an_id_may_end_in_x() -> None:
    assert CodeField(length=4, digits_only=False).clean("281x") == "281X"
    for wrong in ("28X", "2 81Y", "28165"):
        with pytest.raises(forms.ValidationError):
            CodeField(length=4, digits_only=False).clean(wrong)


def test_inputs_carry_their_class() -> None:
    class Sample(Form):
        amount = MoneyField()
        code = CodeField(length=6)
        kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)

    page = str(Sample())
    assert 'class="input"' in page
    assert 'class="input input--code"' in page
    assert 'class="choices"' in page


def test_a_unit_is_told_by_the_page_or_by_the_field() -> None:
    class Sample(Form):
        periods = forms.IntegerField()
        amount = MoneyField()

    def drawn(name: str, unit: str) -> str:
        return form_item(Sample()[name], unit)

    assert ">periods of a month<" in drawn("periods", "periods of a month")
    assert "input-unit" not in drawn("periods", "")
    assert ">元<" in drawn("amount", "")
    assert ">thousands<" in drawn("amount", "thousands")
