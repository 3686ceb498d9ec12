"""Real-name services: one over HTTP for real use, one local for the demo and for tests.

The HTTP service is trusted for its yes or no; a compromised one could let a wrong identity pass this check, but the
match with the bank's record and the one-time code stand beside it. Requests carry name and ID number over TLS only.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from heyi.capabilities.loans.domain import id_number_fault
from heyi.capabilities.negotiation.domain.problems import RealNameAway
from heyi.capabilities.negotiation.ports import RealName, RealNameVerdict
from heyi.plumbing import clock, ids

TIMEOUT_SECONDS: Final = 5
ANSWERS: Final = {"matched", "mismatched", "unknown"}


class LocalRealName:
    """Answers from the number itself: a sound citizen number matches any name of two characters or more.

    For the demo and for tests. A name that ends in 「假」 does not match, so that both answers can be shown.
    """

    def check(self, *, name: str, id_number: str) -> RealNameVerdict:
        """Never away."""
        if id_number_fault(id_number, today=clock.today()) is not None:
            return RealNameVerdict("unknown", "local", ids.new_token(6))
        fits = len(name) >= 2 and not name.endswith("假")
        return RealNameVerdict("matched" if fits else "mismatched", "local", ids.new_token(6))


class HttpRealName:
    """``POST {name, id_number}`` as JSON; answers ``{"outcome": matched|mismatched|unknown, "reference": …}``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.source = urlsplit(url).hostname or "http"

    def check(self, *, name: str, id_number: str) -> RealNameVerdict:
        """Raises RealNameAway for no answer within five seconds, an error status, or an answer of another form."""
        try:
            answer = httpx.post(self.url, json={"name": name, "id_number": id_number}, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            told: Any = answer.json()
            outcome = told["outcome"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise RealNameAway(source=self.source, why=type(error).__name__) from error
        if outcome not in ANSWERS:
            raise RealNameAway(source=self.source, why="unknown_outcome")
        return RealNameVerdict(outcome, self.source, str(told.get("reference", ""))[:60])


def service(url: str) -> RealName:
    """The service for the setting ``HEYI_REAL_NAME_URL``: ``embedded:`` or an address."""
    return LocalRealName() if url == "embedded:" else HttpRealName(url)
