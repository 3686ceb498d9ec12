"""Labels of the journal (``staff:018f…``) as names that a colleague knows."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heyi.capabilities.staff import api as staff
from heyi.web.ui import words


def of_branches() -> dict[str, str]:
    """The names of the branches by their codes."""
    return {branch.code: branch.name for branch in staff.branches()}


def of_labels(labels: Iterable[str]) -> dict[str, str]:
    """Label → name; a borrower is never named here, only said to be one."""
    wanted = set(labels)
    ids = {label: _staff_id(label) for label in wanted}
    members = staff.member_names(staff_ids=[one for one in ids.values() if one])
    told = {}
    for label in wanted:
        member_id = ids[label]
        kind = label.partition(":")[0]
        told[label] = members.get(member_id, label) if member_id else words.word("staff.actor", kind)
    return told


def _staff_id(label: str) -> UUID | None:
    kind, _colon, text = label.partition(":")
    try:
        return UUID(text) if kind == "staff" else None
    except ValueError:
        return None
