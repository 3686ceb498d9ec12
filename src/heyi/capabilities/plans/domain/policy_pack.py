"""From the entries of a policy pack to the rules in force on a day. Anything missing or unclear is refused, loudly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final

from heyi.capabilities.plans.domain.affordability import cut_code
from heyi.capabilities.plans.domain.policy import (
    Band,
    Bands,
    LivingFloor,
    Policy,
    ProductLimits,
    ShockRules,
    Tolerance,
)
from heyi.capabilities.plans.domain.problems import BadPack
from heyi.capabilities.plans.domain.terms import COMPONENTS, Method
from heyi.kit.canonical import canonical_bytes, digest

Entry = Mapping[str, Any]

_MUST_SAY: Final = ("id", "kind", "source", "valid_from", "parameters")
_ALWAYS: Final = ("month_without_income", "extra_cost")


def policy_from(name: str, entries: Iterable[Entry], *, on: date) -> Policy:
    """The policy of pack ``name`` in force on a day. Raises BadPack, naming the entry and what is wrong with it.

    Of entries with the same id the latest that is in force counts. Every entry must name its source.
    """
    valid = _in_force(list(entries), on)
    try:
        return _policy(name, valid)
    except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError) as error:
        raise BadPack(pack=name, problem=f"{type(error).__name__}: {error}") from error


def _in_force(entries: list[Entry], on: date) -> list[Entry]:
    latest: dict[str, Entry] = {}
    for entry in entries:
        missing = [word for word in _MUST_SAY if not entry.get(word)]
        if missing or not entry["source"].get("text") or not isinstance(entry["valid_from"], date):
            raise BadPack(entry=str(entry.get("id", "?")), problem="missing", what=missing or ["source.text"])
        known = latest.get(entry["id"])
        if entry["valid_from"] <= on and (known is None or known["valid_from"] < entry["valid_from"]):
            latest[entry["id"]] = entry
    return list(latest.values())


def _policy(name: str, entries: list[Entry]) -> Policy:
    products = [_product(entry) for entry in _all_of(entries, "product")]
    shocks = _shocks(_only(entries, "shocks"))
    return Policy(
        version=_version(name, entries),
        products={limits.product: limits for limits in products},
        bands={limits.product: _bands(_all_of(entries, "band"), limits.product) for limits in products},
        floor=LivingFloor(**_only(entries, "living_floor")),
        shocks=shocks,
        tolerance=Tolerance(**_only(entries, "tolerance")),
        restructured_cap=_share(_only(entries, "restructured_cap")["share"]),
    )


def _version(name: str, entries: list[Entry]) -> str:
    """Name, date of the newest entry, and the first digits of the digest of everything that is in force."""
    told = sorted(
        (
            {"id": entry["id"], "valid_from": entry["valid_from"], "parameters": entry["parameters"]}
            for entry in entries
        ),
        key=lambda entry: str(entry["id"]),
    )
    newest = max(entry["valid_from"] for entry in entries)
    return f"{name}:{newest.isoformat()}:{digest(canonical_bytes(told))[:8]}"


def _all_of(entries: list[Entry], kind: str) -> list[Entry]:
    found = [entry for entry in entries if entry["kind"] == kind]
    if not found:
        raise BadPack(problem="missing", what=[kind])
    return found


def _only(entries: list[Entry], kind: str) -> dict[str, Any]:
    found = _all_of(entries, kind)
    if len(found) > 1:
        raise BadPack(problem="more_than_one", what=[kind])
    return dict(found[0]["parameters"])


def _product(entry: Entry) -> ProductLimits:
    parameters = entry["parameters"]
    return ProductLimits(
        product=parameters["product"],
        max_months=parameters["max_months"],
        max_grace_months=parameters["max_grace_months"],
        min_payment_minor=parameters["min_payment_minor"],
        max_all_in_rate=_share(parameters["max_all_in_rate"]),
        methods=frozenset(Method(method) for method in parameters["methods"]),
        sources=(entry["id"],),
    )


def _bands(entries: list[Entry], product: str) -> Bands:
    ordered = sorted((entry["parameters"] for entry in entries), key=lambda parameters: int(parameters["order"]))
    bands = tuple(_band(parameters, product) for parameters in ordered)
    for lower, higher in pairwise(bands):
        if not _rises(lower, higher):
            raise BadPack(problem="a_higher_level_may_less", what=[lower.level, higher.level, product])
    return Bands(bands)


def _band(parameters: Mapping[str, Any], product: str) -> Band:
    unknown = set(parameters["waiver_share"]) - set(COMPONENTS)
    if unknown:
        raise BadPack(problem="unknown_component", what=sorted(unknown))
    return Band(
        level=parameters["level"],
        approvers=tuple(parameters["approvers"]),
        max_months=parameters["max_months"][product],
        max_months_to_first=parameters["max_months_to_first"],
        max_grace_months=parameters["max_grace_months"],
        rate_cut=_share(parameters["rate_cut"]),
        waiver_share={name: _share(share) for name, share in parameters["waiver_share"].items()},
        settlement_discount=_share(parameters["settlement_discount"]),
    )


def _rises(lower: Band, higher: Band) -> bool:
    shares = all(higher.waiver_share.get(name, 0) >= share for name, share in lower.waiver_share.items())
    return (
        shares
        and higher.max_months >= lower.max_months
        and higher.max_months_to_first >= lower.max_months_to_first
        and higher.max_grace_months >= lower.max_grace_months
        and higher.rate_cut >= lower.rate_cut
        and higher.settlement_discount >= lower.settlement_discount
    )


def _shocks(parameters: dict[str, Any]) -> ShockRules:
    cuts = tuple(_share(cut) for cut in parameters["income_cuts"])
    known = {*_ALWAYS, *(cut_code(cut) for cut in cuts)}
    needed, irregular = frozenset(parameters["needed"]), frozenset(parameters["needed_when_irregular"])
    if not needed | irregular <= known:
        raise BadPack(problem="unknown_shock", what=sorted((needed | irregular) - known))
    return ShockRules(
        cushion_minor=parameters["cushion_minor"],
        income_cuts=cuts,
        extra_cost_minor=parameters["extra_cost_minor"],
        recovery_months=parameters["recovery_months"],
        needed=needed,
        needed_when_irregular=irregular,
    )


def _share(text: str) -> Decimal:
    """A fraction from 0 to 1, written as text so that no float stands in between."""
    if not isinstance(text, str):
        raise TypeError(f"{text!r} must be written in quotes")
    share = Decimal(text)
    if not 0 <= share <= 1:
        raise ValueError(f"{text} is no fraction")
    return share
