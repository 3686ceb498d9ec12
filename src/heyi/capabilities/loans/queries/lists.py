"""Lists of contracts for the console: filtered, masked, page by page without counting or skipping rows."""

from __future__ import annotations

import base64
import json
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from heyi.capabilities.loans import seals
from heyi.capabilities.loans.domain import identity
from heyi.capabilities.loans.domain.views import ContractFilters, ContractLine, ContractPage, Page
from heyi.capabilities.loans.models import Contract, Party
from heyi.capabilities.loans.queries import opening
from heyi.capabilities.loans.queries.contracts import visible
from heyi.kit.actors import Actor
from heyi.kit.money import Money
from heyi.kit.problems import Invalid

PAGE_MOST: Final = 200
COUNT_MOST: Final = 10_000
TEXT_MOST: Final = 100
PREFIX_LEAST: Final = 4
NO_FILTERS: Final = ContractFilters()
FIRST_PAGE: Final = Page()

_SORTS: Final[dict[str, tuple[str, bool]]] = {
    "late": ("days_past_due", True),
    "total": ("total_minor", True),
    "contract_no": ("contract_no", False),
}


def contract_rows(*, actor: Actor, filters: ContractFilters = NO_FILTERS, page: Page = FIRST_PAGE) -> ContractPage:
    """One page of the contracts that the actor may see, never of other branches.

    Pages follow each other by mark (``next`` → ``Page.after``), so page 2,000 costs what page 1 costs.
    Raises Invalid for a mark that this function did not give.
    """
    size = max(1, min(page.size, PAGE_MOST))
    field, falling = _SORTS[page.sort]
    rows = _filtered(actor, filters)
    if page.after:
        rows = rows.filter(_beyond(field, falling, page.after))
    order = ("-" + field if falling else field, "id")
    found = list(rows.select_related("party").order_by(*order)[: size + 1])
    shown = found[:size]
    mark = _mark(getattr(shown[-1], field), shown[-1].id) if len(found) > size else ""
    return ContractPage(lines=_lines(shown), next=mark)


def contract_count(*, actor: Actor, filters: ContractFilters = NO_FILTERS) -> int:
    """How many contracts the filters find, counted up to 10,001: more than that reads «10,000+»."""
    return _filtered(actor, filters).order_by()[: COUNT_MOST + 1].count()


def search(*, text: str, actor: Actor, limit: int = 20) -> tuple[ContractLine, ...]:
    """Contracts by number (or its beginning), name, mobile, ID or customer number, within the actor's branches."""
    if not text.strip():
        return ()
    return contract_rows(actor=actor, filters=ContractFilters(text=text), page=Page(size=limit)).lines


def _filtered(actor: Actor, filters: ContractFilters) -> QuerySet[Contract]:
    wanted = Q()
    for values, field in (
        (filters.branches, "branch"),
        (filters.products, "product"),
        (filters.buckets, "bucket"),
        (filters.statuses, "status"),
    ):
        if values:
            wanted &= Q(**{f"{field}__in": sorted(values)})
    for value, lookup in (
        (filters.days_past_due_least, "days_past_due__gte"),
        (filters.days_past_due_most, "days_past_due__lte"),
        (_minor(filters.total_least), "total_minor__gte"),
        (_minor(filters.total_most), "total_minor__lte"),
    ):
        if value is not None:
            wanted &= Q(**{lookup: value})
    if filters.text.strip():
        wanted &= _text(filters.text.strip()[:TEXT_MOST])
    return visible(actor).filter(wanted)


def _text(text: str) -> Q:
    """By contract number; else by parties of exactly this name, number or mobile; else by how a number begins."""
    bare = "".join(text.split()).upper()
    if Contract.objects.filter(contract_no=bare).exists():
        return Q(contract_no=bare)
    found = list(Party.objects.filter(_people(text, bare)).values_list("id", flat=True)[:PAGE_MOST])
    if found:
        return Q(party_id__in=found) | Q(id__in=_tied(found))
    return Q(contract_no__startswith=bare) if len(bare) >= PREFIX_LEAST else Q(contract_no=bare)


def _people(text: str, bare: str) -> Q:
    key, mobile = seals.index_key(), identity.plain_mobile(text)
    people = Q(name_index=seals.name_index(key, text)) | Q(identity_index=seals.number_index(key, bare))
    if identity.mobile_fault(mobile) is None:
        people |= Q(mobile_index=seals.mobile_index(key, mobile))
    return people | Q(customer_no=bare) if bare else people


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.amount_minor


def _tied(party_ids: list[UUID]) -> list[UUID]:
    return list(
        Contract.objects.filter(links__party_id__in=party_ids).values_list("id", flat=True).distinct()[:PAGE_MOST]
    )


def _lines(rows: list[Contract]) -> tuple[ContractLine, ...]:
    keys = opening.keys_of(row.party_id for row in rows) if rows else {}
    return tuple(_line(row, keys.get(row.party_id)) for row in rows)


def _line(row: Contract, key: bytes | None) -> ContractLine:
    return ContractLine(
        id=row.id,
        contract_no=row.contract_no,
        party_id=row.party_id,
        party_kind=row.party.kind,  # type: ignore[arg-type]  # constrained by the database
        name_masked=opening.name_of(row.party, key),
        mobile_masked=opening.mobile_of(row.party, key),
        product=row.product,  # type: ignore[arg-type]  # constrained by the database
        branch=row.branch,
        total=Money(row.total_minor, row.currency),
        days_past_due=row.days_past_due,
        bucket=row.bucket,
        oldest_due_on=row.oldest_due_on,
        status=row.status,  # type: ignore[arg-type]  # constrained by the database
    )


def _mark(value: int | str, last: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([value, str(last)]).encode()).decode().rstrip("=")


def _beyond(field: str, falling: bool, mark: str) -> Q:
    """The rows after the one that the mark names."""
    try:
        value, last = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        last_id = UUID(last)
        bound: Any = str(value) if field == "contract_no" else int(value)
    except (ValueError, TypeError, AttributeError):
        raise Invalid(fields={"after": "bad_mark"}) from None
    side = "lt" if falling else "gt"
    # The first condition says the same again in a form that both databases turn into one index range.
    further = Q(**{f"{field}__{side}": bound}) | Q(**{field: bound, "id__gt": last_id})
    return Q(**{f"{field}__{side}e": bound}) & further
