"""Who may call a route: declared on the view by one decorator, read by one guard, listed by one function.

A view without a declaration is answered by nobody (``heyi.web.ui.middleware.AccessGuard``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from heyi.kit.actors import Actor

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = "public"
BORROWER: Final = "borrower"
INTEGRATION: Final = "integration"
AGENCY: Final = "agency"
"""A machine of an agency that collects for the bank: only what was placed with it."""
STAFF: Final = "staff"
"""Any member of staff who is logged in, with or without a role: the pages of one's own account."""
STAFF_ROLES: Final = ("manager", "reviewer", "lead", "compliance", "auditor", "administrator")
AUDIENCES: Final = frozenset({PUBLIC, BORROWER, INTEGRATION, AGENCY, STAFF, *STAFF_ROLES})


@dataclass(frozen=True, slots=True)
class Access:
    """The audience of a route and why, in one line.

    ``quiet`` routes are asked by a page on its own (polling, streams) and do not prolong a session.
    """

    audience: frozenset[str]
    why: str
    quiet: bool = False

    def __post_init__(self) -> None:
        unknown = self.audience - AUDIENCES
        if unknown or not self.audience:
            raise ValueError(f"audience {sorted(unknown) or 'missing'}: use {sorted(AUDIENCES)}")

    @property
    def for_staff(self) -> bool:
        """True when some member of staff may call."""
        return bool(self.audience & {STAFF, *STAFF_ROLES})

    def admits(self, actor: Actor | None) -> bool:
        """True when ``actor`` (None: nobody is logged in) belongs to the audience."""
        if PUBLIC in self.audience:
            return True
        if actor is None:
            return False
        if actor.kind == "staff":
            return STAFF in self.audience or actor.has(*self.audience.intersection(STAFF_ROLES))
        return actor.kind in (BORROWER, INTEGRATION, AGENCY) and actor.kind in self.audience


def open_to(*audience: str, why: str, quiet: bool = False) -> Callable[[View], View]:
    """Declare the audience of a view. The guard lets nobody else in. Raises ValueError for unknown words."""
    access = Access(frozenset(audience), why, quiet)

    def declare(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
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
