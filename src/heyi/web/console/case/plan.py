"""The plan tab: what to answer, what could fit, the editor with its live figures, the versions, signing, following."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.plans import api as plans
from heyi.capabilities.plans.domain import PlanTerms, Proposal, Proposals
from heyi.kit.money import Money
from heyi.web.console.case import agreed, figures, versions
from heyi.web.console.case.opened import Opened, label, open_counter
from heyi.web.console.case.terms_form import TermsForm
from heyi.web.ui import words

TALKING = ("negotiating", "offer_open", "countered")
SIGNING = ("agreed", "signing")
FOLLOWING = ("active", "broken", "completed")


def context(request: HttpRequest, page: Opened, used: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values for ``console/case/plan.html``."""
    case = page.case
    shown: dict[str, Any] = {
        "stage": stage(case.status),
        "versions": versions.listed(page),
        "problems": [_problem(page, one) for one in case.problems],
        "round_reason": label(page.rules.reasons, case.round_reason) if case.round > 1 and case.round_reason else "",
        "end_reason": _ended(page),
        "waiting": _answering(page, case.waiting_offer),
        "counter": _answering(page, open_counter(case)),
    }
    if case.status in TALKING:
        shown |= _workshop(request, page, used)
    shown |= agreed.context(page)
    return shown


def stage(status: str) -> str:
    """Which part of the tab leads: before, talk, sign or follow."""
    for name, states in (("talk", TALKING), ("sign", SIGNING), ("follow", FOLLOWING)):
        if status in states:
            return name
    return "ended" if status in ("withdrawn", "closed") else "before"


def _answering(page: Opened, standing: negotiation.OfferView | None) -> dict[str, Any] | None:
    """A version that waits for somebody's word, with all its figures."""
    return versions.told(page, standing.id) if standing else None


def _workshop(request: HttpRequest, page: Opened, used: Mapping[str, Any]) -> dict[str, Any]:
    """Proposals, the editor and its figures; only the form for those who draft."""
    found = negotiation.proposals(case_id=page.case.id, actor=page.actor, at=page.at)
    form = used.get("terms") or editor(request, page, found)
    sketch, shown = drawn(page, form)
    return {
        "proposals": _cards(page, found),
        "no_proposal": _why_none(found),
        "terms": form if page.may("draft_offer") else None,
        "refusal": used.get("terms_refusal"),
        "wording": used.get("terms_wording"),
        "wording_then": used.get("terms_then", ""),
        "returned": _returned(page),
        "save_href": page.href("save"),
        "sketch": sketch,
        "shown": shown,
        "eligibility": eligibility(page),
        "previous": _previous(page),
    }


def editor(request: HttpRequest, page: Opened, found: Proposals | None) -> TermsForm:
    """The form, begun from what ``?from=`` names: a proposal, a version, the contract; else from where the work is."""
    start = negotiation.contract_terms(case_id=page.case.id, actor=page.actor, at=page.at)
    source, note = _source(request.GET.get("from", ""), page, found)
    return TermsForm(start, source=source, note=note)


def _source(wanted: str, page: Opened, found: Proposals | None) -> tuple[PlanTerms | None, str]:
    case = page.case
    kind, _sep, number = wanted.partition("-")
    if kind == "proposal" and found and number.isdecimal() and int(number) < len(found.found):
        return found.found[int(number)].terms, ""
    if kind == "version":
        named = [offer for offer in case.offers if str(offer.number) == number and offer.number]
        if named:
            return named[0].terms, ""
    if kind == "contract":
        return None, ""
    standing = case.draft_offer or open_counter(case) or case.open_offer
    if standing is not None:
        return standing.terms, standing.reason if standing.status == "draft" else ""
    return (found.found[0].terms if found and found.found else None), ""


def drawn(page: Opened, form: TermsForm) -> tuple[negotiation.Sketch | None, dict[str, Any] | None]:
    """What the terms in the form mean; nothing, with errors beside the fields, when they cannot stand."""
    unbound = not form.is_bound
    if unbound:
        form = TermsForm(form.start, _as_posted(form))
    terms = form.terms()
    if terms is None:
        return None, None
    try:
        sketch = negotiation.sketch(case_id=page.case.id, terms=terms, actor=page.actor, at=page.at)
    except plans.BadTerms as error:
        form.tell(error.facts.get("fields", {}), error.facts)
        return None, None
    if not unbound:
        form.tell(sketch.limits)
    return sketch, figures.of_sketch(page, sketch, figures.income_of(page))


def _as_posted(form: TermsForm) -> dict[str, Any]:
    """The first values as the browser would send them."""
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}


def _cards(page: Opened, found: Proposals | None) -> list[dict[str, Any]]:
    return [_card(page, place, one) for place, one in enumerate(found.found)] if found else []


