"""An agreement as plain JSON values and back, so that it can be stored sealed and hashed canonically."""

from __future__ import annotations

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from heyi.capabilities.signing.domain.agreement import Agreement
from heyi.kit.canonical import canonical_bytes, digest
from heyi.kit.money import Money


def agreement_bytes(agreement: Agreement) -> bytes:
    """The one byte form of the agreement (kit.canonical): what was shown, word for word."""
    return canonical_bytes(to_plain(agreement))


def agreement_digest(agreement: Agreement) -> str:
    """SHA-256 of the byte form; printed on each page and written to the journal."""
    return digest(agreement_bytes(agreement))


def agreement_from(data: bytes) -> Agreement:
    """The agreement again. Raises KeyError, TypeError or ValueError for bytes of another shape."""
    agreement: Agreement = _from_plain(Agreement, json.loads(data))
    return agreement


def to_plain(value: Any) -> Any:
    """Dataclasses as objects, money as amount and currency, decimals as text.

    A field that was added later has the default None and is left out while it holds it: documents of before keep
    their bytes, and so their digest.
    """
    if is_dataclass(value) and not isinstance(value, type):
        held = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: to_plain(one) for field, one in held if one is not None or field.default is not None}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def _from_plain(kind: Any, value: Any) -> Any:
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        rest = [part for part in typing.get_args(kind) if part is not type(None)]
        return None if value is None else _from_plain(rest[0], value)
    if typing.get_origin(kind) is tuple:
        return tuple(_from_plain(typing.get_args(kind)[0], item) for item in value)
    if kind is Money:
        return Money(value["amount_minor"], value["currency"])
    if isinstance(kind, type) and is_dataclass(kind):
        later = {field.name for field in fields(kind) if field.default is None} - value.keys()
        return kind(
            **{name: _from_plain(part, value[name]) for name, part in _shape(kind).items() if name not in later}
        )
    if kind is date:
        return date.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value


@cache
def _shape(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
