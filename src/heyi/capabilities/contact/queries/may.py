"""«May I?», asked before anything is planned."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from heyi.capabilities.compliance.domain import Verdict
from heyi.capabilities.contact import gate, ports, sealed
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotFound


def may_contact(
    *,
    party_id: UUID,
    channel: str,
    purpose: str,
    at: datetime,
    contract_id: UUID | None = None,
    discloses_debt: bool = True,
    actor: Actor = SYSTEM,
) -> Verdict:
    """What the gate would say at ``at``: Allowed, or Refused with clauses and the time from which it is allowed.

    ``actor`` is who would call or write; the house itself when nobody is named. A preview only, as if the recorder ran,
    and two went together for an hour: the gate is asked again when the message leaves or somebody dials or knocks.
    """
    try:
        place = ports.reach(party_id=party_id, contract_id=contract_id)
    except NotFound:
        place = ports.Reachable(mobile="", email="", address="", relation=None)
    to = {"email": place.email, "letter": place.address, "visit": place.address, "portal": str(party_id)}
    point = sealed.point(to.get(channel, place.mobile))
    return gate.ask(
        gate.Question(
            party_id,
            contract_id,
            channel,
            purpose,
            discloses_debt,
            place.relation,
            point,
            recorder_active=True,
            staff_count=2,
            planned_end=at + timedelta(hours=1),
            debtor_id=place.debtor_id,
            made_by=actor.label,
        ),
        at,
    )
