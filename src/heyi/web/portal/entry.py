"""Entering the portal: a mobile number and the tail of the ID number, then a code. No password, no app.

The answers look the same for people whom the bank knows and people whom it does not, in words, steps and tries.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from heyi.capabilities.contact import api as contact
from heyi.capabilities.loans import api as loans
from heyi.plumbing import clock, limits
from heyi.plumbing.access import BORROWER, PUBLIC, open_to
from heyi.web.ui.forms import CodeField, Form
from heyi.web.ui.sessions import begin_borrower_session, end_session

PENDING: Final = "entering"
PENDING_FOR: Final = timedelta(minutes=15)
TRIES_PER_ADDRESS: Final = 30


class EntryForm(Form):
    """Who wants to come in."""

    mobile = forms.CharField(
        label=_("手机号"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("您留在银行的那个号码。"),
    )
    id_tail = CodeField(
        label=_("身份证最后四位"),
        length=4,
        digits_only=False,
        help_text=_("企业请填统一社会信用代码的最后四位。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id_tail"].widget.attrs["autocomplete"] = "off"


class CodeForm(Form):
    """The code from the message."""

    code = CodeField(label=_("短信验证码"), length=6)


@never_cache
@open_to(PUBLIC, why="nobody is known before the code")
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for mobile and ID tail; send a code when they fit somebody."""
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _send_code(request, form.cleaned_data["mobile"], form.cleaned_data["id_tail"])
        except limits.TooMany as much:
            form.add_error(None, _too_many(much))
        else:
            return redirect("portal:code")
    return render(request, "portal/enter.html", {"form": form, "next": _next(request)})


@never_cache
@open_to(PUBLIC, why="nobody is known before the code")
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; five tries, ten minutes."""
    pending = request.session.get(PENDING)
    if pending is None:
        return redirect("portal:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        check = contact.check_code(
            party_id=UUID(pending["party"]) if pending["party"] else None,
            purpose="entry",
            code=form.cleaned_data["code"],
            at=clock.now(),
            client=_client(request),
            claimed=pending["claimed"],
        )
        if check and pending["party"]:
            return _come_in(request, pending)
        form.add_error("code", _wrong(check.reason, check.tries_left))
    return render(request, "portal/code.html", {"form": form, "masked": pending["masked"]})


@never_cache
@open_to(PUBLIC, why="sends a new code to the number that was given a moment ago")
def again(request: HttpRequest) -> HttpResponse:
    """A new code; the old one ends."""
    pending = request.session.get(PENDING)
    if pending is None or request.method != "POST":
        return redirect("portal:login")
    try:
        _issue(request, pending)
    except limits.TooMany as much:
        form = CodeForm()
        return render(request, "portal/code.html", {"form": form, "masked": pending["masked"], "wait": _too_many(much)})
    return redirect("portal:code")


@open_to(PUBLIC, BORROWER, why="leaving is always possible")
def leave(request: HttpRequest) -> HttpResponse:
    """Log out."""
    if request.method == "POST":
        end_session(request)
    return redirect("portal:login")


def _send_code(request: HttpRequest, mobile: str, id_tail: str) -> None:
    limits.spend("portal.entry", _client(request), limit=TRIES_PER_ADDRESS, window=PENDING_FOR, at=clock.now())
    found = loans.find_for_entry(mobile=mobile, id_tail=id_tail)
    pending = {
        "party": str(found.party_id) if found.party_id else "",
        "claimed": mobile,
        "masked": found.mobile_masked,
        "next": _next(request),
    }
    _issue(request, pending)
    request.session[PENDING] = pending


def _issue(request: HttpRequest, pending: dict[str, str]) -> None:
    contact.issue_code(
        party_id=UUID(pending["party"]) if pending["party"] else None,
        purpose="entry",
        at=clock.now(),
        client=_client(request),
        claimed=pending["claimed"],
        language="en" if (get_language() or "").startswith("en") else "zh",
    )


def _come_in(request: HttpRequest, pending: dict[str, str]) -> HttpResponse:
    request.session.pop(PENDING)
    begin_borrower_session(request, UUID(pending["party"]), clock.now())
    return redirect(pending["next"] or "portal:home")


def _next(request: HttpRequest) -> str:
    """A page of ours to go on to, or nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and wanted != "/" else ""


def _client(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _wrong(reason: str, tries_left: int) -> Any:
    if reason == "wrong":
        return _("验证码不对，还可以再试 %(left)d 次。") % {"left": tries_left}
    return _("这个验证码不能再用了。点「再发一次」，换一个新的。")


def _too_many(much: limits.TooMany) -> Any:
    return _("试得有点多，为了您的安全先停一停。请 15 分钟后再试，或者拨打协商专线。")
