"""What each page of a borrower begins with: who reads, which case, and the way back."""

from __future__ import annotations

from typing import Final, cast
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.negotiation import api as negotiation
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.web.portal.questions import labels

Words = str | Promise
CASE: Final = _("这件协商")


def reader(request: HttpRequest) -> Actor:
    """The borrower whom the guard let in."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def party_of(request: HttpRequest) -> UUID:
    """The borrower's own party."""
    party_id = reader(request).id
    if party_id is None:
        raise ValueError("a borrower has an id")
    return party_id


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None when the page is only read. A form sent empty is still sent."""
    return request.POST if request.method == "POST" else None


def own_case(request: HttpRequest, case_id: UUID) -> negotiation.CaseView:
    """The case, if it is theirs. Raises CaseNotFound: the same for «not there» and «not yours»."""
    return negotiation.case(case_id=case_id, actor=reader(request), at=clock.now())


def time_barred(case: negotiation.CaseView) -> bool:
    """May the borrower refuse to pay this debt, because its limitation ran out?"""
    return bool(compliance.time_barred(contract_id=case.contract.id, at=clock.now()))


def back(name: str, case_id: UUID, text: Words = CASE) -> dict[str, Words]:
    """The way back for the frame of a page."""
    return {"back_href": reverse(f"portal:{name}", args=[case_id]), "back_text": text}


def within(level: str) -> str:
    """How long the bank's policy gives for this answer: 「2 个工作日」."""
    told = negotiation.rules().levels[level]
    if told.unit == "working_days":
        return ngettext("%d 个工作日", "%d 个工作日", told.amount) % told.amount
    if told.unit == "days":
        return ngettext("%d 天", "%d 天", told.amount) % told.amount
    return ngettext("%d 小时", "%d 小时", told.amount) % told.amount


def words_of(listed: str, keys: tuple[str, ...]) -> list[str]:
    """Codes of one list of the bank's policy in the reader's words, in the policy's order."""
    return [str(text) for key, text in labels(getattr(negotiation.rules(), listed)) if key in keys]
