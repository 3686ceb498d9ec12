"""Limitation of one debt: when it starts, what restarts or stops it, when it ends, and why. Pure.

Civil Code of the PRC, articles 188 (three years, twenty at most), 189 (instalments: from the last due day), 192 and 193
(the debtor's defence), 194 (suspension), 195 (interruption), 197 (not by contract), 201 to 203 (how periods count);
Supreme People's Court provisions on limitation (2020), articles 8, 11, 14 and 19; on bank cards (2021), article 3.
Before 2017-10-01 the General Principles of Civil Law gave two years; a period that they had ended stays ended.
Every number stands in ``packs/<jurisdiction>/clocks/limitation.yaml``. Where the law leaves room, the step names its
doubt: counsel decides, and until then the earlier day stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from heyi.capabilities.compliance.domain.calendar import Calendar, CalendarUnknown
from heyi.kit.dates import add_months

INTERRUPTIONS: Final = frozenset({"demand", "card_message", "deduction", "part_payment", "consent", "police_report"})
"""They start the period anew from their own day."""
PROCEEDINGS: Final = frozenset({"suit", "arbitration"})
"""They interrupt, and the period starts anew when the proceedings end."""
RENEWALS: Final = frozenset({"plan_agreed", "acknowledged"})
"""All that binds a debtor whose debt is time-barred already: an agreement to perform, freely and knowingly given."""
DOUBTFUL: Final = frozenset({"message"})
"""They may interrupt; nobody but counsel can say. They change nothing until counsel's answer is written down."""
KINDS: Final = INTERRUPTIONS | PROCEEDINGS | RENEWALS | DOUBTFUL | {"obstacle", "called_due"}
DOUBTS: Final = frozenset({"called_due", "message", "old_law"})
OTHER_STEPS: Final = frozenset(
    {
        *("starts", "proceedings_ended", "obstacle_too_early", "too_late", "early", "called_due_late"),
        *("old_law_ended", "old_law_kept"),
    }
)
"""Steps of the explanation that are not events."""
LASTING: Final = PROCEEDINGS | {"obstacle", "plan_agreed"}
"""Kinds that have an ``until``."""
STATES: Final = frozenset({"not_started", "running", "suspended", "in_proceedings", "barred"})


@dataclass(frozen=True, slots=True)
class LimitationRules:
    """The lengths of the law, and which rule of the pack carries each step."""

    years: int
    long_stop_years: int
    obstacle_window_months: int
    after_obstacle_months: int
    old_years: int
    new_law_on: date
    """From this day on ``years`` holds; a period of ``old_years`` that had ended before it stays ended."""
    rule_of: dict[str, str]


