"""Wording (C1): what may not be said is found under any disguise, and what only sounds like it passes."""

from __future__ import annotations

import dataclasses

import pytest
from bench.conduct import judge, score
from bench.wording_set import held_out, newest, tuning

from heyi.capabilities.compliance.adapters import script_files
from heyi.capabilities.compliance.adapters.conduct_files import load
from heyi.capabilities.compliance.adapters.letters import letters
from heyi.capabilities.compliance.domain.conduct import (
    CATEGORIES,
    BadLexicon,
    Listener,
    digest_of,
    parse_lexicon,
    review,
    segment_for,
    worst,
)
from heyi.capabilities.compliance.domain.conduct.reading import read

pytestmark = pytest.mark.req("C1", "C8")


def categories(text: str) -> set[str]:
    return {finding.category for finding in review(text, load())}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("再 不 还 就 砍 死 你", "threat"),
        ("砍⭐死⭐你", "threat"),
        ("再不还就🔪你", "threat"),
        ("再不还就打si你", "threat"),
        ("再\u200b不还就砍\u200b死你", "threat"),
        ("别以为躲起来就没事，我们會一直找到你為止", "threat"),
        ("会被做牢的，你想清楚", "exaggeration"),
        ("fa院通知，你已被立案", "impersonation"),
        ("你这个老 癞", "insult"),
        ("Ｓ Ｂ，还钱", "insult"),
        ("氵去院的法官让我通知你", "impersonation"),
        ("只要您今天还上，我们就不会通知您的公司", "disclosure"),
        ("别以为我们不会去你单位闹", "threat"),
    ],
)
def test_a_disguise_hides_nothing(text: str, category: str) -> None:
    assert category in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "您担心我们会上门闹事，不会的",
        "我们不会联系您的家人",
        "如果协商不成，银行可以向法院起诉，法院一般会先组织调解",
        "有人冒充法院给您打电话的话，请不要转账，直接报警",
        "我们的规定是：严禁威胁、辱骂借款人",
        "系统死机了，请抓紧时间休息",
        "您看时间怎么定",
        "你看事情是这样，我先查一下",
        "您看十五天够不够",
        "看过了，通过。",
        "您母亲住院的事我们知道了，先照顾好老人。",
        "麻烦您转告吴师傅回个电话，就说小应找他。",
        "可我没有权利告诉您内容。",
        "這件事不會影響您的家人，請放心",
        "You are worried that we'll tell your boss. We won't.",
    ],
)
def test_what_only_sounds_like_it_passes(text: str) -> None:
    assert review(text, load()) == ()


def test_a_finding_names_its_place_in_the_original_the_clause_and_a_better_sentence() -> None:
    text = "您好！弄 ⭐ 死 你 全家，听到没有"
    (finding,) = [one for one in review(text, load()) if one.category == "threat"]
    assert text[finding.start : finding.end] == finding.words
    assert "弄 ⭐ 死 你" in finding.words
    assert finding.severity == "block"
    assert "CN-CC-68b" in finding.clauses
    assert finding.source.text
    assert finding.better.zh
    assert finding.better.en
    assert worst([finding]) == "block"


def test_better_sentences_are_better() -> None:
    said = [both for category in load().categories.values() for both in category.better]
    assert [text for both in said for text in (both.zh, both.en) if review(text, load())] == []


def test_held_out_sentences_meet_the_goal() -> None:
    """0.97 and 0.97 on sentences that neither patterns nor model were fitted to."""
    result = score(judge(held_out(), load()))
    assert result.precision >= 0.97, str(result)
    assert result.recall >= 0.97, str(result)


def test_a_fresh_batch_that_nothing_was_fitted_to_is_judged_almost_as_well() -> None:
    """What the model adds over the patterns holds for sentences that it never saw."""
    result = score(judge(newest(), load()))
    assert result.precision >= 0.95, str(result)
    assert result.recall >= 0.92, str(result)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("培训案例：坐席说“你不还钱就让你全家不得安宁”，属于威胁", False),
        ("我再说一遍：“你不还钱就让你全家不得安宁”", True),
        ("客户说：再不还就让你全家不得安宁", False),
        ("再不还就让你全家不得安宁", True),
    ],
)
def test_words_that_are_named_are_not_words_that_are_said(text: str, found: bool) -> None:
    assert bool(review(text, load())) is found


def test_kindness_around_it_hides_no_threat() -> None:
    kind = "您好，谢谢您抽时间和我说这些。您的材料我们收到了。方案可以慢慢看，不着急签。"
    assert review(kind, load()) == ()
    assert worst(review(f"{kind}再不还就打断你的腿。{kind}", load())) == "block"


def test_a_character_that_no_dictionary_knows_is_read_past() -> None:
    assert review("我哋影住你㗎，點到你話唔想", load())


def test_the_set_is_large_and_hard_enough_and_no_sentence_stands_on_both_sides() -> None:
    everything = (*tuning(), *held_out())
    assert len(everything) >= 600
    assert 0.4 <= sum(row.harmless for row in everything) / len(everything) <= 0.6
    assert sum("hard" in row.labels for row in everything) >= 150
    assert {label for row in everything for label in row.labels} == {*CATEGORIES, "ok", "hard"}
    assert not {row.text for row in tuning()} & {row.text for row in (*held_out(), *newest())}


def test_the_goal_can_be_missed() -> None:
    """Without its patterns and model the check finds nothing: the measurement is no decoration."""
    blind = dataclasses.replace(load(), patterns=(), opinion=None)
    assert score(judge(held_out(), blind)).recall == 0


def test_without_its_exceptions_the_check_cries_wolf() -> None:
    bare = dataclasses.replace(
        load(),
        patterns=tuple(dataclasses.replace(one, frames=frozenset(), unless=None) for one in load().patterns),
        opinion=None,
    )
    assert review("我们不会联系您的家人", bare)


def test_spaces_and_width_are_the_same_wording_and_other_words_are_not() -> None:
    assert digest_of("您好 ，ＯＫ") == digest_of("您好，OK")
    assert digest_of("您好") != digest_of("您坏")


def test_marks_between_single_characters_part_nothing_but_end_clauses_elsewhere() -> None:
    assert read("抓，你，坐，牢", letters()).text == "抓你坐牢"
    assert read("您好，共 5,184.60 元。", letters()).text == "您好,共518460元."


def test_a_broken_file_is_refused_whole() -> None:
    with pytest.raises(BadLexicon):
        parse_lexicon({"words.yaml": {"kin": "父母"}}, letters())


def test_a_text_too_long_to_read_is_not_passed_as_checked() -> None:
    with pytest.raises(ValueError, match="at most"):
        review("好" * 20_001, load())


@pytest.mark.req("C8")
@pytest.mark.parametrize(
    ("listener", "segment"),
    [
        (Listener(), "anyone"),
        (Listener(age=59), "anyone"),
        (Listener(age=60), "elderly"),
        (Listener(age=25), "young"),
        (Listener(age=26), "anyone"),
        (Listener(age=70, enterprise=True), "enterprise"),
        (Listener(age=70, vulnerable=True), "vulnerable"),
        (Listener(recipient="contact_person", vulnerable=True), "third_person"),
        (Listener(recipient="guarantor", age=70), "elderly"),
    ],
)
def test_the_words_follow_who_hears_them_without_anybody_choosing(listener: Listener, segment: str) -> None:
    assert segment_for(listener, script_files.load()) == segment
