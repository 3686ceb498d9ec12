"""Named errors that cross doors: a stable code and facts. The surface chooses words and status."""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """Something was refused or is impossible. Subclasses set ``code`` and keep facts as keyword arguments.

    ``code`` is stable, dotted and documented in ``docs/errors.md``: ``plans.term_too_long``.
    ``status`` is the HTTP status that an API answers with. ``facts`` hold plain values and never personal data.
    """

    code: ClassVar[str] = "heyi.problem"
    status: ClassVar[int] = 409

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}: {told}" if told else self.code


class NotFound(Problem):
    """No such thing, or not yours: the answer is the same for both."""

    code = "heyi.not_found"
    status = 404


class NotAllowed(Problem):
    """This actor may not do this act."""

    code = "heyi.not_allowed"
    status = 403


class Invalid(Problem):
    """The input cannot be used as it is. ``facts['fields']`` maps field → code."""

    code = "heyi.invalid"
    status = 422


class Conflict(Problem):
    """Somebody else acted first. Load again and decide anew."""

    code = "heyi.conflict"
    status = 409


class Unavailable(Problem):
    """A component is away. Nothing was done; try again or wait: queued work goes on by itself."""

    code = "heyi.unavailable"
    status = 503
