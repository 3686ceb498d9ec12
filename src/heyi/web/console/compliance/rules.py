"""规则包: which rules hold, since when and by whose word; every clause with its source, figures and cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.api import Adoption
from heyi.capabilities.compliance.domain import BadPack, Both, Checklist, Pack, PackMissing, Rule
from heyi.capabilities.compliance.domain.proposals import Proposal
from heyi.kit.dates import SHANGHAI
from heyi.plumbing import clock
from heyi.plumbing.access import open_to
from heyi.web.console import circumstances
from heyi.web.console.audience import READERS, RULE_CHANGERS, actor_of
from heyi.web.ui import words
from heyi.web.ui.forms import Form
from heyi.web.ui.tables import Cell, Column, Row, Table
from heyi.web.ui.templatetags.heyi_ui import full_moment, moment

SEVERITY_LOOKS: Final = {"hard": "stop", "adopted": "warn", "policy": "bank", "advice": "plain"}
STATE_LOOKS: Final = {"waiting": "wait", "approved": "note", "adopted": "ok", "refused": "stop", "void": "plain"}
EFFECT_LOOKS: Final = {"stricter": "ok", "looser": "stop", "same": "plain", "unlike": "warn"}
SHORT: Final = 32
SAMPLE_MARK: Final = " (default bank policy)"


class ClauseQuery(Form):
    """What the list of clauses asks for."""

    q = forms.CharField(label=gettext_lazy("编号、标题或文字"), required=False, max_length=60)
    pack = forms.ChoiceField(label=gettext_lazy("规则包"), required=False)
    severity = forms.ChoiceField(label=gettext_lazy("效力"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="q_%s", **kwargs)
        whole = ("", gettext_lazy("全部"))
        names = [(name, name.upper()) for name in settings.HEYI.jurisdictions]
        self.fields["pack"].choices = [whole, *names]  # type: ignore[attr-defined]
        severities = [*words.choices("compliance.severity"), ("checklist", gettext_lazy("人工核对清单"))]
        self.fields["severity"].choices = [whole, *severities]  # type: ignore[attr-defined]


def own(both: Both) -> str:
    """The text in the reader's language."""
    return both.en if (get_language() or "").startswith("en") else both.zh


