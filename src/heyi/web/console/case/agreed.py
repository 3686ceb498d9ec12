"""After the yes: the ceremony with its files, and the plan as it is kept."""

from __future__ import annotations

from typing import Any, Final

from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import PlanView
from heyi.capabilities.signing import api as signing
from heyi.capabilities.signing.domain import CeremonyView
from heyi.web.console.case.opened import Opened
from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import percent_of

PROMISE_KINDS: Final = {
    "pending": "wait", "kept": "ok", "made_good": "ok", "late": "warn", "broken": "stop"
}  # fmt: skip
PLAN_KINDS: Final = {"active": "ok", "completed": "met", "broken": "stop"}
LANGUAGES: Final = ("zh", "en")


def context(page: Opened) -> dict[str, Any]:
    """The running ceremony, and the plan that was sealed last."""
    case = page.case
    found = plans.plan(plan_id=case.plan_id) if case.plan_id else None
    return {"ceremony": ceremony(page) if case.ceremony_id else None, "plan": plan(found) if found else None}


def ceremony(page: Opened) -> dict[str, Any]:
    """How far the signing is, and its files in both languages."""
    view = signing.ceremony(ceremony_id=page.case.ceremony_id)  # type: ignore[arg-type]  # asked by the caller
    return {
        "number": view.number,
        "state": words.word("console.ceremony", view.state),
        "waiting": words.word("signing.waiting_for", view.waiting_for),
        "read": view.read_count,
        "clauses": len(view.readings),
        "until": view.expires_at,
        "open": view.state in ("prepared", "consented", "reading", "borrower_signed"),
        "ready": view.state == "borrower_signed",
        "sealed_at": view.sealed_at,
        "digest": view.agreement_digest,
        "steps": _steps(view),
        "signatures": [
            {
                "side": words.word("signing.signature_role", one.side),
                "at": one.signed_at,
                "stamped": one.timestamped_at,
                "certificate": one.certificate[:20],
            }
            for one in view.signatures
        ],
        "files": [
            {"name": words.word("console.language", code), "href": page.href("agreement", code)} for code in LANGUAGES
        ],
    }


def _steps(view: CeremonyView) -> list[dict[str, Any]]:
    signed = {one.side: one.signed_at for one in view.signatures}
    row = (
        ("consent", view.consented_at),
        ("cost_form", view.cost_form_acknowledged_at),
        ("borrower", signed.get("borrower")),
        ("bank", signed.get("bank")),
        ("sealed", view.sealed_at),
    )
    return [{"name": words.word("console.ceremony_step", key), "at": at} for key, at in row]


def plan(view: PlanView) -> dict[str, Any]:
    """What was promised, what was paid, what is late."""
    kept = sum(one.status == "kept" for one in view.instalments)
    breach = view.breach
    return {
        "status": words.word("plans.status", view.status),
        "kind": PLAN_KINDS.get(view.status, ""),
        "completed": view.status == "completed",
        "total": view.total,
        "paid": view.paid,
        "unpaid": view.unpaid,
        "percent": percent_of(view.paid, view.total),
        "kept": kept,
        "count": len(view.instalments),
        "next": view.next_due,
        "late": any(one.told == "late" for one in view.instalments) and view.status == "active",
        "tolerance": view.tolerance_days,
        "breach": {
            "rule": words.word("plans.breach", breach.rule),
            "on": breach.happened_on,
            "missed": breach.missed,
            "days": breach.overdue_days,
            "unpaid": breach.unpaid,
        }
        if breach
        else None,
        "instalments": [_instalment(one) for one in view.instalments],
        "payments": [
            {
                "on": one.received_on,
                "amount": one.amount,
                "reversed": one.reversed_at,
                "to": ", ".join(f"{number}" for number, _amount in one.went_to),
            }
            for one in view.payments
        ],
    }


def _instalment(one: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "due_on": one.due_on,
        "payment": one.payment,
        "paid": one.paid,
        "unpaid": one.unpaid,
        "status": words.word("plans.promise", one.told),
        "kind": PROMISE_KINDS[one.told],
        "settled_on": one.settled_on,
    }
