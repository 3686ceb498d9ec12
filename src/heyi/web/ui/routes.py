"""The declaration of every route, whichever way it was written; and the list of all routes, for the role matrix."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver

from heyi.plumbing.access import Access, access_of
from heyi.web.ui.library_routes import LIBRARY_ROUTES

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One address. ``pattern`` is as written in the URL tables, ``name`` with its namespaces.

    ``access`` has one entry per method; the method is ``*`` where the view declares for all.
    """

    pattern: str
    name: str
    view: View
    access: dict[str, Access | None]


def access_for(view: View, match: ResolverMatch | None, method: str) -> Access | None:
    """Who may call ``view`` with ``method``; None when nobody declared it."""
    declared = declarations(view, match.url_name if match else None)
    if method in declared:
        return declared[method]
    return next(iter(declared.values()))


def declarations(view: View, url_name: str | None) -> dict[str, Access | None]:
    """Method → declaration: from the view, from the operations of the API library, or from the table of libraries."""
    found = access_of(view)
    if found is not None:
        return {"*": found}
    operations = _operations(view)
    if operations:
        return {method: access_of(operation.view_func) for operation in operations for method in operation.methods}
    return {"*": LIBRARY_ROUTES.get(url_name or "")}


def all_routes() -> list[Route]:
    """Every address that the router knows."""
    return list(_walk(get_resolver(), prefix="/", namespaces=()))


def _walk(resolver: URLResolver, *, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            name = ":".join((*namespaces, entry.name or ""))
            yield Route(pattern, name, entry.callback, declarations(entry.callback, entry.name))
        else:
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, prefix=pattern, namespaces=inner)


def _operations(view: View) -> list[Any]:
    """The operations behind a view of django-ninja, which wraps one PathView in a closure per address."""
    if not inspect.isfunction(view) or not view.__module__.startswith("ninja."):
        return []
    path_view = inspect.getclosurevars(view).nonlocals.get("self")
    return list(getattr(path_view, "operations", ()))
