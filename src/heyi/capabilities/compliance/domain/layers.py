"""What a bank lays over a pack. Its folder may only be stricter; its committee may also change what is the bank's own.

The law is never rewritten: a stricter form of a binding rule is a rule of its own beside it. So nothing that a bank
writes can open what the law closes, and a verdict names which of the two refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from heyi.capabilities.compliance.domain.rules import BINDING, BadPack, Both, Rule, Source
from heyi.capabilities.compliance.domain.strictness import Difference, looser

ENDING: Final = {"overlay": "/OVERLAY", "bank": "/BANK"}
OWN: Final[Mapping[str, Both]] = {
    "source": Both("本行补充规定", "the bank's own stricter rule"),
    "title": Both("（本行从严）", " (stricter at this bank)"),
    "staff": Both("本行从严执行，以本行的数字为准。", "This bank is stricter: its own figures count."),
    "borrower": Both("本行执行得更严。", "This bank holds itself to a stricter figure."),
}


class NotStricter(BadPack):
    """The bank's layer would loosen a rule. Nothing of it is used."""

    code = "compliance.not_stricter"
    status = 422


def amended(rules: tuple[Rule, ...], entry: Mapping[str, Any], layer: str, where: str) -> tuple[Rule, ...]:
    """The rules after one amendment. Raises NotStricter, BadPack."""
    base = next((rule for rule in rules if rule.id == entry["rule"]), None)
    if base is None:
        raise BadPack(
            where=where, problem=f"the pack has no rule {entry['rule']}", next_step="mend the id, or write a whole rule"
        )
    if layer == "bank" and base.severity not in BINDING:
        return tuple(_own(base, entry) if rule is base else rule for rule in rules)
    if layer == "bank" and base.severity == "adopted" and _only_severity(entry):
        laid_down = replace(base, severity=str(entry["severity"]), origin="bank")
        return tuple(laid_down if rule is base else rule for rule in rules)
    stricter = _stricter(base, entry, layer)
    _compare(base, stricter, where)
    # The bank's form of a binding rule binds as its policy: the law is only the first form.
    own = "policy" if stricter.severity in BINDING else stricter.severity
    return (*rules, replace(stricter, severity=own))


def _own(base: Rule, entry: Mapping[str, Any]) -> Rule:
    """A rule that is the bank's own changes as its committee likes."""
    return replace(base, origin="bank", **_fields(base, entry))


def _only_severity(entry: Mapping[str, Any]) -> bool:
    return set(entry) <= {"rule", "severity", "why"} and entry.get("severity") in ("policy", "advice")


def _stricter(base: Rule, entry: Mapping[str, Any], layer: str) -> Rule:
    """The same rule in the bank's form, standing beside the first."""
    fields = {
        "title": Both(base.title.zh + OWN["title"].zh, base.title.en + OWN["title"].en),
        "staff": Both(f"{base.staff.zh}{OWN['staff'].zh}", f"{base.staff.en} {OWN['staff'].en}"),
        "borrower": Both(f"{base.borrower.zh}{OWN['borrower'].zh}", f"{base.borrower.en} {OWN['borrower'].en}"),
        **_fields(base, entry),
    }
    source = Source(text=f"{OWN['source'].zh}（{OWN['source'].en}）", clause=base.id, rank="POLICY", identifier=base.id)
    return replace(
        base, **{"source": source, **fields}, id=base.id + ENDING[layer], origin=layer, base_id=base.id, cases=()
    )  # fmt: skip


def _fields(base: Rule, entry: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if "parameters" in entry:
        given["parameters"] = _merged(base.parameters, entry["parameters"])
    for name in ("purposes", "channels"):
        if name in entry:
            given[name] = frozenset(entry[name])
    for name in ("title", "staff", "borrower", "instead"):
        if name in entry:
            given[name] = Both(zh=entry[name]["zh"], en=entry[name]["en"])
    for name in ("relaxed_by", "approval"):
        if name in entry:
            given[name] = str(entry[name] or "")
    if "severity" in entry:
        given["severity"] = str(entry["severity"])
    return given


def _merged(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters that are not named stay; a mapping is merged one level deep."""
    merged = dict(base)
    for key, value in given.items():
        old = merged.get(key)
        merged[key] = {**old, **value} if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _compare(base: Rule, stricter: Rule, where: str) -> None:
    faults = looser(base, stricter)
    if faults:
        raise NotStricter(
            where=where,
            rule=base.id,
            field=faults[0].field,
            before=_short(faults[0].before),
            after=_short(faults[0].after),
            problem=_told(faults[0]),
            next_step="a bank's layer may only be stricter; change it or take it out",
        )


def _told(fault: Difference) -> str:
    way = "cannot be compared with" if fault.effect == "unlike" else "is looser than"
    return f"{fault.field} {_short(fault.after)} {way} {_short(fault.before)}"


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_short(item)}" for key, item in sorted(value.items()))
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "–"
    return str(value) or "–"
