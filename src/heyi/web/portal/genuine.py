"""Is it really the bank? Messages by code, people by number, agencies by name; and where to tell of impostors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heyi.capabilities.contact import api as contact
from heyi.capabilities.staff import api as staff
from heyi.plumbing import clock, limits
from heyi.plumbing.access import PUBLIC, open_to
from heyi.plumbing.master_key import derived
from heyi.plumbing.sealing import blind_index
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.templatetags.heyi_ui import full_day

CHECKS_AN_HOUR: Final = 20
REPORTS_AN_HOUR: Final = 3


class CodeForm(Form):
    """The code at the end of a message."""

    code = forms.CharField(label=gettext_lazy("短信、邮件或信件最后的核验码"), max_length=20)


class PersonForm(Form):
    """The number on a staff card."""

    staff_no = forms.CharField(label=gettext_lazy("工作证上的工号"), max_length=30)


class ReportForm(Form):
    """What an impostor did."""

    words = forms.CharField(
        label=gettext_lazy("发生了什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": "4"}),
        help_text=gettext_lazy("什么时候、用什么号码、说了什么。"),
    )  # fmt: skip
    reach = forms.CharField(label=gettext_lazy("怎么联系您（可以不填）"), max_length=100, required=False)


FORMS: Final = {"code": CodeForm, "person": PersonForm, "report": ReportForm}


@open_to(PUBLIC, why="whoever was contacted may check it without a login (C11)")
@require_http_methods(["GET", "HEAD", "POST"])
def genuine(request: HttpRequest) -> HttpResponse:
    """Three questions on one page; each answered above the forms."""
    act = request.POST.get("act", "") if request.method == "POST" else ""
    shown: dict[str, Any] = {f"{name}_form": kind(auto_id=f"{name}_%s") for name, kind in FORMS.items()}
    status = 200
    if act in FORMS:
        form = FORMS[act](request.POST, auto_id=f"{act}_%s")
        shown[f"{act}_form"] = form
        if form.is_valid():
            shown |= _answer(request, act, form.cleaned_data)
        else:
            status = 422
    return render(request, "portal/genuine.html", shown | _published(), status=status)


@open_to(PUBLIC, why="the same in a form that machines read (C11)")
@require_safe
def machine(request: HttpRequest) -> HttpResponse:
    """Who may contact for this bank, as JSON: numbers, branches, agencies."""
    told = _published()
    answer = JsonResponse(
        {
            "bank": settings.HEYI.bank_name,
            "hotline": settings.HEYI.bank_hotline,
            "complaints": settings.HEYI.complaints.phone,
            "site": settings.HEYI.public_url,
            "check": f"{settings.HEYI.public_url}/genuine/",
            "branches": told["branches"],
            "agencies": told["agencies"],
        },
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _answer(request: HttpRequest, act: str, given: dict[str, Any]) -> dict[str, Any]:
    at, caller = clock.now(), blind_index(derived("limits"), request.META.get("REMOTE_ADDR", ""), context="genuine")
    limit = REPORTS_AN_HOUR if act == "report" else CHECKS_AN_HOUR
    limits.spend(f"genuine.{act}", caller, limit=limit, window=timedelta(hours=1), at=at)
    if act == "code":
        return _message(given["code"])
    if act == "person":
        return _person(given["staff_no"])
    number = staff.report_impostor(words=given["words"], reach=given["reach"], at=at)
    text = _("编号 %(number)s。合规同事会看；钱已经转出去的，请马上打 110 报警。") % {"number": number}
    return {"kind": "ok", "title": _("收到了，谢谢您告诉我们"), "text": text, "report_form": ReportForm()}


def _message(code: str) -> dict[str, Any]:
    found = contact.genuine(code=code)
    if found is None:
        text = _("没有发出过带这个核验码的消息。别点里面的链接，别转账，打热线问一声。")
        return {"kind": "stop", "title": _("查不到，可能不是我们发的"), "text": text}
    text = _("%(day)s 发出，方式：%(channel)s，发给 %(to)s。收到的号码或地址和这里对不上，就不是发给您的那一条。") % {
        "day": full_day(found.sent_on), "channel": words.word("contact.channel", found.channel), "to": found.to_masked,
    }  # fmt: skip
    return {"kind": "ok", "title": _("是我们发的"), "text": text}


def _person(staff_no: str) -> dict[str, Any]:
    found = staff.who_has_number(staff_no=staff_no, at=clock.now())
    if found is None:
        text = _("没有这个工号的人可以代表银行联系您。不用开门，不用给钱，打热线问一声。")
        return {"kind": "stop", "title": _("查不到这个人"), "text": text}
    surname = found.display_name[:1]
    text = _("姓%(surname)s，在%(branch)s工作，持有效证书。请再看一眼证件上的照片和姓名。") % {
        "surname": surname, "branch": found.branch_name,
    }  # fmt: skip
    return {"kind": "ok", "title": _("是我们的工作人员"), "text": text}


def _published() -> dict[str, Any]:
    """What everybody may know: branches, and agencies that may work today."""
    english = (get_language() or "").startswith("en")
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
