"""Every field of every table says which class of data it holds (JR/T 0171-2020), and C2 and C3 are stored sealed."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from heyi.plumbing.records import DataClasses, Record

OWN = "heyi."
READABLE_C2 = {
    "plumbing.IdempotentCall.answer": "an answer already given to the same client; rooms mask before they answer",
    "negotiation.Offer.terms": "figures and dates of an offer, no names and no free text",
    "negotiation.Offer.before": "figures and dates of the contract at that moment, no names and no free text",
}
"""C2 fields that are not sealed, each with its reason. Figures (``*_minor``) and dates stay readable for the ledger."""


def own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith(OWN) and not model._meta.abstract and not model._meta.proxy
    ]


def unclassed(model: type[models.Model]) -> list[str]:
    """Fields without a class, and classes for fields that do not exist."""
    data = getattr(model, "data", None)
    if not isinstance(data, DataClasses):
        return [f"{model.__name__}: no data classes"]
    names = {field.name for field in [*model._meta.local_fields, *model._meta.local_many_to_many]}
    names |= {field.name for field in model._meta.fields}
    classed = [name for group in (data.c3, data.c2, data.c1, data.none) for name in group]
    faults = [f"{model.__name__}.{name}: no class" for name in sorted(names) if data.of(name) is None]
    faults += [f"{model.__name__}.{name}: no such field" for name in sorted(set(classed) - names)]
    faults += [f"{model.__name__}.{name}: two classes" for name in sorted(classed) if classed.count(name) > 1]
    return faults


def readable(model: type[models.Model]) -> list[str]:
    """C2 text that somebody with the database alone could read."""
    data: DataClasses = model.data  # type: ignore[attr-defined]
    fields = {field.name: field for field in model._meta.fields}
    return [
        f"{model._meta.label}.{name}"
        for name in (*data.c2, *data.c3)
        if isinstance(fields.get(name), models.CharField | models.TextField | models.JSONField)
        and not name.endswith(("_index", "_digest", "_hash", "_minor"))
        and f"{model._meta.label}.{name}" not in READABLE_C2
        and name != "password"
    ]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_each_field_has_its_class(model: type[models.Model]) -> None:
    assert unclassed(model) == []


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_personal_text_is_sealed(model: type[models.Model]) -> None:
    if isinstance(getattr(model, "data", None), DataClasses):
        assert readable(model) == []


def test_a_forgotten_field_is_found() -> None:
    class Forgetful(Record):
        data = DataClasses(none=("known", "ghost"), c2=("name",))
        known = models.CharField(max_length=5)
        forgotten = models.CharField(max_length=5)
        name = models.CharField(max_length=5)

        class Meta:
            app_label = "plumbing"

    try:
        assert unclassed(Forgetful) == ["Forgetful.forgotten: no class", "Forgetful.ghost: no such field"]
        assert readable(Forgetful) == ["plumbing.Forgetful.name"]
    finally:
        del apps.all_models["plumbing"]["forgetful"]
        apps.clear_cache()
