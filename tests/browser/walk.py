"""Walking the router: every page that a person may open, looked at in Chromium at three widths and in large type.

What takes a POST only, hands over a file or is a part of a page is told apart by asking; what leads on to another page
and what the story does not reach stands in a table with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from django.test import Client
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from heyi.kit.actors import Actor
from heyi.web.ui.routes import Route, all_routes
from tests.browser.checks import HEIGHTS, RULES, WIDTHS, picture
from tests.browser.fixtures import Watch

NARROWEST = 320
"""WCAG 2.2, 1.4.10: nothing scrolls in two directions at this width."""
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.body.querySelectorAll('*')]
    .filter((node) => node.getBoundingClientRect().right > room + 1 && !node.parentElement.closest('.tabs'))
    .slice(0, 3).map((node) => node.outerHTML.slice(0, 110));
  return [document.documentElement.scrollWidth, ...wide];
}"""


@dataclass
class Walk:
    """One person's way through the router. ``faults`` gathers what is wrong, page by page."""

    page: Page
    watch: Watch
    client: Client
    home: str
    actor: Actor | None
    ids: Mapping[str, Any]
    elder: bool = False
    """A page of borrowers or of the public: looked at in large type too."""
    walked: set[str] = field(default_factory=set)
    told: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def go(self, wanted: Callable[[Route], bool]) -> None:
        """Every route that fits ``wanted``, is open to this person and was not walked yet."""
        for route in pages():
            if route.name in self.walked or not wanted(route) or not self._may(route):
                continue
            address = self._address(route)
            if address:
                self._visit(route, address)

    def _may(self, route: Route) -> bool:
        access = route.access.get("*")
        return access is not None and access.admits(self.actor)

    def _address(self, route: Route) -> str:
        names = ARGUMENT.findall(route.pattern)
        special = self.ids.get(route.name, {})
        values = {name: special.get(name, self.ids.get(name)) for name in names}
        if None in values.values():
            self.told[route.name] = f"nothing in the story for {sorted(n for n, v in values.items() if v is None)}"
            return ""
        try:
            return reverse(route.name, kwargs=values) + str(special.get("?", ""))
        except NoReverseMatch:
            self.told[route.name] = "no address"
            return ""

    def _visit(self, route: Route, address: str) -> None:
        answer = self.client.get(address)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 405:
            self._done(route, "POST only")
        elif answer.status_code in (301, 302):
            self.told[route.name] = f"leads on to {answer['Location']}"
        elif answer.status_code != 200:
            self.told[route.name] = f"answers {answer.status_code}"
        elif not kind.startswith("text/html") or answer.headers.get("Content-Disposition"):
            self._done(route, "a file")
        elif b"<html" not in b"".join(answer)[:300]:
            self._done(route, "a part of a page")
        else:
            self._look(route, address)

    def _done(self, route: Route, why: str) -> None:
        self.walked.add(route.name)
        self.told[route.name] = why

    def _look(self, route: Route, address: str) -> None:
        before = len(self.watch.faults)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]})
        self.page.goto(self.home + address, wait_until="load")
        self.page.evaluate(axe_script())
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            self._judge(route, f"{width}", whole=width != 768)
            picture(self.page, f"walk-{route.name.replace(':', '-')}-{width}")
        if self.elder:
            self.page.evaluate("document.documentElement.dataset.size = 'elder'")
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
                self._judge(route, f"{width} elder", whole=width == WIDTHS[0])
            picture(self.page, f"walk-{route.name.replace(':', '-')}-elder")
            self._in_english(route, address)
        self._headed(route)
        self.faults += [f"{route.name}: {fault}" for fault in self.watch.faults[before:]]
        del self.watch.faults[before:]
        self._done(route, "")

    def _in_english(self, route: Route, address: str) -> None:
        """English is longer: the narrowest phone with the largest type shows whether a page has room for it."""
        self.page.context.add_cookies([{"name": "heyi_language", "value": "en", "url": self.home}])
        self.page.set_viewport_size({"width": NARROWEST, "height": HEIGHTS[WIDTHS[0]]})
        self.page.goto(self.home + address, wait_until="load")
        self.page.evaluate("document.documentElement.dataset.size = 'elder'")
        self._judge(route, f"{NARROWEST} elder in English", whole=False)
        picture(self.page, f"walk-{route.name.replace(':', '-')}-english")
        self.page.context.clear_cookies(name="heyi_language")

    def _judge(self, route: Route, where: str, *, whole: bool) -> None:
        wide = self.page.evaluate(WIDE)
        if wide:
            self.faults.append(f"{route.name} at {where} scrolls sideways: {wide}")
        if not whole:
            return
        options = {**RULES, "resultTypes": ["violations"], "iframes": False}
        for found in self.page.evaluate("(o) => axe.run(document, o).then((r) => r.violations)", options):
            nodes = "; ".join(node["html"][:140] for node in found["nodes"][:3])
            self.faults.append(f"{route.name} at {where} {found['id']}: {found['help']} {nodes}")

    def _headed(self, route: Route) -> None:
        told = self.page.evaluate("[document.title.trim(), document.querySelectorAll('h1').length]")
        if not told[0] or told[1] != 1:
            self.faults.append(f"{route.name}: title {told[0]!r}, {told[1]} first headings")


@cache
def axe_script() -> str:
    """The axe of the test library; evaluated in the page, which no content policy forbids to a debugger."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@cache
def pages() -> tuple[Route, ...]:
    """Every route of the faces: not the API, not streams."""
    return tuple(one for one in all_routes() if not one.pattern.startswith(("/api/", "/live/")))


def left_over(walks: Iterable[Walk]) -> dict[str, str]:
    """Routes that no walk looked at, with what was found instead."""
    done: set[str] = set()
    told: dict[str, str] = {}
    for walk in walks:
        done |= walk.walked
        told |= walk.told
    return {one.name: told.get(one.name, "nobody went there") for one in pages() if one.name not in done}
