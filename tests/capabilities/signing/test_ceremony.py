"""The ceremony at its doors: in order, by the right person, in time, and never half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from heyi.capabilities.journal import api as journal
from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.domain import TABLE, AgreementRefused, AgreementSealed, BorrowerSigned
from heyi.capabilities.signing.models import Ceremony, Step
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM, Actor
from heyi.plumbing import outbox
from heyi.plumbing.ids import new_id
from tests.capabilities.signing.cases import AT, facts
from tests.capabilities.signing.conftest import Play

pytestmark = [pytest.mark.django_db, pytest.mark.req("E6")]

Prepare = Callable[..., Play]
LATER = AT + timedelta(minutes=10)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every event that the room emits."""
    heard: list[Any] = []
    monkeypatch.setattr(outbox, "emit", lambda event, *, at: heard.append(event))
    return heard


def test_from_prepared_to_sealed(prepare: Prepare, told: list[Any]) -> None:
    play = prepare(product="credit_card")
    assert play.view().state == "prepared"
    assert play.agree().state == "consented"
    assert play.read_all().state == "reading"
    assert play.view().may_sign
    signed = play.sign()
    assert (signed.state, signed.waiting_for) == ("borrower_signed", "bank")
    assert signing.sign_as_bank(ceremony_id=play.ceremony_id, actor=play.manager, at=LATER).waiting_for == "seal"
    assert signing.seal_due(LATER) == 1

    done = play.view()
    assert (done.state, done.waiting_for, done.sealed_at) == ("sealed", "nobody", LATER)
    assert [one.side for one in done.signatures] == ["borrower", "bank"]
    assert [type(event) for event in told] == [BorrowerSigned, AgreementSealed]
    assert told[1].document_id == done.document_id == signing.document(ceremony_id=done.id, language="zh")
    file = vault.get(object_id=done.document_id, actor=play.borrower, at=LATER, purpose="read")  # type: ignore[arg-type]
    verdict = signing.verify_pdf(file, at=LATER)
    assert verdict.genuine, verdict.reasons
    assert [finding.role for finding in verdict.signatures] == ["borrower", "bank", "timestamp"]
    assert signing.is_on_file(sha256=verdict.sha256)


def test_policy_lets_the_system_seal(prepare: Prepare) -> None:
    play = prepare()
    play.up_to_signature()
    assert signing.seal_due(LATER) == 1
    assert play.view().state == "sealed"


def test_every_act_is_in_the_journal_with_the_digest_of_what_was_signed(prepare: Prepare) -> None:
    play = prepare()
    play.up_to_signature()
    signing.seal_due(LATER)
    view = play.view()
    entries = [one for one in journal.entries(case_id=view.case_id, limit=100) if one.act.startswith("signing.")]
    acts = [one.act for one in sorted(entries, key=lambda one: (one.at, str(one.id)))]
    reads = acts.count("signing.read")
    assert reads == len(view.agreement.clauses)
    assert [act for act in acts if act != "signing.read"] == [
        "signing.prepare",
        "signing.agree",
        "signing.acknowledge",
        "signing.sign_borrower",
        "signing.sign_bank",
        "signing.seal",
    ]
    assert {one.digests["agreement"] for one in entries} == {view.agreement_digest}
    assert "林" not in str([one.facts for one in entries])


def test_reading_time_is_kept_and_never_longer_than_has_passed(prepare: Prepare) -> None:
    play = prepare()
    play.agree()
    first = play.view().agreement.clauses[0].id
    at = AT + timedelta(seconds=30)
    view = signing.read_clause(ceremony_id=play.ceremony_id, clause_id=first, seconds=9_999, actor=play.borrower, at=at)
    assert (view.readings[0].seconds, view.readings[0].shown_at, view.readings[0].acknowledged_at) == (30, AT, at)
    again = signing.read_clause(ceremony_id=play.ceremony_id, clause_id=first, seconds=1, actor=play.borrower, at=LATER)
    assert again.readings[0] == view.readings[0]


def test_nothing_is_read_before_the_consent(prepare: Prepare) -> None:
    play = prepare()
    with pytest.raises(signing.WrongState):
        play.read_all()


def test_the_cost_form_stays_in_view(prepare: Prepare) -> None:
    play = prepare()
    play.agree()
    with pytest.raises(signing.ReadLonger) as short:
        signing.acknowledge_cost_form(
            ceremony_id=play.ceremony_id, seconds=4, actor=play.borrower, at=AT + timedelta(minutes=1)
        )
    assert short.value.facts == {"seconds_left": 6}
    with pytest.raises(signing.ReadLonger):  # the browser's figure is held to the clock
        signing.acknowledge_cost_form(
            ceremony_id=play.ceremony_id, seconds=600, actor=play.borrower, at=AT + timedelta(seconds=3)
        )


def test_no_signature_before_everything_is_read(prepare: Prepare) -> None:
    play = prepare()
    play.agree()
    view = play.view()
    for clause in view.agreement.clauses[1:]:
        signing.read_clause(
            ceremony_id=view.id, clause_id=clause.id, seconds=5, actor=play.borrower, at=AT + timedelta(minutes=1)
        )
    with pytest.raises(signing.NotRead) as unread:
        play.sign()
    assert unread.value.facts == {"clauses": [view.agreement.clauses[0].id]}


def test_no_signature_without_the_cost_form(prepare: Prepare) -> None:
    play = prepare()
    play.agree()
    for clause in play.view().agreement.clauses:
        signing.read_clause(ceremony_id=play.ceremony_id, clause_id=clause.id, seconds=5, actor=play.borrower, at=LATER)
    with pytest.raises(signing.CostFormNotConfirmed):
        play.sign(at=LATER)


