"""The bank with its cast."""

from __future__ import annotations

import pytest

from tests import cast


@pytest.fixture
def people(db: None) -> cast.Cast:
    """Everybody."""
    return cast.build()
