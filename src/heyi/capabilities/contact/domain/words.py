"""Templates: words as data. A caller names a template and gives values; it never hands in a finished sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from heyi.capabilities.compliance.domain import Both
from heyi.capabilities.contact.domain.problems import BadWords, LetterIncomplete, ValuesMissing
from heyi.kit.money import Money

Value = str | int | Money | date

HOUSE_VALUES: Final = frozenset(
    {"bank", "hotline", "complaint_phone", "complaint_url", "supervisor", "today", "letter_no", "link"}
)
"""Values that the room fills in by itself; only ``link`` may be given instead (default: the borrower's own page)."""
FORBIDDEN_ZH: Final = ("必须", "立即", "否则", "后果自负", "老赖", "恶意", "最后通牒", "失信")
FORBIDDEN_EN: Final = ("must", "immediately", "or else", "final notice", "defaulter", "deadbeat")
"""Words that no template may use (docs/tone.md): they press, threaten or judge."""
BLOCKS: Final = (
    "holder_and_balance",
    "reason_and_basis",
    "rights_and_duties",
    "how_to",
    "bank_contact",
    "seal",
    "other",
)
"""The parts that a letter may have; CN-CC-69a asks all of them of a collection letter."""
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a letter: what it is, and its text."""

    id: str
    text: Both


@dataclass(frozen=True, slots=True)
class Template:
    """One message or letter. ``discloses_debt`` tells the gate whether a third person may ever see it.

    ``short`` stands for the text in an SMS, where free words of unknown length have no place.
    """

    id: str
    purpose: str
    discloses_debt: bool
    channels: frozenset[str]
    title: Both
    text: Both | None
    short: Both | None
    blocks: tuple[Block, ...]
    example: Mapping[str, str]

    @property
    def needs(self) -> frozenset[str]:
        """The values that a caller has to give."""
        named = {name for both in self.parts for text in (both.zh, both.en) for name in _PLACE.findall(text)}
        return frozenset(named - HOUSE_VALUES)

    @property
    def parts(self) -> tuple[Both, ...]:
        """Every text of the template."""
        whole = (self.title, self.text, self.short, *(block.text for block in self.blocks))
        return tuple(part for part in whole if part is not None)


@dataclass(frozen=True, slots=True)
class Wording:
    """A template with its values in place: plain text for messages, blocks for letters."""

    title: str
    text: str
    blocks: tuple[tuple[str, str], ...]


def parse_templates(file: str, raw: Any) -> tuple[Template, ...]:
    """Templates of one file. Raises BadWords."""
    if not isinstance(raw, list):
        raise BadWords(where=file, problem="a file is a list of templates")
    return tuple(_template(file, item) for item in raw)


def word(template: Template, values: Mapping[str, Value], language: str, *, short: bool = False) -> Wording:
    """Put the values in place. Raises ValuesMissing. Values are text: a brace inside one stays a brace."""
    missing = template.needs - values.keys()
    if missing:
        raise ValuesMissing(template=template.id, missing=sorted(missing))
    spoken = {name: speak(value, language) for name, value in values.items()}
    text = (template.short if short else None) or template.text
    return Wording(
        title=_fill(_pick(template.title, language), spoken),
        text=_fill(_pick(text, language), spoken) if text else "",
        blocks=tuple((block.id, _fill(_pick(block.text, language), spoken)) for block in template.blocks),
    )


def speak(value: Value, language: str) -> str:
    """A value as people read it: dates in the language, money with grouped figures."""
    if isinstance(value, date):
        zh = f"{value.year}年{value.month}月{value.day}日"
        return zh if language == "zh" else f"{value.day} {value:%B} {value.year}"
    return str(value).strip()


def require_blocks(wording: Wording, required: Iterable[str]) -> None:
    """Raise LetterIncomplete when a required part of the letter is missing or empty."""
    present = {name for name, text in wording.blocks if text.strip()}
    missing = [name for name in required if name not in present]
    if missing:
        raise LetterIncomplete(missing=missing)


def require_values(template: Template, values: Mapping[str, Value]) -> None:
    """Raise LetterIncomplete when a value of such a letter is blank: a block that reads «open: yuan» is empty."""
    blank = sorted(name for name in template.needs if not str(values.get(name, "")).strip())
    if blank:
        raise LetterIncomplete(missing=blank)


def forbidden_words(text: str) -> list[str]:
    """The words of ``text`` that must not be sent to anybody."""
    lower = text.lower()
    english = [word for word in FORBIDDEN_EN if re.search(rf"\b{word}\b", lower)]
    return [word for word in FORBIDDEN_ZH if word in text] + english


def _template(file: str, raw: Any) -> Template:
    where = f"{file}:{raw.get('id', '?') if isinstance(raw, Mapping) else '?'}"
    try:
        template = Template(
            id=str(raw["id"]),
            purpose=str(raw["purpose"]),
            discloses_debt=_flag(where, raw["discloses_debt"]),
            channels=frozenset(raw["channels"]),
            title=Both(**raw["title"]),
            text=Both(**raw["text"]) if "text" in raw else None,
            short=Both(**raw["short"]) if "short" in raw else None,
            blocks=tuple(Block(item["id"], Both(item["zh"], item["en"])) for item in raw.get("blocks", ())),
            example=dict(raw["example"]),
        )
    except (KeyError, TypeError) as error:
        raise BadWords(where=where, problem=f"incomplete: {error}") from error
    _check(where, template)
    return template


def _check(where: str, template: Template) -> None:
    if bool(template.text) == bool(template.blocks):
        raise BadWords(where=where, problem="a template has either a text or blocks")
    if (template.blocks and template.channels != {"letter"}) or (template.text and "letter" in template.channels):
        raise BadWords(where=where, problem="blocks are for letters and letters are made of blocks")
    if unknown := {block.id for block in template.blocks} - set(BLOCKS):
        raise BadWords(where=where, problem=f"unknown blocks {sorted(unknown)}")
    if spoken := [word for both in template.parts for text in (both.zh, both.en) for word in forbidden_words(text)]:
        raise BadWords(where=where, problem=f"forbidden words {spoken}")
    if missing := template.needs - template.example.keys():
        raise BadWords(where=where, problem=f"the example lacks {sorted(missing)}")


def _flag(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadWords(where=where, problem="discloses_debt is true or false")
    return value


def _pick(both: Both, language: str) -> str:
    return both.en if language == "en" else both.zh


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)
