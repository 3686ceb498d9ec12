"""The query form above a list of cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.negotiation.api import CaseFilter
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.web.console.queue.filters import NAMES, parameters, some
from heyi.web.ui import words
from heyi.web.ui.forms import DayInput, Form

ALL = _("全部")
BUCKETS = ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")

Choices = list[tuple[str, str | Promise]]


class Query(Form):
    """Two rows of conditions; ``more`` are folded away. It only shows the filter in force and is never validated."""

    text = forms.CharField(
        label=_("查找"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("姓名、案件号、手机号")}),
    )
    status = forms.ChoiceField(label=NAMES["status"])
    turn = forms.ChoiceField(label=NAMES["turn"])
    product = forms.ChoiceField(label=NAMES["product"])
    overdue_days_from = forms.IntegerField(label=_("逾期天数从"), min_value=0)
    overdue_days_to = forms.IntegerField(label=_("逾期天数到"), min_value=0)
    assignee = forms.ChoiceField(label=NAMES["assignee"])
    bucket = forms.ChoiceField(label=NAMES["bucket"])
    branch = forms.ChoiceField(label=NAMES["branch"])
    submitted_from = forms.DateField(label=NAMES["submitted_from"], widget=DayInput())
    submitted_to = forms.DateField(label=NAMES["submitted_to"], widget=DayInput())
    reached = forms.ChoiceField(label=NAMES["reached"])
    due_today = forms.BooleanField(label=NAMES["due_today"])
    late = forms.BooleanField(label=NAMES["late"])
    unread = forms.BooleanField(label=NAMES["unread"])
    problem = forms.BooleanField(label=NAMES["problem"])
    to_approve = forms.BooleanField(label=NAMES["to_approve"])

    def __init__(self, filters: CaseFilter, actor: Actor) -> None:
        super().__init__(initial=parameters(filters), auto_id="q_%s")
        for name in ("status", "turn", "product"):
            vocabulary = {"status": "negotiation.status", "turn": "lists.turn", "product": "loans.product"}[name]
            self._offer(name, words.choices(vocabulary), getattr(filters, name))
        self._offer("bucket", [(code, code) for code in BUCKETS], filters.bucket)
        self._offer("reached", words.choices("lists.reached"))
        self._offer("assignee", [("me", _("我")), ("none", _("还没有人")), *_members(actor)])
        self._offer("branch", [(row.code, row.name) for row in staff.branches() if actor.sees(row.code)])
        for field in self.fields.values():
            field.required = False

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]], chosen: tuple[str, ...] = ()) -> None:
        several: Choices = [(",".join(chosen), some(name, chosen))] if len(chosen) > 1 else []
        offered: Choices = [("", ALL), *several, *choices]
        self.fields[name].choices = offered  # type: ignore[attr-defined]

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in ("text", "status", "turn", "product", "assignee", "bucket")]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in ("branch", "submitted_from", "submitted_to", "reached")]

    @property
    def flags(self) -> list[forms.BoundField]:
        return [self[name] for name in ("due_today", "late", "unread", "problem", "to_approve")]

    @property
    def more_open(self) -> bool:
        return any(field.initial for field in (*self.more, *self.flags))


def _members(actor: Actor) -> Choices:
    return [
        (str(member.id), member.display_name)
        for member in staff.members()
        if actor.sees(member.branch) and member.roles & {"manager", "lead"}
    ]
