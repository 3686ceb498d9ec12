"""用语: try a sentence, the library of phrases, texts that were stopped or heard, and releasing a false alarm."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.loans import api as loans
from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import people_names
from heyi.web.console.audience import READERS, actor_of
from heyi.web.console.case.opened import in_english
from heyi.web.console.case.phrases import spot_of
from heyi.web.console.compliance.answers import refused, unsealed
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import moment

SEERS = ("lead", "compliance", "auditor")
RELEASERS = ("lead", "compliance")
LONGEST = 2000


class TryForm(Form):
    """A sentence to be looked at."""

    text = forms.CharField(
        label=gettext_lazy("一句话"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("写一句话，看看有没有不合适的地方。这里写的不保存。"),
    )


@open_to(*READERS, why="the library of phrases, and trying a sentence")
@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: HttpRequest) -> HttpResponse:
    """The page; a sentence that is tried is not kept."""
    form = TryForm(request.POST or None)
    tried = form.is_bound and form.is_valid()
    shown: dict[str, Any] = {
        "form": form,
        "tried": tried,
        "spots": [spot_of(one) for one in compliance.check_wording(form.cleaned_data["text"])] if tried else [],
        "version": compliance.lexicon_version(),
        "scripts": _scripts(),
    }
    actor = actor_of(request)
    if actor.has(*SEERS):
        found = compliance.wording_lines(actor=actor, at=clock.now())
        shown["stopped"] = _stopped(found, actor)
        shown["may_export"] = actor.has(*RELEASERS)
    return render(request, "console/compliance/wording.html", shown, status=422 if form.errors else 200)


@open_to(*SEERS, why="one stopped text of one's branches")
@require_safe
def stopped(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """What was found, and who decided; the words are shown on asking, and that is written down."""
    return render(request, "console/compliance/wording_one.html", _one(request, review_id))


@open_to(*SEERS, why="the words of a stopped text, written down")
@require_POST
def read(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show the words; the reading is journaled."""
    text = compliance.read_wording(review_id=review_id, actor=actor_of(request), at=clock.now())
    return unsealed(request, "console/compliance/wording_one.html", _one(request, review_id) | {"text": text})


@open_to(*RELEASERS, why="releasing a false alarm")
@require_POST
def release(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """From now on this exact wording passes."""
    try:
        compliance.release_wording(
            review_id=review_id, reason=request.POST.get("reason", ""), actor=actor_of(request), at=clock.now()
        )
    except (compliance.ReasonMissing, compliance.OwnWording) as fault:
        return refused(request, "console/compliance/wording_one.html", _one(request, review_id), fault)
    messages.success(request, _("已放行，同样的话不再拦。"))
    return redirect("console:wording_one", review_id)


@open_to(*RELEASERS, why="released sentences for the labelled set")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Released sentences as the labelled set writes them: ``hard``, tab, sentence."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter="\t", lineterminator="\n")
    for one in compliance.released_sentences(actor=actor_of(request), at=clock.now()):
        writer.writerow(["hard", " ".join(one.text.split())])
    answer = HttpResponse(sheet.getvalue(), content_type="text/tab-separated-values; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="released.tsv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _one(request: HttpRequest, review_id: UUID) -> dict[str, Any]:
    actor = actor_of(request)
    line = compliance.wording_line(review_id=review_id, actor=actor, at=clock.now())
    if line is None:
        raise compliance.WordingNotFound(review=str(review_id))
    names = dict(people_names.of_labels([label for label in (line.said_by, line.decided_by) if label]))
    return {
        "line": line,
        "state": words.word("compliance.wording_decision", line.decision),
        "facts": [
            {"name": _("哪里不合适"), "value": _listed(line.categories)},
            {"name": _("时间"), "value": moment(line.at)},
            {"name": _("来源"), "value": words.word("compliance.wording_origin", line.origin)},
            {"name": _("谁写的"), "value": names.get(line.said_by, line.said_by)},
            {"name": _("决定"), "value": f"{names.get(line.decided_by, '')} {line.reason}".strip() or "–"},
        ],
        "may_release": actor.has(*RELEASERS) and line.decision != "released",
    }


def _stopped(found: list[compliance.WordingLine], actor: Actor) -> Table:
    parties = loans.party_names((line.party_id for line in found), actor=actor)
    names = dict(people_names.of_labels([line.said_by for line in found]))
    heads = (_("哪里不合适"), _("借款人"), _("谁写的"), _("来源"), _("时间"), _("状态"))
    rows = [
        Row(
            key=str(line.id),
            name=_listed(line.categories),
            cells=(
                Cell(_listed(line.categories), href=reverse("console:wording_one", args=[line.id]), strong=True),
                Cell(parties.get(line.party_id, "–"), nowrap=True),
                Cell(names.get(line.said_by, line.said_by), nowrap=True),
                Cell(words.word("compliance.wording_origin", line.origin)),
                Cell(moment(line.at), nowrap=True),
                Cell(
                    words.word("compliance.wording_decision", line.decision),
                    kind="dot",
                    state="ok" if line.decision else "stop",
                ),
            ),
        )
        for line in found
    ]
    return Table(
        caption=_("被拦下的话"),
        columns=tuple(Column(head) for head in heads),
        rows=tuple(rows),
        empty=_("还没有被拦下的话"),
    )


def _scripts() -> Table:
    rows = [
        Row(
            key=one.id,
            name=one.id,
            cells=(
                Cell(words.word("compliance.script_segment", one.segment)),
                Cell(words.word("compliance.script_moment", one.moment)),
                Cell(
                    one.words.en if in_english() else one.words.zh,
                    href=reverse("console:script", args=[one.id]),
                ),
                Cell(f"{one.version} {one.approval}"),
            ),
        )
        for one in compliance.scripts(at=clock.now())
    ]
    heads = (_("谁"), _("什么时候"), _("说法"), _("批准"))
    return Table(
        caption=_("说法库"), columns=tuple(Column(head) for head in heads), rows=tuple(rows), empty=_("还没有说法")
    )


def _listed(categories: tuple[str, ...]) -> str:
    return _("、").join(words.word("compliance.wording", one) for one in categories)
