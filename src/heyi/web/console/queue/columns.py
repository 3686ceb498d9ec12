"""The columns of a list of cases: what each shows, which of them somebody wants to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heyi.capabilities.negotiation.api import CasePage, CaseRow
from heyi.kit.dates import SHANGHAI
from heyi.web.console.audience import case_href
from heyi.web.ui import words
from heyi.web.ui.tables import Cell, Column, Density, Row, Table, sorted_column

TURN_SIDE: Final = {"bank": "bank", "borrower": "you", "both": "bank", "none": "none"}
STATUS_DOT: Final = {
    "draft": "wait",
    "submitted": "wait",
    "in_review": "note",
    "second_review": "note",
    "more_requested": "wait",
    "refused": "stop",
    "appealed": "warn",
    "negotiating": "note",
    "offer_open": "note",
    "countered": "note",
    "agreed": "ok",
    "signing": "note",
    "active": "ok",
    "broken": "warn",
    "completed": "ok",
    "withdrawn": "plain",
    "closed": "plain",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A column: its heading, how a row fills it, what it sorts by."""

    key: str
    name: str | Promise
    cell: Callable[[CaseRow, datetime], Cell]
    sort: str = ""
    right: bool = False


def status_cell(row: CaseRow, at: datetime) -> Cell:
    """Where the case stands, as a dot with its word."""
    return Cell(words.word("negotiation.status", row.status), kind="dot", state=STATUS_DOT.get(row.status, "plain"))


def turn_cell(row: CaseRow, at: datetime) -> Cell:
    """Whose turn it is, by shape and word."""
    return Cell(words.word("lists.turn", row.turn), kind="turn", state=TURN_SIDE.get(row.turn, "none"))


def by_cell(row: CaseRow, at: datetime) -> Cell:
    """Until when: today and late stand out by weight and by a word, not by colour alone."""
    if row.by is None:
        return Cell("–")
    if row.late:
        return Cell(_("已超时 %(when)s") % {"when": near(row.by, at)}, kind="tag", state="stop", nowrap=True)
    return Cell(near(row.by, at), nowrap=True, strong=_days_off(row.by, at) == 0)


def near(moment: datetime, at: datetime) -> str:
    """``今天 12:00``, ``明天 09:30``, ``11-20``."""
    local = moment.astimezone(SHANGHAI)
    match _days_off(moment, at):
        case 0:
            return _("今天 %(time)s") % {"time": f"{local:%H:%M}"}
        case 1:
            return _("明天 %(time)s") % {"time": f"{local:%H:%M}"}
        case -1:
            return _("昨天 %(time)s") % {"time": f"{local:%H:%M}"}
    return f"{local:%m-%d}"


def _days_off(moment: datetime, at: datetime) -> int:
    off: timedelta = moment.astimezone(SHANGHAI).date() - at.astimezone(SHANGHAI).date()
    return off.days


def _borrower(row: CaseRow, at: datetime) -> Cell:
    return Cell(row.party_name or "–", small=row.number, href=case_href(row.id), strong=True)


def _product(row: CaseRow, at: datetime) -> Cell:
    return Cell(f"{words.word('loans.product', row.product)} · {row.contract_tail}", nowrap=True)


def _unread(row: CaseRow, at: datetime) -> Cell:
    return Cell(str(row.unread), right=True, strong=row.unread > 0)


def _submitted(row: CaseRow, at: datetime) -> Cell:
    return Cell(f"{row.submitted_at.astimezone(SHANGHAI):%Y-%m-%d}" if row.submitted_at else "–", nowrap=True)


