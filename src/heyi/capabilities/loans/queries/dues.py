"""When debts fell due: what the clock of limitation starts from."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max

from heyi.capabilities.loans.domain.views import LastDue, LastDuePage
from heyi.capabilities.loans.models import Contract, Instalment

PAGE = 5000


def last_dues(*, contract_ids: Iterable[UUID] | None = None, after: UUID | None = None) -> LastDuePage:
    """Up to 5,000 contracts with something owed, by id, each with the day its limitation starts from.

    Instalments: the last due day (Civil Code, article 189), or the maturity that the bank reported. A card or a credit
    line has neither: the oldest unpaid day, the cautious reading. Contracts without any such day are left out.
    """
    rows = Contract.objects.exclude(status="settled").filter(total_minor__gt=0).order_by("id")
    if contract_ids is not None:
        rows = rows.filter(id__in=list(contract_ids))
    if after is not None:
        rows = rows.filter(id__gt=after)
    page = list(rows.values_list("id", "contract_no", "party_id", "branch", "matures_on", "oldest_due_on")[:PAGE])
    last = dict(
        Instalment.objects.filter(contract_id__in=[row[0] for row in page])
        .values_list("contract_id")
        .annotate(last=Max("due_on"))
    )
    dated = ((row, last.get(row[0]) or row[4] or row[5]) for row in page)
    return LastDuePage(
        rows=tuple(LastDue(*row[:4], day) for row, day in dated if day),
        last_id=page[-1][0] if page else None,
    )
