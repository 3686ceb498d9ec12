"""The check of a document, open to whoever holds it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from heyi.capabilities.signing import api as signing
from heyi.plumbing import clock, limits
from heyi.plumbing.access import PUBLIC, open_to
from heyi.plumbing.master_key import derived
from heyi.plumbing.sealing import blind_index
from heyi.web.portal.findings import findings
from heyi.web.ui.forms import FilesField, Form

CHECKS_AN_HOUR: Final = 60
NUMBER: Final = re.compile(r"HY-[0-9A-Za-z-]{4,40}")


class DocumentForm(Form):
    """One PDF. What it really is, the check itself finds out."""

    document = FilesField(
        label=gettext_lazy("协议的 PDF 文件"),
        most=1,
        accept="application/pdf,.pdf",
        error_messages={"required": gettext_lazy("先选一个文件，再点「查一查」。")},
    )


@open_to(PUBLIC, why="whoever holds an agreement may check it without asking the bank")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """A PDF in, a verdict out. The file is looked at in memory and kept nowhere."""
    form = DocumentForm(request.POST, request.FILES) if request.method == "POST" else DocumentForm()
    context: dict[str, Any] = {"form": form, "number": _number(request)}
    if form.is_bound and form.is_valid():
        at = clock.now()
        limits.spend("verify", _caller(request), limit=CHECKS_AN_HOUR, window=timedelta(hours=1), at=at)
        (upload,) = form.cleaned_data["document"]
        verdict = signing.verify_pdf(upload.read(), at=at)
        told = findings(verdict, on_file=signing.is_on_file(sha256=verdict.sha256))
        context |= {"file_name": upload.name, "file_size": upload.size, **told}
    return render(request, "portal/verify.html", context, status=422 if form.errors else 200)


def _number(request: HttpRequest) -> str:
    """The agreement's number from the code printed on the paper; anything else is not shown."""
    given = request.GET.get("n", "")
    return given if NUMBER.fullmatch(given) else ""


def _caller(request: HttpRequest) -> str:
    """A keyed digest of the address that asks, so that the counter holds no address."""
    return blind_index(derived("limits"), request.META.get("REMOTE_ADDR", ""), context="verify.address")
