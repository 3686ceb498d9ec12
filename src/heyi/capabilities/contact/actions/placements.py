"""Contracts go to an agency and come back: the debtor is told first (CN-CP-COL), an agreement recalls (CN-CC-70c)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import HoldPlaced
from heyi.capabilities.contact.actions.send import send
from heyi.capabilities.contact.domain import (
    GONE,
    RECALLS,
    AgencyNotReady,
    NoDestination,
    PlacementNotFound,
    PlacementView,
    PlacementWrong,
)
from heyi.capabilities.contact.models import Message, Placement
from heyi.capabilities.contact.policy import contact_policy
from heyi.capabilities.journal import api as journal
from heyi.capabilities.loans import api as loans
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.problems import NotAllowed
from heyi.plumbing.clock import bank_day

PLACERS: Final = ("lead", "compliance", "system")
APPROVAL: Final = "agency_placement"
NOTICE: Final = "agency_notice"
NOTICE_CHANNELS: Final = ("sms", "email", "portal")
"""Every one that there is; the first that told the person carries the notice."""


def agency_subject(agency_id: UUID) -> str:
    """What an approval of kind ``agency_placement`` is about."""
    return f"agency:{agency_id}"


def place_contract(*, contract_id: UUID, agency_id: UUID, until: datetime, actor: Actor, at: datetime) -> PlacementView:
    """Give a contract to an agency: the debtor is told at once, the agency begins after the notice and the wait.

    Raises NotAllowed, loans.UnknownContract, staff.UnknownAgency, AgencyNotReady, PlacementWrong (``fields``), and
    PlacementWrong with ``needs`` when the committee's approval for this agency does not stand.
    """
    if not actor.has(*PLACERS):
        raise NotAllowed(needs=["lead", "compliance"])
    contract = loans.contract(contract_id=contract_id, actor=actor)
    agency = staff.agency(agency_id=agency_id, actor=actor, day=bank_day(at))
    _sound(agency, contract, until, at)
    granted = approvals.standing(kind=APPROVAL, subject=agency_subject(agency_id), at=at)
    if not granted:
        raise PlacementWrong(fields={"agency": "approval_needed"}, needs=APPROVAL)
    try:
        with transaction.atomic():
            row = Placement.objects.create(
                created_at=at,
                agency_id=agency_id,
                contract_id=contract_id,
                party_id=contract.party_id,
                branch=contract.branch,
                placed_by=actor.label,
                until=until,
                approval_id=granted[0].id,
            )
            row.notice_id = _tell_debtor(row, agency, actor, at)
            row.save(update_fields=["notice"])
            _note("place_contract", row, actor, at, until=until.isoformat(), approval=str(granted[0].id))
    except IntegrityError:
        raise PlacementWrong(fields={"contract": "placed_already"}) from None
    return placement_view(row)


def recall_placement(*, placement_id: UUID, reason: str, actor: Actor, at: datetime) -> PlacementView:
    """Take a contract back. Raises NotAllowed, PlacementNotFound (also for «not yours» and recalled before)."""
    if not actor.has(*PLACERS):
        raise NotAllowed(needs=["lead", "compliance"])
    with transaction.atomic():
        row = Placement.objects.select_for_update().filter(id=placement_id, recalled_at__isnull=True).first()
        if row is None or not actor.sees(row.branch):
            raise PlacementNotFound(placement=str(placement_id))
        _recall(row, reason if reason in RECALLS else "bank", actor, at, words=reason)
    return placement_view(row)


def hear_hold(event: HoldPlaced, at: datetime) -> None:
    """A hold that recalls was placed: whatever of this person lies with an agency comes back."""
    if not event.recalls:
        return
    rows = Placement.objects.select_for_update().filter(party_id=event.party_id, recalled_at__isnull=True)
    if event.contract_id is not None:
        rows = rows.filter(contract_id=event.contract_id)
    for row in rows:
        _recall(row, "hold", SYSTEM, at, words=event.kind)


def note_notices(at: datetime, *, limit: int = 500) -> int:
    """Write down which debtors were told since the last look, and take back what has run out. A tick."""
    waiting = Placement.objects.filter(recalled_at__isnull=True, noticed_at__isnull=True).order_by("created_at")
    done = sum(_noticed(row.id, at) for row in waiting.only("id")[:limit])
    with transaction.atomic():
        over = Q(recalled_at__isnull=True, until__lte=at)
        for row in Placement.objects.select_for_update().filter(over)[:limit]:
            _recall(row, "contract_over", SYSTEM, at)
            done += 1
    return done


def confirm_purge(*, placement_id: UUID, actor: Actor, at: datetime) -> PlacementView:
    """The agency says that it deleted what it had of a recalled contract (PIPL 21). Raises PlacementNotFound."""
    with transaction.atomic():
        row = Placement.objects.select_for_update().filter(id=placement_id, recalled_at__isnull=False).first()
        if row is None or actor.kind != "agency" or row.agency_id != actor.agency_id:
            raise PlacementNotFound(placement=str(placement_id))
        if row.purged_at is None:
            row.purged_at = at
            row.save(update_fields=["purged_at"])
            _note("confirm_purge", row, actor, at)
    return placement_view(row)


def placement_view(row: Placement) -> PlacementView:
    """The row as a value."""
    handed = row.noticed_at + contact_policy().notice_wait if row.noticed_at else None
    return PlacementView(
        row.id, row.agency_id, row.contract_id, row.party_id, row.branch, row.created_at, row.placed_by, row.until,
        row.noticed_at, handed, row.recalled_at, row.recalled_by, row.recall_reason, row.purged_at,
    )  # fmt: skip


def _sound(agency: staff.AgencyView, contract: loans.ContractView, until: datetime, at: datetime) -> None:
    if not agency.may_work:
        raise AgencyNotReady(lacks=list(agency.lacks))
    if not agency.entry.branches & {contract.branch, "*"}:
        raise PlacementWrong(fields={"agency": "not_for_this_branch"})
    if not at < until <= at + contact_policy().placement_longest or bank_day(until) > agency.entry.contract_until:
        raise PlacementWrong(fields={"until": "beyond_the_contract"})
    policies = compliance.hold_kinds()
    standing = compliance.holds(party_id=contract.party_id, contract_id=contract.id, at=at)
    recalling = [hold.kind for hold in standing if policies[hold.kind].recalls]
    if recalling:
        raise PlacementWrong(fields={"contract": "held"}, holds=recalling)


def _tell_debtor(row: Placement, agency: staff.AgencyView, actor: Actor, at: datetime) -> UUID | None:
    """The notice names the agency, its number, what it does and from when; on every channel that there is."""
    values: dict[str, Any] = {
        "agency": agency.entry.name,
        "agency_phone": agency.entry.phone,
        "from_day": bank_day(at + contact_policy().notice_wait),
        "until_day": bank_day(row.until),
        "hotline": settings.HEYI.bank_hotline,
    }
    first: UUID | None = None
    for channel in NOTICE_CHANNELS:
        try:
            queued = send(
                actor=actor, at=at, party_id=row.party_id, purpose="reminder", values=values, channel=channel,
                template=NOTICE, contract_id=row.contract_id,
                dedupe_key=_notice_key(row.id, channel),
            )  # fmt: skip
        except NoDestination:
            continue
        first = first or queued.id
    return first


def _noticed(placement_id: UUID, at: datetime) -> bool:
    """Whichever of the notices told first carries it: a medium that is stopped does not keep the others from telling.

    A text or a mail tells when it left, what lies in the portal when it was opened.
    """
    keys = [_notice_key(placement_id, channel) for channel in NOTICE_CHANNELS]
    sent = Message.objects.filter(dedupe_key__in=keys, status__in=sorted(GONE))
    told = [(row.read_at if row.channel == "portal" else row.sent_at, row) for row in sent]
    dated = [(when, row) for when, row in told if when is not None]
    if not dated:
        return False
    when, first = min(dated, key=lambda one: one[0])
    with transaction.atomic():
        row = Placement.objects.select_for_update().filter(id=placement_id, noticed_at__isnull=True).first()
        if row is None:
            return False
        row.notice, row.noticed_at = first, when
        row.save(update_fields=["notice", "noticed_at"])
        _note("notice_sent", row, SYSTEM, at, message=str(first.id), channel=first.channel)
    return True


def _notice_key(placement_id: UUID, channel: str) -> str:
    return f"{NOTICE}:{placement_id}:{channel}"


def _recall(row: Placement, why: str, actor: Actor, at: datetime, *, words: str = "") -> None:
    row.recalled_at, row.recalled_by = at, actor.label
    row.recall_reason = f"{why}: {words}"[:200] if words and words != why else why
    row.save(update_fields=["recalled_at", "recalled_by", "recall_reason"])
    _note("recall_placement", row, actor, at, why=why)


def _note(act: str, row: Placement, actor: Actor, at: datetime, **facts: object) -> None:
    journal.record(
        actor=actor,
        act=f"contact.{act}",
        at=at,
        party_id=row.party_id,
        subject=f"contact_placement:{row.id}",
        facts={"agency": str(row.agency_id), "contract": str(row.contract_id), **facts},
    )
