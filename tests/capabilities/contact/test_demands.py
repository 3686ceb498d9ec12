"""A demand that is proved to have arrived restarts the limitation of the debt; anything less does not."""

from __future__ import annotations

import pytest

from heyi.capabilities.compliance.models import LimitationEventRecord
from heyi.capabilities.contact import api as contact
from heyi.capabilities.contact.models import Message
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import SYSTEM
from heyi.plumbing.clock import bank_day
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.req("C2", "B22")]


def sent(purpose: str = "collection", **different: object) -> Message:
    """A message that left the house, as the outbox keeps it."""
    people = cast.build()
    fields = {
        "created_at": cast.AT,
        "party_id": people.lin.party_id,
        "contract_id": people.lin.contract_id,
        "purpose": purpose,
        "channel": "letter",
        "template": "demand_letter",
        "language": "zh",
        "discloses_debt": True,
        "destination_sealed": b"",
        "destination_masked": "",
        "point_index": "",
        "body_sealed": b"",
        "queued_by": "system",
        "priority": 5,
        "status": "sent",
        "next_attempt_at": cast.AT,
        "expires_at": cast.AT,
        "sent_at": cast.AT,
    }
    return Message.objects.create(**{**fields, **different})


def test_a_demand_that_arrived_interrupts_on_that_day_with_its_proof():
    message = sent()
    assert not LimitationEventRecord.objects.exists(), "sent is not delivered"
    contact.confirm_arrival(message_id=message.id, actor=SYSTEM, at=cast.AT)
    contact.confirm_arrival(message_id=message.id, actor=SYSTEM, at=cast.AT)
    event = LimitationEventRecord.objects.get()
    assert (event.kind, event.on, event.evidence) == (
        "demand",
        bank_day(cast.AT),
        f"contact_message:{message.id}",
    )


@pytest.mark.parametrize("different", [{"purpose": "reminder"}, {"discloses_debt": False}, {"contract_id": None}])
def test_what_is_no_demand_interrupts_nothing(different):
    contact.confirm_arrival(message_id=sent(**different).id, actor=SYSTEM, at=cast.AT)
    assert not LimitationEventRecord.objects.exists()


@pytest.mark.parametrize(("contract_no", "kind"), [("GX-2024-3308", "message"), ("XYK-2021-6620", "card_message")])
def test_a_text_message_interrupts_for_a_card_and_is_a_doubt_for_counsel_for_any_other_loan(contract_no, kind):
    message = sent(channel="sms")
    message.contract_id = loans.contract_by_no(contract_no=contract_no, actor=SYSTEM).id
    message.save()
    contact.confirm_arrival(message_id=message.id, actor=SYSTEM, at=cast.AT)
    assert LimitationEventRecord.objects.get().kind == kind
