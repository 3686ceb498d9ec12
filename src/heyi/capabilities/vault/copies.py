"""Two copies that watch over each other: written together, compared with a digest, mended from one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from heyi.capabilities.vault import stores
from heyi.capabilities.vault.domain import StoreAway
from heyi.capabilities.vault.ports import Store
from heyi.kit.canonical import digest

PROBE_PATH: Final = "probe"
PROBE: Final = b"heyi"


@dataclass(frozen=True, slots=True)
class Found:
    """The sealed bytes, or None when both copies are bad; and how many copies were mended."""

    sealed: bytes | None
    repaired: int


def write(path: str, sealed: bytes) -> None:
    """Keep both copies. Raises StoreAway, and then at most one copy is left over that no row points to."""
    for store in stores.both():
        store.put(path, sealed)


def read(path: str, sha256: str) -> Found:
    """The first copy when it is as it was written, else the second, which then mends the first where it can.

    A store that is away is no damage: the other one serves. Raises StoreAway when no copy could be judged.
    """
    first, second = stores.both()
    sealed, away = _look(first, path)
    if sealed is not None and digest(sealed) == sha256:
        return Found(sealed, 0)
    other, other_away = _look(second, path)
    if other is None or digest(other) != sha256:
        if nobody := away or other_away:
            raise nobody
        return Found(None, 0)
    return Found(other, 0 if away else _mend(first, path, other))


def compare(path: str, sha256: str) -> Found:
    """Look at both copies and mend a bad one from the good one. Raises StoreAway."""
    places = stores.both()
    contents = [store.get(path) for store in places]
    good = next((each for each in contents if each is not None and digest(each) == sha256), None)
    if good is None:
        return Found(None, 0)
    bad = [store for store, each in zip(places, contents, strict=True) if each != good]
    for store in bad:
        store.put(path, good)
    return Found(good, len(bad))


def remove(path: str) -> None:
    """Take both copies away. Raises StoreAway; then try again: what is gone is no trouble."""
    for store in stores.both():
        store.remove(path)


def probe() -> None:
    """Write a few bytes to both stores and read them back. Raises StoreAway. For the readiness page."""
    for store in stores.both():
        store.put(PROBE_PATH, PROBE)
        if store.get(PROBE_PATH) != PROBE:
            raise StoreAway(store=type(store).__name__, why="reads_other_than_written")


def _look(store: Store, path: str) -> tuple[bytes | None, StoreAway | None]:
    try:
        return store.get(path), None
    except StoreAway as away:
        return None, away


def _mend(store: Store, path: str, good: bytes) -> int:
    """Copies mended: a store that cannot be written to now is left to the scrub."""
    try:
        store.put(path, good)
    except StoreAway:
        return 0
    return 1
