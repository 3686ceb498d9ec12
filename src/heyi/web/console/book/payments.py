"""Payments that found no contract: each is given to one, or taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from heyi.capabilities.loans import api as loans
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console.audience import MATCHERS, actor_of
from heyi.web.console.book.lines import contract_href, contract_table
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import full_day

CANDIDATES = 10
LISTED = 200


@open_to(*MATCHERS, why="money that belongs to somebody and waits")
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """What waits for its contract, oldest first."""
    found = loans.unmatched_payments(actor=actor_of(request), limit=LISTED)
    table = Table(
        caption=_("待认领的还款"),
        columns=(
            Column(_("到账日")),
            Column(_("金额（元）"), right=True),
            Column(_("写的合同号")),
            Column(_("渠道")),
            Column(_("流水号")),
        ),
        rows=tuple(
            Row(
                key=str(one.id),
                name=one.reference,
                cells=(
                    Cell(full_day(one.received_on), href=f"{one.id}/", nowrap=True),
                    Cell(str(one.amount), right=True),
                    Cell(one.contract_no or "–"),
                    Cell(one.source),
                    Cell(one.reference),
                ),
            )
            for one in found
        ),
        empty=_("没有待认领的还款"),
    )
    return render(request, "console/book/payments.html", {"table": table})


@open_to(*MATCHERS, why="finding the contract of a payment")
@require_safe
def payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """One payment with what the payer wrote, and the contracts that a search finds."""
    return render(request, "console/book/payment.html", _page(request, payment_id))


@open_to(*MATCHERS, why="booking money on the contract that it was meant for")
@require_POST
def match(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Book it on the chosen contract."""
    actor, at = actor_of(request), clock.now()
    contract_id = _uuid(request.POST.get("contract", ""))
    if contract_id is None:
        messages.error(request, _("请先选一份合同。"))
        return redirect("console:payment", payment_id)
    done = loans.match_payment(payment_id=payment_id, contract_id=contract_id, actor=actor, at=at)
    messages.success(request, _("%(amount)s 元已入账。") % {"amount": done.amount})
    return redirect(contract_href(contract_id))


@open_to("administrator", why="taking back what was booked wrongly, to the fen")
@require_POST
def reverse_payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Reverse it: what it paid is owed again."""
    done = loans.reverse_payment(payment_id=payment_id, actor=actor_of(request), at=clock.now())
    messages.success(request, _("%(amount)s 元已冲正。") % {"amount": done.amount})
    return redirect(contract_href(done.contract_id)) if done.contract_id else redirect("console:payments")


def _page(request: HttpRequest, payment_id: UUID) -> dict[str, Any]:
    actor: Actor = actor_of(request)
    view = loans.payment(payment_id=payment_id, actor=actor)
    text = request.GET.get("q", view.contract_no).strip()[:100]
    open_still = view.state == "unmatched"
    found = loans.search(text=text, actor=actor, limit=CANDIDATES) if text and open_still else ()
    return {
        "payment": view,
        "remark": loans.unmatched_remark(payment_id=payment_id, actor=actor) if open_still else "",
        "text": text,
        "candidates": [(line.id, line) for line in found],
        "table": contract_table(found),
        "may_match": open_still,
        "may_reverse": actor.has("administrator") and view.state != "reversed",
        "contract_href": contract_href(view.contract_id) if view.contract_id else "",
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
