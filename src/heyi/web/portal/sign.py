"""Signing, one step a page: agree to sign electronically, key terms, each clause, the cost form, a code, the signature.

Refusing is as easy as signing at every step and needs no reason. How long a clause was read is measured here, from
when its page was first given out to when it was acknowledged; the browser is not asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.contact import api as contact
from heyi.capabilities.journal import api as journal
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.domain import CeremonyView
from heyi.capabilities.vault import api as vault
from heyi.kit.problems import NotFound
from heyi.plumbing import clock, limits
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.portal.agreement import ClausePage, changes, clause_page, cost_rows, key_terms, payments
from heyi.web.portal.questions import in_english
from heyi.web.portal.room import download
from heyi.web.portal.visit import back, own_case, party_of, posted, reader, time_barred
from heyi.web.ui.forms import CodeField, Form

READING: Final = "reading"
COST: Final = "cost_form"
BEFORE: Final = ("prepared", "consented", "reading")


class CodeForm(Form):
    """The code that stands for the signature's will: sent to the number in the bank's record."""

    code = CodeField(label=_("短信验证码"), length=6, error_messages={"required": _("请填短信里的 6 位数字。")})


class RefuseForm(Form):
    """Not signing needs no reason."""

    reason = forms.CharField(
        label=_("愿意的话，说说为什么（可以不写）"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


@open_to(BORROWER, why="own agreement")
def sign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where the signing stands: begin, go on, wait, or take the signed file."""
    case, ceremony = _ceremony(request, case_id)
    if ceremony is None:
        return render(request, "portal/sign_wait.html", {"case": case, "ceremony": None, **back("case", case_id)})
    if ceremony.state == "prepared":
        return render(request, "portal/sign_start.html", _shown(case, ceremony))
    if ceremony.state in BEFORE:
        return redirect(_next_page(ceremony), *_arguments(ceremony, case_id))
    if ceremony.state == "sealed":
        return render(request, "portal/signed.html", _shown(case, ceremony) | {"entry_id": _entry_of(ceremony)})
    return render(request, "portal/sign_wait.html", _shown(case, ceremony))


