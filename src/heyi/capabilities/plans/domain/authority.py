"""Who may concede what (B8): each concession against the bands, and the plan's weight in the branch's book."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from heyi.capabilities.plans.domain.contracts import CurrentContract
from heyi.capabilities.plans.domain.due_dates import months_waited, whole_months
from heyi.capabilities.plans.domain.policy import Band, Bands
from heyi.capabilities.plans.domain.terms import COMPONENTS, Method, PlanTerms


@dataclass(frozen=True, slots=True)
class Given:
    """One concession of a plan against today's contract.

    ``kind``: months, first_due, grace, rate_cut, settlement_discount or waiver_principal … waiver_costs.
    ``needed`` is the lowest level that may give it (None: nobody may); ``limit`` is that level's limit, or the
    highest level's where nobody may. Values are months, or fractions of one.
    """

    kind: str
    value: Decimal
    needed: str | None
    limit: Decimal


@dataclass(frozen=True, slots=True)
class AuthorityVerdict:
    """The level that must decide (None: beyond every level) and each concession with the level that it needs."""

    level: str | None
    approvers: tuple[str, ...]
    given: tuple[Given, ...]

    @property
    def reasons(self) -> tuple[Given, ...]:
        """The concessions that push the decision to where it is."""
        return tuple(one for one in self.given if one.needed == self.level)


@dataclass(frozen=True, slots=True)
class BookShare:
    """The restructured share of a branch's book before and with this plan, as fractions, against its cap."""

    share_before: Decimal
    share_after: Decimal
    cap: Decimal
    book_minor: int

    @property
    def over_cap(self) -> bool:
        return self.share_after > self.cap


def authority(terms: PlanTerms, bands: Bands, *, contract: CurrentContract) -> AuthorityVerdict:
    """The lowest level whose limits hold every concession of ``terms``. A value at the limit is within it."""
    given = tuple(_place(kind, value, bands) for kind, value in _concessions(terms, contract))
    if any(one.needed is None for one in given):
        return AuthorityVerdict(level=None, approvers=(), given=given)
    level = max((bands.rank(one.needed) for one in given if one.needed), default=0)
    band = bands.levels[level]
    return AuthorityVerdict(level=band.level, approvers=band.approvers, given=given)


def _concessions(terms: PlanTerms, contract: CurrentContract) -> list[tuple[str, Decimal]]:
    free_dates = terms.method is Method.CUSTOM
    told = [("months", Decimal(months_waited(terms) if free_dates else terms.periods))]
    delay = whole_months(terms.start_on, terms.first_due_on)
    if delay:
        told.append(("first_due", Decimal(delay)))
    if terms.grace_periods:
        told.append(("grace", Decimal(terms.grace_periods)))
    if terms.annual_rate < contract.annual_rate and terms.method is not Method.LUMP_SUM_SETTLEMENT:
        told.append(("rate_cut", contract.annual_rate - terms.annual_rate))
    forgiven = terms.forgiven
    for name in COMPONENTS:
        if forgiven.of(name):
            settled = name == "principal" and terms.method is Method.LUMP_SUM_SETTLEMENT
            kind = "settlement_discount" if settled else f"waiver_{name}"
            told.append((kind, Decimal(forgiven.of(name)) / terms.balance.of(name)))
    return told


def _place(kind: str, value: Decimal, bands: Bands) -> Given:
    for band in bands.levels:
        if value <= limit_of(band, kind):
            return Given(kind=kind, value=value, needed=band.level, limit=limit_of(band, kind))
    return Given(kind=kind, value=value, needed=None, limit=limit_of(bands.levels[-1], kind))


def limit_of(band: Band, kind: str) -> Decimal:
    """The band's limit for one kind of concession."""
    if kind == "months":
        return Decimal(band.max_months)
    if kind == "first_due":
        return Decimal(band.max_months_to_first)
    if kind == "grace":
        return Decimal(band.max_grace_months)
    if kind == "rate_cut":
        return band.rate_cut
    if kind == "settlement_discount":
        return band.settlement_discount
    return band.waiver_share.get(kind.removeprefix("waiver_"), Decimal(0))


def may_decide(verdict: AuthorityVerdict, bands: Bands, roles: frozenset[str]) -> bool:
    """True when somebody with these roles may approve the plan alone."""
    own = bands.level_of(roles)
    return verdict.level is not None and own is not None and bands.rank(own) >= bands.rank(verdict.level)


def book_share(*, book_minor: int, restructured_minor: int, plan_minor: int, cap: Decimal) -> BookShare:
    """Shares with six decimals. An empty book counts as full: the cap must not open where nothing is known."""
    if book_minor <= 0:
        return BookShare(share_before=Decimal(1), share_after=Decimal(1), cap=cap, book_minor=0)
    digits = Decimal("0.000001")
    return BookShare(
        share_before=(Decimal(restructured_minor) / book_minor).quantize(digits),
        share_after=(Decimal(restructured_minor + plan_minor) / book_minor).quantize(digits),
        cap=cap,
        book_minor=book_minor,
    )
