"""The form with which leave is asked for: its questions come from the pack."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from heyi.capabilities.approvals import api as approvals
from heyi.capabilities.approvals.domain import Approval, Kind, Question
from heyi.capabilities.approvals.domain.kinds import ANSWER_LONGEST
from heyi.capabilities.loans import api as loans
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.web.ui.forms import Form, dress

PREFIX: Final = "q_"


def askable(actor: Actor) -> list[Kind]:
    """Kinds that the actor asks for here; the others are asked where the work is."""
    return [kind for kind in approvals.kinds() if kind.about != "own_page" and actor.has(*kind.ask)]


def said(question: Question) -> str:
    """A question in the reader's language."""
    return question.en if (get_language() or "").startswith("en") else question.zh


class AskForm(Form):
    """What it is about, then the questions of the kind, the impact assessment last."""

    about = forms.CharField(label=gettext_lazy("名称"), max_length=60)

    def __init__(self, *args: Any, about: Kind, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.actor = about, actor
        if about.about == "contract":
            self.fields["about"] = forms.CharField(label=_("合同号"), max_length=40)
        elif about.about == "agency":
            listed = [(str(one.id), one.entry.name) for one in staff.agencies(actor=actor) if one.status != "ended"]
            self.fields["about"] = forms.ChoiceField(label=_("外包机构"), choices=[("", "–"), *listed])
        for question in about.form:
            self.fields[PREFIX + question.key] = _field(question)
        for field in self.fields.values():
            dress(field)

    @property
    def first(self) -> list[Any]:
        """What it is about, and the questions of the kind."""
        impact = {PREFIX + question.key for question in self.kind.impact}
        return [field for field in self if field.name not in impact]

    @property
    def impact(self) -> list[Any]:
        """The questions of the impact assessment."""
        return [self[PREFIX + question.key] for question in self.kind.impact]

    def answers(self) -> dict[str, str]:
        """Question → answer."""
        return {question.key: self.cleaned_data[PREFIX + question.key] for question in self.kind.form}


def _field(question: Question) -> forms.Field:
    if question.choices:
        english = (get_language() or "").startswith("en")
        listed = [(code, en if english else zh) for code, zh, en in question.choices]
        return forms.ChoiceField(
            label=said(question), choices=listed, required=question.required, widget=forms.RadioSelect
        )
    return forms.CharField(
        label=said(question),
        max_length=ANSWER_LONGEST,
        required=question.required,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


def ask(form: AskForm, *, actor: Actor, at: datetime) -> Approval:
    """Put the valid form to the vote. Raises what the doors raise for a contract or agency that is not there."""
    return approvals.ask(kind=form.kind.key, assessment=form.answers(), actor=actor, at=at, **_subject(form, actor, at))


def _subject(form: AskForm, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the request is about, as the room wants it."""
    about = form.cleaned_data["about"].strip()
    if form.kind.about == "contract":
        contract = loans.contract_by_no(contract_no=about, actor=actor)
        return {
            "subject": f"loans_contract:{contract.id}",
            "facts": {"title": contract.contract_no},
            "branch": contract.branch,
            "party_id": contract.party_id,
            "case_id": negotiation.case_of_contract(contract_id=contract.id, actor=actor, at=at),
        }
    if form.kind.about == "agency":
        agency = next(one for one in staff.agencies(actor=actor) if str(one.id) == about)
        return {"subject": f"staff_agency:{agency.id}", "facts": {"title": agency.entry.name}}
    mark = hashlib.sha256(about.encode()).hexdigest()[:16]
    return {"subject": f"{form.kind.key}:{mark}", "facts": {"title": about}}
