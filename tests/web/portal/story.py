"""A borrower with a browser that has no script, and how they read what stands on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from heyi.capabilities.contact import sealed
from heyi.capabilities.contact.models import Message
from heyi.capabilities.vault import api as vault
from heyi.plumbing import clock
from tests.cast import Borrower
from tests.web.logins import borrower_login


@dataclass
class Page(HTMLParser):
    """The parts of a page that a reader acts on."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    headings: int = 0
    primary: int = 0
    _skip: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        self.headings += tag == "h1"
        self.primary += "btn--primary" in str(given.get("class") or "")
        self._skip += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        self.text += "" if self._skip else data


class Visitor:
    """One borrower's client. Every page that answers 200 must have one heading and at most one primary button."""

    def __init__(self, borrower: Borrower) -> None:
        self.borrower = borrower
        self.client: Client = borrower_login(borrower.party_id)

    def get(self, name: str, /, *args: Any, **query: str) -> str:
        """The text of the page, after its redirects."""
        return self.read(self.client.get(reverse(f"portal:{name}", args=args), query, follow=True))

    def post(self, name: str, /, *args: Any, **typed: Any) -> str:
        """Send a form; the text of the page that it leads to."""
        return self.read(self.client.post(reverse(f"portal:{name}", args=args), typed, follow=True))

    def read(self, answer: HttpResponse) -> str:
        self.answer = answer
        assert answer.status_code == 200, answer.content.decode()[:2000]
        self.page = Page()
        self.page.feed(answer.content.decode())
        assert self.page.headings == 1, f"{self.page.headings} first headings: {self.at}"
        assert self.page.primary <= 1, f"{self.page.primary} primary buttons: {self.at}"
        return re.sub(r"\s+", " ", self.page.text)

    @property
    def at(self) -> str:
        """Where the last answer came from."""
        return str(self.answer.request["PATH_INFO"])  # type: ignore[attr-defined]


def code_sent(party_id: UUID, template: str) -> str:
    """The code in the latest text of this kind."""
    row = Message.objects.filter(party_id=party_id, template=template).latest("created_at", "id")
    key = vault.subject_key(subject_id=party_id, at=clock.now())
    found = re.search(r"\d{6}", sealed.unseal_wording(key, bytes(row.body_sealed)).text)
    assert found
    return found[0]
