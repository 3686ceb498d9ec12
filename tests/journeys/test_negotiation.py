"""The main job from end to end through the doors: apply, review, talk, offer, counter, sign, follow, and the end.

Nothing is replaced: the agreement is rendered, signed by both sides and timestamped, and the file is checked.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import Refused
from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.domain import Wish
from heyi.capabilities.plans import api as plans
from heyi.capabilities.signing import api as signing
from heyi.capabilities.vault import api as vault
from heyi.config.demo_gateways import received, start_gateways
from heyi.kit.actors import SYSTEM
from heyi.kit.money import Money
from heyi.kit.problems import Invalid
from heyi.plumbing import clock, jobs
from tests import cast
from tests.capabilities.negotiation import steps
from tests.cast import AT, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = timedelta(days=1)


@pytest.fixture
def people(db: None) -> Cast:
    """Everybody."""
    return cast.build()


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A text gateway and a mail server that speak the real protocols; what arrives stands in the folder."""
    sms, smtp = free_port(), free_port()
    settings.HEYI = replace(
        settings.HEYI, sms_url=f"http://127.0.0.1:{sms}/sms", smtp_url=f"smtp://127.0.0.1:{smtp}", sms_key="key"
    )
    running = start_gateways(tmp_path, smtp_port=smtp, sms_port=sms, sms_key="key")
    yield tmp_path
    running.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def at_ten(day: date) -> datetime:
    """10:00 in Shanghai."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


def sign(case_id: UUID, people: Cast, at: datetime) -> UUID:
    """Both sides sign what was agreed. Returns the ceremony."""
    jobs.drain(at=at)
    ceremony_id = negotiation.case(case_id=case_id, actor=people.lin.actor, at=at).ceremony_id
    assert ceremony_id is not None
    lin, ceremony = people.lin.actor, signing.ceremony(ceremony_id=ceremony_id)
    signing.agree_to_esign(ceremony_id=ceremony_id, actor=lin, at=at)
    read_at = at + timedelta(minutes=5)
    for clause in ceremony.agreement.clauses:
        signing.read_clause(ceremony_id=ceremony_id, clause_id=clause.id, seconds=20, actor=lin, at=read_at)
    signing.acknowledge_cost_form(ceremony_id=ceremony_id, seconds=60, actor=lin, at=read_at)
    signing.sign_as_borrower(ceremony_id=ceremony_id, code_verified_at=read_at, actor=lin, at=read_at)
    signing.sign_as_bank(ceremony_id=ceremony_id, actor=people.zhou, at=read_at)
    signing.seal_due(read_at + timedelta(seconds=5))
    jobs.drain(at=read_at + timedelta(seconds=10))
    return ceremony_id


def pay(contract_no: str, amount: Money, day: date, reference: str) -> None:
    """Money arrives and everybody hears of it."""
    loans.record_payment(
        source="core", reference=reference, contract_no=contract_no, amount=amount, received_on=day, actor=SYSTEM,
        at=at_ten(day),
    )  # fmt: skip
    jobs.drain(at=at_ten(day))


def agreed_on_48(people: Cast) -> UUID:
    """Lin asks for 48 periods from January on; the lead approves."""
    case_id, _, counter_id = steps.countered(people)
    negotiation.submit_for_approval(case_id=case_id, offer_id=counter_id, actor=people.zhou, at=AT)
    steps.vote(counter_id, people.lead)
    return case_id


@pytest.mark.req("E1", "E2", "E3", "E4", "E5", "E6", "E7", "B6")
def test_from_the_application_to_the_last_instalment(people: Cast, outside: Path) -> None:
    case_id = agreed_on_48(people)
    ceremony_id = sign(case_id, people, AT)

    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT + DAY)
    assert (view.status, view.progress.current, view.progress.next_act) == ("active", "follow", "pay")
    assert view.plan_id is not None
    assert view.document_id is not None
    paper = negotiation.read_file(
        case_id=case_id, object_id=view.document_id, actor=people.lin.actor, at=AT + DAY, purpose="own_copy"
    )
    verdict = signing.verify_pdf(paper, at=AT + DAY)
    assert verdict.genuine, verdict.reasons
    assert not signing.verify_pdf(paper[:5000] + b"\x00" + paper[5001:], at=AT + DAY).genuine
    held = compliance.holds(party_id=people.lin.party_id, contract_id=people.lin.contract_id, at=AT + DAY)
    assert "agreement_active" in {hold.kind for hold in held}
    blocked = contact.may_contact(
        party_id=people.lin.party_id,
        contract_id=people.lin.contract_id,
        channel="sms",
        purpose="collection",
        at=AT + DAY,
    )
    assert isinstance(blocked, Refused)

    plan = plans.plan(plan_id=view.plan_id)
    assert (len(plan.instalments), plan.instalments[0].due_on) == (48, date(2027, 1, 15))
    agreement = signing.ceremony(ceremony_id=ceremony_id).agreement
    assert [row.payment for row in agreement.rows] == [one.payment for one in plan.instalments]

    for one in plan.instalments[:2]:
        reminder = at_ten(one.due_on - 3 * DAY)
        jobs.drain(at=reminder)
        pay("GX-2024-3308", one.payment, one.due_on, f"P-{one.number}")
    seen = negotiation.case(case_id=case_id, actor=people.zhou, at=at_ten(date(2027, 2, 16)))
    assert seen.status == "active"
    assert seen.progress.by is not None
    assert seen.progress.by.date() >= date(2027, 3, 15)
    sent = {line.template for line in contact.ledger(case_id=case_id, limit=500)}
    assert {"agreement_signed", "due_reminder", "progress"} <= sent

    rest = plan.total - plan.instalments[0].payment - plan.instalments[1].payment
    pay("GX-2024-3308", rest, date(2027, 3, 10), "P-rest")
    ended = negotiation.case(case_id=case_id, actor=people.lin.actor, at=at_ten(date(2027, 3, 11)))
    assert (ended.status, ended.progress.turn) == ("completed", "none")
    assert {step.state for step in ended.progress.steps} == {"done"}
    ledger = contact.ledger(case_id=case_id, limit=500)
    assert {"plan_completed", "completion_letter"} <= {line.template for line in ledger}
    letter = next(line.stored_object_id for line in ledger if line.template == "completion_letter")
    assert letter is not None
    paper = negotiation.read_file(
        case_id=case_id, object_id=letter, actor=people.lin.actor, at=at_ten(date(2027, 3, 11)), purpose="own_copy"
    )
    assert paper.startswith(b"%PDF")
    assert {arrived.to for arrived in received(outside)} == {people.lin.mobile}
    assert not compliance.holds(
        party_id=people.lin.party_id, contract_id=people.lin.contract_id, at=at_ten(date(2027, 3, 11))
    )
    journal.sequence(at_ten(date(2027, 3, 11)))
    assert not journal.verify().faults


@pytest.mark.req("E7")
def test_a_broken_promise_is_recorded_and_talked_about_again(people: Cast) -> None:
    case_id = agreed_on_48(people)
    sign(case_id, people, AT)
    first_plan = plans.plan_of_case(case_id=case_id)
    for day in (date(2027, 1, 25), date(2027, 2, 25), date(2027, 3, 25)):
        jobs.drain(at=at_ten(day))
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=at_ten(date(2027, 3, 25)))
    assert (view.status, view.progress.turn, view.progress.next_act) == ("broken", "bank", "find_out_why")
    acts = {entry.act for entry in journal.entries(case_id=case_id, limit=500)}
    assert "negotiation.record_breach" in acts
    assert not compliance.holds(
        party_id=people.lin.party_id, contract_id=people.lin.contract_id, at=at_ten(date(2027, 3, 25))
    )

    at = at_ten(date(2027, 3, 26))
    negotiation.request_change(
        case_id=case_id, reason="family_illness", words="孩子住院一个月", actor=people.lin.actor, at=at
    )
    draft = negotiation.draft_offer(
        case_id=case_id,
        terms=steps.terms(case_id, at, periods=36, first_due_on=date(2027, 4, 20)),
        actor=people.zhou,
        at=at,
    )
    negotiation.publish_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.zhou, at=at)
    negotiation.accept_offer(case_id=case_id, offer_id=draft.subject_id, actor=people.lin.actor, at=at)
    sign(case_id, people, at)
    now = negotiation.case(case_id=case_id, actor=people.lin.actor, at=at + DAY)
    assert (now.status, now.round) == ("active", 2)
    assert [offer.round for offer in now.offers] == [1, 1, 2]
    assert first_plan is not None
    assert plans.plan(plan_id=first_plan.id).status == "superseded"
    assert now.plan_id != first_plan.id


@pytest.mark.req("E6")
def test_not_signing_leads_back_to_the_talks(people: Cast) -> None:
    case_id, offer_id = steps.offered(people)
    negotiation.accept_offer(case_id=case_id, offer_id=offer_id, actor=people.lin.actor, at=AT)
    jobs.drain(at=AT)
    ceremony_id = negotiation.case(case_id=case_id, actor=people.lin.actor, at=AT).ceremony_id
    assert ceremony_id is not None
    signing.refuse(ceremony_id=ceremony_id, actor=people.lin.actor, at=AT)
    jobs.drain(at=AT)
    assert steps.status(case_id) == "negotiating"
    again = steps.publish(case_id, people)
    negotiation.accept_offer(case_id=case_id, offer_id=again, actor=people.lin.actor, at=AT)
    jobs.drain(at=AT)
    assert steps.status(case_id) == "signing"
    negotiation.withdraw(case_id=case_id, actor=people.lin.actor, at=AT)
    assert steps.status(case_id) == "withdrawn"


@pytest.mark.req("E5", "E7")
def test_a_change_request_taken_back_leaves_the_plan_alone(people: Cast) -> None:
    case_id = agreed_on_48(people)
    sign(case_id, people, AT)
    at = AT + DAY
    negotiation.request_change(case_id=case_id, reason="income_down", actor=people.lin.actor, at=at)
    assert steps.status(case_id) == "negotiating"
    offer_id = negotiation.counter(
        case_id=case_id, wish=Wish(periods=60), reason="想再长一点", actor=people.lin.actor, at=at
    ).subject_id
    assert offer_id is not None
    negotiation.withdraw(case_id=case_id, actor=people.lin.actor, at=at)
    view = negotiation.case(case_id=case_id, actor=people.lin.actor, at=at)
    assert view.status == "active"
    plan = plans.plan_of_case(case_id=case_id)
    assert plan is not None
    assert plan.status == "active"
    assert view.progress.by is not None
    assert clock.bank_day(view.progress.by) == plan.instalments[0].payable_until, "the next payment, not the talks"
    negotiation.request_change(case_id=case_id, reason="income_down", actor=people.lin.actor, at=at)
    with pytest.raises(Invalid):
        negotiation.close(case_id=case_id, reason="just so", actor=people.zhou, at=at)
    negotiation.close(case_id=case_id, reason="beyond_limit", actor=people.zhou, at=at)
    assert steps.status(case_id) == "active", "the manager ends the talks, not the plan"


@pytest.mark.req("E9", "B5")
def test_a_shredded_borrower_leaves_a_log_that_verifies(people: Cast) -> None:
    case_id, _ = steps.offered(people)
    negotiation.withdraw(case_id=case_id, actor=people.lin.actor, at=AT)
    vault.shred(subject_id=people.lin.party_id, actor=people.compliance, at=AT, reason="request")
    journal.sequence(AT)
    assert not journal.verify().faults