@open_to(BORROWER, why="own agreement, asked by the page itself", quiet=True)
def state(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """For a page that stands open: go on as soon as there is something to see."""
    _case, ceremony = _ceremony(request, case_id)
    answer = HttpResponse(status=204)
    if ceremony is not None and ceremony.state not in ("borrower_signed", "sealing"):
        answer["HX-Redirect"] = reverse("portal:sign", args=[case_id])
    return answer


@open_to(BORROWER, why="own agreement")
def consent(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Agree to sign electronically (Electronic Signature Law, article 3)."""
    ceremony = _open_ceremony(request, case_id)
    if request.method == "POST" and ceremony.state == "prepared":
        signing.agree_to_esign(ceremony_id=ceremony.id, actor=reader(request), at=clock.now())
        return redirect("portal:sign_terms", case_id=case_id)
    return redirect("portal:sign", case_id=case_id)


@open_to(BORROWER, why="own agreement")
def terms(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The few terms that matter most, in plain words, before the exact text."""
    case, ceremony = _ceremony(request, case_id)
    if ceremony is None or ceremony.state not in BEFORE or ceremony.state == "prepared":
        return redirect("portal:sign", case_id=case_id)
    shown = {"terms": key_terms(ceremony.agreement), "going_on": bool(ceremony.read_count)}
    return render(request, "portal/sign_terms.html", _shown(case, ceremony) | shown)


@open_to(BORROWER, why="own agreement")
def clause(request: HttpRequest, case_id: UUID, clause_id: str) -> HttpResponse:
    """One clause: plain words, the exact text, and «I understand»."""
    case, ceremony = _ceremony(request, case_id)
    if ceremony is None or ceremony.state not in BEFORE or ceremony.consented_at is None:
        return redirect("portal:sign", case_id=case_id)
    page = clause_page(ceremony, clause_id)
    if page is None:
        raise NotFound(clause=clause_id)
    at = clock.now()
    if request.method == "POST":
        seconds = _seconds_read(request, ceremony, clause_id, at)
        actor = reader(request)
        after = signing.read_clause(ceremony_id=ceremony.id, clause_id=clause_id, seconds=seconds, actor=actor, at=at)
        return redirect(_next_page(after), *_arguments(after, case_id))
    _begin_reading(request, ceremony, clause_id, at)
    return render(request, "portal/sign_clause.html", _shown(case, ceremony) | {"page": page} | _annex(ceremony, page))


@open_to(BORROWER, why="own agreement")
def cost(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The comprehensive-cost form; it stays in view for the time that the rule wants (CN-APR-2)."""
    case, ceremony = _ceremony(request, case_id)
    if ceremony is None or ceremony.state not in BEFORE or ceremony.consented_at is None:
        return redirect("portal:sign", case_id=case_id)
    at, wait = clock.now(), None
    if request.method == "POST":
        try:
            seconds = _seconds_read(request, ceremony, COST, at)
            after = signing.acknowledge_cost_form(
                ceremony_id=ceremony.id, seconds=seconds, actor=reader(request), at=at
            )
        except signing.ReadLonger as longer:
            wait = longer.facts["seconds_left"]
        else:
            return redirect(_next_page(after), *_arguments(after, case_id))
    _begin_reading(request, ceremony, COST, at)
    shown = {"form": ceremony.agreement.cost_form, "rows": cost_rows(ceremony.agreement), "wait": wait}
    return render(request, "portal/sign_cost.html", _shown(case, ceremony) | shown)


@open_to(BORROWER, why="own agreement")
def confirm(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The last page: a code to the borrower's own number, then sign or not, side by side."""
    case, ceremony = _ceremony(request, case_id)
    if ceremony is None or not ceremony.may_sign:
        return redirect("portal:sign", case_id=case_id)
    form = CodeForm(request.POST if request.POST.get("act") == "sign" else None)
    wait = None
    if request.method == "POST" and request.POST.get("act") == "code":
        try:
            contact.issue_code(
                party_id=party_of(request), purpose="sign", at=clock.now(), language="en" if in_english() else "zh"
            )
        except limits.TooMany:
            wait = _("试得有点多，为了您的安全先停一停。请 15 分钟后再试，或者拨打协商专线。")
        else:
            request.session["sign_code"] = str(ceremony.id)
            return redirect("portal:sign_confirm", case_id=case_id)
    elif form.is_bound and form.is_valid() and _signed(request, ceremony, form):
        return redirect("portal:sign", case_id=case_id)
    sent = request.session.get("sign_code") == str(ceremony.id)
    shown = {"form": form, "sent": sent, "wait": wait, "terms": key_terms(ceremony.agreement)}
    return render(request, "portal/sign_confirm.html", _shown(case, ceremony) | shown)


@open_to(BORROWER, why="own agreement")
def refuse(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Not signing: one page, no reason needed, nothing lost."""
    case, ceremony = _ceremony(request, case_id)
    if ceremony is None or ceremony.state not in (*BEFORE, "borrower_signed"):
        return redirect("portal:sign", case_id=case_id)
    form = RefuseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        signing.refuse(ceremony_id=ceremony.id, reason=reason, actor=reader(request), at=clock.now())
        messages.success(request, _("没有签，什么都没有变。可以接着商量。"))
        return redirect("portal:case", case_id=case_id)
    return render(request, "portal/sign_refuse.html", _shown(case, ceremony) | {"form": form})


@open_to(BORROWER, why="own agreement")
def document(request: HttpRequest, case_id: UUID, language: str) -> HttpResponse:
    """The file: the signed original in Chinese, the translation in English; the draft before."""
    _case, ceremony = _ceremony(request, case_id)
    if ceremony is None or language not in ("zh", "en"):
        raise NotFound(document=language)
    return _handed(request, ceremony, language)


@open_to(BORROWER, why="own agreements of every round")
def earlier(request: HttpRequest, case_id: UUID, ceremony_id: UUID, language: str) -> HttpResponse:
    """A signed agreement of this case, also one that a later one replaced."""
    own_case(request, case_id)
    found = {one.id: one for one in signing.ceremonies_of(case_id=case_id) if one.state == "sealed"}
    if ceremony_id not in found or language not in ("zh", "en"):
        raise NotFound(document=str(ceremony_id))
    return _handed(request, found[ceremony_id], language)


def _handed(request: HttpRequest, ceremony: CeremonyView, language: str) -> HttpResponse:
    object_id = signing.document(ceremony_id=ceremony.id, language="zh" if language == "zh" else "en")
    data = vault.get(object_id=object_id, actor=reader(request), at=clock.now(), purpose="own_copy")
    return download(data, "application/pdf", f"{ceremony.number}{'' if language == 'zh' else '-en'}.pdf")


def _ceremony(request: HttpRequest, case_id: UUID) -> tuple[negotiation.CaseView, CeremonyView | None]:
    """The case and its present signing, if one was opened."""
    case = own_case(request, case_id)
    return case, signing.ceremony(ceremony_id=case.ceremony_id) if case.ceremony_id else None


def _open_ceremony(request: HttpRequest, case_id: UUID) -> CeremonyView:
    _case, ceremony = _ceremony(request, case_id)
    if ceremony is None:
        raise NotFound(case_id=str(case_id))
    return ceremony


def _shown(case: negotiation.CaseView, ceremony: CeremonyView) -> dict[str, Any]:
    """What every page of the signing shows."""
    return {
        "case": case,
        "ceremony": ceremony,
        "agreement": ceremony.agreement,
        "time_barred": time_barred(case),
        **back("case", case.id),
    }


def _annex(ceremony: CeremonyView, page: ClausePage) -> dict[str, Any]:
    """The table that a clause refers to, to be read with it."""
    if page.annex == "change":
        return {"changes": changes(ceremony.agreement)}
    return {"schedule": payments(ceremony.agreement)} if page.annex == "repayment" else {}


def _next_page(ceremony: CeremonyView) -> str:
    """The step that comes next, by what the ceremony already holds."""
    if not ceremony.read_count and ceremony.cost_form_acknowledged_at is None:
        return "portal:sign_terms"
    if _unread(ceremony):
        return "portal:sign_clause"
    if ceremony.cost_form_acknowledged_at is None:
        return "portal:sign_cost"
    return "portal:sign_confirm"


def _arguments(ceremony: CeremonyView, case_id: UUID) -> list[Any]:
    """The address of the next step."""
    return [case_id, _unread(ceremony)] if _next_page(ceremony) == "portal:sign_clause" else [case_id]


def _unread(ceremony: CeremonyView) -> str | None:
    return next((one.clause_id for one in ceremony.readings if one.acknowledged_at is None), None)


def _begin_reading(request: HttpRequest, ceremony: CeremonyView, what: str, at: datetime) -> None:
    """Remember when this page was first given out; looking again keeps the first."""
    key = f"{ceremony.id}:{what}"
    begun = request.session.get(READING, {})
    if key not in begun:
        request.session[READING] = {key: at.timestamp()}


def _seconds_read(request: HttpRequest, ceremony: CeremonyView, what: str, at: datetime) -> int:
    """Since when it stands on the screen; nothing when it was never given out."""
    begun = request.session.get(READING, {}).get(f"{ceremony.id}:{what}")
    return int(at.timestamp() - begun) if begun else 0


def _signed(request: HttpRequest, ceremony: CeremonyView, form: CodeForm) -> bool:
    """Check the code, then sign. False when the code was not right; the form says how many tries are left."""
    at = clock.now()
    check = contact.check_code(party_id=party_of(request), purpose="sign", code=form.cleaned_data["code"], at=at)
    if not check:
        form.add_error("code", _wrong(check.tries_left))
        return False
    signing.sign_as_borrower(ceremony_id=ceremony.id, code_verified_at=check.checked_at, actor=reader(request), at=at)
    request.session.pop("sign_code", None)
    return True


def _wrong(tries_left: int) -> Any:
    if tries_left:
        return _("验证码不对，还可以再试 %(left)d 次。") % {"left": tries_left}
    return _("这个验证码不能再用了。点「再发一次」，换一个新的。")


def _entry_of(ceremony: CeremonyView) -> UUID | None:
    """The journal's entry of the seal, for the receipt."""
    found = journal.entries(case_id=ceremony.case_id, act="signing.seal", limit=1)
    return found[0].id if found else None
