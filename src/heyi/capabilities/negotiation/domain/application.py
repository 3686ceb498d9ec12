"""The application: its steps, their fields, and what makes an answer usable. One table serves portal, API and checks.

Values come as people type them (text) or as JSON gives them (numbers, booleans, lists). ``read_step`` turns them into
clean plain values: money in minor units, dates as ISO text, choices as codes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from heyi.capabilities.negotiation.domain.policy import Policy

Kind = Literal[
    "text",
    "story",
    "choice",
    "choices",
    "money",
    "whole",
    "day",
    "month",
    "yes",
    "mobile",
    "email",
    "id_number",
    "clock",
]
Value = str | int | bool | list[str] | None

MAX_MINOR: Final = 10**15


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``options`` names a list of the policy; ``least``/``most`` bound numbers and lengths."""

    name: str
    kind: Kind
    required: bool = False
    options: str = ""
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class FormStep:
    """One page or a few short ones; the surface may ask each field on a page of its own."""

    key: str
    fields: tuple[Field, ...]
    optional: bool = False


FORM: Final[tuple[FormStep, ...]] = (
    FormStep(
        "who",
        (
            Field("name", "text", required=True, most=60),
            Field("id_number", "id_number", required=True),
            Field("acting_as", "choice", options="acting_as"),
            Field("company_role", "text", most=60),
        ),
    ),
    FormStep(
        "contact",
        (
            Field("mobile", "mobile", required=True),
            Field("email", "email"),
            Field("channel", "choice", options="channels"),
            Field("reach_from", "clock"),
            Field("reach_until", "clock"),
        ),
    ),
    FormStep(
        "wanted",
        (
            Field("wishes", "choices", required=True, options="wishes"),
            Field("monthly", "money"),
            Field("first_due_on", "day"),
            Field("periods", "whole", least=1, most=600),
            Field("lump_sum", "money"),
            Field("words", "story"),
        ),
    ),
    FormStep(
        "happened",
        (
            Field("reasons", "choices", required=True, options="reasons"),
            Field("since", "month"),
            Field("words", "story"),
            Field("sensitive_consent", "yes"),
            Field("sensitive_words", "story"),
        ),
    ),
    FormStep(
        "income",
        (
            Field("band", "choice", options="income_bands"),
            Field("monthly", "money"),
            Field("other_monthly", "money"),
        ),
    ),
    FormStep(
        "living",
        (
            Field("costs_monthly", "money", required=True),
            Field("dependants", "whole", most=20),
            Field("housing_monthly", "money"),
        ),
    ),
    FormStep(
        "debts",
        (
            Field("other_debts_monthly", "money"),
            Field("other_debts_count", "whole", most=99),
        ),
        optional=True,
    ),
    FormStep("proofs", (Field("later", "yes"),), optional=True),
    FormStep("truth", (Field("agreed", "yes", required=True), Field("statement", "text", required=True, most=40))),
)
STEP_KEYS: Final = tuple(step.key for step in FORM)
SENSITIVE_FIELDS: Final = ("sensitive_words",)
_FIXED: Final = {
    "acting_as": frozenset({"self", "legal_representative", "authorised"}),
    "channels": frozenset({"portal", "sms", "phone", "email"}),
}


