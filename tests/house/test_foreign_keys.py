"""Foreign keys point down: a table may name tables of its own room, of lower rooms and of Django."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import models

from tests.house.source import ROOMS

Link = tuple[str, str, str]
"""Room that points, room that it points to, field."""


def links() -> list[Link]:
    """Every relation between two rooms, many-to-many too."""
    return [
        (model._meta.app_label, field.related_model._meta.app_label, f"{model.__name__}.{field.name}")
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and not isinstance(field.related_model, str)
    ]


def upward(found: Iterable[Link]) -> list[str]:
    """Relations from a lower room to a higher one, between signing and contact, or from outside a room into one."""
    faults = []
    for source, target, field in found:
        if target not in ROOMS or source == target:
            continue
        beside = {source, target} == {"signing", "contact"}
        lower = source in ROOMS and ROOMS.index(source) > ROOMS.index(target)
        library = source not in ROOMS and target == "staff"  # Django's and allauth's tables name the user
        if beside or not (lower or library):
            faults.append(f"{source}.{field} → {target}")
    return faults


def test_foreign_keys_point_down() -> None:
    assert upward(links()) == []


def test_there_is_something_to_check() -> None:
    assert any(target == "staff" for _, target, _ in links())


@pytest.mark.parametrize(
    "link",
    [
        ("loans", "plans", "Contract.plan"),
        ("contact", "signing", "Letter.ceremony"),
        ("plumbing", "loans", "Outbox.contract"),
        ("journal", "vault", "Entry.object"),
    ],
)
def test_an_upward_key_is_found(link: Link) -> None:
    assert len(upward([link])) == 1


def test_a_downward_key_is_fine() -> None:
    assert upward([("plans", "loans", "Plan.contract"), ("loans", "loans", "Payment.contract")]) == []
