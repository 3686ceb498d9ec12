"""A second, naive way to every figure: Decimal, one period after the other, nothing shared with the room's code."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

ROW = tuple[date, int, int, int]  # due date, principal, interest, balance of principal after


def fen(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def dates(first: date, due_day: int, periods: int) -> list[date]:
    found, year, month = [], first.year, first.month
    for _ in range(periods):
        found.append(date(year, month, min(due_day, monthrange(year, month)[1])))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def level(principal: int, annual_rate: Decimal, periods: int) -> int:
    """The textbook annuity, with digits to spare."""
    with localcontext() as context:
        context.prec = 60 + periods
        rate = annual_rate / 12
        if not rate:
            return part(principal, periods)
        return fen(principal * rate / (1 - (1 + rate) ** -periods))


def part(amount: int, parts: int) -> int:
    each = fen(Decimal(amount) / parts)
    return each if each * (parts - 1) < amount else amount // parts


def equal_instalments(principal: int, annual_rate: Decimal, first: date, due_day: int, periods: int) -> list[ROW]:
    with localcontext() as context:
        context.prec = 40
        payment, balance, rows = level(principal, annual_rate, periods), Decimal(principal), []
        for number, due_on in enumerate(dates(first, due_day, periods), start=1):
            interest = (balance * annual_rate / 12).quantize(Decimal(1), rounding=ROUND_HALF_UP)
            back = balance if number == periods else payment - interest
            balance -= back
            rows.append((due_on, int(back), int(interest), int(balance)))
        return rows


def equal_principal(principal: int, annual_rate: Decimal, first: date, due_day: int, periods: int) -> list[ROW]:
    with localcontext() as context:
        context.prec = 40
        each, balance, rows = part(principal, periods), Decimal(principal), []
        for number, due_on in enumerate(dates(first, due_day, periods), start=1):
            interest = (balance * annual_rate / 12).quantize(Decimal(1), rounding=ROUND_HALF_UP)
            back = balance if number == periods else Decimal(each)
            balance -= back
            rows.append((due_on, int(back), int(interest), int(balance)))
        return rows


def stepped(principal: int, annual_rate: Decimal, periods: int, every: int, step: Decimal) -> list[int]:
    """Regular payments of a step-up plan."""
    with localcontext() as context:
        context.prec = 80 + periods
        growth = 1 + annual_rate / 12
        worth = sum((((1 + step) ** (k // every)) / growth ** (k + 1) for k in range(periods)), Decimal(0))
        return [fen(principal / worth * (1 + step) ** (k // every)) for k in range(periods)]
