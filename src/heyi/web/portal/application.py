"""Applying: one question a page, saved at each, to be resumed anywhere; then proofs, a check of answers, handing in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.problems import NotFound
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.portal import pages
from heyi.web.portal.papers import hand_in, proof_form, shown_proofs
from heyi.web.portal.questions import given, labels, question_form, tell
from heyi.web.portal.summary import answer_rows
from heyi.web.portal.visit import own_case, posted, reader, within
from heyi.web.ui.forms import Form
from heyi.web.ui.sessions import verified_at


class TruthForm(Form):
    """The statement of truth. Never ticked for the borrower."""

    agreed = forms.BooleanField(
        label=_("我看过了，同意"), error_messages={"required": _("请先看一下这句话，同意的话打个勾。")}
    )


@open_to(BORROWER, why="own application")
def start(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Begin, or go on where it was left. The code at the door counts as proof of identity for the application."""
    if request.method != "POST":
        return redirect("portal:home")
    done = negotiation.start_application(
        contract_id=contract_id, actor=reader(request), at=clock.now(), code_verified_at=verified_at(request)
    )
    return redirect("portal:resume", case_id=done.case_id)


@open_to(BORROWER, why="own application")
def resume(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The first page that still wants an answer."""
    form = negotiation.application_form(case_id=case_id, actor=reader(request), at=clock.now())
    if not form.can_edit:
        return redirect("portal:case", case_id=case_id)
    saved = {step.key for step in form.steps if step.saved_at}
    page = next((page for page in pages.PAGES if page.step == form.next_step or page.step not in saved), None)
    if page is None or form.next_step in ("truth", None):
        return redirect("portal:check", case_id=case_id)
    return redirect("portal:question", case_id=case_id, slug=page.slug)


@open_to(BORROWER, why="own application")
def question(request: HttpRequest, case_id: UUID, slug: str) -> HttpResponse:
    """One page: shown with what was saved, saved again, then the next one."""
    page = pages.BY_SLUG.get(slug)
    if page is None:
        raise NotFound(page=slug)
    actor, at, policy = reader(request), clock.now(), negotiation.rules()
    view = negotiation.application_form(case_id=case_id, actor=actor, at=at)
    if not view.can_edit:
        return redirect("portal:case", case_id=case_id)
    saved = _saved(view, page.step, request)
    form = question_form(page, policy, saved=saved, data=posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            negotiation.save_answers(
                case_id=case_id, step=page.step, values=given(page, form, saved), actor=actor, at=at
            )
        except negotiation.BadAnswers as wrong:
            tell(form, wrong.facts["fields"])
        else:
            return redirect(_after(view, page, form, case_id, request))
    return render(request, "portal/question.html", _shown(view, page, form, case_id))


@open_to(BORROWER, why="own application")
def proofs(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Hand in papers, see what is there, take one back. Nothing has to be handed in to go on."""
    view = negotiation.application_form(case_id=case_id, actor=reader(request), at=clock.now())
    if not view.can_edit:
        return redirect("portal:case", case_id=case_id)
    form = proof_form(request)
    if request.method == "POST" and hand_in(form, case_id, reader(request), clock.now()):
        return redirect("portal:proofs", case_id=case_id)
    shown = {
        "form": form,
        "proofs": shown_proofs(view.proofs),
        "case_id": case_id,
        "at": pages.COUNT - 1,
        "count": pages.COUNT,
        "back_href": reverse("portal:question", args=[case_id, pages.PAGES[-1].slug]),
        "back_text": _("返回上一题"),
    }
    return render(request, "portal/proofs.html", shown)


@open_to(BORROWER, why="own application")
def remove_proof(request: HttpRequest, case_id: UUID, proof_id: UUID) -> HttpResponse:
    """Take a paper back before handing in."""
    own_case(request, case_id)
    if request.method == "POST":
        negotiation.remove_proof(case_id=case_id, proof_id=proof_id, actor=reader(request), at=clock.now())
    return redirect("portal:proofs", case_id=case_id)


@open_to(BORROWER, why="own papers and files of the talk")
def preview(request: HttpRequest, case_id: UUID, object_id: UUID) -> HttpResponse:
    """A picture of a file, made anew without the metadata of the original."""
    data = negotiation.preview_file(case_id=case_id, object_id=object_id, actor=reader(request), at=clock.now())
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@open_to(BORROWER, why="own application")
def check(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All answers on one page with ways back, the statement of truth, and the one button that hands in."""
    actor, at, policy = reader(request), clock.now(), negotiation.rules()
    form = TruthForm(posted(request))
    if request.method == "POST" and form.is_valid():
        statement = {"agreed": True, "statement": policy.truth_statement.key}
        negotiation.save_answers(case_id=case_id, step="truth", values=statement, actor=actor, at=at)
        try:
            negotiation.submit(case_id=case_id, actor=actor, at=at)
        except negotiation.NotComplete:
            form.add_error(None, _("还有几题没有填完，下面标出来了。点「去填」就能补上。"))
        else:
            return redirect("portal:submitted", case_id=case_id)
    view = negotiation.application_form(case_id=case_id, actor=actor, at=at)
    if not view.can_edit:
        return redirect("portal:case", case_id=case_id)
    shown = {
        "form": form,
        "rows": answer_rows(view, policy),
        "within": within("first_answer"),
        "statement": labels([policy.truth_statement])[0][1],
        "case_id": case_id,
        "at": pages.COUNT,
        "count": pages.COUNT,
        "back_href": reverse("portal:proofs", args=[case_id]),
        "back_text": _("返回上一题"),
    }
    return render(request, "portal/check.html", shown)


@open_to(BORROWER, why="own application")
def submitted(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The number, and what happens next."""
    case = negotiation.case(case_id=case_id, actor=reader(request), at=clock.now())
    return render(request, "portal/submitted.html", {"case": case})


def _saved(view: Any, step: str, request: HttpRequest) -> dict[str, Any]:
    saved = dict(next(item.values for item in view.steps if item.key == step))
    if step == "happened" and view.has_sensitive:
        saved["sensitive_words"] = negotiation.sensitive_words(
            case_id=view.case_id, purpose="own_answer", actor=reader(request), at=clock.now()
        )
    return saved


def _after(view: Any, page: pages.QuestionPage, form: Form, case_id: UUID, request: HttpRequest) -> str:
    if request.GET.get("from") == "check":
        return reverse("portal:check", args=[case_id])
    following = pages.neighbour(page.slug, 1, with_private=_private(view, form))
    if following is None:
        return reverse("portal:proofs", args=[case_id])
    return reverse("portal:question", args=[case_id, following.slug])


def _private(view: Any, form: Form | None) -> bool:
    """Does a chosen reason touch health or family?"""
    reasons = form.cleaned_data.get("reasons") if form is not None and form.is_bound and form.is_valid() else None
    if reasons is None:
        reasons = next(item.values for item in view.steps if item.key == "happened").get("reasons") or ()
    sensitive = {reason.key for reason in negotiation.rules().reasons if reason.sensitive}
    return not sensitive.isdisjoint(reasons)


def _shown(view: Any, page: pages.QuestionPage, form: Form, case_id: UUID) -> dict[str, Any]:
    before = pages.neighbour(page.slug, -1, with_private=_private(view, None))
    after = pages.neighbour(page.slug, 1, with_private=True)
    skip = reverse("portal:question", args=[case_id, after.slug]) if after else reverse("portal:proofs", args=[case_id])
    return {
        "page": page,
        "form": form,
        "case_id": case_id,
        "single": len(page.asks) == 1,
        "at": pages.PAGES.index(page) + 1,
        "count": pages.COUNT,
        "skip_href": skip,
        "back_href": reverse("portal:question", args=[case_id, before.slug]) if before else reverse("portal:home"),
        "back_text": _("返回上一题") if before else _("我的协商"),
    }
