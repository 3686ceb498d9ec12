"""Talking with the account manager: messages and files in both directions, read marks, and «please call me»."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.vault import api as vault
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, open_to
from heyi.web.portal.papers import unsafe_words
from heyi.web.portal.questions import in_english
from heyi.web.portal.visit import back, own_case, posted, reader, within
from heyi.web.ui.forms import PAPERS, FilesField, Form
from heyi.web.ui.templatetags.heyi_ui import day

SHOWN: Final = 100


class SayForm(Form):
    """A message: words, files, or both."""

    body = forms.CharField(
        label=_("想说什么"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    file = FilesField(
        label=_("附照片或文件（可以不选）"),
        most=negotiation.FILES_MAX,
        accept=PAPERS,
        required=False,
    )


class CallForm(Form):
    """When a call would suit: a day from tomorrow on, and one of the windows that the bank offers."""

    day = forms.ChoiceField(label=_("哪天"))
    part = forms.ChoiceField(
        label=_("什么时候"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个时间。")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = negotiation.rules().calls
        ahead = (today + timedelta(days=distance) for distance in range(1, rules.days_ahead + 1))
        self.fields["day"].choices = [(one.isoformat(), day(one)) for one in ahead]  # type: ignore[attr-defined]
        self.fields["part"].choices = [(one.key, window_words(one.key)) for one in rules.windows]  # type: ignore[attr-defined]

    @property
    def on(self) -> date:
        """The day that was chosen."""
        return date.fromisoformat(self.cleaned_data["day"])

    def words(self) -> str:
        """The wish as the borrower would write it."""
        part = window_words(self.cleaned_data["part"])
        return gettext("想请您打电话给我：%(day)s，%(part)s。") % {"day": day(self.on), "part": part}


def window_words(key: str) -> str:
    """A window of the day in the reader's language."""
    found = negotiation.rules().calls.window(key)
    if found is None:
        return key
    return found.en if in_english() else found.zh


@open_to(BORROWER, why="own talk")
def room(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The talk so far, and a place to answer. Opening it marks the bank's messages as read."""
    case = own_case(request, case_id)
    form = SayForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _said(form, case_id, request):
        return redirect("portal:room", case_id=case_id)
    if case.unread:
        negotiation.mark_read(case_id=case_id, actor=reader(request), at=clock.now())
    shown = {
        "case": case,
        "bubbles": _bubbles(request, case_id),
        "form": form,
        "may_say": "say" in case.acts,
        "within": within("answer_message"),
        "call": call_told(case.call_wish),
        **back("case", case_id),
    }
    return render(request, "portal/room.html", shown)


@open_to(BORROWER, why="own talk, asked by the page itself", quiet=True)
def room_messages(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The list alone, for a page that stands open."""
    case = own_case(request, case_id)
    if case.unread:
        negotiation.mark_read(case_id=case_id, actor=reader(request), at=clock.now())
    shown = {"case": case, "bubbles": _bubbles(request, case_id), "within": within("answer_message")}
    return render(request, "portal/talk.html", shown)


@open_to(BORROWER, why="own talk")
def call_me(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask for a call at a time that suits."""
    case = own_case(request, case_id)
    form = CallForm(posted(request), today=clock.today())
    if request.method == "POST" and form.is_valid():
        negotiation.ask_call(
            case_id=case_id,
            on=form.on,
            window=form.cleaned_data["part"],
            words=form.words(),
            actor=reader(request),
            at=clock.now(),
        )
        messages.success(request, _("记下了，客户经理看到后会按这个时间打给您。"))
        return redirect("portal:room", case_id=case_id)
    return render(request, "portal/call.html", {"case": case, "form": form, **back("room", case_id, _("返回留言"))})


@open_to(BORROWER, why="own wish")
def no_call(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the wish for a call back."""
    own_case(request, case_id)
    sent = request.method == "POST"
    if sent and negotiation.withdraw_call(case_id=case_id, actor=reader(request), at=clock.now()):
        messages.success(request, _("好的，不打了。想打的时候再约就行。"))
    return redirect("portal:room", case_id=case_id)


@open_to(BORROWER, why="own papers and files of the talk")
def file(request: HttpRequest, case_id: UUID, object_id: UUID) -> HttpResponse:
    """A file of one's own case, as it was handed in."""
    actor, at = reader(request), clock.now()
    data = negotiation.read_file(case_id=case_id, object_id=object_id, actor=actor, at=at, purpose="own_copy")
    told = vault.describe(object_id=object_id)
    return download(data, told.media_type, told.file_name or str(object_id))


def download(data: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes to keep. Never opened within our pages."""
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def call_told(wish: negotiation.CallWishView | None) -> dict[str, Any] | None:
    """The call that was asked for, in words."""
    return {"day": day(wish.on), "part": window_words(wish.window), "missed": wish.missed} if wish else None


def _said(form: SayForm, case_id: UUID, request: HttpRequest) -> bool:
    """Send it. False when it could not be sent; the form then says why, and what was typed is kept."""
    files = [negotiation.Upload(upload.read(), upload.name) for upload in form.cleaned_data["file"]]
    try:
        body = form.cleaned_data["body"]
        negotiation.say(case_id=case_id, body=body, files=files, actor=reader(request), at=clock.now())
    except negotiation.MessageEmpty:
        form.add_error("body", _("写几个字，或者选一个文件再发。"))
    except vault.UnsafeFile as refusal:
        form.add_error("file", unsafe_words(refusal))
    return form.is_valid()


def _bubbles(request: HttpRequest, case_id: UUID) -> list[dict[str, Any]]:
    found = negotiation.messages(case_id=case_id, actor=reader(request), at=clock.now(), limit=SHOWN)
    return list(_by_day(found))


def _by_day(found: Iterable[negotiation.MessageView]) -> Iterable[dict[str, Any]]:
    """Each message with its day where the day changes."""
    last = None
    for one in found:
        here = clock.bank_day(one.at)
        yield {"message": one, "day": here if here != last else None}
        last = here
