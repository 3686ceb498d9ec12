"""Codes → words a person reads. One module a room; each has ``WORDS = {list name: {code: lazy text}}``.

A list is called ``room.list``: ``word("loans.product", "mortgage")``. Problems live in ``PROBLEMS``: error code →
``(what happened and why, what can be done)``, filled in with the facts of the problem by name: ``%(retry_at)s``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import structlog
from django.utils.functional import Promise

Text = str | Promise
Vocabulary = Mapping[str, Text]

log = structlog.get_logger()


def word(vocabulary: str, code: str) -> str:
    """The text for ``code`` in the reader's language; the bare code, logged, when nobody wrote one."""
    text = vocabularies().get(vocabulary, {}).get(str(code))
    if text is None:
        log.warning("words.missing", vocabulary=vocabulary, word=str(code))
        return str(code)
    return str(text)


def choices(vocabulary: str) -> list[tuple[str, Text]]:
    """The list as choices of a form, in its written order."""
    return list(vocabularies()[vocabulary].items())


def problem(code: str, facts: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """What happened, and what to do next, for an error code. Unknown codes get the general words, and are logged."""
    found = problems().get(code)
    if found is None:
        log.warning("words.missing", vocabulary="problems", word=code)
        found = problems()["heyi.problem"]
    told = _Facts(facts or {})
    return str(found[0]) % told, str(found[1]) % told


class _Facts(dict[str, Any]):
    """Facts by name; one that the problem does not carry reads as a dash instead of failing the error page."""

    def __missing__(self, key: str) -> str:
        return "–"


@cache
def vocabularies() -> dict[str, Vocabulary]:
    """Every list of every room."""
    return {
        f"{_room(module)}.{name}": entries
        for module in _modules()
        for name, entries in getattr(module, "WORDS", {}).items()
    }


@cache
def problems() -> dict[str, tuple[Text, Text]]:
    """Words for every error code."""
    return {code: texts for module in _modules() for code, texts in getattr(module, "PROBLEMS", {}).items()}


def _modules() -> list[ModuleType]:
    return [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]


def _room(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]
