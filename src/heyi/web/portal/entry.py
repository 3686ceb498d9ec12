"""Entering the portal: a link or a mobile number, the tail of the ID number, then a code. No password, no app.

The answers look the same for people whom the bank knows and people whom it does not, in words, steps and tries. What
was typed waits for the code in the session, sealed: the session table never holds a number in clear.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.vault import api as vault
from heyi.plumbing import clock, limits
from heyi.plumbing.access import PUBLIC, open_to
from heyi.plumbing.sealing import seal, unseal_text
from heyi.web.ui.forms import CodeField, Form
from heyi.web.ui.sessions import begin_borrower_session, end_session

PENDING: Final = "entering"
CONTEXT: Final = "portal.entering"
WINDOW: Final = timedelta(minutes=15)
TRIES_PER_ADDRESS: Final = 30


class TailForm(Form):
    """For somebody who opened a link: the link says which number gets the code."""

    id_tail = CodeField(
        label=_("身份证最后四位"),
        length=4,
        digits_only=False,
        help_text=_("企业请填统一社会信用代码的最后四位。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id_tail"].widget.attrs["autocomplete"] = "off"


class EntryForm(TailForm):
    """Who wants to come in."""

    mobile = forms.CharField(
        label=_("手机号"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("您留在银行的那个号码。"),
    )
    field_order = ("mobile", "id_tail")


class CodeForm(Form):
    """The code from the message."""

    code = CodeField(label=_("短信验证码"), length=6)


@never_cache
@open_to(PUBLIC, why="nobody is known before the code")
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for mobile and ID tail; send a code when they fit somebody."""
    return _ask(request, EntryForm(request.POST or None), token="")


@never_cache
@open_to(PUBLIC, why="nobody is known before the code")
def short_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same for somebody who opened the link from a message: only the ID tail is asked."""
    return _ask(request, TailForm(request.POST or None), token=token)


@never_cache
@open_to(PUBLIC, why="nobody is known before the code")
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; five tries, ten minutes."""
    pending = _pending(request)
    if pending is None:
        return redirect("portal:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            who = {name: pending[name] for name in ("token", "mobile", "id_tail")}
            entered = negotiation.enter(at=clock.now(), code=form.cleaned_data["code"], client=_client(request), **who)
        except negotiation.EntryRefused as refusal:
            form.add_error("code", _wrong(refusal.facts["tries_left"]))
        else:
            return _come_in(request, entered, pending["next"])
    return render(request, "portal/code.html", {"form": form, "masked": pending["masked"]})


@never_cache
@open_to(PUBLIC, why="sends a new code to the number that was given a moment ago")
def again(request: HttpRequest) -> HttpResponse:
    """A new code; the old one ends."""
    pending = _pending(request)
    if pending is None or request.method != "POST":
        return redirect("portal:login")
    try:
        _send_code(request, pending)
    except limits.TooMany:
        shown = {"form": CodeForm(), "masked": pending["masked"], "wait": TOO_MANY}
        return render(request, "portal/code.html", shown, status=429)
    return redirect("portal:code")


@open_to(PUBLIC, why="leaving is always possible")
def leave(request: HttpRequest) -> HttpResponse:
    """Log out."""
    if request.method == "POST":
        end_session(request)
    return redirect("portal:login")


TOO_MANY: Final = _("试得有点多，为了您的安全先停一停。请 15 分钟后再试，或者拨打协商专线。")


def _ask(request: HttpRequest, form: TailForm, *, token: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        typed = {"mobile": "", **form.cleaned_data, "token": token, "next": _next(request)}
        try:
            limits.spend("portal.entry", _client(request), limit=TRIES_PER_ADDRESS, window=WINDOW, at=clock.now())
            _send_code(request, typed)
        except limits.TooMany:
            form.add_error(None, TOO_MANY)
        else:
            return redirect("portal:code")
    return render(request, "portal/enter.html", {"form": form, "next": _next(request), "by_link": bool(token)})


def _send_code(request: HttpRequest, typed: dict[str, str]) -> None:
    masked = negotiation.ask_code(
        at=clock.now(),
        id_tail=typed["id_tail"],
        token=typed["token"],
        mobile=typed["mobile"],
        client=_client(request),
        language="en" if (get_language() or "").startswith("en") else "zh",
    )
    sealed = seal(vault.system_key(CONTEXT), json.dumps(typed | {"masked": masked}), context=CONTEXT)
    request.session[PENDING] = base64.b64encode(sealed).decode()


def _pending(request: HttpRequest) -> dict[str, str] | None:
    kept = request.session.get(PENDING)
    if kept is None:
        return None
    typed: dict[str, str] = json.loads(unseal_text(vault.system_key(CONTEXT), base64.b64decode(kept), context=CONTEXT))
    return typed


def _come_in(request: HttpRequest, entered: negotiation.Entered, wanted: str) -> HttpResponse:
    request.session.pop(PENDING)
    begin_borrower_session(request, entered.party_id, entered.verified_at)
    return redirect(wanted or "portal:home")


def _next(request: HttpRequest) -> str:
    """A page of ours to go on to, or nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and wanted != "/" else ""


def _client(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _wrong(tries_left: int) -> Any:
    if tries_left:
        return _("验证码不对，还可以再试 %(left)d 次。") % {"left": tries_left}
    return _("这个验证码不能再用了。点「再发一次」，换一个新的。")
