"""Two packs compared, and what differs told in both languages: «每日接通上限由 3 次改为 2 次»."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from heyi.capabilities.compliance.domain.rules import BINDING, Both, Pack, Rule, Source
from heyi.capabilities.compliance.domain.strictness import LOOSER, SAME, STRICTER, UNLIKE, Difference, differences

Words = Mapping[str, Mapping[str, Mapping[str, str]]]
"""``packs/schema/words.yaml``: group → key → language → text."""
SPOKEN: Final = ("title", "staff", "borrower", "instead", "source", "confidence", "severity")
LIST: Final = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a new pack does otherwise. ``rule_id`` is empty for the pack as a whole.

    ``binding`` says that the rule is law or an adopted standard; ``same_source`` that it still quotes the same text.
    """

    rule_id: str
    title: Both
    field: str
    effect: str
    says: Both
    binding: str = ""
    same_source: bool = True


def compare(before: Pack, after: Pack, words: Words) -> tuple[Change, ...]:
    """Everything in which ``after`` departs from ``before``, rule by rule in the order of their ids."""
    old, new = {rule.id: rule for rule in before.rules}, {rule.id: rule for rule in after.rules}
    changes = list(_of_pack(before, after, words))
    for rule_id in sorted(old.keys() | new.keys()):
        was, now = old.get(rule_id), new.get(rule_id)
        if was is None and now is not None and now.base_id in old:
            changes += _beside(old[now.base_id], now, now, words)
        elif now is None and was is not None and was.base_id in new:
            changes += _beside(was, new[was.base_id], was, words)
        else:
            changes += _of_rule(was, now, words)
    return tuple(changes)


def loosened_law(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """What loosens binding law while quoting the same text of it: no committee can adopt that."""
    return tuple(one for one in changes if one.binding == "hard" and one.effect in (LOOSER, UNLIKE) and one.same_source)


def _of_pack(before: Pack, after: Pack, words: Words) -> list[Change]:
    changes = []
    if before.needs != after.needs:
        effect = STRICTER if before.needs <= after.needs else LOOSER
        changes.append(_pack_change("needs", effect, sorted(before.needs), sorted(after.needs), words))
    if before.timezone != after.timezone:
        changes.append(_pack_change("timezone", UNLIKE, before.timezone.key, after.timezone.key, words))
    old, new = {one.id: one for one in before.checklists}, {one.id: one for one in after.checklists}
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            field = "new" if key not in old else "gone" if key not in new else "staff"
            title = (new.get(key) or old[key]).title
            changes.append(_checklist_change(key, field, title, words))
    return changes


def _pack_change(field: str, effect: str, before: Any, after: Any, words: Words) -> Change:
    says = _both(words, field, Difference(field, before, after, effect), {})
    return Change("", Both("规则包", "the pack"), field, effect, says, binding="hard" if effect == LOOSER else "")


def _checklist_change(key: str, field: str, title: Both, words: Words) -> Change:
    effect = {"new": STRICTER, "gone": LOOSER}.get(field, SAME)
    phrase = words["phrases"][field]
    says = {language: phrase[language].format(before=text, after=text) for language, text in _each(title)}
    return Change(key, title, field, effect, Both(**says))


def _of_rule(before: Rule | None, after: Rule | None, words: Words) -> list[Change]:
    if before is None or after is None:
        return [_come_or_gone(before, after, words)]
    kept = before.source == after.source
    found = [
        Change(
            after.id,
            after.title,
            one.field,
            one.effect,
            _both(words, _phrase(before, one, words), one, after.parameters),
            binding=before.severity if before.severity in BINDING else "",
            same_source=kept,
        )
        for one in differences(before, after)
    ]
    if before.cases != after.cases:
        counted = Difference("cases", len(before.cases), len(after.cases), SAME)
        found.append(Change(after.id, after.title, "cases", SAME, _both(words, "cases", counted, {})))
    return found


def _beside(before: Rule, after: Rule, shown: Rule, words: Words) -> list[Change]:
    """The bank's stricter form of a rule comes or goes: told as what it changes in the rule that it stands beside."""
    found = [
        Change(
            shown.id, shown.title, one.field, one.effect,
            _both(words, _phrase(before, one, words), one, shown.parameters),
        )
        for one in differences(before, after)
        if one.field not in SPOKEN
    ]  # fmt: skip
    was, now = (None, shown) if shown is after else (shown, None)
    return found or [_come_or_gone(was, now, words)]


def _come_or_gone(before: Rule | None, after: Rule | None, words: Words) -> Change:
    rule, field = (after, "new") if after is not None else (before, "gone")
    assert rule is not None
    phrase = words["phrases"][field]
    says = {language: phrase[language].format(before=text, after=text) for language, text in _each(rule.title)}
    effect = STRICTER if field == "new" else LOOSER
    binding = rule.severity if field == "gone" and rule.severity in BINDING else ""
    return Change(rule.id, rule.title, field, effect, Both(**says), binding=binding)


def _phrase(rule: Rule, one: Difference, words: Words) -> str:
    named = f"{rule.kind}.{one.field}"
    if named in words["phrases"]:
        return named
    return one.field if one.field in words["phrases"] else "parameter"


def _both(words: Words, phrase: str, one: Difference, parameters: Mapping[str, Any]) -> Both:
    told = {}
    for language in ("zh", "en"):
        told[language] = words["phrases"][phrase][language].format(
            field=one.field,
            counts=words["counts"]
            .get(str(parameters.get("counts")), {})
            .get(language, str(parameters.get("counts", ""))),
            before=value_in_words(one.before, language, words),
            after=value_in_words(one.after, language, words),
        )
    return Both(**told)


def value_in_words(value: Any, language: str, words: Words) -> str:
    """A value of a parameter as a person says it: spans as 22:00–08:00, lists joined, known words in their language."""
    if value is None or value == "" or value == () or value == []:
        return words["values"]["none"][language]
    if isinstance(value, bool):
        return words["values"]["true" if value else "false"][language]
    if isinstance(value, Both):
        return value.zh if language == "zh" else value.en
    if isinstance(value, Source | date):
        return str(value)
    if isinstance(value, Mapping):
        return _mapping(value, language, words)
    if isinstance(value, tuple | list | frozenset):
        return LIST[language].join(value_in_words(item, language, words) for item in value)
    text = str(value)
    known = words["values"].get(text) or words["kinds"].get(text) or words["counts"].get(text)
    return known[language] if known else text


def _mapping(value: Mapping[str, Any], language: str, words: Words) -> str:
    if set(value) == {"start", "end"}:
        return f"{value['start']}–{value['end']}"
    parts = (
        f"{value_in_words(key, language, words)} {value_in_words(item, language, words)}" for key, item in value.items()
    )
    return LIST[language].join(parts)


def _each(both: Both) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("zh", both.zh), ("en", both.en)