KINDS: Final = (
    Kind("borrower", gettext_lazy("借款人"), _borrower),
    Kind("product", gettext_lazy("产品"), _product),
    Kind("due", gettext_lazy("到期未还（元）"), lambda row, at: Cell(str(row.due), right=True), "amount", right=True),
    Kind(
        "overdue_days",
        gettext_lazy("逾期天数"),
        lambda row, at: Cell(str(row.days_past_due), right=True),
        "overdue_days",
        right=True,
    ),
    Kind("status", gettext_lazy("阶段"), status_cell),
    Kind("turn", gettext_lazy("轮到谁"), turn_cell),
    Kind("next_act", gettext_lazy("下一步"), lambda row, at: Cell(words.word("negotiation.next_act", row.next_act))),
    Kind("by", gettext_lazy("处理时限"), by_cell, "due"),
    Kind(
        "contacts_today",
        gettext_lazy("今日联系"),
        lambda row, at: Cell(str(row.contacts_today), right=True),
        right=True,
    ),
    Kind("assignee", gettext_lazy("负责人"), lambda row, at: Cell(row.assignee_name or "–", nowrap=True)),
    Kind("unread", gettext_lazy("未读"), _unread, right=True),
    Kind("bucket", gettext_lazy("逾期档"), lambda row, at: Cell(row.bucket or "–")),
    Kind("branch", gettext_lazy("网点"), lambda row, at: Cell(row.branch)),
    Kind("round", gettext_lazy("轮次"), lambda row, at: Cell(str(row.round), right=True), right=True),
    Kind("submitted", gettext_lazy("申请日期"), _submitted, "newest"),
)
FIXED: Final = "borrower"
USUAL: Final = ("borrower", "product", "due", "overdue_days", "status", "turn", "next_act", "by", "contacts_today")
DENSITIES: Final[tuple[Density, ...]] = ("compact", "normal", "loose")


@dataclass(frozen=True, slots=True)
class Look:
    """How one member likes the list."""

    columns: tuple[str, ...] = USUAL
    density: Density = "normal"

    @classmethod
    def read(cls, kept: object) -> Look:
        """From what was kept; anything unknown in it falls away."""
        if not isinstance(kept, dict):
            return cls()
        wanted = [kind.key for kind in KINDS if kind.key in kept.get("columns", ())]
        density: Density = next((one for one in DENSITIES if one == kept.get("density")), "normal")
        return cls(tuple(wanted) if FIXED in wanted else (FIXED, *wanted), density)

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind in KINDS if kind.key in self.columns]


def table(page: CasePage, look: Look, *, query: QueryDict | None, at: datetime, picked: Iterable[str] = ()) -> Table:
    """The page of the list as a table with its sums. Without ``query`` its headings do not sort."""
    chosen = frozenset(picked)
    return Table(
        caption=_("案件列表"),
        columns=(*(_heading(kind, query) for kind in look.kinds), Column(_("操作"))),
        rows=tuple(
            Row(
                key=str(row.id),
                name=f"{row.party_name} {row.number}",
                cells=(*(kind.cell(row, at) for kind in look.kinds), _peek(row)),
                picked=str(row.id) in chosen,
            )
            for row in page.rows
        ),
        empty=_("没有符合条件的案件"),
        foot=(*(_sum(kind, page) for kind in look.kinds), Cell("")) if page.count else (),
        pick="pick",
        pick_form="bulk-form",
        density=look.density,
    )


def _heading(kind: Kind, query: QueryDict | None) -> Column:
    if query is None or not kind.sort:
        return Column(str(kind.name), right=kind.right)
    return sorted_column(str(kind.name), kind.sort, query=query, default="due", right=kind.right)


def _peek(row: CaseRow) -> Cell:
    return Cell(_("速览"), href=reverse("console:brief", args=[row.id]), peek=True, nowrap=True)


def _sum(kind: Kind, page: CasePage) -> Cell:
    match kind.key:
        case "borrower":
            return Cell(_("%(count)s 项合计") % {"count": page.count}, nowrap=True)
        case "due":
            return Cell(str(page.due_sum), right=True)
        case "overdue_days":
            return Cell(_("平均 %(days)s") % {"days": page.days_past_due_mean}, right=True)
    return Cell("")
