"""Lists of cases: filtered, sorted, one page at a time, fit for 100,000 cases; the numbers beside the menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet, Sum

from heyi.capabilities.contact import api as contact
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.domain import ContractFilters, Page
from heyi.capabilities.negotiation.actions import asking
from heyi.capabilities.negotiation.domain.states import ENDED, TALKING
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.negotiation.queries.views import Badges, CaseFilter, CasePage, CaseRow
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import SYSTEM, Actor
from heyi.kit.dates import SHANGHAI, midnight
from heyi.kit.money import Money
from heyi.kit.problems import Invalid

PAGE_MAX: Final = 200
TEXT_HITS: Final = 200
SORTS: Final = {
    "due": ("due_at", "id"),
    "-due": ("-due_at", "-id"),
    "overdue_days": ("days_past_due", "id"),
    "-overdue_days": ("-days_past_due", "-id"),
    "amount": ("due_minor", "id"),
    "-amount": ("-due_minor", "-id"),
    "newest": ("-created_at", "-id"),
    "oldest": ("created_at", "id"),
    "number": ("number",),
}
REACHED: Final = {
    "submitted": "submitted_at",
    "answered": "first_answer_at",
    "accepted": "accepted_at",
    "offered": "first_offer_at",
    "agreed": "agreed_at",
    "sealed": "sealed_at",
    "broken": "broken_at",
    "completed": "completed_at",
}
STANDING: Final = {
    "fell_due": Q(promises_kept__gt=0) | Q(promises_late__gt=0),
    "kept": Q(promises_kept__gt=0),
    "unsigned": Q(sealed_at__isnull=True),
}
"""Steps that are no instant of the case."""
LIST_ROLES: Final = ("manager", "reviewer", "lead", "compliance", "auditor", "administrator")


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases that lists may show to this actor: own branch, the whole bank for those who oversee it.

    Drafts are the borrower's own until they are handed in.
    """
    rows = Case.objects.all()
    if actor.kind == "borrower":
        return rows.filter(party_id=actor.id) if actor.id else rows.none()
    if actor.kind == "staff" and not actor.has(*LIST_ROLES):
        return rows.none()
    if "*" not in actor.branches:
        rows = rows.filter(branch__in=actor.branches)
    return rows.filter(submitted_at__isnull=False)


def filtered(actor: Actor, wanted: CaseFilter, at: datetime) -> QuerySet[Case]:
    """The cases that the filter finds among the visible ones."""
    rows = visible(actor)
    for condition in _conditions(actor, wanted, at):
        rows = rows.filter(condition)
    return rows


def _conditions(actor: Actor, wanted: CaseFilter, at: datetime) -> list[Q]:
    day = timedelta(days=1)
    made = {
        "status__in": wanted.status,
        "turn__in": wanted.turn,
        "branch": wanted.branch,
        "product__in": wanted.product,
        "bucket__in": wanted.bucket,
        "end_reason__in": wanted.end_reason,
        "days_past_due__gte": wanted.overdue_days_from,
        "days_past_due__lte": wanted.overdue_days_to,
        "due_at__lte": wanted.due_by,
        "submitted_at__gte": wanted.submitted_from and midnight(wanted.submitted_from),
        "submitted_at__lt": wanted.submitted_to and midnight(wanted.submitted_to) + day,
        "unread_by_bank__gt": 0 if wanted.unread else None,
        "open_problems__gt": 0 if wanted.problem else None,
    }
    found = [Q(**{name: value}) for name, value in made.items() if value not in (None, (), "")]
    if wanted.due_by:
        found.append(~Q(status__in=ENDED))
    if wanted.ids:
        found.append(Q(id__in=_picked(wanted.ids)))
    if wanted.due_today:
        found.append(Q(due_at__lte=_end_of_day(at)) & ~Q(status__in=ENDED))
    if wanted.late:
        found.append(Q(turn="bank", due_at__lt=at))
    if wanted.reached:
        found.append(_reached(wanted))
    if wanted.assignee:
        found.append(_held_by(wanted.assignee, actor))
    if wanted.to_approve:
        found.append(_to_approve(actor, at))
    if wanted.text.strip():
        found.append(_text(wanted.text.strip(), actor))
    return found


def _picked(ids: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in ids]
    except ValueError:
        raise Invalid(fields={"ids": "unknown"}) from None


def _end_of_day(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI).replace(hour=23, minute=59, second=59)


def _reached(wanted: CaseFilter) -> Q:
    if wanted.reached in STANDING:
        return STANDING[wanted.reached]
    if wanted.reached not in REACHED:
        raise Invalid(fields={"reached": "unknown"})
    field = REACHED[wanted.reached]
    taken = Q(**{f"{field}__isnull": False})
    if wanted.reached_from:
        taken &= Q(**{f"{field}__gte": midnight(wanted.reached_from)})
    if wanted.reached_to:
        taken &= Q(**{f"{field}__lt": midnight(wanted.reached_to + timedelta(days=1))})
    return taken


def _held_by(assignee: str, actor: Actor) -> Q:
    if assignee == "none":
        return Q(assignee__isnull=True) & ~Q(status__in=ENDED)
    if assignee == "me":
        return Q(assignee_id=actor.id) | Q(reviewer_id=actor.id, status__in=_REVIEWED)
    try:
        return Q(assignee_id=UUID(assignee))
    except ValueError:
        raise Invalid(fields={"assignee": "unknown"}) from None


_REVIEWED: Final = ("submitted", "in_review", "second_review", "appealed")


