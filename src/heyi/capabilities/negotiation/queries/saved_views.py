"""Filters in a form that can be kept and sent: a colleague's saved views, and query strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from heyi.capabilities.negotiation.models import SavedView
from heyi.capabilities.negotiation.queries.views import CaseFilter
from heyi.kit.actors import Actor
from heyi.kit.problems import Invalid, NotAllowed


def saved_views(*, actor: Actor) -> tuple[tuple[str, CaseFilter], ...]:
    """The actor's saved filters by name."""
    rows = SavedView.objects.filter(member_id=actor.id).order_by("name")
    return tuple((row.name, filter_from_plain(row.filters)) for row in rows)


def save_view(*, name: str, filters: CaseFilter, actor: Actor, at: datetime) -> None:
    """Keep a filter under a name, replacing the one of the same name. An empty filter removes it.

    What was typed to find somebody is left out: it is a name, a mobile or an ID number more often than not.
    """
    if actor.kind != "staff" or actor.id is None:
        raise NotAllowed(act="negotiation.save_view")
    if not name.strip() or len(name) > 40:
        raise Invalid(fields={"name": "out_of_range"})
    with transaction.atomic():
        SavedView.objects.filter(member_id=actor.id, name=name.strip()).delete()
        filters = replace(filters, text="")
        if filters != CaseFilter():
            SavedView.objects.create(
                created_at=at, member_id=actor.id, name=name.strip(), filters=plain_filter(filters)
            )


def plain_filter(filters: CaseFilter) -> dict[str, Any]:
    """The filter as JSON values, without what is not set: also good for a query string."""
    empty = CaseFilter()
    told: dict[str, Any] = {}
    for name, value in asdict(filters).items():
        if value != getattr(empty, name):
            told[name] = list(value) if isinstance(value, tuple) else value.isoformat() if _timed(value) else value
    return told


def _timed(value: object) -> bool:
    return hasattr(value, "isoformat")


def filter_from_plain(plain: Mapping[str, Any]) -> CaseFilter:
    """The filter again; unknown names are refused. Raises Invalid."""
    known = {field.name: str(field.type) for field in fields(CaseFilter)}
    wrong = {name: "unknown" for name in plain if name not in known}
    read: dict[str, Any] = {}
    for name, value in plain.items():
        try:
            read[name] = _read(known.get(name, ""), value)
        except (TypeError, ValueError):
            wrong[name] = "unusable"
    if wrong:
        raise Invalid(fields=wrong)
    return CaseFilter(**read)


def _read(kind: str, value: Any) -> Any:
    if kind.startswith("tuple"):
        many = [value] if isinstance(value, str) else value
        return tuple(str(one) for one in many if one != "")
    if kind.startswith("datetime"):
        return datetime.fromisoformat(str(value)) if value else None
    if kind.startswith("date"):
        return datetime.fromisoformat(str(value)).date() if value else None
    if kind.startswith("int"):
        return int(value) if value not in (None, "") else None
    if kind == "bool":
        return value is True or str(value).lower() in ("1", "true", "on", "yes")
    return str(value)
