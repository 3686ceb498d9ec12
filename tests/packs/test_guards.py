"""What a pack may never hold: a draft that binds, a rule without cases, a wrong citation, hype."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import GATE_KINDS, Rule
from tests.house.source import ROOT, SRC, named

PACKS = SRC / "packs"
NAMES = pack_files.names()
RULES = [rule for name in NAMES for rule in pack_files.load(name).rules]
JUDGED = [rule for rule in RULES if rule.kind in GATE_KINDS]
LAW = {"LAW", "REG", "JI", "RULE", "NORM"}


def by_id(rule: Rule) -> str:
    return rule.id


@pytest.mark.req("B9")
@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_the_severity_fits_rank_and_mark(rule: Rule) -> None:
    """Law read in force is hard; a recommended text is at most adopted; what nobody has read binds nobody."""
    wrong = severity_faults(rule.severity, rule.source.rank, rule.confidence)
    assert wrong == []


def severity_faults(severity: str, rank: str, confidence: str) -> list[str]:
    faults = []
    if severity == "hard" and rank not in LAW:
        faults.append("hard without law")
    if severity == "adopted" and rank not in ("STD", "SELF"):
        faults.append("only a standard or guideline is adopted")
    if confidence in ("D", "G") and severity not in ("policy", "advice"):
        faults.append("unread text that binds")
    if rank == "POLICY" and severity not in ("policy", "advice"):
        faults.append("a policy that poses as law")
    return faults


@pytest.mark.parametrize(
    ("severity", "rank", "confidence"),
    [
        ("hard", "STD", "V2"),
        ("hard", "LAW", "G"),
        ("adopted", "LAW", "V1"),
        ("adopted", "SELF", "D"),
        ("hard", "POLICY", "V1"),
    ],
)
def test_a_wrong_severity_is_found(severity: str, rank: str, confidence: str) -> None:
    assert severity_faults(severity, rank, confidence)


@pytest.mark.req("B9")
@pytest.mark.parametrize("rule", JUDGED, ids=by_id)
def test_a_rule_has_three_cases_of_at_least_two_kinds_each_said_once(rule: Rule) -> None:
    said = [(case.says.zh, case.says.en) for case in rule.cases]
    assert len(said) >= 3
    assert len(set(said)) == len(said)
    assert len({case.expect for case in rule.cases}) >= 2


@pytest.mark.req("B9")
def test_texts_that_changed_over_time_have_a_case_on_each_side_of_their_first_day() -> None:
    """The standard of 2025-02-28, the guideline of 2026-01-30, the public security law of 2026-01-01."""
    dated = {"2025-02-28", "2026-01-30", "2026-01-01"}
    for rule in JUDGED:
        if rule.valid_from.isoformat() in dated and rule.severity in ("hard", "adopted"):
            days = {case.at.date() < rule.valid_from for case in rule.cases}
            assert days == {True, False}, rule.id


def texts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every mapping of a file with where it stands."""
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from texts(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{path}/{number}")


def law_files() -> list[Path]:
    folders = ("rules", "checklists", "cases", "calendar")
    found = [path for folder in folders for path in PACKS.glob(f"*/{folder}/*.yaml")]
    return sorted([*found, *PACKS.glob("*/coverage.yaml"), *PACKS.glob("*/moments.yaml"), *PACKS.glob("*/pack.yaml")])


@pytest.mark.parametrize("path", law_files(), ids=named)
def test_every_text_is_there_in_both_languages(path: Path) -> None:
    for where, mapping in texts(yaml.safe_load(path.read_text("utf-8"))):
        assert ("zh" in mapping) == ("en" in mapping), where
        if "zh" in mapping:
            assert re.search(r"[\u4e00-\u9fff]", mapping["zh"]), where
            assert not re.search(r"[\u4e00-\u9fff]", mapping["en"]), where


HYPE = re.compile(
    r"世界领先|行业领先|业界首|革命性|颠覆|极致|完美|赋能|一流|遥遥"
    r"|\b(world[- ]class|best[- ]in[- ]class|revolutionary|seamless\w*|cutting[- ]edge|effortless\w*)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", law_files(), ids=named)
def test_nothing_boasts(path: Path) -> None:
    assert HYPE.findall(path.read_text("utf-8")) == []


WRONG_CITATIONS = {
    r"第五百三十[四五]条|民法典》?\s*53[45]\b": "民法典 534, 535: use 7, 509(2), 132",
    r"人民合同法|人民民法典": "garbled names of laws",
    r"《(中华人民共和国)?合同法》": "repealed on 2021-01-01: use 民法典",
    r"第一千一百六十五条|民法典》?\s*1165": "1165 is fault liability in tort",
    r"撤回.{0,16}第五十五条": "PIPL 55 is impact assessment: withdrawal is 15",
    r"第二十三条.{0,10}(外包|委外)|(外包|委外)[^。；（]{0,16}第二十三条": "entrusting is PIPL 21",
    r"第六十八条.{0,12}保密": "信用卡办法 68 is targets, conduct, recording",
    r"滥用职权": "a misprint of 辱骂 in 信用卡办法 68",
    r"(?<!「)停息挂账": "no term of the law; whether interest runs is agreed",
    r"第七十条.{0,16}(上门|时段|夜间)": "信用卡办法 70 says nothing of visits or hours",
    r"36\s?%|百分之三十六": "replaced in 2020",
    r"自律公约.{0,12}第[0-9一二三四五六七八九十]+条": "numbers contradict each other: cite GB/T 45251 or CBA 2026",
    r"(发生|产生|逾期)之日起.{0,6}(五|5)\s?年": "征信条例 16: from the end of the act",
    r"2022-02-26|2023-03-26": "令2022年第9号 is in force since 2023-03-01",
    r"RFC 3161.{0,24}XML": "RFC 3161 is ASN.1",
    r"反洗钱[^。；\n]{0,24}(五年|5\s?年|5 years)": "ten years since 2025",
}
"""Claims that popular articles repeat and that the texts themselves do not bear out, and what is right."""
WRONG_EVERYWHERE = re.compile("|".join(WRONG_CITATIONS))


def read_by_people() -> list[Path]:
    """Packs, documents, pages and catalogues."""
    web = SRC / "web"
    found = [*PACKS.rglob("*.yaml"), *PACKS.rglob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    found += [*web.rglob("*.html"), *web.rglob("*.yaml"), *SRC.rglob("*.po"), *(SRC / "capabilities").rglob("*.py")]
    return sorted(path for path in found if "conduct" not in path.parts)


@pytest.mark.req("C1")
def test_no_wrong_citation_stands_anywhere() -> None:
    found = {}
    for path in read_by_people():
        lines = [f"{n}: {hit.group()}" for n, line in numbered(path) if (hit := WRONG_EVERYWHERE.search(line))]
        if lines:
            found[named(path)] = lines
    assert found == {}


def numbered(path: Path) -> Iterator[tuple[int, str]]:
    yield from enumerate(path.read_text("utf-8").splitlines(), start=1)


@pytest.mark.parametrize(
    "claim",
    [
        "依据《民法典》第五百三十四条的诚信原则",
        "《中华人民共和国人民合同法》规定",
        "《合同法》第三十九条",
        "《民法典》1165",
        "撤回同意，见第五十五条",
        "委外催收须依第二十三条取得单独同意",
        "第六十八条要求对欠款保密",
        "不得滥用职权",
        "可以申请停息挂账",
        "第七十条规定不得夜间上门",
        "年利率超过 36% 无效",
        "自律公约第16条",
        "不良记录自发生之日起 5 年删除",
        "自 2023-03-26 起施行",
        "the RFC 3161 request is XML",
        "《反洗钱法》客户资料保存五年",
    ],
)
def test_a_wrong_citation_is_found(claim: str) -> None:
    assert WRONG_EVERYWHERE.search(claim)


def test_each_wrong_citation_is_planted_once() -> None:
    planted = next(mark for mark in test_a_wrong_citation_is_found.pytestmark if mark.name == "parametrize").args[1]  # type: ignore[attr-defined]
    missed = [pattern for pattern in WRONG_CITATIONS if not any(re.search(pattern, claim) for claim in planted)]
    assert missed == []


@pytest.mark.req("C1")
def test_the_multiple_of_lpr_is_named_only_to_say_that_banks_are_outside() -> None:
    """Four times LPR caps private lending; 24 % is court practice and policy, never statutory."""
    naming = {named(path) for path in law_files() if "LPR" in path.read_text("utf-8")}
    assert naming == {"src/heyi/packs/cn/checklists/contract.yaml"}


def _cut_texts(value: Any) -> Iterator[str]:
    """In ``{zh: …, en: Check, mark}`` the comma ends the text: what follows becomes a key without a value."""
    if isinstance(value, dict):
        yield from (key for key, each in value.items() if each is None and isinstance(key, str) and " " in key)
        for each in value.values():
            yield from _cut_texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _cut_texts(each)


@pytest.mark.req("B9")
def test_no_text_of_a_pack_is_cut_at_a_comma() -> None:
    files = sorted(PACKS.rglob("*.yaml"))
    found = {str(file): list(_cut_texts(yaml.safe_load(file.read_text("utf-8")))) for file in files}
    assert {file: texts for file, texts in found.items() if texts} == {}
