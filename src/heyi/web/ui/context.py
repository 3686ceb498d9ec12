"""What every page's frame needs to know. Counts are looked up only when a template asks for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from heyi.kit.actors import Actor
from heyi.plumbing import clock
from heyi.web.ui import menu
from heyi.web.ui.templatetags.heyi_ui import digits

SIZE_COOKIE = "heyi_size"
ELDER = "elder"


class Shell:
    """The frame of one answer: bank, language, size of text, and the menu of whoever is logged in."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._at = clock.now()  # one instant for all counts of a page, so that they are asked for once
        self.hotline: str = settings.HEYI.bank_hotline
        self.hotline_hours: str = settings.HEYI.bank_hotline_hours
        self.complaints = settings.HEYI.complaints
        self.public_url: str = settings.HEYI.public_url
        self.demo: bool = settings.HEYI.demo
        self.language: str = get_language() or settings.LANGUAGE_CODE
        self.html_language: str = "zh-CN" if self.language.startswith("zh") else self.language
        self.elder: bool = request.COOKIES.get(SIZE_COOKIE) == ELDER
        self.here: str = request.get_full_path()

    @property
    def bank_name(self) -> str:
        """In the reader's language, where the bank has named itself in English."""
        house = settings.HEYI
        name: str = house.bank_name if self.language.startswith("zh") else house.bank_name_en or house.bank_name
        return name

    @property
    def live(self) -> str:
        """Where the live streams come from: the next port of this host, or the same address behind a proxy."""
        port = settings.HEYI.live_port
        if not port:
            return ""
        return (
            f"{self._request.scheme}://{self._request.get_host().rpartition(':')[0] or self._request.get_host()}:{port}"
        )

    @property
    def hotline_digits(self) -> str:
        """The hotline as a ``tel:`` link wants it."""
        return digits(self.hotline)

    @property
    def actor(self) -> Actor | None:
        return getattr(self._request, "actor", None)

    @property
    def at(self) -> datetime:
        return self._at

    @property
    def fragment(self) -> bool:
        """True when htmx asks for a part of a page, such as the body of a drawer."""
        return bool(getattr(self._request, "htmx", False))

    @property
    def drawer(self) -> str:
        """The template that a drawer extends: the bare drawer for htmx, a whole page at its own address."""
        return "ui/drawer.html" if self.fragment else "ui/drawer_page.html"

    def _lines(self, group: menu.Group) -> tuple[menu.Line, ...]:
        return menu.lines(group, actor=self.actor, path=self._request.path, at=self._at)

    @property
    def menu_work(self) -> tuple[menu.Line, ...]:
        return self._lines("work")

    @property
    def menu_business(self) -> tuple[menu.Line, ...]:
        return self._lines("business")

    @property
    def menu_law(self) -> tuple[menu.Line, ...]:
        return self._lines("law")

    @property
    def menu_control(self) -> tuple[menu.Line, ...]:
        return self._lines("control")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``{{ shell.bank_name }}`` and so on in every template."""
    return {"shell": Shell(request)}
