"""The loan book: the list of contracts and the page of one, with what may be done there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.contact import api as contact
from heyi.capabilities.loans import api as loans
from heyi.capabilities.loans.api import ContractFilters, Page
from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.staff import api as staff
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import (
    HOLD_LIFTERS,
    HOLD_PLACERS,
    INVITERS,
    READERS,
    REVEALERS,
    STEP_UP_MINUTES,
    actor_of,
)
from heyi.web.console.book.lines import contract_href, contract_table
from heyi.web.console.book.page import shown
from heyi.web.console.compliance.kinds import end_of
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.stepup import require_recent_login
from heyi.web.ui.tables import with_query

SIZE = 50
COUNTED = 10_000
SORTS = ("late", "total", "contract_no")
ALL = gettext_lazy("全部")


class BookQuery(Form):
    """What the list asks for."""

    text = forms.CharField(
        label=gettext_lazy("查找"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("合同号、姓名、手机号、证件号码")}),
    )
    product = forms.ChoiceField(label=gettext_lazy("产品"), required=False)
    bucket = forms.ChoiceField(label=gettext_lazy("逾期档"), required=False)
    branch = forms.ChoiceField(label=gettext_lazy("网点"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    least = forms.IntegerField(label=gettext_lazy("逾期天数从"), required=False, min_value=0, max_value=20_000)
    most = forms.IntegerField(label=gettext_lazy("逾期天数到"), required=False, min_value=0, max_value=20_000)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="q_%s", **kwargs)
        buckets = [(code, code) for code in ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")]
        branches = [(row.code, row.name) for row in staff.branches() if actor.sees(row.code)]
        offered: dict[str, list[tuple[str, Any]]] = {
            "product": words.choices("loans.product"),
            "bucket": list(buckets),
            "branch": list(branches),
            "status": words.choices("loans.status"),
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", ALL), *choices]  # type: ignore[attr-defined]

    def filters(self) -> ContractFilters:
        """The conditions that can be used; the others show their error and are left out."""
        self.is_valid()
        given = self.cleaned_data
        one = {name: frozenset([given[name]]) if given.get(name) else frozenset() for name in ("product", "bucket")}
        return ContractFilters(
            text=given.get("text", ""),
            products=one["product"],
            buckets=one["bucket"],
            branches=frozenset([given["branch"]]) if given.get("branch") else frozenset(),
            statuses=frozenset([given["status"]]) if given.get("status") else frozenset(),
            days_past_due_least=given.get("least"),
            days_past_due_most=given.get("most"),
        )


@open_to(*READERS, why="the contracts of one's branches")
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """The list, page by page by mark, so that the last page costs what the first does."""
    actor, query = actor_of(request), request.GET
    form = BookQuery(query, actor=actor)
    wanted, sort = form.filters(), query.get("sort", "late")
    part = Page(size=SIZE, after=query.get("after", ""), sort=sort if sort in SORTS else "late")  # type: ignore[arg-type]
    found = loans.contract_rows(actor=actor, filters=wanted, page=part)
    count = loans.contract_count(actor=actor, filters=wanted)
    listed = {
        "form": form,
        "table": contract_table(found.lines, query),
        "count": f"{COUNTED:,}+" if count > COUNTED else f"{count:,}",
        "next_href": with_query(query, after=found.next) if found.next else "",
        "first_href": with_query(query, after=None) if query.get("after") else "",
    }
    return render(request, "console/book/contracts.html", listed)


@open_to(*READERS, why="a contract of one's branches")
@require_safe
def contract(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One contract with its people, masked, its payments and what stands about it."""
    return render(request, "console/book/contract.html", shown(actor_of(request), contract_id))


@open_to(*REVEALERS, why="identity data in full, for a purpose, written down")
@require_recent_login(STEP_UP_MINUTES)
@require_POST
def reveal(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One field of one party of the contract. The field names both: ``<party>:<field>``."""
    actor, at = actor_of(request), clock.now()
    party_id, _colon, field = request.POST.get("field", "").partition(":")
    view = loans.contract(contract_id=contract_id, actor=actor)
    known = {str(one): one for one in (view.party_id, *(link.party_id for link in view.links))}
    if party_id not in known:
        raise loans.UnknownParty(party_id=party_id)
    value = loans.reveal(
        party_id=known[party_id], field=field, purpose=request.POST.get("purpose", ""), actor=actor, at=at
    )
    open_field = {"party_id": party_id, "field": field, "value": value}
    if getattr(request, "htmx", False):
        told = {"value": value, "name": words.word("loans.reveal_field", field)}
        return render(request, "ui/revealed.html", told)
    answer = render(request, "console/book/contract.html", shown(actor, contract_id, open_field))
    answer["Cache-Control"] = "no-store"
    return answer


@open_to(*HOLD_PLACERS, why="stopping contact with somebody of one's branches")
@require_POST
def hold(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Place a hold on the borrower."""
    actor = actor_of(request)
    view = loans.contract(contract_id=contract_id, actor=actor)
    compliance.place_hold(
        kind=request.POST.get("kind", ""),
        party_id=view.party_id,
        reason=request.POST.get("reason", ""),
        until=end_of(parse_date(request.POST.get("until", ""))),
        actor=actor,
        at=clock.now(),
    )
    messages.success(request, _("已暂停联系，从现在起生效。"))
    return redirect("console:contract", contract_id)


@open_to(*HOLD_LIFTERS, why="ending a hold")
@require_POST
def lift(request: HttpRequest, contract_id: UUID, hold_id: UUID) -> HttpResponse:
    """Lift a hold that stands on the borrower of this contract."""
    actor, at = actor_of(request), clock.now()
    view = loans.contract(contract_id=contract_id, actor=actor)
    if hold_id not in {one.id for one in compliance.holds(party_id=view.party_id, at=at)}:
        raise compliance.HoldNotFound(hold=str(hold_id))
    compliance.lift_hold(hold_id=hold_id, reason=request.POST.get("reason", ""), actor=actor, at=at)
    messages.success(request, _("已解除这项暂停。"))
    return redirect("console:contract", contract_id)


@open_to(*INVITERS, why="inviting a borrower of one's branches to talk")
@require_POST
def invite(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """A short link by SMS; shown here once, to be read out on the phone."""
    actor, at = actor_of(request), clock.now()
    loans.contract(contract_id=contract_id, actor=actor)
    try:
        invited = negotiation.invite(contract_id=contract_id, actor=actor, at=at)
    except contact.NoDestination:
        messages.warning(request, _("没有可用的手机号，短信没有发。请先请客户更正资料。"))
        return redirect("console:contract", contract_id)
    return render(request, "console/book/invited.html", {"invited": invited, "back_href": contract_href(contract_id)})
