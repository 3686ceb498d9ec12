"""Numbers of people and enterprises: sound by the standard, or named by their first fault."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from heyi.capabilities.loans.domain import identity, masks
from heyi.capabilities.loans.domain.read_contract import guess_id_type
from tests.capabilities.loans.cases import LIN_ID, id_number, uscc

TODAY = date(2026, 1, 3)


def test_the_example_of_the_standard_is_sound() -> None:
    """GB 11643-1999 shows 11010519491231002X and 440524188001010014."""
    assert identity.id_number_fault("11010519491231002X", today=TODAY) is None
    assert identity.id_number_fault("440524188001010014", today=TODAY) is None


@pytest.mark.req("E2")
@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105491231002", "id_number_length"),
        ("11010519491231002Y", "id_number_characters"),
        ("1101051949123100２X", "id_number_characters"),
        ("00010519491231002X", "id_number_region"),
        ("110105194913310029", "id_number_birth_date"),
        ("110105209912310029", "id_number_birth_date"),
        ("110105194912310021", "id_number_checksum"),
    ],
)
def test_citizen_numbers_with_a_fault(number: str, code: str) -> None:
    assert identity.id_number_fault(number, today=TODAY) == code


@pytest.mark.req("E2")
@given(
    st.integers(0, 999), st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.integers(0, 16), st.sampled_from("0123456789")
)
def test_one_wrong_digit_never_passes(serial: int, born: date, place: int, digit: str) -> None:
    number = id_number(serial, f"{born:%Y%m%d}")
    assert identity.id_number_fault(number, today=TODAY) is None
    assume(number[place] != digit)
    assert identity.id_number_fault(number[:place] + digit + number[place + 1 :], today=TODAY) is not None


@pytest.mark.parametrize("code", ["91350100M000100Y43", "911100001000131000"[:17] + "X"])
def test_credit_codes(code: str) -> None:
    """91350100M000100Y43 is the example of GB 32100-2015."""
    expected = None if code == "91350100M000100Y43" else "uscc_checksum"
    assert identity.uscc_fault(code) == expected


@pytest.mark.parametrize(
    ("code", "fault"),
    [("9135", "uscc_length"), ("91350100M000100O43", "uscc_characters"), ("91350100M000100Y44", "uscc_checksum")],
)
def test_credit_codes_with_a_fault(code: str, fault: str) -> None:
    assert identity.uscc_fault(code) == fault


@given(st.integers(0, 9_999_999), st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_never_passes(serial: int, place: int, char: str) -> None:
    code = uscc(serial)
    assert identity.uscc_fault(code) is None
    assume(code[place] != char)
    assert identity.uscc_fault(code[:place] + char + code[place + 1 :]) == "uscc_checksum"


def test_which_number_it_is_shows_in_its_form() -> None:
    assert guess_id_type(LIN_ID) == "id_card"
    assert guess_id_type(uscc(7)) == "uscc"
    assert guess_id_type(LIN_ID[:-1] + "0") == "id_card"
    assert guess_id_type("") == ""


@pytest.mark.parametrize("text", ["138 1234 2816", "+86-138-1234-2816", "0086 13812342816", "8613812342816"])
def test_mobile_numbers_as_people_write_them(text: str) -> None:
    assert identity.plain_mobile(text) == "13812342816"
    assert identity.mobile_fault(identity.plain_mobile(text)) is None


@pytest.mark.parametrize("text", ["12812342816", "1381234281", "138123428160", "0571-88886666", "1381234281X"])
def test_numbers_that_are_no_mobile(text: str) -> None:
    assert identity.mobile_fault(identity.plain_mobile(text)) == "mobile_unclear"


@pytest.mark.parametrize(
    ("name", "enterprise", "masked"),
    [
        ("林知晴", False, "林＊晴"),
        ("王磊", False, "王＊"),
        ("欧阳若水晴", False, "欧＊＊＊晴"),
        ("John Smith", False, "J＊＊＊ S＊＊＊＊"),
        ("澄溪机电有限公司", True, "澄溪＊＊＊＊公司"),
        ("甲店", True, "甲店＊＊"),
        ("", False, ""),
    ],
)
def test_names_are_masked(name: str, enterprise: bool, masked: str) -> None:
    assert masks.name(name, enterprise=enterprise) == masked


@given(st.text(alphabet="王李张刘陈杨黄赵吴周", min_size=2, max_size=6))
def test_a_mask_never_shows_the_given_name_in_full(name: str) -> None:
    assert masks.name(name).count(masks.STAR) >= 1
    assert len(masks.name(name)) == len(name)


def test_salutations() -> None:
    assert masks.salutation("欧阳若水", enterprise=False, id_number=id_number(282)).zh == "欧阳女士"
    assert masks.salutation("林知晴", enterprise=False, id_number=id_number(281)).en == "Mr 林"
    assert masks.salutation("林知晴", enterprise=False).zh == "林客户"
    assert masks.salutation("澄溪有限公司", enterprise=True).zh == "澄溪有限公司"
    assert masks.id_number(LIN_ID) == LIN_ID[:4] + "**********" + LIN_ID[-4:]
    assert masks.id_number("E1234567") == "******67"
    assert masks.mobile("13812342816") == "138****2816"
    assert masks.email("lin@mail.example") == "l***@mail.example"
    assert masks.account("6222020200012345") == "****2345"
