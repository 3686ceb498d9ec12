"""The outside identity check. It runs after the application is in, so that a service that is away delays nobody."""

from __future__ import annotations

from datetime import datetime

from heyi.capabilities.negotiation import ports
from heyi.capabilities.negotiation.actions import desk
from heyi.capabilities.negotiation.actions.findings import FACTS
from heyi.capabilities.negotiation.domain.events import ApplicationSubmitted
from heyi.capabilities.negotiation.models import Case, Finding, Submission
from heyi.capabilities.negotiation.sealed import Envelope
from heyi.kit.actors import SYSTEM

_VERDICTS = {"matched": "ok", "mismatched": "stop", "unknown": "look"}


def hear_submitted(event: ApplicationSubmitted, at: datetime) -> None:
    """Ask the real-name service and complete the pending finding. Raises RealNameAway: the outbox tries again."""
    finding = Finding.objects.filter(
        case_id=event.case_id, submission=event.submission, code="real_name", verdict="pending"
    ).first()
    submission = Submission.objects.filter(case_id=event.case_id, number=event.submission).first()
    if finding is None or submission is None:
        return
    envelope = Envelope(event.party_id, at=at)
    who = envelope.open_values(submission.answers_sealed, "submission.answers")["who"]
    verdict = ports.real_name().check(name=who["name"], id_number=who["id_number"])
    finding.verdict = _VERDICTS[verdict.outcome]
    finding.code = "real_name_mismatch" if verdict.outcome == "mismatched" else "real_name"
    facts = {"source": verdict.source, "reference": verdict.reference, "outcome": verdict.outcome}
    finding.facts_sealed = envelope.close_values(facts, FACTS)
    finding.save(update_fields=["verdict", "code", "facts_sealed"])
    case = Case.objects.get(id=event.case_id)
    desk.write(
        case,
        act="check_real_name",
        actor=SYSTEM,
        at=at,
        subject=f"negotiation_finding:{finding.id}",
        result=verdict.outcome,
        facts={"source": verdict.source},
    )
