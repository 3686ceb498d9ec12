"""No threat, no blame, no ultimatum in anything that a person reads (docs/tone.md)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, SRC, named

NEVER = ("必须", "立即", "否则", "后果自负", "老赖", "恶意", "最后通牒", "失信", "严重逾期", "拒不")
LEGAL = {"rules", "agreement", "conduct"}
"""Folders of packs that quote the law, state duties of both sides, or list the words that nobody may use."""
NEVER_ENGLISH = re.compile(r"\b(defaulter|deadbeat|final warning|or else|immediately pay)\b", re.IGNORECASE)


def spoken_files() -> list[Path]:
    """Templates, catalogues, message and letter texts, words of the surfaces, sample values."""
    web = SRC / "web"
    found = [*SRC.rglob("*.po"), *web.rglob("*.html"), *web.rglob("*.yaml"), *web.rglob("*.py")]
    found += [path for path in (SRC / "packs").rglob("*.yaml") if not LEGAL & set(path.parts)]
    return sorted(found)


def harsh(text: str) -> list[str]:
    """Forbidden words of a text, with their line."""
    return [
        f"line {number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if any(word in line for word in NEVER) or NEVER_ENGLISH.search(line)
    ]


def test_nothing_threatens() -> None:
    wrong = {named(path): found for path in spoken_files() if (found := harsh(path.read_text("utf-8")))}
    assert wrong == {}


@pytest.mark.parametrize("text", ["请立即还款", "Pay today or else we sue", "您已严重逾期"])
def test_a_threat_is_found(text: str) -> None:
    assert len(harsh(f"fine\n{text}\n")) == 1


def test_the_list_is_the_documented_one() -> None:
    page = (ROOT / "docs" / "tone.md").read_text("utf-8")
    listed = re.search(r"Never: ([^\n]+)", page)
    assert listed
    documented = {word.strip().split(" ")[0] for word in listed.group(1).split(".")[0].split("·")}
    assert documented <= set(NEVER)
