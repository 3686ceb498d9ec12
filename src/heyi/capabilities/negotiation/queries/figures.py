"""E8 in figures: how long things take, how often talks succeed, what paper was saved. Each with its list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek

from heyi.capabilities.negotiation.domain.states import ENDED, LIVE
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.negotiation.queries.inbox import REACHED, STANDING, filtered
from heyi.capabilities.negotiation.queries.views import CaseFilter, Figure, Figures, FunnelStep, WeekPoint
from heyi.kit.actors import Actor
from heyi.kit.dates import SHANGHAI, midnight
from heyi.plumbing.clock import bank_day

WEEKS: Final = 12
_HOUR: Final = Decimal(3600)
_DAY: Final = Decimal(86400)
_TENTH: Final = Decimal("0.1")
_SHARE: Final = Decimal("0.0001")
_MEASURED: Final = (
    ("first_answer", "first_answer_at", _HOUR, "hours", "answered"),
    ("first_offer", "first_offer_at", _DAY, "days", "offered"),
    ("signature", "sealed_at", _DAY, "days", "sealed"),
)
START: Final = "submitted_at"
EACH: Final = "branch"
"""Never null, and in every index that is read here: what is counted when cases are."""
_FUNNEL: Final = ("submitted", "accepted", "offered", "agreed", "sealed")


def figures(
    *, actor: Actor, at: datetime, since: date | None = None, until: date | None = None, branch: str = "",
    mine: bool = False,
) -> Figures:  # fmt: skip
    """The figures of the applications handed in from ``since`` to ``until`` (default: the last twelve weeks).

    Only cases that the actor may see count. Medians and 90th percentiles are taken over the whole period.
    """
    last = until or bank_day(at)
    first = since or last - timedelta(weeks=WEEKS)
    base = CaseFilter(submitted_from=first, submitted_to=last, branch=branch, assignee="me" if mine else "")
    rows = filtered(actor, base, at)
    counted = _counted(rows)
    return Figures(
        since=first,
        until=last,
        branch=branch,
        figures=(*_now(actor, base, at), *_times(rows, base, counted), *_outcomes(base, counted)),
        funnel=_funnel(base, counted),
        lost=_lost(rows, base),
        weeks=_weeks(actor, replace(base, submitted_from=None, submitted_to=None), at, last),
    )


def _now(actor: Actor, base: CaseFilter, at: datetime) -> tuple[Figure, ...]:
    """Running cases whenever they began, and those of them in which the bank is late."""
    whole = replace(base, submitted_from=None, submitted_to=None)
    live, late = replace(whole, status=tuple(sorted(LIVE - {"draft"}))), replace(whole, late=True)
    counted = filtered(actor, whole, at).aggregate(
        running=Count(EACH, filter=Q(status__in=live.status)), late=Count(EACH, filter=Q(turn="bank", due_at__lt=at))
    )
    return tuple(
        Figure(key, Decimal(counted[key]), "cases", counted[key], found)
        for key, found in (("running", live), ("late", late))
    )


def _counted(rows: QuerySet[Case]) -> dict[str, Any]:
    """Everything that one pass over the period's cases can tell, from the index ``case_figures`` alone."""
    wanted: dict[str, Aggregate] = {
        f"reached_{key}": Count(EACH, filter=Q(**{f"{REACHED[key]}__isnull": False})) for key in (*_FUNNEL, "broken")
    }
    wanted |= {
        "reached_kept": Count(EACH, filter=STANDING["kept"]),
        "fell_due": Count(EACH, filter=STANDING["fell_due"]),
        "rounds": Sum("offers_made", filter=Q(sealed_at__isnull=False)),
        "kept": Sum("promises_kept"),
        "late": Sum("promises_late"),
        "pages": Sum("document_pages"),
    }
    for key, end, *_ in _MEASURED:
        wanted[f"count_{key}"] = Count(EACH, filter=Q(**{f"{end}__isnull": False}))
        if connection.vendor == "postgresql":
            wanted[f"ranks_{key}"] = Ranks(F(end) - F(START), filter=Q(**{f"{end}__isnull": False}))
    return rows.aggregate(**wanted)


class Ranks(Aggregate):
    """Seconds at the nearest ranks of 50 and 90 per cent, as a list: PostgreSQL sorts once for both.

    A hair below 0.9, because 0.9 × n in binary may come out above the whole number that it is.
    """

    function = "percentile_disc"
    template = "%(function)s(ARRAY[0.5, 0.899999999999]) WITHIN GROUP (ORDER BY date_part('epoch', %(expressions)s))"
    output_field = FloatField()

    def convert_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value