def _card(page: Opened, place: int, one: Proposal) -> dict[str, Any]:
    level = one.authority.level or "nobody"
    return {
        "name": words.word("plans.proposal", one.kind),
        "method": words.word("plans.method", one.terms.method.value),
        "payment": one.schedule.typical_payment,
        "periods": one.terms.periods,
        "rate": one.terms.annual_rate,
        "total": one.schedule.total,
        "verdict": words.word("plans.verdict", one.affordability.verdict),
        "kind": figures.VERDICT_KINDS[one.affordability.verdict],
        "level": words.word("plans.level", level),
        "why": [why for why in (_reason(reason) for reason in one.why if reason.code != one.kind) if why],
        "href": f"{page.href('plan')}?from=proposal-{place}#editor",
    }


def _reason(why: Any) -> str:
    """One reason of the proposer with its figures."""
    facts = dict(why.facts)
    told = words.word("plans.why", why.code)
    if why.code.startswith("means_"):
        left = {"told": told, "amount": Money(int(facts["least_left_minor"]))}
        return _("%(told)s：最少的一个月还剩 %(amount)s 元") % left
    match why.code:
        case "costs":
            against = figures.signed(int(facts["against_contract_minor"]))
            amounts = {"amount": Money(int(facts["total_minor"])), "against": against}
            return _("一共还 %(amount)s 元，和今天的合同比%(against)s") % amounts
        case "forgives":
            return _("银行减免 %(amount)s 元") % {"amount": Money(int(facts["forgiven_minor"]))}
        case "starts_after_grace":
            return _("先宽限 %(months)s 个月") % {"months": facts["months"]}
        case _:
            return ""


def _why_none(found: Proposals | None) -> dict[str, Any] | None:
    if found is None:
        return {"text": _("还不知道收入，算不出合适的方案。请在消息里问一句，或者自己编。"), "near": None}
    if found.found or found.reason is None:
        return None
    facts = {name.removesuffix("_minor"): Money(int(value)) for name, value in found.reason.facts}
    short = _("每月还差 %(amount)s 元。") % {"amount": facts["short"]} if "short" in facts else ""
    return {"text": f"{words.word('plans.no_plan', found.reason.code)}。{short}", "near": None}  # i18n:off a full stop


def eligibility(page: Opened) -> list[dict[str, str]]:
    """Article 70's three conditions for cards, each with what proves it; empty for other products."""
    found = negotiation.card_eligibility(case_id=page.case.id, actor=page.actor, at=page.at)
    return [_condition(page, one) for one in found.conditions] if found else []


def _condition(page: Opened, one: Any) -> dict[str, str]:
    proofs = [words.word("console.eligibility_proof", proof.kind) for proof in (*one.proofs, *one.pending)]
    told = _("、").join(dict.fromkeys(proofs)) or _("还没有证明")
    waiting = "" if one.met else _("（审核通过后算数）") if one.pending else ""
    links = [proof.reference for proof in one.proofs if proof.reference.startswith("vault_object:")]
    href = page.href("paper", links[0].partition(":")[2]) if links else page.href("review")
    return {
        "kind": "ok" if one.met else "wait" if one.pending else "stop",
        "name": words.word("plans.condition", one.code),
        "why": told + waiting,
        "proof_text": _("看依据") if proofs else "",
        "proof_href": href if proofs else "",
    }


def _returned(page: Opened) -> dict[str, Any] | None:
    """Why the draft came back, until it is submitted again: what kept it from opening, or how the vote ended."""
    draft = page.case.draft_offer
    if draft is None or draft.approval_id is None:
        return None
    if draft.held_back:
        told = words.problem(draft.held_back)
        return {"title": _("审批通过了，但是没能发出去"), "reason": told[0], "next": told[1]}
    detail = negotiation.offer(case_id=page.case.id, offer_id=draft.id, actor=page.actor, at=page.at)
    last = detail.approvals[-1]
    no = next((vote for vote in reversed(last.votes) if vote.word == "no"), None)
    if no is not None:
        return {"title": _("审批退回了这份草稿"), "reason": no.reason, "next": no.voter.name}
    title = _("这份草稿的审批：%(status)s") % {"status": words.word("approvals.status", last.status)}
    return {"title": title, "reason": last.ending, "next": ""}


def _previous(page: Opened) -> negotiation.OfferView | None:
    numbered = [offer for offer in page.case.offers if offer.number and offer.round == page.case.round]
    return numbered[-1] if numbered else None


def _problem(page: Opened, one: negotiation.ProblemView) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": label(page.rules.problems, one.kind),
        "words": one.words,
        "at": one.at,
        "answered_at": one.answered_at,
        "answered_by": one.answered_by.name if one.answered_by else "",
        "answer": one.answer,
    }


def _ended(page: Opened) -> str:
    reason = page.case.end_reason
    known = words.vocabularies()["console.end_reason"]
    return str(known[reason]) if reason in known else label(page.rules.decline_reasons, reason) if reason else ""
