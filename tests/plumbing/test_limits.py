"""Tries are counted together, and a new window starts afresh."""

from datetime import UTC, datetime, timedelta

import pytest

from heyi.plumbing.limits import TooMany, spend

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_sixth_try_is_refused_until_the_window_ends() -> None:
    window = timedelta(minutes=10)
    for left in (4, 3, 2, 1, 0):
        assert spend("code", "a", limit=5, window=window, at=NOW) == left
    with pytest.raises(TooMany) as refusal:
        spend("code", "a", limit=5, window=window, at=NOW)
    assert datetime.fromisoformat(refusal.value.facts["retry_at"]) == NOW + window
    assert spend("code", "b", limit=5, window=window, at=NOW) == 4, "another subject has its own count"
    assert spend("code", "a", limit=5, window=window, at=NOW + window) == 4
