"""What holds is what the bank adopted: kept, signed, dated. A change needs a committee, and old verdicts stay clear."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.adapters import pack_files
from heyi.capabilities.compliance.domain import BadPack, NotStricter, Refused, decide
from heyi.capabilities.compliance.domain.given import QUIET_DAY
from heyi.capabilities.compliance.domain.proposals import FilesChange, RuleEdit, TakeInstalled
from heyi.capabilities.compliance.domain.seals import content_statement, public_text, sign
from heyi.capabilities.compliance.models import PackAdoption, PackProposal, PackVersion
from heyi.capabilities.compliance.queries import packs
from heyi.capabilities.contact import gate
from heyi.capabilities.journal import api as journal
from heyi.plumbing import outbox
from tests import cast
from tests.cast import AT, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("C3", "B9")]

DAY = timedelta(days=1)
TODAY = AT.astimezone(packs.pack_files.load("cn").timezone).date()
TWO_CALLS = RuleEdit("CN-STD-FREQ-N", {"parameters": {"max": 2}})
COMMITTEE = Ed25519PrivateKey.from_private_bytes(b"c" * 32)


@pytest.fixture(autouse=True)
def _fresh():
    for remembered in (packs._from_disk, packs._kept, packs._made):
        remembered.cache_clear()
    yield
    packs._from_disk.cache_clear()


@pytest.fixture
def people() -> Cast:
    return cast.build()


def house(monkeypatch: pytest.MonkeyPatch, **different: Any) -> None:
    monkeypatch.setattr(settings, "HEYI", replace(settings.HEYI, **different))
    packs._from_disk.cache_clear()
    packs._kept.cache_clear()


def proposed(people: Cast, change: Any = TWO_CALLS, day: date = TODAY, **different: Any) -> Any:
    told = {"reason": "投诉偏多", "effect": "少打一次电话", "actor": people.compliance, "at": AT, **different}
    return compliance.propose_pack_change(name="cn", change=change, holds_from=day, **told)


def voted(people: Cast, found: Any, word: str = "yes", at: Any = AT) -> None:
    for person in (people.lead, people.second_lead, people.reviewer):
        approvals.vote(approval_id=found.approval_id, vote=word, reason="看过差异", actor=person, at=at)
    outbox.deliver_due(at=at)


def limit(at: Any = AT) -> int | None:
    """The most answered calls a day that the rules in force allow."""
    pack = compliance.pack(at=at)
    afternoon = AT.astimezone(pack.timezone).replace(hour=15, minute=0)
    for count in range(9):
        facts = replace(QUIET_DAY, purpose="collection", channel="call", connected_today=count)
        verdict = decide(facts, replace(pack, needs=frozenset()), afternoon)
        if isinstance(verdict, Refused) and any(hit.rule_id.startswith("CN-STD-FREQ-N") for hit in verdict.clauses):
            return count
    return None


def acts() -> list[str]:
    return [entry.act for entry in journal.entries(limit=50) if "pack" in entry.act]


def test_the_first_pack_is_kept_signed_and_journaled(people):
    assert compliance.adopt_due(AT) == 1
    assert compliance.adopt_due(AT + DAY) == 0
    kept = PackVersion.objects.get()
    assert json.loads(kept.content)["manifest"]["jurisdiction"] == "CN"
    assert [(one.version, one.way, one.holds_to) for one in compliance.adoptions()] == [
        (kept.version, "installed", None)
    ]
    assert compliance.pack(at=AT).version == kept.version == pack_files.load("cn").version
    assert acts() == ["compliance.adopt_pack"]


def test_a_change_holds_from_its_day_after_the_committee_said_yes_and_the_old_verdict_stays_clear(people):
    compliance.adopt_due(AT)
    before = compliance.pack(at=AT).version
    found = proposed(people, day=TODAY + 3 * DAY)
    assert [one.says.zh for one in compliance.changes_of(found)] == ["每日接通上限由 3 次改为 2 次"]
    assert found.state == "waiting"
    voted(people, found)
    assert compliance.proposal(proposal_id=found.id).state == "approved"
    assert compliance.adopt_due(AT + DAY) == 0
    assert limit(AT + DAY) == 3
    later = AT + 4 * DAY
    assert compliance.adopt_due(later) == 1
    assert compliance.proposal(proposal_id=found.id).state == "adopted"
    assert limit(later) == 2
    assert limit(AT) == 3, "yesterday is judged by yesterday's rules"
    assert compliance.rule_of(before, "CN-STD-FREQ-N/BANK") is None
    now = compliance.rule_of(found.version, "CN-STD-FREQ-N/BANK")
    assert now is not None
    assert now.parameters["max"] == 2
    newest, first = compliance.adoptions("cn")
    assert (newest.approval_id, newest.way, first.holds_to) == (found.approval_id, "approved", later)
    assert {"compliance.propose_pack", "compliance.pack_change_approved", "compliance.adopt_pack"} <= set(acts())


def test_a_no_a_withdrawal_and_a_revocation_end_it(people):
    compliance.adopt_due(AT)
    refused = proposed(people)
    voted(people, refused, word="no")
    assert compliance.proposal(proposal_id=refused.id).state == "refused"
    asked = proposed(people)
    done = compliance.withdraw_pack_change(proposal_id=asked.id, reason="改主意", actor=people.compliance, at=AT)
    assert done.state == "withdrawn"
    with pytest.raises(compliance.ProposalEnded):
        compliance.withdraw_pack_change(proposal_id=asked.id, reason="again", actor=people.compliance, at=AT)
    revoked = proposed(people, day=TODAY + DAY)
    voted(people, revoked)
    approvals.revoke(approval_id=revoked.approval_id, reason="发现问题", actor=people.compliance, at=AT)
    compliance.adopt_due(AT + 2 * DAY)
    assert compliance.proposal(proposal_id=revoked.id).state == "void"
    assert limit(AT + 2 * DAY) == 3


def test_of_two_changes_of_the_same_rules_the_second_is_void_and_asked_anew(people):
    compliance.adopt_due(AT)
    first, second = proposed(people), proposed(people, RuleEdit("CN-CBA-FREQ", {"parameters": {"max": 4}}))
    voted(people, first)
    voted(people, second)
    compliance.adopt_due(AT + DAY)
    states = {compliance.proposal(proposal_id=one.id).state for one in (first, second)}
    assert states == {"adopted", "void"}
    assert PackProposal.objects.get(state="void").note == "base_changed"
    again = proposed(people, RuleEdit("CN-CBA-FREQ", {"parameters": {"max": 4}}), at=AT + DAY, day=TODAY + DAY)
    voted(people, again, at=AT + DAY)
    compliance.adopt_due(AT + 2 * DAY)
    rules = {rule.id for rule in compliance.pack(at=AT + 2 * DAY).rules}
    assert {"CN-STD-FREQ-N/BANK", "CN-CBA-FREQ/BANK"} <= rules, "the earlier change stays"


def test_who_proposed_does_not_vote_and_others_may_not_propose(people):
    found = proposed(people)
    with pytest.raises(approvals.OwnRequest):
        approvals.vote(approval_id=found.approval_id, vote="yes", reason="x", actor=people.compliance, at=AT)
    with pytest.raises(compliance.NotYourPack):
        proposed(people, actor=people.zhou)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (RuleEdit("CN-STD-FREQ-N", {"parameters": {"max": 5}}), NotStricter),
        (RuleEdit("CN-CC-68a", {"severity": "advice"}), NotStricter),
        (RuleEdit("CN-NOWHERE", {"parameters": {"max": 5}}), BadPack),
        (RuleEdit("CN-STD-FREQ-N", {"colour": "red"}), BadPack),
        (FilesChange({"../../settings.yaml": "x"}), BadPack),
        (FilesChange({"rules/hours.yaml": "- {id: ["}), BadPack),
        (TakeInstalled(), compliance.NothingChanges),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_said_before_anybody_is_asked(people, change, refusal):
    with pytest.raises(refusal):
        proposed(people, change)
    assert not PackProposal.objects.exists()


def test_a_file_that_loosens_the_law_is_refused_unless_the_law_itself_changed(people):
    text = (Path(str(pack_files.installed("cn"))) / "rules" / "targets.yaml").read_text("utf-8")
    rules = yaml.safe_load(text)
    law = next(rule for rule in rules if rule["id"] == "CN-CC-68a")
    law["valid_to"] = "2026-12-31"
    with pytest.raises(compliance.LawLoosened) as refused:
        proposed(people, FilesChange({"rules/targets.yaml": written(rules)}))
    assert refused.value.facts["zh"] == "失效日由 无 改为 2026-12-31"
    law["source"]["text"] += "（已由新办法取代）"
    assert proposed(people, FilesChange({"rules/targets.yaml": written(rules)})).state == "waiting"


def written(rules: list[dict[str, Any]]) -> str:
    for rule in rules:
        rule.update({key: str(rule[key]) for key in ("valid_from", "valid_to") if rule.get(key)})
    return yaml.safe_dump(rules, allow_unicode=True)


@pytest.mark.parametrize("day", [TODAY - DAY, TODAY + 200 * DAY])
def test_a_change_begins_today_or_within_the_life_of_its_approval(people, day):
    with pytest.raises(compliance.DayUnusable):
        proposed(people, day=day)


def test_a_changed_file_on_disk_has_no_effect_once_a_pack_is_adopted_and_can_be_proposed(people, monkeypatch, tmp_path):
    compliance.adopt_due(AT)
    folder = tmp_path / "cn" / "rules"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text("- {rule: CN-STD-FREQ-N, parameters: {max: 1}}", "utf-8")
    house(monkeypatch, pack_overlay=tmp_path)
    compliance.adopt_due(AT + DAY)
    assert limit(AT + DAY) == 3
    found = proposed(people, TakeInstalled())
    voted(people, found)
    compliance.adopt_due(AT + DAY)
    assert limit(AT + DAY) == 1


def test_a_row_that_was_changed_behind_the_back_closes_the_gate(people):
    compliance.adopt_due(AT)
    text = PackVersion.objects.get().content.replace('"max":3', '"max":9', 1)
    tampered("compliance_pack_version", "content", text)
    packs._kept.cache_clear()
    packs._made.cache_clear()
    with pytest.raises(compliance.PackNotTrusted):
        compliance.pack(at=AT)
    assert gate._packs(AT) == (), "a broken pack is no leave"


def test_an_adoption_that_the_installation_did_not_sign_closes_the_gate(people):
    compliance.adopt_due(AT)
    row = PackAdoption.objects.get()
    forged = sign(COMMITTEE, {"says": "anything"})
    PackAdoption.objects.create(
        created_at=AT, name="cn", version=row.version, holds_from=AT + DAY, way="installed", adopted_by="system",
        key=public_text(COMMITTEE.public_key()), signature=forged,
    )  # fmt: skip
    with pytest.raises(compliance.PackNotTrusted):
        compliance.pack(at=AT + DAY)


def tampered(table: str, column: str, value: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute(f"DROP TRIGGER {table}_no_update")
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])


def test_where_the_bank_names_its_committees_keys_nothing_holds_without_their_signature(people, monkeypatch):
    key = public_text(COMMITTEE.public_key())
    house(monkeypatch, pack_signers=(key,))
    assert compliance.adopt_due(AT) == 0
    assert gate._packs(AT) == ()
    content = content_statement("cn", compliance.on_disk("cn").digest())
    wrong = sign(Ed25519PrivateKey.from_private_bytes(b"x" * 32), content)
    with pytest.raises(compliance.PackNotTrusted):
        compliance.adopt_signed(name="cn", key=key, signature=wrong, actor=people.compliance, at=AT)
    compliance.adopt_signed(name="cn", key=key, signature=sign(COMMITTEE, content), actor=people.compliance, at=AT)
    assert limit() == 3
    found = proposed(people)
    voted(people, found)
    assert compliance.adopt_due(AT + DAY) == 0, "the vote alone is not enough here"
    other = base64.b64encode(b"0" * 64).decode()
    with pytest.raises(compliance.SignatureUnknown):
        compliance.countersign(proposal_id=found.id, key=key, signature=other, actor=people.compliance, at=AT)
    signature = sign(COMMITTEE, content_statement("cn", found.digest))
    compliance.countersign(proposal_id=found.id, key=key, signature=signature, actor=people.compliance, at=AT)
    assert compliance.adopt_due(AT + DAY) == 1
    assert limit(AT + DAY) == 2


def test_a_version_that_was_never_kept_is_unknown():
    with pytest.raises(compliance.VersionUnknown):
        compliance.pack_of("cn@000000000000")


def test_a_demo_follows_the_software_and_a_bank_does_not(people, monkeypatch):
    compliance.adopt_due(AT)
    newer = replace(compliance.on_disk("cn"), overlay={"own.yaml": [{"rule": "CN-CBA-FREQ", "parameters": {"max": 5}}]})
    monkeypatch.setattr(packs, "on_disk", lambda name: newer)
    assert compliance.adopt_due(AT + DAY) == 0
    house(monkeypatch, demo=True)
    assert compliance.adopt_due(AT + DAY) == 1
    assert compliance.pack(at=AT + DAY).version == newer.version()
