"""The two stores of this installation, from ``settings.HEYI.objects_url``.

One address gives two folders or prefixes, ``a`` and ``b``, in it. Two addresses, separated by a blank, give one copy
each: a second disk, a second bucket, or one of each.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from heyi.capabilities.vault.adapters.bucket import BucketStore
from heyi.capabilities.vault.adapters.folder import FolderStore
from heyi.capabilities.vault.ports import Store


def both() -> tuple[Store, Store]:
    """First and second copy."""
    return _both(settings.HEYI.objects_url)


@lru_cache(maxsize=4)
def _both(urls: str) -> tuple[Store, Store]:
    given = urls.split()
    if len(given) == 1:
        given = [_inside(given[0], "a"), _inside(given[0], "b")]
    if len(given) != 2:
        raise ImproperlyConfigured("HEYI_OBJECTS_URL takes one or two addresses; see docs/operations.md")
    return _store(given[0]), _store(given[1])


def _inside(url: str, copy: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{copy}"))


def _store(url: str) -> Store:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        return BucketStore(url)
    raise ImproperlyConfigured(f"HEYI_OBJECTS_URL: unknown scheme {parts.scheme!r}; use file:// or s3://")
