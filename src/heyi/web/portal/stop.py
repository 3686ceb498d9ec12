"""«不再联系»: a relative, a colleague or an employer opts out (B11). No login; the same answer for every number.

What was typed waits for the code in the session, sealed, as at the entrance.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heyi.capabilities.contact import api as contact
from heyi.capabilities.vault import api as vault
from heyi.plumbing import clock, limits
from heyi.plumbing.access import PUBLIC, open_to
from heyi.plumbing.sealing import seal, unseal_text
from heyi.web.ui import words
from heyi.web.ui.forms import CodeField, Form

PENDING: Final = "stopping"
DONE: Final = "stopped"
CONTEXT: Final = "portal.stopping"
TOO_MANY: Final = _("试得有点多，先停一停。请一小时后再试，或者拨打热线，请同事登记。")


class StopForm(Form):
    """Which number, and in which part."""

    mobile = forms.CharField(
        label=_("不想再被联系的手机号"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("验证码会发到这个号码，证明号码在您手里。"),
    )
    relation = forms.ChoiceField(label=_("您是（可以不选）"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = words.choices("contact.stop_relation")  # type: ignore[attr-defined]


class StopCodeForm(Form):
    """The code from the message."""

    code = CodeField(label=_("短信验证码"), length=6)


@never_cache
@open_to(PUBLIC, why="who does not owe needs no login to be left in peace")
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """Ask for the number; a code goes to it, whoever it belongs to."""
    form = StopForm(request.POST or None)
    if form.is_bound and form.is_valid():
        typed = {"mobile": form.cleaned_data["mobile"], "relation": form.cleaned_data["relation"] or "other"}
        if _sent(request, typed, form):
            return redirect("portal:stop_code")
    return render(request, "portal/stop.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@open_to(PUBLIC, why="who does not owe needs no login to be left in peace")
@require_http_methods(["GET", "HEAD", "POST"])
def stop_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; when it is right the number is stopped, for ever."""
    pending = _pending(request)
    if pending is None:
        return redirect("portal:stop")
    form = StopCodeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        checked = contact.stop_number(
            mobile=pending["mobile"], code=form.cleaned_data["code"], relation=pending["relation"], at=clock.now()
        )
        if checked:
            request.session.pop(PENDING)
            request.session[DONE] = pending["masked"]
            return redirect("portal:stop_done")
        form.add_error("code", _wrong(checked.tries_left))
    shown = {"form": form, "masked": pending["masked"]}
    return render(request, "portal/stop_code.html", shown, status=422 if form.errors else 200)


@never_cache
@open_to(PUBLIC, why="sends a new code to the number that was given a moment ago")
@require_POST
def stop_again(request: HttpRequest) -> HttpResponse:
    """A new code; the old one ends."""
    pending = _pending(request)
    if pending is None:
        return redirect("portal:stop")
    form = StopCodeForm()
    if _sent(request, pending, form):
        return redirect("portal:stop_code")
    shown = {"form": form, "masked": pending["masked"], "wait": TOO_MANY}
    return render(request, "portal/stop_code.html", shown, status=429)


@never_cache
@open_to(PUBLIC, why="says what holds from now on")
@require_safe
def stop_done(request: HttpRequest) -> HttpResponse:
    """What was done and what it means."""
    masked = request.session.get(DONE)
    return render(request, "portal/stop_done.html", {"masked": masked}) if masked else redirect("portal:stop")


def _sent(request: HttpRequest, typed: dict[str, str], form: Form) -> bool:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    client = str(request.META.get("REMOTE_ADDR", ""))
    try:
        masked = contact.ask_stop_code(mobile=typed["mobile"], client=client, at=clock.now(), language=language)
    except contact.NumberUnusable:
        form.add_error("mobile", _("请填 11 位手机号。座机请打热线，请同事登记。"))
        return False
    except limits.TooMany:
        if not isinstance(form, StopCodeForm):
            form.add_error(None, TOO_MANY)
        return False
    sealed = seal(vault.system_key(CONTEXT), json.dumps(typed | {"masked": masked}), context=CONTEXT)
    request.session[PENDING] = base64.b64encode(sealed).decode()
    return True


def _pending(request: HttpRequest) -> dict[str, str] | None:
    kept = request.session.get(PENDING)
    if kept is None:
        return None
    typed: dict[str, str] = json.loads(unseal_text(vault.system_key(CONTEXT), base64.b64decode(kept), context=CONTEXT))
    return typed


def _wrong(tries_left: int) -> Any:
    if tries_left:
        return _("验证码不对，还可以再试 %(left)d 次。") % {"left": tries_left}
    return _("这个验证码不能再用了。点「再发一次」，换一个新的。")
