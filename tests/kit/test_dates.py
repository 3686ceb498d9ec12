"""Due days of short months."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from heyi.kit.dates import add_months


def test_a_due_day_of_31_uses_the_last_day_and_comes_back() -> None:
    start = date(2027, 1, 31)
    assert [add_months(start, n) for n in (1, 2, 3)] == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert add_months(start, 13) == date(2028, 2, 29)


@given(start=st.dates(date(2000, 1, 1), date(2080, 12, 31)), months=st.integers(0, 600))
def test_months_are_exact_whatever_the_day(start: date, months: int) -> None:
    later = add_months(start, months)
    assert (later.year - start.year) * 12 + later.month - start.month == months
    assert later.day <= start.day
