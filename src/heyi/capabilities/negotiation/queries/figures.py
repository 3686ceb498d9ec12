"""E8 in figures: how long things take, how often talks succeed, what paper was saved. Each with its list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek

from heyi.capabilities.negotiation.domain.states import ENDED, LIVE
from heyi.capabilities.negotiation.models import Case
from heyi.capabilities.negotiation.queries.inbox import REACHED, filtered
from heyi.capabilities.negotiation.queries.views import CaseFilter, Figure, Figures, FunnelStep, WeekPoint
from heyi.kit.actors import Actor
from heyi.kit.dates import SHANGHAI
from heyi.plumbing.clock import bank_day

WEEKS: Final = 12
_HOUR: Final = Decimal(3600)
_DAY: Final = Decimal(86400)
_TENTH: Final = Decimal("0.1")
_SHARE: Final = Decimal("0.0001")
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
    return Figures(
        since=first,
        until=last,
        branch=branch,
        figures=(*_counts(actor, base, at), *_times(rows, base), *_outcomes(rows, base)),
        funnel=_funnel(rows, base),
        lost=_lost(rows, base),
        weeks=_weeks(filtered(actor, replace(base, submitted_from=None, submitted_to=None), at), last),
    )


def _counts(actor: Actor, base: CaseFilter, at: datetime) -> tuple[Figure, ...]:
    """Running cases whenever they began, and those of them in which the bank is late."""
    whole = replace(base, submitted_from=None, submitted_to=None)
    live = replace(whole, status=tuple(sorted(LIVE - {"draft"})))
    late = replace(whole, late=True)
    counted = [("running", live), ("late", late)]
    return tuple(
        Figure(key, Decimal(n), "cases", n, found)
        for key, found in counted
        for n in [filtered(actor, found, at).count()]
    )


def _times(rows: QuerySet[Case], base: CaseFilter) -> tuple[Figure, ...]:
    measured = (
        ("first_answer", "submitted_at", "first_answer_at", _HOUR, "hours", "submitted"),
        ("first_offer", "submitted_at", "first_offer_at", _DAY, "days", "offered"),
        ("signature", "submitted_at", "sealed_at", _DAY, "days", "sealed"),
    )
    return tuple(
        _time(rows, base, key, start, end, unit_seconds, unit, reached)
        for key, start, end, unit_seconds, unit, reached in measured
    )


def _time(
    rows: QuerySet[Case], base: CaseFilter, key: str, start: str, end: str, seconds: Decimal, unit: str, reached: str
) -> Figure:
    both = {f"{start}__isnull": False, f"{end}__isnull": False}
    spans = rows.filter(**both).annotate(span=F(end) - F(start)).order_by("span").values_list("span", flat=True)
    count = rows.filter(**both).count()
    return Figure(
        key=key,
        value=_at(spans, count, 50, seconds),
        p90=_at(spans, count, 90, seconds),
        unit=unit,
        count=count,
        filter=replace(base, reached=reached),
    )


def _at(spans: QuerySet[Case, timedelta], count: int, percent: int, seconds: Decimal) -> Decimal | None:
    """The nearest-rank percentile in units of ``seconds``, one decimal; the database sorts, one value comes back."""
    if not count:
        return None
    rank = -(-count * percent // 100) - 1
    return (Decimal(int(spans[rank].total_seconds())) / seconds).quantize(_TENTH)


def _outcomes(rows: QuerySet[Case], base: CaseFilter) -> tuple[Figure, ...]:
    found = rows.aggregate(
        sealed=Count("id", filter=Q(sealed_at__isnull=False)),
        rounds=Sum("offers_made", filter=Q(sealed_at__isnull=False)),
        kept=Sum("promises_kept"),
        late=Sum("promises_late"),
        broken=Count("id", filter=Q(broken_at__isnull=False)),
        pages=Sum("document_pages"),
    )
    sealed, kept, late = found["sealed"], found["kept"] or 0, found["late"] or 0
    signed = replace(base, reached="sealed")
    broken = replace(base, reached="broken")
    return (
        Figure("sealed", Decimal(sealed), "cases", sealed, signed),
        Figure("versions", _mean(found["rounds"] or 0, sealed), "versions", sealed, signed),
        Figure("kept_rate", _share(kept, kept + late), "share", kept + late, signed),
        Figure("broken_rate", _share(found["broken"], sealed), "share", found["broken"], broken),
        Figure("pages_saved", Decimal(found["pages"] or 0), "pages", sealed, signed),
    )


def _mean(total: int, count: int) -> Decimal | None:
    return (Decimal(total) / count).quantize(_TENTH) if count else None


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(_SHARE) if whole else None


def _funnel(rows: QuerySet[Case], base: CaseFilter) -> tuple[FunnelStep, ...]:
    counted = rows.aggregate(**{key: Count("id", filter=Q(**{f"{REACHED[key]}__isnull": False})) for key in _FUNNEL})
    counted["kept"] = rows.filter(promises_kept__gt=0).count()
    steps: list[FunnelStep] = []
    before: int | None = None
    for key in (*_FUNNEL, "kept"):
        reached = "sealed" if key == "kept" else key
        share = None if before is None else _share(counted[key], before)
        steps.append(FunnelStep(key, counted[key], share, replace(base, reached=reached)))
        before = counted[key]
    return tuple(steps)


def _lost(rows: QuerySet[Case], base: CaseFilter) -> tuple[Figure, ...]:
    """Why talks ended without an agreement, most frequent first."""
    ended = rows.filter(status__in=ENDED - {"completed"}, sealed_at__isnull=True)
    grouped = ended.values("end_reason").annotate(n=Count("id")).order_by("-n", "end_reason")
    statuses = ("withdrawn", "closed")
    return tuple(
        Figure(
            row["end_reason"] or "other",
            Decimal(row["n"]),
            "cases",
            row["n"],
            replace(base, status=statuses, end_reason=(row["end_reason"],)),
        )
        for row in grouped
    )


def _weeks(rows: QuerySet[Case], last: date) -> tuple[WeekPoint, ...]:
    monday = last - timedelta(days=last.weekday())
    starts = [monday - timedelta(weeks=n) for n in reversed(range(WEEKS))]

    def by_week(field: str) -> dict[date, int]:
        begin = datetime(starts[0].year, starts[0].month, starts[0].day, tzinfo=SHANGHAI)
        grouped = (
            rows.filter(**{f"{field}__gte": begin})
            .annotate(week=TruncWeek(field, tzinfo=SHANGHAI))
            .values("week")
            .annotate(n=Count("id"))
            .order_by()
        )
        return {row["week"].date(): row["n"] for row in grouped}

    sealed, broken = by_week("sealed_at"), by_week("broken_at")
    return tuple(WeekPoint(week, sealed.get(week, 0), broken.get(week, 0)) for week in starts)