def _times(rows: QuerySet[Case], base: CaseFilter, counted: dict[str, Any]) -> tuple[Figure, ...]:
    found = []
    for key, end, seconds, unit, reached in _MEASURED:
        count = counted[f"count_{key}"]
        ranks = counted[f"ranks_{key}"] if f"ranks_{key}" in counted else _sorted_ranks(rows, end, count)
        median, ninetieth = [(Decimal(int(one)) / seconds).quantize(_TENTH) for one in ranks or ()] or (None, None)
        wanted = replace(base, reached=reached)
        found.append(Figure(key=key, value=median, p90=ninetieth, unit=unit, count=count, filter=wanted))
    return tuple(found)


def _sorted_ranks(rows: QuerySet[Case], end: str, count: int) -> list[float]:
    """The same where the database knows no percentiles: it sorts, one value for each rank comes back."""
    spans = rows.filter(**{f"{end}__isnull": False}).annotate(span=F(end) - F(START)).order_by("span")
    places = [-(-count * percent // 100) - 1 for percent in (50, 90)] if count else []
    return [spans.values_list("span", flat=True)[place].total_seconds() for place in places]


def _outcomes(base: CaseFilter, found: dict[str, Any]) -> tuple[Figure, ...]:
    sealed, kept, late = found["reached_sealed"], found["kept"] or 0, found["late"] or 0
    signed = replace(base, reached="sealed")
    broken = replace(base, reached="broken")
    return (
        Figure("sealed", Decimal(sealed), "cases", sealed, signed),
        Figure("versions", _mean(found["rounds"] or 0, sealed), "versions", sealed, signed),
        Figure(
            "kept_rate",
            _share(kept, kept + late),
            "share",
            found["fell_due"],
            replace(base, reached="fell_due"),
            whole=kept + late,
            whole_unit="promises",
        ),
        Figure(
            "broken_rate",
            _share(found["reached_broken"], sealed),
            "share",
            found["reached_broken"],
            broken,
            whole=sealed,
            whole_unit="cases",
        ),
        Figure("pages_saved", Decimal(found["pages"] or 0), "pages", sealed, signed),
    )


def _mean(total: int, count: int) -> Decimal | None:
    return (Decimal(total) / count).quantize(_TENTH) if count else None


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(_SHARE) if whole else None


def _funnel(base: CaseFilter, counted: dict[str, Any]) -> tuple[FunnelStep, ...]:
    steps: list[FunnelStep] = []
    before: int | None = None
    for key in (*_FUNNEL, "kept"):
        count = counted[f"reached_{key}"]
        share = None if before is None else _share(count, before)
        steps.append(FunnelStep(key, count, share, replace(base, reached=key)))
        before = count
    return tuple(steps)


def _lost(rows: QuerySet[Case], base: CaseFilter) -> tuple[Figure, ...]:
    """Why talks ended without an agreement, most frequent first."""
    ended = rows.filter(STANDING["unsigned"], status__in=ENDED - {"completed"})
    grouped = ended.values("end_reason").annotate(n=Count("*")).order_by("-n", "end_reason")
    statuses = ("withdrawn", "closed")
    return tuple(
        Figure(
            row["end_reason"] or "other",
            Decimal(row["n"]),
            "cases",
            row["n"],
            replace(base, status=statuses, end_reason=(row["end_reason"],), reached="unsigned"),
        )
        for row in grouped
    )


def _weeks(actor: Actor, base: CaseFilter, at: datetime, last: date) -> tuple[WeekPoint, ...]:
    rows = filtered(actor, base, at)
    monday = last - timedelta(days=last.weekday())
    starts = [monday - timedelta(weeks=n) for n in reversed(range(WEEKS))]

    def by_week(field: str) -> dict[date, int]:
        grouped = (
            rows.filter(**{f"{field}__gte": midnight(starts[0])})
            .annotate(week=TruncWeek(field, tzinfo=SHANGHAI))
            .values("week")
            .annotate(n=Count("*"))
            .order_by()
        )
        return {row["week"].date(): row["n"] for row in grouped}

    sealed, broken = by_week("sealed_at"), by_week("broken_at")
    return tuple(
        WeekPoint(
            week,
            sealed.get(week, 0),
            broken.get(week, 0),
            replace(base, reached_from=week, reached_to=week + timedelta(days=6)),
        )
        for week in starts
    )
