"""Facts about who contacts and who is contacted that no count gives: agencies, unlocks, refusals, stopped media."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact.domain import THIRD, failed_in_a_row
from heyi.capabilities.contact.models import ChannelStop, LedgerEntry, Placement, PointStop
from heyi.capabilities.contact.policy import contact_policy
from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM
from heyi.plumbing.once import once

UNLOCKING: Final = frozenset({"deceased", "incapacity"})
"""Holds on the debtor that are reasons to ask somebody else; every other hold on the debtor counts there, too."""
TRIES: Final = 200


def announced(*, agency_id: UUID, contract_id: UUID | None, at: datetime) -> bool:
    """True when the debtor was told of this agency for this contract, and the waiting time is over."""
    if contract_id is None:
        return False
    wait = contact_policy().notice_wait
    return Placement.objects.filter(
        agency_id=agency_id, contract_id=contract_id, recalled_at__isnull=True, noticed_at__lte=at - wait, until__gt=at
    ).exists()


def reporting(*, agency_id: UUID, at: datetime) -> bool:
    """True when every leave of this agency whose report is due was reported."""
    late = LedgerEntry.objects.filter(agency_id=agency_id, reported_at__isnull=True, report_by__lte=at)
    return not late.exists()


def caller_reporting(label: str, *, at: datetime) -> bool:
    """True when whoever has this label wrote down what became of every call and visit whose report is due."""
    late = LedgerEntry.objects.filter(agency_id=None, actor=label, reported_at__isnull=True, report_by__lte=at)
    return not late.exists()


def time_barred(debtor_id: UUID, contract_id: UUID | None, *, at: datetime) -> bool | None:
    """Whether the debt is time-barred; where none is named, whether one of the person's is. None: nobody can say."""
    if contract_id is not None:
        return compliance.time_barred(contract_id=contract_id, at=at)
    owed = [
        one.id for one in loans.contracts_of(party_id=debtor_id, actor=SYSTEM) if one.balance.total.amount_minor > 0
    ]
    told = {compliance.time_barred(contract_id=one, at=at) for one in owed}
    return True if True in told else None if None in told else False


def permitted(sort: str, party_id: UUID, contract_id: UUID | None, *, at: datetime) -> frozenset[str]:
    """What the person agreed to (``consent``), or was told (``notice``), and still stands."""
    found = compliance.permissions(party_id=party_id, contract_id=contract_id, at=at)
    return frozenset(one.about for one in found if one.sort == sort)


def unlocked(*, debtor_id: UUID | None, at: datetime) -> frozenset[str] | None:
    """Why somebody else may be asked about this debtor; None when nobody said who the debtor is."""
    if debtor_id is None:
        return None
    policy = contact_policy()
    rows = LedgerEntry.objects.filter(party_id=debtor_id, channel__in=("call", "visit")).order_by("-created_at")[:TRIES]
    tries = [(row.started_at or row.created_at, row.direction, row.outcome, row.channel) for row in rows]
    held = {hold.kind for hold in compliance.holds(party_id=debtor_id, at=at)}
    told = [outcome for _, _, outcome, channel in sorted(tries, reverse=True) if channel == "call"]
    newest = next((outcome for outcome in told if outcome != "not_sent"), "")
    reasons = {
        "three_failures": failed_in_a_row((one[:3] for one in tries), at, policy) >= policy.failures,
        "number_invalid": newest == "invalid",
        "deceased": "deceased" in held,
        "incapacity": "incapacity" in held,
    }
    return frozenset(reason for reason, true in reasons.items() if true)


@once
def certified(label: str, *, at: datetime) -> bool | None:
    """True when whoever has this label may contact borrowers; None when it is not known who that is.

    The house itself and the bank's machines speak in words of the pack that were approved; a borrower's own act
    answers that borrower. Agents of agencies are certified by the register, by number, and not here.
    """
    kind, _, key = label.partition(":")
    if kind in ("system", "borrower", "integration"):
        return True
    return staff.certificate_valid(member_id=UUID(key), at=at) if kind == "staff" and key else None


def opted_out(point_index: str) -> bool:
    """True when whoever answers at this number or address asked not to be contacted about others."""
    return bool(point_index) and PointStop.objects.filter(point_index=point_index).exists()


@once
def stopped_channels(party_id: UUID) -> frozenset[str]:
    """The media that this person stopped."""
    rows = ChannelStop.objects.filter(party_id=party_id, ended_at__isnull=True)
    return frozenset(rows.values_list("channel", flat=True))


def holds(
    *, party_id: UUID, contract_id: UUID | None, relation: str | None, debtor_id: UUID | None, at: datetime
) -> frozenset[str]:
    """What stands about the person; to a third person also what stands about the debtor, except what unlocks."""
    own = {hold.kind for hold in compliance.holds(party_id=party_id, contract_id=contract_id, at=at)}
    if relation in THIRD and debtor_id is not None and debtor_id != party_id:
        of_debtor = compliance.holds(party_id=debtor_id, contract_id=contract_id, at=at)
        own |= {hold.kind for hold in of_debtor} - UNLOCKING
    return frozenset(own)