@open_to(*READERS, why="the rules that the gate follows, for everybody who works by them")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What holds now, what held before, and what is asked for."""
    at = clock.now()
    adopted = compliance.adoptions()
    shown = {
        "packs": [_held(name, at, adopted) for name in settings.HEYI.jurisdictions],
        "proposals": _proposals(compliance.proposals()),
        "versions": _versions(adopted, at),
        "may_change": actor_of(request).has(*RULE_CHANGERS),
    }
    return render(request, "console/compliance/rules.html", shown)


@open_to(*READERS, why="the clauses that the gate follows, for everybody who works by them")
@require_safe
def clauses(request: HttpRequest) -> HttpResponse:
    """Every clause and checklist, searched and filtered."""
    form = ClauseQuery(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    rows = [row for pack in _packs(asked.get("pack") or "") for row in _rows(pack, asked)]
    heads = (_("规则"), _("检查方式"), _("效力"), _("依据"), _("生效"))
    table = _listed(_("规则"), heads, rows, _("没有符合的规则"))
    return render(request, "console/compliance/clauses.html", {"form": form, "table": table, "count": len(rows)})


@open_to(*READERS, why="one clause with its source, for everybody who works by it")
@require_safe
def clause(request: HttpRequest, name: str, clause_id: str) -> HttpResponse:
    """One clause; ``?version=`` shows it as it read in an earlier pack, as an old refusal named it."""
    pack = _pack_asked(name, request.GET.get("version", ""))
    rule = pack.rule(clause_id)
    if rule is not None:
        page = _clause_page(request, pack, rule)
        return render(request, "console/compliance/clause.html", page)
    listed = next((one for one in pack.checklists if one.id == clause_id), None)
    if listed is None:
        raise Http404
    return render(request, "console/compliance/checklist.html", _checklist_page(pack, listed))


def _pack_asked(name: str, version: str) -> Pack:
    if name not in settings.HEYI.jurisdictions:
        raise Http404
    if not version:
        return compliance.pack(name, at=clock.now())
    found = next((pack for pack in compliance.parts_of(version) if pack.name == name), None)
    if found is None:
        raise Http404
    return found


def _packs(name: str) -> list[Pack]:
    found = []
    for one in settings.HEYI.jurisdictions:
        if not name or one == name:
            try:
                found.append(compliance.pack(one, at=clock.now()))
            except (PackMissing, BadPack):
                continue  # the overview says what is wrong with it
    return found


def _held(name: str, at: Any, adopted: tuple[Adoption, ...]) -> dict[str, Any]:
    """One jurisdiction: what holds, or why the gate is closed."""
    try:
        pack = compliance.pack(name, at=at)
    except (PackMissing, BadPack) as fault:
        what, then = words.problem(fault.code, fault.facts)
        where = " ".join(str(fault.facts.get(key, "")) for key in ("where", "problem", "next_step")).strip()
        return {"name": name.upper(), "fault": what, "then": then, "where": where}
    now = next((one for one in adopted if one.name == name and one.holds_from <= at), None)
    day = at.astimezone(pack.timezone).date()
    standing = sum(rule.in_force(day) for rule in pack.rules)
    return {
        "name": name.upper(),
        "key": name,
        "facts": [
            {"name": _("版本"), "value": pack.version, "mono": True, "copyable": pack.version},
            {"name": _("从什么时候起"), "value": full_moment(now.holds_from) if now else _("随软件安装，尚未存档")},
            {"name": _("谁批准的"), "value": _way(now) if now else "–"},
            {
                "name": _("规则"),
                "value": _("%(count)s 条由系统判断") % {"count": standing},
            },
            {"name": _("清单"), "value": _("%(count)s 份由人核对") % {"count": len(pack.checklists)}},
            {"name": _("内容指纹"), "value": f"{pack.digest[:16]}…", "mono": True, "copyable": pack.digest},
        ],
        "waiting": _newer(name, pack),
    }


def _newer(name: str, pack: Pack) -> bool:
    """True when other rules lie in the files than the bank adopted: a new release, or its own changed folder."""
    try:
        return compliance.differs_on_disk(name=name, at=clock.now())
    except BadPack:
        return False


def _way(one: Adoption) -> str:
    told = words.word("compliance.pack_way", one.way)
    return f"{told} · {_('附委员会签名')}" if one.committee_key else told


def _proposals(found: tuple[Proposal, ...]) -> Table:
    heads = (_("提议"), _("状态"), _("生效日"), _("提议时间"))
    rows = (
        Row(
            key=str(one.id),
            name=one.version,
            cells=(
                Cell(
                    _short(one.reason),
                    href=reverse("console:rule_change", args=[one.id]),
                    strong=True,
                    small=f"{one.name.upper()} · {words.word('compliance.proposal_way', one.way)}",
                ),
                _state(one),
                Cell(moment(one.holds_from), nowrap=True),
                Cell(moment(one.proposed_at), nowrap=True),
            ),
        )
        for one in found
    )
    return _listed(_("修改提议"), heads, rows, _("还没有人提过修改"))


def _state(one: Proposal) -> Cell:
    look = STATE_LOOKS.get(one.state, "plain")
    return Cell(words.word("compliance.proposal", one.state), kind="dot", state=look)


def _listed(caption: str, heads: Iterable[str], rows: Iterable[Row], empty: str) -> Table:
    return Table(caption=caption, columns=tuple(Column(name) for name in heads), rows=tuple(rows), empty=empty)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _versions(found: tuple[Adoption, ...], at: Any) -> Table:
    heads = (_("版本"), _("从什么时候起"), _("到什么时候"), _("谁批准的"))
    rows = (
        Row(
            key=str(one.id),
            name=one.version,
            cells=(
                Cell(one.version, strong=True, nowrap=True),
                Cell(moment(one.holds_from), nowrap=True),
                Cell(moment(one.holds_to) if one.holds_to else _("现在有效"), nowrap=True),
                Cell(
                    _way(one),
                    href=reverse("console:rule_change", args=[one.proposal_id]) if one.proposal_id else "",
                ),
            ),
        )
        for one in found
    )
    return _listed(_("用过的版本"), heads, rows, _("还没有存档的版本"))


def _rows(pack: Pack, asked: dict[str, Any]) -> list[Row]:
    sought = (asked.get("q") or "").strip().casefold()
    severity = asked.get("severity") or ""
    found = [] if severity == "checklist" else [_rule_row(pack, r) for r in pack.rules if _fits(r, sought, severity)]
    if severity in ("", "checklist"):
        found += [_list_row(pack, one) for one in pack.checklists if _has(sought, one.id, one.title, str(one.source))]
    return found


def _fits(rule: Rule, sought: str, severity: str) -> bool:
    if severity and rule.severity != severity:
        return False
    return _has(sought, rule.id, rule.title, f"{rule.source} {rule.staff.zh} {rule.staff.en}")


def _has(sought: str, key: str, title: Both, more: str) -> bool:
    return sought in f"{key} {title.zh} {title.en} {more}".casefold()


def _rule_row(pack: Pack, rule: Rule) -> Row:
    return Row(
        key=rule.id,
        name=own(rule.title),
        cells=(
            Cell(own(rule.title), href=_href(pack, rule.id), strong=True, nowrap=True, small=rule.id),
            Cell(own(compliance.in_words(rule.kind))),
            Cell(words.word("compliance.severity", rule.severity), kind="tag", state=SEVERITY_LOOKS[rule.severity]),
            Cell(_source(rule)),
            Cell(rule.valid_from.isoformat(), nowrap=True),
        ),
    )


def _list_row(pack: Pack, one: Checklist) -> Row:
    return Row(
        key=one.id,
        name=own(one.title),
        cells=(
            Cell(own(one.title), href=_href(pack, one.id), strong=True, nowrap=True, small=one.id),
            Cell(_("人工核对"), small=own(compliance.moment_in_words(pack.name, one.when))),
            Cell(_("清单"), kind="tag", state="plain"),
            Cell(_source(one)),
            Cell(one.valid_from.isoformat(), nowrap=True),
        ),
    )


def _source(entry: Rule | Checklist) -> str:
    """Short enough for a list; the clause's own page has all of it."""
    return str(entry.source).replace(SAMPLE_MARK, "")


