"""Finds the texts that people read: msgids in Python and templates, and Chinese that escaped the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
OFF = "i18n:off"
"""On a line (as a comment) that may hold Chinese by intent, with the reason beside it."""

PLAIN = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
KNOWN = PLAIN | PLURAL | CONTEXT
TRANSLATION = "django.utils.translation"
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({STRING})(?:\s*,\s*({STRING}))?(?:\s*,\s*({STRING}))?")


@dataclass(frozen=True, slots=True)
class Text:
    """One msgid, with its plural and context where it has them."""

    msgid: str
    plural: str = ""
    context: str = ""


def texts_in(path: Path) -> set[Text]:
    """The msgids of a Python file or a template."""
    source = path.read_text("utf-8")
    return set(python_texts(source) if path.suffix == ".py" else template_texts(source))


def strays_in(path: Path) -> list[str]:
    """Chinese that a reader of English would see: ``line: text``."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    found = python_strays(source) if path.suffix == ".py" else template_strays(source)
    return [f"line {number}: {text}" for number, text in found if OFF not in lines[number - 1]]


def python_texts(source: str) -> Iterator[Text]:
    """Arguments of gettext calls. A call whose text is no literal cannot be translated: ValueError."""
    for name, call in _gettext_calls(ast.parse(source)):
        wanted = 2 if name in PLURAL | CONTEXT else 1
        values = [node.value if isinstance(node, ast.Constant) else None for node in call.args[:wanted]]
        if not all(isinstance(value, str) for value in values):
            raise ValueError(f"line {call.lineno}: {name} needs a literal text")
        first, *rest = [str(value) for value in values]
        if name in PLURAL:
            yield Text(first, plural=rest[0])
        elif name in CONTEXT:
            yield Text(rest[0], context=first)
        else:
            yield Text(first)


def template_texts(source: str) -> Iterator[Text]:
    """Texts of translate and blocktranslate tags and of ``_("…")`` in variables, as Django itself reads them."""
    for call in TEMPLATE_CALL.finditer(templatize(source)):
        values = [ast.literal_eval(part) for part in call.groups()[1:] if part]
        name = call.group(1)
        if name == "gettext" or name == "_":
            yield Text(values[0])
        elif name == "ngettext":
            yield Text(values[0], plural=values[1])
        elif name == "pgettext":
            yield Text(values[1], context=values[0])
        else:
            yield Text(values[1], plural=values[2], context=values[0])


def python_strays(source: str) -> Iterator[tuple[int, str]]:
    """Chinese strings outside gettext calls and docstrings."""
    module = ast.parse(source)
    told = {id(node) for _, call in _gettext_calls(module) for node in ast.walk(call)}
    told |= {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in told:
            continue
        if CJK.search(node.value):
            yield node.lineno, node.value.strip()[:40]


def template_strays(source: str) -> Iterator[tuple[int, str]]:
    """Chinese in the text, in arguments of tags and in variables, outside translate, blocktranslate and comments."""
    inside = ""
    for token in Lexer(source).tokenize():
        word = token.contents.split(maxsplit=1)[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if word in ("blocktranslate", "blocktrans", "comment"):
            inside = word
        elif word == f"end{inside}":
            inside = ""
        elif inside or token.token_type == TokenType.COMMENT or word in ("translate", "trans"):
            continue
        elif CJK.search(re.sub(rf"_\({STRING}\)", "", token.contents)):
            yield _line(token.lineno, token.contents), token.contents.strip()[:40]


def _line(start: int, contents: str) -> int:
    """The line of the first Chinese character of a text that starts on line ``start``."""
    found = CJK.search(contents)
    return start + contents[: found.start()].count("\n") if found else start


def _gettext_calls(module: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a gettext function, with the function's own name whatever the file calls it."""
    aliases = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATION
        for alias in node.names
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and node.args:
            called = _name(node.func)
            name = aliases.get(called, called)
            if name in KNOWN:
                yield name, node


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
