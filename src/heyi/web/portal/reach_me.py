"""«怎么联系我»: which ways the borrower allows, what they agreed to, what stands for them, which agency may call."""

from __future__ import annotations

from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.ui import words

CHANNELS: Final = ("call", "sms", "email", "visit")


class Consent(forms.Form):
    """Which consent is taken back."""

    permission = forms.UUIDField()


@never_cache
@open_to(BORROWER, why="what stands for the borrower, and their own choice of media")
@require_safe
def reach_me(request: HttpRequest) -> HttpResponse:
    """Short lists; each line of the first can be switched."""
    actor, at = _actor(request), clock.now()
    assert actor.id is not None
    stopped = contact.channels_stopped(party_id=actor.id)
    kinds, english = compliance.hold_kinds(), (get_language() or "").startswith("en")
    held = compliance.holds(party_id=actor.id, at=at)
    agencies = contact.agencies_of(party_id=actor.id, at=at)
    shown = {
        "back_href": reverse("portal:home"),
        "back_text": _("我的协商"),
        "channels": [
            {"code": code, "name": words.word("contact.channel", code), "since": stopped.get(code)} for code in CHANNELS
        ],
        "hours": compliance.agreed_window(party_id=actor.id),
        "permitted": [
            {"id": one.id, "own": one.sort == "consent", "name": words.word("contact.permission_about", one.about),
             "given": one.given_at, "until": one.until}
            for one in compliance.permissions_of(party_id=actor.id, at=at)
        ],
        "holds": [
            {"text": kinds[one.kind].borrower.en if english else kinds[one.kind].borrower.zh, "until": one.until}
            for one in held
        ],
        "agencies": [
            {"name": view.entry.name_en if english else view.entry.name, "phone": view.entry.phone,
             "complaints": view.entry.complaint_phone, "begins": placed.handed_over_at, "until": placed.until}
            for placed in agencies
            for view in (staff.agency(agency_id=placed.agency_id),)
        ],
    }  # fmt: skip
    return render(request, "portal/reach_me.html", shown)


@open_to(BORROWER, why="the borrower stops a medium, or allows it again")
@require_POST
def switch_channel(request: HttpRequest) -> HttpResponse:
    """Stop or allow one medium."""
    actor, at, channel = _actor(request), clock.now(), request.POST.get("channel", "")
    assert actor.id is not None
    if request.POST.get("act") == "allow":
        contact.allow_channel(party_id=actor.id, channel=channel, actor=actor, at=at)
        messages.success(request, _("恢复好了，从现在起可以用这种方式联系您。"))
    else:
        contact.stop_channel(party_id=actor.id, channel=channel, actor=actor, at=at)
        messages.success(request, _("停好了，从现在起银行和受托机构都不用这种方式联系您。"))
    return redirect("portal:reach_me")


@open_to(BORROWER, why="the borrower takes back the hours that they chose")
@require_POST
def end_hours(request: HttpRequest) -> HttpResponse:
    """From now on the usual hours."""
    actor = _actor(request)
    assert actor.id is not None
    try:
        compliance.end_hours(party_id=actor.id, evidence="portal", actor=actor, at=clock.now())
    except compliance.NoHoursAgreed:
        messages.info(request, _("现在没有约定的时间。"))
    else:
        messages.success(request, _("取消好了，从现在起按规定的时间联系您。"))
    return redirect("portal:reach_me")


@open_to(BORROWER, why="the borrower takes back a consent as easily as they gave it (PIPL, article 15)")
@require_POST
def end_consent(request: HttpRequest) -> HttpResponse:
    """The consent ends now, and with it what was allowed only by it."""
    form = Consent(request.POST)
    if not form.is_valid():
        raise compliance.PermissionNotFound(permission="")
    given = form.cleaned_data["permission"]
    compliance.end_permission(permission_id=given, actor=_actor(request), at=clock.now())
    messages.success(request, _("收回了，从现在起不再算数。"))
    return redirect("portal:reach_me")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