@dataclass(frozen=True, slots=True)
class LimitationEvent:
    """Something that happened to the debt, with its proof.

    ``until`` is the end of proceedings or of an obstacle (None: still going on), or the last due day of a plan.
    """

    id: UUID
    kind: str
    on: date
    until: date | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the explanation: what happened, by which rule, and when the period ended after it.

    ``doubt`` names what counsel has to decide, "" where the law is settled.
    """

    on: date
    what: str
    rule_id: str
    expires_on: date | None
    evidence: str = ""
    counts: bool = True
    doubt: str = ""
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Limitation:
    """Where a debt stands on ``as_of``. ``expires_on`` is the last day on which a claim is in time, None while stopped.

    ``provisional``: the last day may move to a later working day, because the calendar of its year is not published.
    """

    state: str
    as_of: date
    starts_on: date
    expires_on: date | None
    long_stop_on: date
    steps: tuple[Step, ...]
    provisional: bool = False

    @property
    def days_left(self) -> int | None:
        """Days until the last day; negative when it is past; None while the period stands still."""
        return None if self.expires_on is None else (self.expires_on - self.as_of).days

    @property
    def doubts(self) -> tuple[str, ...]:
        """What counsel has to decide before this day is sure, each once, in the order of the steps."""
        return tuple(dict.fromkeys(step.doubt for step in self.steps if step.doubt))


def limitation(
    *, due_on: date, events: Iterable[LimitationEvent], as_of: date, rules: LimitationRules, calendar: Calendar
) -> Limitation:
    """The period of a debt whose last (or only) payment fell due on ``due_on``, as known on ``as_of``.

    Events after ``as_of`` are left out; the order in which the others are given does not matter.
    """
    known = sorted((e for e in events if e.on <= as_of), key=lambda e: (e.on, e.kind, str(e.id)))
    run = _Run(due_on, as_of, rules, calendar, [e for e in known if e.kind == "obstacle"])
    run.begin()
    old = [event for event in known if event.on < rules.new_law_on]
    for event in old:
        run.hear(event)
    run.cross_to_new_law()
    for event in known[len(old) :]:
        run.hear(event)
    return run.result()


class _Run:
    """The period while its events are read in the order of their days."""

    def __init__(
        self, due_on: date, as_of: date, rules: LimitationRules, calendar: Calendar, obstacles: list[LimitationEvent]
    ) -> None:
        self.origin = self.starts_on = due_on
        self.as_of, self.rules, self.calendar, self.obstacles = as_of, rules, calendar, obstacles
        self.open_proceedings: LimitationEvent | None = None
        self.steps: list[Step] = []

    def begin(self) -> None:
        self._note(self.origin, "starts")

    def cross_to_new_law(self) -> None:
        """What the change of 2017-10-01 did to a period that had begun before it."""
        day = self.rules.new_law_on
        if self.as_of < day or self.starts_on >= day or self.open_proceedings is not None:
            return
        what = "old_law_ended" if self._barred_before(day) else "old_law_kept"
        self._note(day, what, doubt="old_law")

    def hear(self, event: LimitationEvent) -> None:
        if event.kind == "obstacle":
            self._obstacle(event)
        elif self._barred_before(event.on) and event.kind not in RENEWALS:
            self._note(event.on, f"too_late.{event.kind}", event, counts=False)
        elif event.kind in DOUBTFUL and event.on >= self.starts_on:
            self._note(event.on, event.kind, event, counts=False, doubt=event.kind)
        elif event.kind in PROCEEDINGS:
            self._proceed(event)
        elif event.kind == "called_due":
            self._call_due(event)
        elif event.kind == "plan_agreed":
            self.origin = max(event.on, event.until or event.on)
            self._restart(self.origin, event)
        elif event.on < self.starts_on and event.kind in INTERRUPTIONS | DOUBTFUL:
            self._note(event.on, f"early.{event.kind}", event, counts=False)
        else:
            self._restart(event.on, event)

    def result(self) -> Limitation:
        expires_on, provisional = self._last_day()
        return Limitation(
            state=self._state(expires_on),
            as_of=self.as_of,
            starts_on=self.starts_on,
            expires_on=expires_on,
            long_stop_on=self._long_stop(),
            steps=tuple(self.steps),
            provisional=provisional,
        )

    def _state(self, expires_on: date | None) -> str:
        if self.open_proceedings is not None:
            return "in_proceedings"
        if expires_on is None:
            return "suspended"
        if self.as_of < self.starts_on:
            return "not_started"
        if self.as_of > expires_on:
            return "barred"
        return "running"

    def _proceed(self, event: LimitationEvent) -> None:
        ended = event.until is not None and event.until <= self.as_of
        if not ended:
            self.open_proceedings = event
        self._note(event.on, event.kind, event)
        if ended and event.until is not None:
            self.starts_on = max(self.starts_on, event.until)
            self._note(event.until, "proceedings_ended", event)

    def _call_due(self, event: LimitationEvent) -> None:
        """The bank called everything due before the last instalment: counted from that day, the earlier reading.

        What is due already cannot be called due once more; a notice that reached the borrower is a demand.
        """
        if event.on >= self.origin:
            self._note(event.on, "called_due_late", event, counts=False)
            return
        if self.starts_on == self.origin:
            self.starts_on = event.on
        self.origin = event.on
        self._note(event.on, "called_due", event, doubt="called_due")

    def _restart(self, day: date, event: LimitationEvent) -> None:
        self.starts_on = max(self.starts_on, day)
        self._note(event.on, event.kind, event)

    def _obstacle(self, event: LimitationEvent) -> None:
        before = self._raw_end(without=event)
        counts = before is None or self._raw_end() != before
        self._note(event.on, "obstacle" if counts else "obstacle_too_early", event, counts=counts)

    def _barred_before(self, day: date) -> bool:
        """Whether the last day, rest days counted, lay before ``day``. An open suit keeps the claim alive."""
        if self.open_proceedings is not None:
            return False
        end, _ = self._last_day()
        return end is not None and end < day

    def _last_day(self) -> tuple[date | None, bool]:
        """The last day after the rule of rest days (article 203), and whether it is still provisional."""
        end = self._raw_end()
        if end is None or self.open_proceedings is not None:
            return None, False
        try:
            return self.calendar.next_working(end), False
        except CalendarUnknown:
            return end, True

    def _raw_end(self, *, without: LimitationEvent | None = None) -> date | None:
        """The end by articles 188, 194 and 202; None while an obstacle stands in the last months."""
        old = self._old_end(without)
        if old is not None and old < self.rules.new_law_on:
            return old
        end = add_months(self.starts_on, 12 * self.rules.years)
        for obstacle in self.obstacles:
            if obstacle is without or not self._touches(obstacle, end):
                continue
            if obstacle.until is None or obstacle.until > self.as_of:
                return None if self.as_of <= self._long_stop() else self._long_stop()
            end = max(end, add_months(obstacle.until, self.rules.after_obstacle_months))
        return min(end, self._long_stop())

    def _old_end(self, without: LimitationEvent | None) -> date | None:
        """The end by the law before 2017-10-01; None if that law did not end the period.

        What an obstacle took of the last months was given back day by day (General Principles of Civil Law, 139).
        """
        end = add_months(self.starts_on, 12 * self.rules.old_years)
        for obstacle in self.obstacles:
            opens = add_months(end, -self.rules.obstacle_window_months)
            began = max(obstacle.on, opens)
            if obstacle is without or began > end or (obstacle.until is not None and obstacle.until < opens):
                continue
            if obstacle.until is None or obstacle.until >= self.rules.new_law_on:
                return None
            end += max(obstacle.until - began, timedelta())
        return end

    def _touches(self, obstacle: LimitationEvent, end: date) -> bool:
        """Only an obstacle within the last months of the period suspends it (article 194)."""
        opens = add_months(end, -self.rules.obstacle_window_months)
        return self.as_of >= opens and obstacle.on <= end and (obstacle.until is None or obstacle.until >= opens)

    def _long_stop(self) -> date:
        return add_months(self.origin, 12 * self.rules.long_stop_years)

    def _note(
        self, on: date, what: str, event: LimitationEvent | None = None, *, counts: bool = True, doubt: str = ""
    ) -> None:
        expires_on, _ = self._last_day()
        rule_id, proof = self.rules.rule_of[what.partition(".")[0]], event.evidence if event else ""
        self.steps.append(Step(on, what, rule_id, expires_on, proof, counts, doubt, event.id if event else None))