class BadValue(ValueError):
    """``code`` says what is wrong with one value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def form_step(key: str) -> FormStep:
    """The step with this key. KeyError for an unknown one."""
    return next(step for step in FORM if step.key == key) if key in STEP_KEYS else _unknown(key)


def _unknown(key: str) -> FormStep:
    raise KeyError(key)


def choices(field: Field, policy: Policy) -> frozenset[str]:
    """The codes that a choice field takes."""
    return _FIXED[field.options] if field.options in _FIXED else policy.keys(field.options)


def read_step(
    key: str, given: Mapping[str, object], policy: Policy, *, today: date
) -> tuple[dict[str, Value], dict[str, str]]:
    """(clean values, errors). Unknown fields are errors; an empty required field is an error with code ``required``."""
    step = form_step(key)
    clean: dict[str, Value] = {}
    wrong: dict[str, str] = {name: "unknown_field" for name in given if name not in {f.name for f in step.fields}}
    for field in step.fields:
        try:
            value = _read(field, given.get(field.name), policy, today)
        except BadValue as error:
            wrong[field.name] = error.code
            continue
        if value in (None, "", []) or (field.kind == "yes" and field.required and value is False):
            if field.required:
                wrong[field.name] = "required"
            continue
        clean[field.name] = value
    if not wrong:
        wrong.update(_together(key, clean, policy))
    return clean, wrong


def _together(key: str, clean: Mapping[str, Value], policy: Policy) -> dict[str, str]:
    """Errors that lie between fields."""
    if key == "income" and not ("band" in clean or "monthly" in clean):
        return {"band": "required"}
    if key == "happened" and clean.get("sensitive_words") and not clean.get("sensitive_consent"):
        return {"sensitive_consent": "consent_first"}
    if key == "truth" and clean.get("statement") not in (None, policy.truth_statement.key):
        return {"statement": "old_statement"}
    if key == "contact" and str(clean.get("reach_from", "")) > str(clean.get("reach_until", "99")):
        return {"reach_until": "before_start"}
    return {}


def _read(field: Field, raw: object, policy: Policy, today: date) -> Value:
    if raw is None or raw == "":
        return None
    if field.kind in ("choice", "choices"):
        return _choice(field, raw, choices(field, policy))
    if field.kind == "whole":
        return _whole(raw, field.least, field.most)
    if field.kind == "story":
        return _text(raw, policy.limits.story_chars)
    if field.kind == "text":
        return _text(raw, field.most)
    if field.kind in ("day", "month"):
        return _day(raw, whole_day=field.kind == "day", today=today)
    return _PLAIN[field.kind](raw)


def _choice(field: Field, raw: object, allowed: frozenset[str]) -> Value:
    many = list(raw) if isinstance(raw, list | tuple) else [raw]
    picked = [str(item) for item in many if item not in ("", None)]
    if not allowed.issuperset(picked):
        raise BadValue("unknown_choice")
    if field.kind == "choices":
        return sorted(set(picked))
    if len(picked) > 1:
        raise BadValue("one_only")
    return picked[0] if picked else None


def _text(raw: object, most: int) -> str:
    text = str(raw).strip()
    if len(text) > most:
        raise BadValue("too_long")
    return text


def _money(raw: object) -> int:
    """Yuan as typed (``6,800``, ``６８００``, ``1.2万``) or a JSON number, to fen; no third decimal."""
    text = unicodedata.normalize("NFKC", str(raw)).strip().removesuffix("元").replace(",", "").replace(" ", "")
    factor = 1
    if text.endswith("万"):
        text, factor = text[:-1], 10_000
    try:
        minor = Decimal(text) * factor * 100
    except InvalidOperation:
        raise BadValue("not_an_amount") from None
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise BadValue("not_an_amount")
    if not 0 <= minor <= MAX_MINOR:
        raise BadValue("out_of_range")
    return int(minor)


def _whole(raw: object, least: int, most: int) -> int:
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    if not re.fullmatch(r"\d{1,6}", text):
        raise BadValue("not_a_number")
    if not least <= int(text) <= most:
        raise BadValue("out_of_range")
    return int(text)


def _day(raw: object, *, whole_day: bool, today: date) -> str:
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月]?(\d{1,2})?日?)?", text)
    if not found or (whole_day and not found[3]):
        raise BadValue("not_a_date")
    try:
        day = date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        raise BadValue("not_a_date") from None
    if whole_day and day <= today:
        raise BadValue("not_in_future")
    if not whole_day and (day.year, day.month) > (today.year, today.month):
        raise BadValue("in_future")
    return day.isoformat() if whole_day else f"{day:%Y-%m}"


def _yes(raw: object) -> bool:
    return raw is True or str(raw).lower() in ("true", "1", "on", "yes")


def _matching(pattern: str, code: str) -> Callable[[object], str]:
    def read(raw: object) -> str:
        text = unicodedata.normalize("NFKC", str(raw)).strip().replace(" ", "").replace("-", "").upper()
        if not re.fullmatch(pattern, text):
            raise BadValue(code)
        return text

    return read


def _email(raw: object) -> str:
    text = str(raw).strip()
    if len(text) > 120 or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise BadValue("not_an_email")
    return text


def _clock(raw: object) -> str:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", str(raw).strip())
    if not found or int(found[2]) > 59 or (int(found[1]), int(found[2])) > (24, 0):
        raise BadValue("not_a_time")
    return f"{int(found[1]):02d}:{found[2]}"


_PLAIN: Final[dict[str, Callable[[object], Value]]] = {
    "money": _money,
    "yes": _yes,
    "mobile": _matching(r"(?:\+?86)?(1[3-9]\d{9})", "not_a_mobile"),
    "email": _email,
    "id_number": _matching(r"\d{17}[\dX]|[0-9A-HJ-NP-RTUW-Y]{18}", "not_an_id_number"),
    "clock": _clock,
}


def missing_steps(
    answers: Mapping[str, Mapping[str, Value]], policy: Policy, *, today: date
) -> dict[str, dict[str, str]]:
    """Step → {field: code} for everything that still keeps the application from being handed in."""
    wrong: dict[str, dict[str, str]] = {}
    for step in FORM:
        given = answers.get(step.key)
        if given is None:
            if not step.optional:
                wrong[step.key] = {f.name: "required" for f in step.fields if f.required} or {"": "required"}
            continue
        errors = read_step(step.key, _as_typed(step, given), policy, today=today)[1]
        if errors:
            wrong[step.key] = errors
    return wrong


def _as_typed(step: FormStep, clean: Mapping[str, Value]) -> dict[str, object]:
    """Clean values in the form that ``read_step`` reads: money back in yuan."""
    kinds = {field.name: field.kind for field in step.fields}
    return {
        name: Decimal(int(value)).scaleb(-2) if kinds[name] == "money" and isinstance(value, int) else value
        for name, value in clean.items()
        if name in kinds
    }


_BAND_MIDDLE: Final = {"below_3000": 200000, "3000_5000": 400000, "5000_7000": 600000, "above_7000": 800000, "none": 0}


def income_minor(answers: Mapping[str, Mapping[str, Value]]) -> int | None:
    """Monthly income: the figure given, else the middle of the band; None when nobody can say."""
    income = answers.get("income", {})
    other = income.get("other_monthly") or 0
    base = income.get("monthly")
    if base is None:
        base = _BAND_MIDDLE.get(str(income.get("band")))
    return None if base is None else int(base) + int(other)  # type: ignore[arg-type]  # read_step made them ints


def amount(answers: Mapping[str, Mapping[str, Value]], step: str, field: str) -> int:
    """An amount in minor units, 0 when it was not given."""
    value = answers.get(step, {}).get(field)
    return value if isinstance(value, int) else 0


def chosen(answers: Mapping[str, Mapping[str, Value]], step: str, field: str) -> frozenset[str]:
    """The codes chosen in a list field."""
    value = answers.get(step, {}).get(field)
    return frozenset(value) if isinstance(value, list) else frozenset()
