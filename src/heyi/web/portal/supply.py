"""After handing in: what the bank still wants, why it said no, how to appeal, and how to take everything back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.portal.papers import hand_in, letters, proof_form, shown_proofs
from heyi.web.portal.visit import back, own_case, posted, reader, words_of
from heyi.web.ui.forms import Form


class AppealForm(Form):
    """Why another colleague should look again."""

    words = forms.CharField(
        label=_("您觉得哪里不对，或者有什么新情况"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "5"}),
        error_messages={"required": _("写一两句就行，这样另一位同事知道从哪里看起。")},
    )


class WithdrawForm(Form):
    """Taking the application back needs no reason."""

    reason = forms.CharField(
        label=_("愿意的话，说说为什么（可以不写）"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


@open_to(BORROWER, why="own application")
def more(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is still missing, a place to hand it in, and the way to give the application back to the bank."""
    case = own_case(request, case_id)
    if case.status != "more_requested":
        return redirect("portal:case", case_id=case_id)
    form = proof_form(request)
    if request.method == "POST" and hand_in(form, case_id, reader(request), clock.now()):
        messages.success(request, _("收到了，已经加密保存。"))
        return redirect("portal:more", case_id=case_id)
    asked = _latest(case, "request_more")
    shown = {
        "case": case,
        "wanted": words_of("more_items", asked.reasons) if asked else [],
        "words": asked.words if asked else "",
        "by": asked.by if asked else None,
        "proofs": shown_proofs(case.proofs),
        "form": form,
        **back("case", case_id),
    }
    return render(request, "portal/more.html", shown)


@open_to(BORROWER, why="own application")
def decision(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A refusal with its reasons in words, what can be done now, and the appeal."""
    case = own_case(request, case_id)
    refused = _latest(case, "refuse")
    if refused is None:
        return redirect("portal:case", case_id=case_id)
    form = AppealForm(posted(request))
    if request.method == "POST" and form.is_valid():
        negotiation.appeal(case_id=case_id, words=form.cleaned_data["words"], actor=reader(request), at=clock.now())
        messages.success(request, _("收到了。会由另一位同事从头再看一遍。"))
        return redirect("portal:case", case_id=case_id)
    shown = {
        "case": case,
        "refused": refused,
        "reasons": words_of("review_reasons", refused.reasons),
        "letters": letters(case_id, "refusal_letter"),
        "may_appeal": "appeal" in case.acts,
        "form": form,
        **back("case", case_id),
    }
    return render(request, "portal/decision.html", shown)


@open_to(BORROWER, why="own application")
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the application back, after one page that says what that means."""
    case = own_case(request, case_id)
    if "withdraw" not in case.acts:
        return redirect("portal:case", case_id=case_id)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        negotiation.withdraw(case_id=case_id, reason=reason, actor=reader(request), at=clock.now())
        messages.success(request, _("已经撤回了。想再商量，随时可以重新申请。"))
        return redirect("portal:home")
    return render(request, "portal/withdraw.html", {"case": case, "form": form, **back("case", case_id)})


def _latest(case: negotiation.CaseView, outcome: str) -> Any:
    """The last decision with this outcome that took effect."""
    return next((one for one in reversed(case.decisions) if one.outcome == outcome), None)
