"""The editor's two acts: try the terms (nothing is kept), and keep them as the case's draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.problems import NotFound, Problem
from heyi.plumbing.access import open_to
from heyi.web.console.case import plan, refusals, tabs, wording
from heyi.web.console.case.acts import MANAGERS
from heyi.web.console.case.opened import Opened, opened
from heyi.web.console.case.terms_form import TermsForm


@open_to(*MANAGERS, why="recompute a plan under construction; nothing is kept", quiet=True)
@require_POST
@never_cache
def try_terms(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The figures for the terms as typed: the part alone for htmx, else the whole tab."""
    page = opened(request, case_id)
    form = _form(request, page)
    if not request.htmx:  # type: ignore[attr-defined]
        form.is_valid()
        return tabs.show(request, page, "plan", used={"terms": form})
    _sketch, shown = plan.drawn(page, form)
    return render(
        request,
        "console/case/figures.html",
        {"page": page, "terms": form, "shown": shown, "save_href": page.href("save")},
    )


@open_to(*MANAGERS, why="keep a plan as the case's draft, and offer it on the own authority where asked")
@require_POST
def save_terms(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keep the draft; with ``then`` = publish or submit go on at once."""
    page = opened(request, case_id)
    form = _form(request, page)
    terms = form.terms()
    if terms is None:
        return tabs.show(request, page, "plan", used={"terms": form}, status=422)
    try:
        wording.confirm(request, page)
        _keep(request, page, terms, form.cleaned_data["reason"])
    except NotFound:
        raise
    except Problem as fault:
        form.tell({name: code for name, code in _fields(fault).items() if name in form.fields}, fault.facts)
        used = {
            "terms": form,
            "terms_refusal": refusals.told(fault),
            "terms_wording": wording.told(fault, form),
            "terms_then": _then(request),
        }
        return tabs.show(request, opened(request, case_id), "plan", used=used, status=fault.status)
    return HttpResponseRedirect(page.href("plan"))


def _form(request: HttpRequest, page: Opened) -> TermsForm:
    start = negotiation.contract_terms(case_id=page.case.id, actor=page.actor, at=page.at)
    return TermsForm(start, request.POST)


def _keep(request: HttpRequest, page: Opened, terms: Any, reason: str) -> None:
    who: dict[str, Any] = {"case_id": page.case.id, "actor": page.actor, "at": page.at}
    kept = negotiation.draft_offer(terms=terms, reason=reason, **who)
    then, offer_id = _then(request), kept.subject_id
    if then == "publish" and offer_id:
        negotiation.publish_offer(offer_id=offer_id, seen_version=kept.version, **who)
        messages.success(request, _("方案发给借款人了。"))
    elif then == "submit" and offer_id:
        negotiation.submit_for_approval(offer_id=offer_id, seen_version=kept.version, **who)
        messages.success(request, _("提交审批了，批下来以前借款人看不到。"))
    else:
        messages.success(request, _("草稿存好了。借款人看不到草稿。"))


def _then(request: HttpRequest) -> str:
    """What follows the draft: the button names it, or the address of the button that confirms a warning."""
    then = request.POST.get("then") or request.GET.get("then", "")
    return then if then in ("publish", "submit") else ""


def _fields(fault: Problem) -> dict[str, str]:
    fields = fault.facts.get("fields")
    return dict(fields) if isinstance(fields, dict) else {}
