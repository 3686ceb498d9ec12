"""An agreement in the reader's language: key terms in plain words, one clause with its place, the cost form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from heyi.capabilities.signing.domain import Agreement, CeremonyView, Clause
from heyi.web.portal.questions import in_english


@dataclass(frozen=True, slots=True)
class ClausePage:
    """One clause as it is read. ``number`` counts from 1 of ``of``; ``read`` of them are acknowledged."""

    id: str
    number: int
    of: int
    read: int
    title: str
    plain: str
    body: str
    original: str
    highlighted: bool
    annex: str
    done: bool
    before: str


def key_terms(agreement: Agreement) -> list[dict[str, str]]:
    """The terms of major interest (Civil Code 496), each in one plain sentence."""
    return [
        {"id": clause.id, "title": _title(clause), "plain": _plain(clause)}
        for clause in agreement.clauses
        if clause.highlighted
    ]


def clause_page(ceremony: CeremonyView, clause_id: str) -> ClausePage | None:
    """The page of this clause; None for one that the agreement does not have."""
    clauses = ceremony.agreement.clauses
    place = next((at for at, clause in enumerate(clauses) if clause.id == clause_id), None)
    if place is None:
        return None
    clause, reading = clauses[place], ceremony.readings[place]
    return ClausePage(
        id=clause.id,
        number=place + 1,
        of=len(clauses),
        read=ceremony.read_count,
        title=_title(clause),
        plain=_plain(clause),
        body=clause.body_en if in_english() else clause.body_zh,
        original=clause.body_zh if in_english() else "",
        highlighted=clause.highlighted,
        annex=clause.group if clause.group in ("change", "repayment") else "",
        done=reading.acknowledged_at is not None,
        before=clauses[place - 1].id if place else "",
    )


def changes(agreement: Agreement) -> list[dict[str, str]]:
    """Annex 3: each changed field, old and new (Civil Code 544)."""
    side = "en" if in_english() else "zh"
    return [
        {"name": getattr(one, f"name_{side}"), "before": getattr(one, f"before_{side}"),
         "after": getattr(one, f"after_{side}")}
        for one in agreement.changes
    ]  # fmt: skip


def payments(agreement: Agreement) -> dict[str, Any]:
    """Annex 1: every instalment with its parts."""
    zero = agreement.total - agreement.total
    return {
        "rows": agreement.rows,
        "total": {
            "principal": sum((row.principal for row in agreement.rows), zero),
            "interest": sum((row.interest for row in agreement.rows), zero),
            "payment": agreement.total,
        },
    }


def cost_rows(agreement: Agreement) -> list[dict[str, Any]]:
    """The lines of the cost form."""
    if agreement.cost_form is None:
        return []
    side = "en" if in_english() else "zh"
    return [
        {
            "name": getattr(item, f"name_{side}"),
            "how": getattr(item, f"how_{side}"),
            "by": getattr(item, f"by_{side}"),
            "amount": item.amount,
            "contingent": item.kind == "contingent",
        }
        for item in agreement.cost_form.items
    ]


def _title(clause: Clause) -> str:
    return clause.title_en if in_english() else clause.title_zh


def _plain(clause: Clause) -> str:
    return clause.plain_en if in_english() else clause.plain_zh
