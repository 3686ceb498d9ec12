"""Words that were stopped, as the composer shows them: each place in what was typed, why, and what to say instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest

from heyi.capabilities.compliance import api as compliance
from heyi.kit.problems import Problem
from heyi.web.console.case.opened import Opened, in_english
from heyi.web.ui import words

TYPED: Final = ("body", "words", "reason")


@dataclass(frozen=True, slots=True)
class Spot:
    """One finding in words."""

    title: str
    said: str
    source: str
    better: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """All findings of one text. ``confirm`` is the review to confirm when nothing blocks."""

    spots: tuple[Spot, ...]
    confirm: str


def told(fault: Problem, form: Any) -> Stopped | None:
    """What the composer shows for a stop of wording; None for any other refusal."""
    if not isinstance(fault, compliance.WordingRefused | compliance.WordingToConfirm):
        return None
    text = next((form.cleaned_data[name] for name in TYPED if form.cleaned_data.get(name)), "").strip()
    spots = tuple(spot(one, text) for one in fault.facts["findings"])
    confirm = str(fault.facts["review"]) if isinstance(fault, compliance.WordingToConfirm) else ""
    return Stopped(spots=spots, confirm=confirm)


def spot(one: dict[str, Any], text: str) -> Spot:
    """One finding, told in the reader's language."""
    return Spot(
        title=words.word("compliance.wording", one["category"]),
        said=text[one["start"] : one["end"]],
        source=f"{one['source']} · {' '.join(one['clauses'])}",
        better=one["better_en"] if in_english() else one["better_zh"],
        blocks=one["severity"] == "block",
    )


def confirm(request: HttpRequest, page: Opened) -> None:
    """The writer read the warning and sends all the same: recorded before the act is tried again."""
    given = request.POST.get("wording_confirmed", "")
    if given:
        try:
            review_id = UUID(given)
        except ValueError as error:
            raise compliance.WordingNotFound(review="?") from error
        compliance.confirm_wording(review_id=review_id, actor=page.actor, at=page.at)
