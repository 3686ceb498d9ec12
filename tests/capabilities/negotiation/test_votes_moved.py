"""Votes on offers from before the approvals room held them are carried over whole: who, when, what, why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.negotiation.models import Case, Offer
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.kit.actors import Actor
from tests import cast
from tests.capabilities.negotiation import steps
from tests.cast import AT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.req("B8", "C3")]
BEFORE, NOW = "0006_offers_name_their_approval", "0008_no_votes_of_its_own"
MINUTE = timedelta(minutes=1)


def migrate(name: str) -> Any:
    """The apps as they are after the migration ``name`` of this room."""
    executor = MigrationExecutor(connection)
    executor.migrate([("negotiation", name)])
    return executor.loader.project_state([("negotiation", name)]).apps


def test_a_refusal_and_a_half_finished_approval_stand_in_the_approvals_room() -> None:
    people = cast.build()
    case_id = steps.negotiating(people)
    draft = negotiation.draft_offer(case_id=case_id, terms=steps.terms(case_id, periods=60), actor=people.zhou, at=AT)
    old = migrate(BEFORE)
    try:
        _as_it_was(old, people, case_id, draft.subject_id)
    finally:
        migrate(NOW)
    offer = Offer.objects.get(id=draft.subject_id)
    waits, refused = approvals.of_subject(subject=f"negotiation_offer:{offer.id}", at=AT + 9 * MINUTE)
    assert (refused.status, waits.status, offer.approval_id) == ("refused", "waiting", waits.id)
    assert [(vote.voter_id, vote.role, vote.word, vote.at) for vote in refused.votes] == [
        (people.compliance.id, "compliance", "no", AT + 2 * MINUTE)
    ]
    assert (waits.asked_by, waits.asked_at) == (people.zhou.label, AT + 3 * MINUTE)
    papers = approvals.papers(approval_id=refused.id, actor=people.lead, at=AT)
    assert list(papers.reasons.values()) == ["期限太长"]
    assert len(journal.entries(act="approvals.carry_over", limit=10)) == 2
    steps.vote(offer.id, people.compliance, at=AT + 9 * MINUTE)
    assert steps.status(case_id) == "offer_open"


def _as_it_was(old: Any, people: cast.Cast, case_id: Any, offer_id: Any) -> None:
    """Submitted, refused by compliance, submitted again, approved by the lead; compliance has yet to speak."""
    rows = old.get_model("negotiation", "Offer").objects.filter(id=offer_id)
    terms = rows.get().terms_digest
    close = Envelope(Case.objects.values_list("party_id", flat=True).get(id=case_id), at=AT).close
    for minutes, actor, outcome, roles, why in (
        (1, people.zhou, "", [], ""),
        (2, people.compliance, "rejected", [], "期限太长"),
        (3, people.zhou, "", [], ""),
        (4, people.lead, "approved", ["lead"], "可以"),
    ):
        at = AT + minutes * MINUTE
        if not outcome:
            _submitted(actor, case_id, offer_id, at)
            continue
        old.get_model("negotiation", "Approval").objects.create(
            created_at=at, offer_id=offer_id, approver_id=actor.id, outcome=outcome, level_needed="branch", roles=roles,
            terms_digest=terms, reason_sealed=close(why, "approval.reason"),
        )  # fmt: skip
    rows.update(status="awaiting_approval", level_needed="branch", submitted_by=people.zhou.id)


def _submitted(actor: Actor, case_id: Any, offer_id: Any, at: Any) -> None:
    journal.record(
        actor=actor, act="negotiation.submit_for_approval", at=at, subject=f"negotiation_offer:{offer_id}",
        case_id=case_id,
    )  # fmt: skip