def _to_approve(actor: Actor, at: datetime) -> Q:
    """What waits for this actor's word: versions that they vote on, and second reviews and appeals that are theirs."""
    voting = asking.cases_waiting(actor=actor, at=at)
    wanted = Q(id__in=voting) if voting else Q()
    if actor.has("reviewer", "lead"):
        wanted |= Q(status__in=("second_review", "appealed")) & (Q(reviewer_id=actor.id) | Q(reviewer__isnull=True))
    return wanted or Q(pk__in=[])


def _text(text: str, actor: Actor) -> Q:
    """A case number or its end, or whatever finds a borrower in the loan book: name, mobile, ID, contract number."""
    bare = text.upper().replace(" ", "")
    wanted = Q(number=bare) if bare.startswith("HY-") else Q()
    if bare.isdigit() and len(bare) <= 6:
        wanted |= Q(number__endswith=bare.zfill(6))
    hits = loans.contract_rows(actor=actor, filters=ContractFilters(text=text), page=Page(size=TEXT_HITS)).lines
    return wanted | Q(contract_id__in=[hit.id for hit in hits])


def cases(
    *,
    actor: Actor,
    at: datetime,
    filters: CaseFilter | None = None,
    sort: str = "due",
    page: int = 1,
    size: int = 50,
) -> CasePage:
    """One page of the list with count, sum and mean of the whole filtered list. Raises Invalid for an unknown sort."""
    if sort not in SORTS or page < 1 or not 1 <= size <= PAGE_MAX:
        raise Invalid(fields={"sort": "unknown"} if sort not in SORTS else {"page": "out_of_range"})
    rows = filtered(actor, filters or CaseFilter(), at)
    sums = rows.aggregate(n=Count("id"), due=Sum("due_minor"), mean=Avg("days_past_due"))
    count = sums["n"]
    ids = list(rows.order_by(*_order(sort)).values_list("id", flat=True)[(page - 1) * size : page * size])
    return CasePage(
        rows=rows_by_id(ids, at),
        count=count,
        due_sum=Money(sums["due"] or 0),
        days_past_due_mean=round(sums["mean"] or 0),
        page=page,
        pages=max(1, -(-count // size)),
        size=size,
    )


def _order(sort: str) -> list[Any]:
    """Cases without a time limit come last, whichever way the limits run."""
    falling, rising = F("due_at").desc(nulls_last=True), F("due_at").asc(nulls_last=True)
    return [{"due_at": rising, "-due_at": falling}.get(name, name) for name in SORTS[sort]]


def rows_by_id(ids: Sequence[UUID], at: datetime) -> tuple[CaseRow, ...]:
    """The lines of these cases in this order; for callers that have found them among the visible ones."""
    found = Case.objects.in_bulk(ids)
    return _rows([found[one] for one in ids if one in found], at)


def case_ids(
    *, actor: Actor, at: datetime, filters: CaseFilter, most: int = 1_000, sort: str = "number"
) -> tuple[UUID, ...]:
    """The ids that a filter finds, for bulk acts and «next»; at most ``most``, in the order of ``sort``."""
    return tuple(filtered(actor, filters, at).order_by(*_order(sort)).values_list("id", flat=True)[:most])


def _rows(found: list[Case], at: datetime) -> tuple[CaseRow, ...]:
    names = loans.party_names([row.party_id for row in found], actor=SYSTEM)
    members = staff.member_names(staff_ids=[row.assignee_id for row in found if row.assignee_id])
    tails = dict(Case.objects.filter(id__in=[r.id for r in found]).values_list("id", "contract__contract_no"))
    today = _contacts_today([row.party_id for row in found], at)
    return tuple(
        CaseRow(
            id=row.id,
            number=row.number,
            party_id=row.party_id,
            party_name=names.get(row.party_id, ""),
            product=row.product,
            contract_tail=tails[row.id][-4:],
            branch=row.branch,
            due=Money(row.due_minor, row.currency),
            days_past_due=row.days_past_due,
            bucket=row.bucket,
            status=row.status,
            round=row.round,
            turn=row.turn,
            next_act=row.next_act,
            by=row.due_at,
            late=row.turn == "bank" and row.due_at is not None and row.due_at < at,
            assignee_id=row.assignee_id,
            assignee_name=members.get(row.assignee_id, "") if row.assignee_id else "",
            unread=row.unread_by_bank,
            open_problems=row.open_problems,
            contacts_today=today.get(row.party_id, 0),
            submitted_at=row.submitted_at,
        )
        for row in found
    )


def _contacts_today(party_ids: list[UUID], at: datetime) -> Mapping[UUID, int]:
    return contact.counted_today(party_ids=party_ids, at=at)


def badges(*, actor: Actor, at: datetime) -> Badges:
    """The numbers beside the menu. «Mine» are the cases that the actor manages or reviews."""
    end_of_day = at.astimezone(SHANGHAI).replace(hour=23, minute=59, second=59)
    live = ~Q(status__in=ENDED)
    rows = visible(actor)
    counted = rows.filter(_held_by("me", actor)).aggregate(
        queue=Count("id", filter=Q(turn="bank")),
        talks=Count("id", filter=Q(unread_by_bank__gt=0)),
        late=Count("id", filter=Q(turn="bank", due_at__lt=at)),
        due_today=Count("id", filter=Q(due_at__lte=end_of_day) & live),
        broken=Count("id", filter=Q(status="broken")),
        problems=Count("id", filter=Q(open_problems__gt=0)),
    )
    return Badges(
        to_approve=rows.filter(_to_approve(actor, at)).count(),
        unassigned=rows.filter(assignee__isnull=True, status__in=TALKING).count(),
        **counted,
    )
