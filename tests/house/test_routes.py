"""Every address says who may call it, and why: a view without a declaration is answered by nobody."""

from __future__ import annotations

from heyi.plumbing.access import Access
from heyi.web.ui.routes import Route, all_routes

FACES = ("portal:", "console:", "ui:")
"""The API's library names its addresses itself."""


def undeclared(routes: list[Route]) -> list[str]:
    """Addresses where some method has no declaration, or a declaration without a reason."""
    return [
        f"{route.pattern} {method}: {'not declared' if access is None else 'no reason'}"
        for route in routes
        for method, access in route.access.items()
        if access is None or not access.why.strip()
    ]


def test_every_route_is_declared() -> None:
    assert undeclared(all_routes()) == []


def test_the_router_is_read() -> None:
    assert {"/ui/watermark.svg", "/ui/language/"} <= {route.pattern for route in all_routes()}


def test_an_undeclared_route_is_found() -> None:
    views = {"*": None, "GET": Access(frozenset({"public"}), " ")}
    assert undeclared([Route("/x/", "x", lambda: None, views)]) == ["/x/ *: not declared", "/x/ GET: no reason"]


def shared_names(routes: list[Route]) -> dict[str, set[str]]:
    """Names that lead to several addresses: which one a link means would depend on what it fills in."""
    addresses: dict[str, set[str]] = {}
    for route in routes:
        if route.name.startswith(FACES):
            addresses.setdefault(route.name, set()).add(route.pattern)
    return {name: several for name, several in addresses.items() if len(several) > 1}


def test_a_name_leads_to_one_address() -> None:
    assert shared_names(all_routes()) == {}


def test_a_name_used_twice_is_found() -> None:
    twice = [Route(pattern, "portal:x", lambda: None, {}) for pattern in ("/x/", "/y/")]
    assert shared_names(twice) == {"portal:x": {"/x/", "/y/"}}
