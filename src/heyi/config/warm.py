"""What a server process does once before it answers."""

import gc

COLLECT_AFTER = 20_000
"""New objects before the young ones are looked through. A page makes ten thousand that hardly outlive it."""


def settle() -> None:
    """Leave what was loaded out of every later collection of garbage: it stays as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 20)