def _href(pack: Pack, clause_id: str) -> str:
    return reverse("console:clause", args=[pack.name, clause_id])


def _clause_page(request: HttpRequest, pack: Pack, rule: Rule) -> dict[str, Any]:
    seen = compliance.clause_view(pack, rule)
    facts = [
        *_source_facts(rule),
        {"name": _("检查方式"), "value": own(seen.kind)},
        {"name": _("联系目的"), "value": own(compliance.in_words(sorted(rule.purposes)))},
        {"name": _("联系方式"), "value": own(compliance.in_words(sorted(rule.channels)))},
        {"name": _("出自"), "value": words.word("compliance.rule_origin", rule.origin)},
    ]
    return {
        "rule": rule,
        "title": own(rule.title),
        "other_title": rule.title.en if own(rule.title) == rule.title.zh else rule.title.zh,
        "severity": words.word("compliance.severity", rule.severity),
        "severity_look": SEVERITY_LOOKS[rule.severity],
        "confidence": words.word("compliance.confidence", rule.confidence),
        "facts": facts,
        "figures": [
            {"name": words.word("compliance.parameter", name), "value": own(value), "strong": True}
            for name, value in seen.figures
        ],
        "cases": _cases(seen),
        "judged": seen.judged,
        "history": [_step(one, changes) for one, changes in compliance.clause_history(pack.name, rule.id)],
        "base_href": _href(pack, rule.base_id) if rule.base_id else "",
        "pack": pack,
        "past": request.GET.get("version", ""),
        "may_change": actor_of(request).has(*RULE_CHANGERS) and not request.GET.get("version"),
    }


def _source_facts(entry: Rule | Checklist) -> list[dict[str, Any]]:
    source = entry.source
    link = {"href": source.link} if source.link else {}
    found = {"name": _("查原文"), "value": source.identifier or source.link, **link}
    until = {"name": _("失效"), "value": entry.valid_to.isoformat() if entry.valid_to else _("没有期限")}
    return [
        {"name": _("依据"), "value": str(source), "strong": True},
        found,
        {"name": _("层级"), "value": words.word("compliance.rank", source.rank)},
        {"name": _("生效"), "value": entry.valid_from.isoformat()},
        until,
    ]


def _cases(seen: compliance.ClauseView) -> Table:
    heads = (_("情形"), _("时间"), _("应有的答复"), _("核对"))
    rows = (
        Row(
            key=str(place),
            name=own(one.case.says),
            cells=(
                Cell(own(one.case.says), strong=True, small=" · ".join(circumstances.told(one.case.given))),
                Cell(_instant(one.case.at), nowrap=True),
                Cell(words.word("compliance.outcome", one.case.expect)),
                Cell(_("相符") if not one.fault else one.fault, kind="dot", state="ok" if not one.fault else "stop"),
            ),
        )
        for place, one in enumerate(seen.cases)
    )
    return _listed(_("案例"), heads, rows, _("这条没有案例"))


def _instant(at: datetime) -> str:
    """A case's own moment: its zone where that is not the bank's, its seconds where they decide."""
    clock_time = "%H:%M:%S" if at.second else "%H:%M"
    zone = "" if at.utcoffset() == at.astimezone(SHANGHAI).utcoffset() else " %z"
    return at.strftime(f"%Y-%m-%d {clock_time}{zone}")


def rule_titles() -> dict[str, str]:
    """The titles of all rules in force, by their ids, in the reader's language."""
    return {rule.id: own(rule.title) for pack in _packs("") for rule in pack.rules}


def _step(one: Adoption, changes: Any) -> dict[str, Any]:
    says = _("；").join(own(change.says) for change in changes)
    return {"what": says, "when": one.holds_from, "who": _way(one), "text": one.version}


def _checklist_page(pack: Pack, one: Checklist) -> dict[str, Any]:
    return {
        "list": one,
        "title": own(one.title),
        "when": own(compliance.moment_in_words(pack.name, one.when)),
        "confidence": words.word("compliance.confidence", one.confidence),
        "facts": _source_facts(one),
        "items": [{"asks": own(item.asks), "evidence": own(item.evidence)} for item in one.items],
        "pack": pack,
    }
