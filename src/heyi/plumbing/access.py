"""Who may call a route: declared on the view, held by one decorator, listed by one function."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
BORROWER = "borrower"
STAFF_ROLES = ("manager", "reviewer", "lead", "compliance", "auditor", "administrator")


@dataclass(frozen=True, slots=True)
class Access:
    """The audience of a route: ``public``, ``borrower``, ``integration`` or staff roles; and why, in one line."""

    audience: frozenset[str]
    why: str


def open_to(*audience: str, why: str) -> Callable[[View], View]:
    """Declare the audience of a view. Each surface's guard reads it and lets nobody else in."""

    def declare(view: View) -> View:
        view.access = Access(frozenset(audience), why)  # type: ignore[attr-defined]
        return view

    return declare


def access_of(view: Any) -> Access | None:
    """The declaration of a view, looked for through its wrappers."""
    while view is not None:
        access: Access | None = getattr(view, "access", None)
        if access is not None:
            return access
        view = getattr(view, "__wrapped__", None)
    return None


def declared(inner: View, outer: Callable[..., Any]) -> Callable[..., Any]:
    """``outer`` with the name and declaration of ``inner``, for guards that wrap views."""
    return functools.wraps(inner)(outer)
