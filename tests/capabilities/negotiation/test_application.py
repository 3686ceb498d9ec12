"""The application: steps, codes for each field, proofs, sensitive details, hand-in, checks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Answer, Case, SensitiveAnswer, Submission
from heyi.capabilities.vault import api as vault
from heyi.kit.actors import SYSTEM
from heyi.plumbing import jobs
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast, bring, contract, id_number, person

pytestmark = pytest.mark.django_db


def start(people: Cast) -> Any:
    return negotiation.start_application(contract_id=people.lin.contract_id, actor=people.lin.actor, at=AT).case_id


def handed_in(case_id: UUID, people: Cast, **answered: dict[str, Any]) -> None:
    """The rest of the answers, and off it goes: from now on the bank may look."""
    steps.answer_all(case_id, people.lin, **answered)
    negotiation.submit(case_id=case_id, actor=people.lin.actor, at=AT)


@pytest.mark.req("E1")
def test_saved_at_each_step_and_resumed_elsewhere(people: Cast) -> None:
    case_id = start(people)
    negotiation.save_answers(
        case_id=case_id, step="income", values={"monthly": "６，８００元"}, actor=people.lin.actor, at=AT
    )
    assert start(people) == case_id
    form = negotiation.application_form(case_id=case_id, actor=people.lin.actor, at=AT)
    income = next(step for step in form.steps if step.key == "income")
    assert income.values == {"monthly": 680000}
    assert form.next_step == "who"
    assert not form.can_submit
    with pytest.raises(negotiation.NotComplete) as refused:
        negotiation.submit(case_id=case_id, actor=people.lin.actor, at=AT)
    assert refused.value.facts["steps"]["who"] == {"name": "required", "id_number": "required"}


@pytest.mark.parametrize(
    ("step", "values", "wrong"),
    [
        ("contact", {"mobile": "12345"}, {"mobile": "not_a_mobile"}),
        (
            "contact",
            {"mobile": "13800000000", "reach_from": "19:00", "reach_until": "09:00"},
            {"reach_until": "before_start"},
        ),
        ("wanted", {"wishes": ["everything"]}, {"wishes": "unknown_choice"}),
        ("wanted", {"wishes": ["pause"], "first_due_on": "2020-01-01"}, {"first_due_on": "not_in_future"}),
        ("wanted", {"wishes": ["pause"], "monthly": "-5"}, {"monthly": "out_of_range"}),
        ("happened", {"reasons": ["illness"], "sensitive_words": "住院"}, {"sensitive_consent": "consent_first"}),
        ("happened", {"reasons": ["illness"], "since": "2031-01"}, {"since": "in_future"}),
        ("income", {}, {"band": "required"}),
        ("income", {"monthly": "a lot"}, {"monthly": "not_an_amount"}),
        ("living", {"costs_monthly": "100", "dependants": "99"}, {"dependants": "out_of_range"}),
        ("truth", {"agreed": False, "statement": "2026.1"}, {"agreed": "required"}),
        ("truth", {"agreed": True, "statement": "2019.1"}, {"statement": "old_statement"}),
        ("debts", {"lottery": "1"}, {"lottery": "unknown_field"}),
    ],
)
def test_each_field_has_its_code(people: Cast, step: str, values: dict[str, Any], wrong: dict[str, str]) -> None:
    case_id = start(people)
    with pytest.raises(negotiation.BadAnswers) as refused:
        negotiation.save_answers(case_id=case_id, step=step, values=values, actor=people.lin.actor, at=AT)
    assert refused.value.facts["fields"] == wrong


@pytest.mark.req("E1", "E2")
def test_a_hand_in_freezes_names_a_reviewer_and_sets_the_date(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    case = Case.objects.get(id=case_id)
    assert case.status == "submitted"
    assert case.number == "HY-2026-000001"
    assert case.reviewer_id in {people.reviewer.id, people.second_reviewer.id}
    view = negotiation.progress(case_id=case_id, actor=people.lin.actor, at=AT)
    assert (view.current, view.turn, view.next_act, view.by_source) == ("review", "bank", "review", "bank_policy")
    assert view.by is not None
    assert view.by.isoformat() == "2026-11-11T10:00:00+00:00"
    assert [step.state for step in view.steps] == ["done", "current", "ahead", "ahead", "ahead"]
    with pytest.raises(negotiation.WrongState):
        negotiation.save_answers(case_id=case_id, step="proofs", values={}, actor=people.lin.actor, at=AT)


@pytest.mark.req("E9")
def test_what_was_written_is_sealed(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    stored = [bytes(row.values_sealed) for row in Answer.objects.filter(case_id=case_id)]
    stored += [bytes(row.answers_sealed) for row in Submission.objects.filter(case_id=case_id)]
    everything = b"".join(stored)
    for plain in (people.lin.name, people.lin.mobile, people.lin.id_number, "孩子"):
        assert plain.encode() not in everything


@pytest.mark.req("E9")
def test_sensitive_details_stand_apart_and_can_be_taken_back(people: Cast) -> None:
    case_id = start(people)
    values = {"reasons": ["illness"], "sensitive_words": "肾病，每周透析", "sensitive_consent": True}
    negotiation.save_answers(case_id=case_id, step="happened", values=values, actor=people.lin.actor, at=AT)
    form = negotiation.application_form(case_id=case_id, actor=people.lin.actor, at=AT)
    happened = next(step for step in form.steps if step.key == "happened")
    assert "sensitive_words" not in happened.values
    assert form.has_sensitive
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.sensitive_words(case_id=case_id, purpose="review", actor=people.reviewer, at=AT)
    handed_in(case_id, people, happened=values)
    told = negotiation.sensitive_words(case_id=case_id, purpose="review", actor=people.reviewer, at=AT)
    assert told == "肾病，每周透析"
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.sensitive_words(case_id=case_id, purpose="curious", actor=people.auditor, at=AT)
    negotiation.revoke_sensitive(case_id=case_id, actor=people.lin.actor, at=AT)
    assert bytes(SensitiveAnswer.objects.get(case_id=case_id).words_sealed) == b""
    assert negotiation.sensitive_words(case_id=case_id, purpose="review", actor=people.reviewer, at=AT) == ""


@pytest.mark.req("E1")
def test_proofs_are_looked_at_hard(people: Cast) -> None:
    case_id = start(people)
    proof = {"case_id": case_id, "kind": "income", "actor": people.lin.actor, "at": AT}
    with pytest.raises(vault.UnsafeFile):
        negotiation.attach_proof(data=b"<html>", file_name="pay.pdf", **proof)
    one = negotiation.attach_proof(data=steps.photo(), file_name="pay.jpg", **proof)
    again = negotiation.attach_proof(data=steps.photo(), file_name="pay copy.jpg", **proof)
    assert one.subject_id == again.subject_id
    shown = negotiation.application_form(case_id=case_id, actor=people.lin.actor, at=AT).proofs[0]
    read = {"case_id": case_id, "object_id": shown.object_id, "at": AT}
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.read_file(actor=people.reviewer, purpose="review", **read)
    negotiation.remove_proof(case_id=case_id, proof_id=shown.id, actor=people.lin.actor, at=AT)
    assert negotiation.application_form(case_id=case_id, actor=people.lin.actor, at=AT).proofs == ()
    negotiation.attach_proof(data=steps.photo(), file_name="pay.jpg", **proof)
    read["object_id"] = negotiation.application_form(case_id=case_id, actor=people.lin.actor, at=AT).proofs[0].object_id
    handed_in(case_id, people)
    assert negotiation.read_file(actor=people.reviewer, purpose="review", **read) == steps.photo()
    for outsider in (people.chen.actor, people.stranger):
        with pytest.raises(negotiation.CaseNotFound):
            negotiation.read_file(actor=outsider, purpose="curious", **read)
    own_case = steps.submitted(people.chen)
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.read_file(
            case_id=own_case, object_id=read["object_id"], actor=people.chen.actor, at=AT, purpose="curious"
        )


def verdicts(people: Cast, case_id: Any) -> dict[str, str]:
    view = negotiation.case(case_id=case_id, actor=people.reviewer, at=AT)
    return {finding.code: finding.verdict for finding in view.findings}


@pytest.mark.req("E2", "E9")
def test_a_sound_application_is_found_sound(people: Cast) -> None:
    found = verdicts(people, steps.submitted(people.lin))
    assert {
        found[code] for code in ("id_checksum", "match_name", "match_id_number", "match_mobile", "code_verified")
    } == {"ok"}
    assert (found["income_against_wish"], found["proofs"], found["no_duplicates"]) == ("ok", "ok", "ok")
    assert found["real_name"] == "pending"


@pytest.mark.req("E2", "E9")
def test_contradictions_are_listed_with_their_facts(people: Cast) -> None:
    case_id = steps.submitted(
        people.lin,
        who={"name": "林某", "id_number": id_number(999)},
        wanted={"wishes": ["lower_monthly"], "monthly": "3000", "periods": "84"},
        income={"band": "none", "monthly": "5000"},
        living={"costs_monthly": "500", "dependants": "2"},
    )
    found = verdicts(people, case_id)
    assert (found["match_name"], found["match_id_number"]) == ("stop", "stop")
    assert found["term_beyond_limit"] == found["answers_contradict"] == found["living_below_floor"] == "look"
    view = negotiation.case(case_id=case_id, actor=people.reviewer, at=AT)
    facts = {finding.code: finding.facts for finding in view.findings}
    assert facts["living_below_floor"] == {"living_minor": 50000, "floor_minor": 240000, "heads": 3}
    assert negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT).findings == ()


@pytest.mark.req("E2")
def test_an_agent_who_files_for_many_is_hinted_at(people: Cast) -> None:
    other = person("黄新", id_number(345), "13800001111")
    bring(contract("GX-2024-7777", other))
    from heyi.capabilities.loans import api as loans
    from tests.cast import Borrower

    known = loans.contract_by_no(contract_no="GX-2024-7777", actor=SYSTEM)
    huang = Borrower(known.party_id, known.id, other.name, other.id_number, other.mobile, known.branch)
    steps.submitted(people.lin)
    same = {**steps.ANSWERS["contact"], "mobile": people.lin.mobile}
    found = verdicts(people, steps.submitted(huang, contact=same))
    assert found["agent_same_mobile"] == found["duplicate_proof"] == found["duplicate_story"] == "look"


def test_the_real_name_service_completes_the_finding(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    jobs.drain(at=AT + timedelta(minutes=1))
    assert verdicts(people, case_id)["real_name"] == "ok"


@pytest.mark.req("E1")
def test_one_live_case_a_contract(people: Cast) -> None:
    case_id = steps.submitted(people.lin)
    with pytest.raises(negotiation.CaseOpenAlready):
        start(people)
    negotiation.withdraw(case_id=case_id, actor=people.lin.actor, at=AT)
    assert start(people) != case_id


@pytest.mark.req("E1")
def test_a_banks_own_app_applies_by_api(people: Cast) -> None:
    begun = {"contract_id": people.lin.contract_id, "actor": people.integration, "at": AT, "channel": "api"}
    done = negotiation.start_application(party_id=people.lin.party_id, **begun)
    assert Case.objects.get(id=done.case_id).channel == "api"
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.start_application(party_id=people.chen.party_id, **begun)


def test_nobody_applies_for_another(people: Cast) -> None:
    with pytest.raises(negotiation.CaseNotFound):
        negotiation.start_application(contract_id=people.lin.contract_id, actor=people.chen.actor, at=AT)
    with pytest.raises(negotiation.NotYourAct):
        negotiation.start_application(contract_id=people.lin.contract_id, actor=people.zhou, at=AT)
