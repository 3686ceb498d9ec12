"""Templates as data: complete in two languages, kind in tone, and refused when they are not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.capabilities.compliance.domain import PURPOSES, Both
from heyi.capabilities.contact.adapters.word_files import load
from heyi.capabilities.contact.domain import (
    LONGEST,
    BadWords,
    Block,
    LetterIncomplete,
    Template,
    ValuesMissing,
    forbidden_words,
    parse_templates,
    require_blocks,
    word,
)
from heyi.kit.money import Money

HOUSE = {
    "bank": "示例银行",
    "hotline": "400-000-0000",
    "complaint_phone": "400-000-0001",
    "complaint_url": "https://heyi.example/complain/",
    "supervisor": "12378",
    "today": date(2026, 3, 2),
    "letter_no": "0A",
    "link": "https://x/my/",
}
TEMPLATES = [pytest.param(template, id=name) for name, template in load().items()]
GOOD = {
    "id": "hello",
    "purpose": "service",
    "discloses_debt": False,
    "channels": ["sms"],
    "title": {"zh": "您好", "en": "Hello"},
    "text": {"zh": "{name}，您好", "en": "Hello {name}"},
    "example": {"name": "林"},
}


@pytest.mark.req("C8")
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_template_can_be_said_in_both_languages_without_gaps(template, language):
    wording = word(template, {**template.example, **HOUSE}, language)
    text = wording.title + wording.text + "".join(text for _, text in wording.blocks)
    assert "{" not in text
    assert forbidden_words(text) == []
    assert template.purpose in PURPOSES
    if "sms" in template.channels:
        text = word(template, {**template.example, **HOUSE}, language, short=True).text
        assert len(text) <= LONGEST["sms"]
        assert len(text) <= (140 if language == "zh" else 300), "a borrower reads it on a lock screen"


@pytest.mark.req("C8", "B11")
@pytest.mark.parametrize("template", TEMPLATES)
def test_what_names_an_amount_or_the_debt_says_so(template):
    names_money = any(word in name for name in template.needs for word in ("amount", "total", "remaining", "paid"))
    assert template.discloses_debt or not names_money


@pytest.mark.req("C8")
@pytest.mark.parametrize(
    "change",
    [
        {"text": {"zh": "您必须马上还钱", "en": "Hello"}},
        {"text": {"zh": "您好", "en": "You must pay"}},
        {"title": {"zh": "最后通牒", "en": "Hello"}},
        {"title": {"zh": "您好"}},
        {"text": {"zh": "{name}，{amount}", "en": "Hello {name}"}},
        {"discloses_debt": "no"},
        {"channels": ["letter"]},
        {"channels": ["sms", "letter"]},
        {"blocks": [{"id": "how_to", "zh": "x", "en": "x"}]},
        {"example": None},
    ],
)
def test_a_planted_defect_in_a_template_is_refused(change):
    assert parse_templates("good.yaml", [GOOD])
    with pytest.raises(BadWords):
        parse_templates("bad.yaml", [{**GOOD, **change}])


def test_money_and_dates_are_spoken_in_the_language_of_the_reader():
    text = {"zh": "{on}还 {sum} 元", "en": "{sum} yuan on {on}"}
    template = parse_templates("x", [{**GOOD, "text": text, "example": {"on": "", "sum": ""}}])[0]
    values = {"on": date(2026, 3, 9), "sum": Money(518460)}
    assert word(template, values, "zh").text == "2026年3月9日还 5,184.60 元"
    assert word(template, values, "en").text == "5,184.60 yuan on 9 March 2026"


def test_a_missing_value_is_named():
    with pytest.raises(ValuesMissing) as problem:
        word(load()["due_reminder"], {"number": "X"}, "zh")
    assert problem.value.facts["missing"] == ["amount", "due_on"]


@given(st.text())
def test_a_value_never_becomes_part_of_the_template(value):
    template = parse_templates("x", [GOOD])[0]
    assert word(template, {"name": value}, "en").text == f"Hello {value.strip()}"


@pytest.mark.req("V1")
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_a_collection_letter_lacking_one_of_the_seven_parts_is_not_issued(empty):
    from heyi.capabilities.compliance.adapters.pack_files import load as load_pack

    rule = load_pack("cn").rule("CN-CC-69a")
    assert rule is not None
    required = rule.parameters["blocks"]
    assert len(required) == 7
    for gap in required:
        texts = dict.fromkeys(required, "text") | {gap: empty}
        blocks = tuple(Block(name, Both(text, text)) for name, text in texts.items() if text is not None)
        letter = Template("t", "collection", True, frozenset({"letter"}), Both("t", "t"), None, None, blocks, {})
        with pytest.raises(LetterIncomplete) as problem:
            require_blocks(word(letter, {}, "zh"), required)
        assert problem.value.facts["missing"] == [gap]
