"""``heyi packs …``: sound or not and why, differences in words, clauses explained, signatures."""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain.proposals import RuleEdit
from heyi.capabilities.compliance.domain.seals import content_statement, holds
from heyi.config.cli import cli
from heyi.plumbing import clock
from tests import cast

pytestmark = pytest.mark.req("B9")

SHIPPED = Path(str(resources.files("heyi") / "packs" / "cn"))


def heyi(*words: str) -> Result:
    return CliRunner().invoke(cli, ["packs", *words], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "cn")
    return tmp_path / "cn"


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_every_pack_of_the_software_is_sound() -> None:
    ran = heyi("check", "--json")
    told = json.loads(ran.stdout)
    assert (ran.exit_code, told["ok"]) == (0, True)
    assert "cn" in {one["pack"] for one in told["packs"]}


def test_each_faulty_file_is_named_with_line_rule_and_next_step(folder: Path) -> None:
    change(folder, "rules/hours.yaml", 'start: "22:00"', "start: 22:00")
    change(folder, "cases/hours.yaml", "expect: allowed", "expect: perhaps")
    change(folder, "conduct/patterns_insult.yaml", "severity: block", "severity: harsh")
    change(folder, "scripts/young.yaml", "moment: opening", "moment: dawn")
    ran = heyi("check", str(folder))
    assert ran.exit_code == 2
    assert "conduct/patterns_insult.yaml:3 insult.address" in ran.stdout
    assert "scripts/young.yaml:7" in ran.stdout
    assert "rules/hours.yaml:" in ran.stdout
    assert "CN-STD-TIME" in ran.stdout
    assert "cases/hours.yaml:" in ran.stdout
    assert ran.stdout.count("next:") == 4


def test_a_difference_is_told_in_both_languages_and_ends_with_1(folder: Path) -> None:
    change(folder, "rules/frequency.yaml", "{counts: connected_today, max: 3}", "{counts: connected_today, max: 2}")
    path = folder / "cases" / "frequency.yaml"
    kept = [line for line in path.read_text("utf-8").splitlines() if "CN-STD-FREQ-N," not in line]
    mine = "- {rule: CN-STD-FREQ-N, says: {zh: 两次, en: two}, at: '2026-03-02T15:00:00+08:00', purpose: collection, "
    kept.append(mine + "channel: call, connected_today: 2, expect: refused}")
    path.write_text("\n".join(kept) + "\n", "utf-8")
    ran = heyi("diff", "cn", str(folder))
    assert ran.exit_code == 1
    assert "每日接通上限由 3 次改为 2 次" in ran.stdout
    assert "the limit goes from 3 to 2" in heyi("diff", "cn", str(folder), "--lang", "en").stdout
    assert heyi("diff", "cn", "cn").exit_code == 0


def test_a_clause_is_explained_with_its_source_figures_and_cases() -> None:
    ran = heyi("explain", "CN-STD-TIME", "--lang", "en")
    assert ran.exit_code == 0
    assert "GB/T 45251-2025" in ran.stdout
    assert "22:00–08:00" in ran.stdout
    assert "eight o'clock sharp is day → allowed" in ran.stdout
    assert "✗" not in ran.stdout
    told = json.loads(heyi("explain", "CN-STD-TIME", "--json").stdout)
    assert all(case["holds"] for case in told["cases"])


def test_an_unknown_clause_or_pack_says_what_to_do() -> None:
    for words in (("explain", "CN-NOWHERE"), ("diff", "cn", "nowhere"), ("explain", "CN-STD-TIME", "--pack", "xx")):
        ran = heyi(*words)
        assert ran.exit_code == 2, words
        assert "next:" in ran.stderr


@pytest.mark.django_db
def test_a_signature_makes_the_files_hold_or_stands_by_a_proposal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, paper = tmp_path / "committee.pem", tmp_path / "signature.json"
    public = heyi("key", str(file)).stdout.splitlines()[0]
    paper.write_text(heyi("sign", "cn", "--key", str(file)).stdout)
    assert heyi("adopt", "cn", "--signature", str(paper)).exit_code == 2, "the bank names no signers"
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, pack_signers=(public,)))
    ran = heyi("adopt", "cn", "--signature", str(paper))
    assert (ran.exit_code, "holds from now on" in ran.stdout) == (0, True), ran.stderr
    people, at = cast.build(), clock.now()
    edit = RuleEdit("CN-STD-FREQ-N", {"parameters": {"max": 2}})
    made = compliance.propose_pack_change(
        name="cn", change=edit, reason="x", effect="y", holds_from=clock.today(), actor=people.compliance, at=at
    )
    paper.write_text(heyi("sign", made.version, "--key", str(file)).stdout)
    assert "once it is approved" in heyi("adopt", "cn", "--signature", str(paper)).stdout
    assert compliance.proposal(proposal_id=made.id).committee_key == public
    paper.write_text("{}")
    assert heyi("adopt", "cn", "--signature", str(paper)).exit_code == 2


def test_a_signature_covers_exactly_the_content_that_was_signed(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "committee.pem"
    made = heyi("key", str(file))
    public = made.stdout.splitlines()[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert heyi("key", str(file)).exit_code == 2, "a key is never overwritten"
    told = json.loads(heyi("sign", str(folder), "--key", str(file)).stdout)
    assert told["key"] == public
    assert holds(public, content_statement("cn", told["digest"]), told["signature"])
    change(folder, "rules/hours.yaml", "夜间不联系", "夜里不联系")
    other = json.loads(heyi("sign", str(folder), "--key", str(file)).stdout)["digest"]
    assert not holds(public, content_statement("cn", other), told["signature"])
    (tmp_path / "not.pem").write_text("x")
    assert heyi("sign", str(folder), "--key", str(tmp_path / "not.pem")).exit_code == 2