@pytest.mark.parametrize("age", [None, timedelta(minutes=10, seconds=1), timedelta(seconds=-1)])
def test_no_signature_without_a_fresh_code(prepare: Prepare, age: timedelta | None) -> None:
    play = prepare()
    play.agree()
    play.read_all()
    with pytest.raises(signing.CodeTooOld):
        play.sign(at=LATER, code_verified_at=None if age is None else LATER - age)
    assert play.sign(at=LATER, code_verified_at=LATER - timedelta(minutes=10)).state == "borrower_signed"


def test_nobody_signs_for_the_borrower(prepare: Prepare) -> None:
    play = prepare()
    play.agree()
    play.read_all()
    for actor in (SYSTEM, play.manager):
        with pytest.raises(signing.NotYourAct):
            play.sign(actor=actor)
    with pytest.raises(signing.NoSuchCeremony):
        play.sign(actor=Actor(kind="borrower", id=new_id()))


def test_the_seal_is_for_staff_of_the_branch(prepare: Prepare) -> None:
    play = prepare()
    play.up_to_signature()
    elsewhere = replace(play.manager, branches=frozenset({"SH01"}))
    reviewer = replace(play.manager, roles=frozenset({"reviewer"}))
    for actor, refusal in (
        (elsewhere, signing.NoSuchCeremony),
        (reviewer, signing.NotYourAct),
        (play.borrower, signing.NotYourAct),
    ):
        with pytest.raises(refusal):
            signing.sign_as_bank(ceremony_id=play.ceremony_id, actor=actor, at=LATER)


@pytest.mark.parametrize("steps", range(4))
def test_refusing_is_one_call_at_any_moment(prepare: Prepare, steps: int, told: list[Any]) -> None:
    play = prepare()
    for act in (play.agree, play.read_all, play.sign)[:steps]:
        act()
    view = signing.refuse(ceremony_id=play.ceremony_id, actor=play.borrower, at=LATER)
    assert (view.state, view.refused_at) == ("refused", LATER)
    assert isinstance(told[-1], AgreementRefused)
    assert told[-1].by == "borrower"
    assert signing.seal_due(LATER) == 0
    with pytest.raises(signing.WrongState):
        play.sign(at=LATER)


def test_a_reason_for_refusing_is_sealed(prepare: Prepare) -> None:
    play = prepare()
    signing.refuse(ceremony_id=play.ceremony_id, reason="还想再问问家里人", actor=play.borrower, at=LATER)
    row = Ceremony.objects.get(id=play.ceremony_id)
    assert "家里人".encode() not in bytes(row.reason_sealed)


def test_both_signed_is_both_bound(prepare: Prepare) -> None:
    play = prepare()
    play.up_to_signature()
    signing.sign_as_bank(ceremony_id=play.ceremony_id, actor=play.manager, at=LATER)
    with pytest.raises(signing.WrongState):
        signing.refuse(ceremony_id=play.ceremony_id, actor=play.borrower, at=LATER)


def test_time_runs_out(prepare: Prepare) -> None:
    play = prepare()
    play.agree()
    over = play.view().expires_at
    with pytest.raises(signing.Expired):
        play.read_all(at=over)
    assert signing.expire_due(over - timedelta(seconds=1)) == 0
    assert signing.expire_due(over) == 1
    assert play.view().state == "expired"
    assert signing.expire_due(over) == 0


def test_a_text_that_lacks_something_is_never_put_before_a_borrower(db: None) -> None:
    agreement = signing.compose(facts=facts(product="credit_card"))
    short = replace(agreement, clauses=tuple(one for one in agreement.clauses if one.group != "undertaking"))
    with pytest.raises(signing.NotSignable) as refused:
        signing.prepare(agreement=short, subject_id=new_id(), case_id=new_id(), actor=SYSTEM, at=AT)
    assert refused.value.facts == {"lacks": ["group:undertaking"]}


def test_a_number_and_a_case_have_one_live_ceremony(prepare: Prepare) -> None:
    first = prepare(number="HY-1")
    with pytest.raises(signing.NumberTaken):
        prepare(number="HY-1")
    signing.refuse(ceremony_id=first.ceremony_id, actor=first.borrower, at=LATER)
    assert prepare(number="HY-1").view().state == "prepared"


def test_the_agreement_lies_sealed_in_the_database(prepare: Prepare) -> None:
    row = Ceremony.objects.get(id=prepare().ceremony_id)
    assert "林晓禾".encode() not in bytes(row.agreement_sealed)


def test_each_change_of_state_is_a_step_of_the_table(prepare: Prepare) -> None:
    play = prepare()
    play.up_to_signature()
    signing.seal_due(LATER)
    steps = list(Step.objects.order_by("created_at", "id").values_list("before", "verb", "after"))
    assert [TABLE[before, verb] for before, verb, _ in steps] == [after for _, _, after in steps]
    assert [after for _, _, after in steps] == ["consented", "reading", "borrower_signed", "sealing", "sealed"]


def test_the_database_knows_the_states(prepare: Prepare) -> None:
    play = prepare()
    with pytest.raises(DatabaseError), transaction.atomic():
        Ceremony.objects.filter(id=play.ceremony_id).update(state="signed")
    with pytest.raises(DatabaseError), transaction.atomic():
        Ceremony.objects.filter(id=play.ceremony_id).update(state="sealed")
