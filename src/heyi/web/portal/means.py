"""What a plan leaves to live on, told so that it helps to decide: the month, the blows it stands, a plain warning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heyi.capabilities.negotiation import api as negotiation
from heyi.capabilities.plans.domain import Affordability
from heyi.web.portal.compare import NAMES, amount
from heyi.web.ui import words

BAR: Final = 680
KINDS: Final = {"bank": "plan", "mine": "you"}


@dataclass(frozen=True, slots=True)
class Budget:
    """What ``portal/budget.html`` shows. ``known`` is False when the income was not told."""

    known: bool
    income: str = ""
    living: str = ""
    debts: str = ""
    free: str = ""
    lines: tuple[dict[str, Any], ...] = ()


def budget(found: negotiation.SideBySide) -> Budget:
    """The household's month under each plan that has one."""
    if found.income_minor is None:
        return Budget(known=False)
    free = found.income_minor - found.living_minor - found.other_debts_minor
    return Budget(
        known=True,
        income=amount(found.income_minor),
        living=amount(found.living_minor),
        debts=amount(found.other_debts_minor) if found.other_debts_minor else "",
        free=amount(free),
        lines=tuple(_line(column, found) for column in found.columns if column.affordability),
    )


def _line(column: negotiation.Column, found: negotiation.SideBySide) -> dict[str, Any]:
    seen: Affordability = column.affordability  # type: ignore[assignment]
    left = (found.income_minor or 0) - found.living_minor - found.other_debts_minor - column.side.monthly_minor
    return {
        "name": NAMES[column.key],
        "left": amount(abs(left)),
        "short": left < 0,
        "bar": _bar(column, found, left),
        "label": (_SHORT if left < 0 else _ENOUGH)
        % {
            "income": amount(found.income_minor or 0),
            "living": amount(found.living_minor + found.other_debts_minor),
            "payment": amount(column.side.monthly_minor),
            "left": amount(abs(left)),
        },
        "verdict": seen.verdict,
        "title": _TITLES[seen.verdict](NAMES[column.key]),
        "shocks": [_shock(shock) for shock in seen.shocks],
        "floor": amount(seen.floor_minor) if seen.floor_lifted else "",
    }


def _bar(column: negotiation.Column, found: negotiation.SideBySide, left: int) -> list[dict[str, Any]]:
    """Parts of the month as widths of one bar; a payment that does not fit ends at its edge."""
    whole = max(found.income_minor or 0, 1)
    parts = [
        (_("生活费和别的债"), found.living_minor + found.other_debts_minor, "cost"),
        (_("还款"), column.side.monthly_minor, KINDS.get(column.key, "plan")),
        *([(_("剩下"), left, "left")] if left > 0 else []),
    ]
    told, at = [], 0
    for name, minor, kind in parts:
        width = min(minor * BAR // whole, BAR - at)
        told.append({"name": name, "text": amount(minor), "kind": kind, "at": at, "width": width})
        at += width
    return told


def _shock(shock: Any) -> dict[str, Any]:
    left = shock.left_minor
    text = _("还剩 %(size)s 元") if left >= 0 else _("差 %(size)s 元")
    return {
        "name": words.word("plans.shock", shock.code),
        "passed": shock.passed,
        "text": text % {"size": amount(abs(left))},
    }


_ENOUGH: Final = gettext_lazy("收入 %(income)s：生活费 %(living)s，还款 %(payment)s，剩下 %(left)s")
_SHORT: Final = gettext_lazy("收入 %(income)s：生活费 %(living)s，还款 %(payment)s，还差 %(left)s")
_TITLES: Final = {
    "sustainable": lambda name: _("%(plan)s：日子够过") % {"plan": name},
    "tight": lambda name: _("%(plan)s：有点紧") % {"plan": name},
    "eats_essentials": lambda name: _("%(plan)s：会动到基本生活费") % {"plan": name},
}
