"""What the frame of a console page says about its reader: the bell, the role, the rules in force."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from heyi.capabilities.compliance import api as compliance
from heyi.capabilities.compliance.domain import BadPack, PackMissing
from heyi.capabilities.staff import api as staff
from heyi.web.console import counts
from heyi.web.ui import words
from heyi.web.ui.context import Shell

register = template.Library()


@register.inclusion_tag("console/bell.html")
def bell(shell: Shell) -> dict[str, Any]:
    """How much is unread, with the way to it."""
    return {"count": counts.bell(shell.actor, shell.at) if shell.actor else 0}


@register.simple_tag
def who(shell: Shell) -> str:
    """``客户经理 · 滨江支行``: the roles and the branch of the reader."""
    if shell.actor is None or shell.actor.id is None:
        return ""
    card = staff.cards(staff_ids=[shell.actor.id])[shell.actor.id]
    roles = _("、").join(words.word("staff.role", role) for role in sorted(shell.actor.roles))
    return " · ".join(part for part in (roles, card.branch_name) if part)


@register.simple_tag
def rules_in_force(shell: Shell) -> str:
    """The version of the rules that the gate follows now; empty when there is none."""
    try:
        return compliance.pack(at=shell.at).version
    except (PackMissing, BadPack):
        return ""
