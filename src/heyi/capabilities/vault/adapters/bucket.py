"""An S3 bucket, or another object store that obstore speaks to, as a store.

Trusted: the service's word that an acknowledged object is kept. Credentials come from the usual AWS_* variables.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from heyi.capabilities.vault.domain import StoreAway

if TYPE_CHECKING:
    from obstore.store import S3Config


class BucketStore:
    """Objects in ``s3://bucket/prefix``; ``?endpoint=http://host:port&region=name`` for stores outside AWS."""

    def __init__(self, url: str, *, timeout: timedelta = timedelta(seconds=20)) -> None:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        config: S3Config = {"region": options.get("region", "us-east-1")}
        if endpoint := options.get("endpoint", ""):
            config["endpoint"] = endpoint
        self.store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=config,
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": timeout},
            retry_config={"max_retries": 2, "retry_timeout": timeout},
        )

    def put(self, path: str, data: bytes) -> None:
        try:
            obstore.put(self.store, path, data)
        except (BaseError, OSError) as error:
            raise StoreAway(store="bucket", why=type(error).__name__) from error

    def get(self, path: str) -> bytes | None:
        try:
            return bytes(obstore.get(self.store, path).bytes())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StoreAway(store="bucket", why=type(error).__name__) from error

    def remove(self, path: str) -> None:
        try:
            obstore.delete(self.store, path)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise StoreAway(store="bucket", why=type(error).__name__) from error
