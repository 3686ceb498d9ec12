"""Everything that is plugged together: who hears which event, what runs when, which adapter stands behind a port."""

from __future__ import annotations


def connect() -> None:
    """Called once when the apps are ready. One line a wire."""
