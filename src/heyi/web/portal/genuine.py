"""Is it really the bank? Messages by code; people, numbers, agencies by name; and the list of all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from heyi.capabilities.contact import api as contact
from heyi.capabilities.staff import api as staff
from heyi.plumbing import clock, limits
from heyi.plumbing.access import PUBLIC, open_to
from heyi.plumbing.master_key import derived
from heyi.plumbing.sealing import blind_index
from heyi.web.portal.questions import in_english
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import pages
from heyi.web.ui.templatetags.heyi_ui import full_day

CHECKS_AN_HOUR: Final = 20
PEOPLE_A_PAGE: Final = 50


class CodeForm(Form):
    """The code at the end of a message."""

    code = forms.CharField(label=gettext_lazy("短信、邮件或信件最后的核验码"), max_length=20)


class AskForm(Form):
    """Whatever somebody said they are: a number, a name, a staff number, an agency."""

    asked = forms.CharField(
        label=gettext_lazy("来电号码、工号、姓名或机构名称"),
        max_length=80,
        help_text=gettext_lazy("知道哪样填哪样，一次填一样。姓名和机构要写全。"),
    )


FORMS: Final = {"code": CodeForm, "asked": AskForm}


@open_to(PUBLIC, why="whoever was contacted may check it without a login (C11)")
@require_http_methods(["GET", "HEAD", "POST"])
def genuine(request: HttpRequest) -> HttpResponse:
    """Two questions on one page; each answered above the forms."""
    act = request.POST.get("act", "") if request.method == "POST" else ""
    shown: dict[str, Any] = {f"{name}_form": kind(auto_id=f"{name}_%s") for name, kind in FORMS.items()}
    status = 200
    if act in FORMS:
        form = FORMS[act](request.POST, auto_id=f"{act}_%s")
        shown[f"{act}_form"] = form
        if form.is_valid():
            spend(request, act)
            answer = _message if act == "code" else _recognised
            shown |= answer(form.cleaned_data[act])
        else:
            status = 422
    return render(request, "portal/genuine.html", shown | _published(), status=status)


@open_to(PUBLIC, why="the people who may contact borrowers are published (C11)")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who may contact borrowers today: the bank's own by branch, then the agencies'."""
    branch = request.GET.get("branch", "")
    branches = staff.branches()
    known = branch if branch in {one.code for one in branches} else ""
    number = _page_number(request)
    at, shown = clock.now(), settings.HEYI.staff_names
    first = (number - 1) * PEOPLE_A_PAGE
    found, total = staff.published_people(at=at, shown=shown, branch=known or None, first=first, most=PEOPLE_A_PAGE)
    english = in_english()
    return render(
        request,
        "portal/genuine_people.html",
        {
            "people": [_told(one) for one in found],
            "agents": [_told(one) for one in staff.published_agents(at=at, shown=shown)] if number == 1 else [],
            "total": total,
            "branch": known,
            "branches": [{"code": one.code, "name": one.name_en if english else one.name} for one in branches],
            "pages": pages(number=number, size=PEOPLE_A_PAGE, total=total, query=request.GET),
        },
    )


@open_to(PUBLIC, why="a face that the bank chose to publish, to compare at the door")
@require_safe
def photo(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """The small picture of somebody who may contact borrowers today."""
    picture = staff.photo_of(staff_id=staff_id, at=clock.now())
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "public, max-age=300"})


def spend(request: HttpRequest, act: str, limit: int = CHECKS_AN_HOUR) -> None:
    """Count a try of this address, kept as a keyed digest. Raises TooMany."""
    caller = blind_index(derived("limits"), request.META.get("REMOTE_ADDR", ""), context="genuine")
    limits.spend(f"genuine.{act}", caller, limit=limit, window=timedelta(hours=1), at=clock.now())


def _message(code: str) -> dict[str, Any]:
    found = contact.genuine(code=code)
    if found is None:
        text = _("没有发出过带这个核验码的消息。别点里面的链接，别转账，打热线问一声。")
        return {"kind": "stop", "title": _("查不到，可能不是我们发的"), "text": text}
    text = _("%(day)s 发出，方式：%(channel)s，发给 %(to)s。收到的号码或地址和这里对不上，就不是发给您的那一条。") % {
        "day": full_day(found.sent_on), "channel": words.word("contact.channel", found.channel), "to": found.to_masked,
    }  # fmt: skip
    return {"kind": "ok", "title": _("是我们发的"), "text": text}


def _recognised(asked: str) -> dict[str, Any]:
    """Known and unknown are answered in one shape: a verdict, a sentence, what to do."""
    told = settings.HEYI
    found = staff.recognise(
        asked=asked,
        at=clock.now(),
        shown=told.staff_names,
        bank_numbers={
            told.bank_hotline: (_("协商专线"), _("协商专线")),
            told.complaints.phone: (_("投诉电话"), _("投诉电话")),
        },
    )
    if found is None:
        text = _("不在我们公布的名单里。不用开门，不用给钱，别说验证码，打热线问一声。")
        return {"kind": "stop", "title": _("查不到「%(asked)s」") % {"asked": asked}, "text": text}
    owner = found.owner_en if in_english() else found.owner
    if found.kind == "agency":
        text = _("%(name)s受我们委托。来找您的人也有工号，可以再查一次。") % {"name": owner}
        return {"kind": "ok", "title": _("是受我们委托的机构"), "text": text}
    if found.kind == "number":
        text = _("是%(owner)s的号码。来电显示能造假：不放心就挂断，您自己拨这个号码打回去。") % {"owner": owner}
        return {"kind": "ok", "title": _("是我们公布的电话"), "text": text}
    who = _("；").join(_who(one) for one in found.people)
    text = _("%(who)s，持有效证书。请再看一眼工作证上的照片和姓名，对不上就不是。") % {"who": who}
    return {"kind": "ok", "title": _("名单里有这个人"), "text": text}


def _who(one: staff.PublishedPerson) -> str:
    place = one.branch_en if in_english() else one.branch
    return _("%(name)s，工号 %(number)s，%(place)s") % {"name": one.name, "number": one.number, "place": place}


def _told(one: staff.PublishedPerson) -> dict[str, Any]:
    place = one.branch_en if in_english() else one.branch
    return {"id": one.id, "name": one.name, "number": one.number, "place": place, "photo": one.photo}


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return max(1, int(given)) if given.isdigit() and len(given) < 6 else 1


def _published() -> dict[str, Any]:
    """What everybody may know: branches, and agencies that may work today."""
    english = in_english()
    agencies = [one for one in staff.agencies() if one.may_work]
    return {
        "branches": [
            {"name": one.name_en if english else one.name, "city": one.city, "phone": one.phone}
            for one in staff.branches()
        ],
        "agencies": [
            {
                "name": one.entry.name_en if english else one.entry.name,
                "credit_code": one.entry.credit_code,
                "phone": one.entry.phone,
                "until": one.entry.contract_until.isoformat(),
            }
            for one in agencies
        ],
    }
