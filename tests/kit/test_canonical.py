"""One value, one byte form."""

from datetime import UTC, datetime

import pytest

from heyi.kit.canonical import NotCanonical, canonical_bytes


def test_key_order_and_spacing_do_not_matter() -> None:
    assert canonical_bytes({"b": 1, "a": ["林", None, True]}) == '{"a":["林",null,true],"b":1}'.encode()


@pytest.mark.parametrize("value", [1.5, {"a": {1, 2}}, datetime(2026, 1, 1)])  # noqa: DTZ001 - the missing zone is the point
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes(value)


def test_times_carry_their_zone() -> None:
    assert canonical_bytes(datetime(2026, 1, 1, tzinfo=UTC)) == b'"2026-01-01T00:00:00.000000+00:00"'
