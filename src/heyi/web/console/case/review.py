"""The review tab: what the checks found, what the borrower wrote, what was decided, and what can be decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest

from heyi.capabilities.negotiation import api as negotiation
from heyi.web.console.audience import CASE_WORK
from heyi.web.console.case import answers, findings
from heyi.web.console.case.forms import Sensitive
from heyi.web.console.case.opened import Opened, label
from heyi.web.ui import words

OUTCOME_KINDS: Final = {"accept": "ok", "request_more": "warn", "refuse": "stop", "send_back": "warn"}


def context(request: HttpRequest, page: Opened, used: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values for ``console/case/review.html``."""
    case = page.case
    form = negotiation.application_form(case_id=case.id, actor=page.actor, at=page.at)
    reads_sensitive = case.has_sensitive and page.actor.has(*CASE_WORK) and not case.looked_beyond_branch
    return {
        "findings": findings.groups(page),
        "answers": answers.steps(page, form),
        "submissions": form.submissions,
        "has_sensitive": case.has_sensitive,
        "sensitive": Sensitive(page) if reads_sensitive else None,
        "sensitive_words": used.get("sensitive_words"),
        "decisions": [_decision(page, one) for one in reversed(case.decisions)],
        "second": needs_second(page),
        "appeal_words": case.appeal_words,
    }


def needs_second(page: Opened) -> bool:
    """True when the policy wants a second person for a yes or no on this case."""
    codes = frozenset(one.code for one in page.case.findings if one.verdict in ("look", "stop"))
    contract = page.case.contract
    return page.rules.needs_second(
        balance_minor=contract.balance.total.amount_minor, product=contract.product, findings=codes
    )


def _decision(page: Opened, one: negotiation.DecisionView) -> dict[str, Any]:
    listed = page.rules.more_items if one.outcome == "request_more" else page.rules.review_reasons
    return {
        "kind": words.word("console.decision_kind", one.kind),
        "outcome": words.word("console.outcome", one.outcome),
        "mark": OUTCOME_KINDS[one.outcome],
        "reasons": [label(listed, key) for key in one.reasons],
        "words": one.words,
        "who": f"{one.by.name} · {one.by.staff_no}",
        "at": one.at,
        "submission": one.submission,
    }
