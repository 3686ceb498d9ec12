"""Two lines over weeks as plain points of an SVG; the page draws them, and says the same in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 220
LEFT: Final = 34
RIGHT: Final = 560
TOP: Final = 14
BOTTOM: Final = 194
STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid or a name below the axis."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A path, its last point, and what stands beside it."""

    path: str
    x: str
    y: str
    label_y: str
    last: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template needs; all numbers are coordinates in a box of 640 × 220."""

    rows: tuple[Mark, ...]
    columns: tuple[Mark, ...]
    first: Line
    second: Line


def weeks(points: Sequence[tuple[date, int, int]]) -> Chart:
    """Two counts a week, oldest first; at least one week."""
    top = _ceiling(max((max(one, two) for _, one, two in points), default=0))
    first = _line([one for _, one, _ in points], top)
    second = _line([two for _, _, two in points], top)
    return Chart(
        rows=tuple(Mark(_y(top * part // 4, top), str(top * part // 4)) for part in range(5)),
        columns=tuple(
            Mark(_x(place, len(points)), f"{day.month}-{day.day}")
            for place, (day, _, _) in enumerate(points)
            if place % 2 == 0
        ),
        first=first,
        second=_apart(second, first),
    )


def _ceiling(most: int) -> int:
    """The least round number, divisible by four, that is not below ``most``."""
    return next((4 * step for step in STEPS if 4 * step >= most), -(-most // 400) * 400 or 4)


def _line(values: Sequence[int], top: int) -> Line:
    points = [(_x(place, len(values)), _y(value, top)) for place, value in enumerate(values)]
    x, y = points[-1]
    path = "M" + " L".join(f"{at} {up}" for at, up in points)
    return Line(path, x, y, f"{float(y) + 4:.1f}", values[-1])


def _apart(line: Line, other: Line) -> Line:
    """The names of two lines that end close together do not lie on each other."""
    gap = float(line.label_y) - float(other.label_y)
    if abs(gap) >= 14:
        return line
    moved = float(other.label_y) + (14 if gap >= 0 else -14)
    return replace(line, label_y=f"{moved:.1f}")


def _x(place: int, count: int) -> str:
    return f"{LEFT + (RIGHT - LEFT) * place / max(1, count - 1):.1f}"


def _y(value: int, top: int) -> str:
    return f"{BOTTOM - (BOTTOM - TOP) * value / top:.1f}"
