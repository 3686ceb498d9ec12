"""Wake-ups between processes: «look again», and nothing else. The database stays the truth.

With ``REDIS_URL`` a wake-up is published after the commit, and whoever waits looks at once. Without Redis, or while it
is away, everybody looks at the database at short intervals as before: nothing is lost, it only takes a moment longer.

Trusted: nothing. A message is a keyed digest of what changed, so that Redis and whoever reads along learn neither ids
nor persons; a forged or repeated message makes somebody look once more. See docs/decisions/0009-wake-ups.md.
"""

from __future__ import annotations

import asyncio
import hmac
import threading
import time
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Final

import redis
import redis.asyncio
import structlog
from django.conf import settings
from django.db import transaction

from heyi.plumbing.master_key import derived

log = structlog.get_logger()

CHANNEL: Final = "heyi:wake-ups"
OUTBOX: Final = "outbox"
PATIENCE_SECONDS: Final = 0.3
"""How long an act that is done may wait for Redis."""
PAUSE_SECONDS: Final = 5
"""How long nobody asks a Redis that did not answer."""

_quiet_until: list[float] = [0.0]


def topic(name: str) -> str:
    """What is published for ``name``: 128 bits that say nothing to others."""
    return hmac.digest(derived("wake-ups"), name.encode(), "sha256")[:16].hex()


def ring(name: str) -> None:
    """Wake whoever waits for ``name``, once the caller's transaction has committed."""
    if settings.HEYI.redis_url:
        transaction.on_commit(lambda: _publish(name))


def _publish(name: str) -> None:
    if time.monotonic() < _quiet_until[0]:
        return
    try:
        _client(settings.HEYI.redis_url).publish(CHANNEL, topic(name))
    except (redis.RedisError, OSError) as error:
        _quiet_until[0] = time.monotonic() + PAUSE_SECONDS
        log.warning("wakeups.away", error=type(error).__name__)


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS)


class Doorbell:
    """For a process that waits in a thread of its own: ``wait`` returns early when ``name`` is rung."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rung = threading.Event()
        if settings.HEYI.redis_url:
            threading.Thread(target=self._listen, name="wake-ups", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Until rung, at most ``seconds``."""
        self._rung.wait(seconds)
        self._rung.clear()

    def _listen(self) -> None:
        wanted = topic(self._name).encode()
        while True:
            try:
                client = redis.Redis.from_url(settings.HEYI.redis_url, socket_connect_timeout=2)
                with client.pubsub() as heard:  # type: ignore[no-untyped-call]  # the library's own
                    heard.subscribe(CHANNEL)
                    for message in heard.listen():
                        if message["data"] == wanted:
                            self._rung.set()
            except (redis.RedisError, OSError) as error:
                log.warning("wakeups.away", error=type(error).__name__)
                time.sleep(PAUSE_SECONDS)


class AsyncDoorbell:
    """The same on an event loop, for many names that come and go. Run ``listen`` as a task beside ``wait``."""

    def __init__(self, wanted: Callable[[], Collection[str]]) -> None:
        self._wanted = wanted
        self._rung = asyncio.Event()
        self.connected = False

    async def wait(self, *, connected: float, alone: float) -> None:
        """Until rung; at most ``connected`` seconds while Redis listens for us, else ``alone``."""
        try:
            await asyncio.wait_for(self._rung.wait(), connected if self.connected else alone)
        except TimeoutError:
            return
        finally:
            self._rung.clear()

    async def listen(self) -> None:
        """For as long as the task lives; comes back by itself when Redis does."""
        while settings.HEYI.redis_url:
            try:
                await self._hear()
            except (redis.RedisError, OSError) as error:
                log.warning("wakeups.away", error=type(error).__name__)
            finally:
                self.connected = False
            await asyncio.sleep(PAUSE_SECONDS)

    async def _hear(self) -> None:
        client = redis.asyncio.Redis.from_url(settings.HEYI.redis_url, socket_connect_timeout=2)
        async with client, client.pubsub() as heard:
            await heard.subscribe(CHANNEL)
            self.connected = True
            self._rung.set()  # what happened before we listened
            while True:
                message = await heard.get_message(ignore_subscribe_messages=True, timeout=PAUSE_SECONDS)
                if message and message["data"] in {topic(name).encode() for name in self._wanted()}:
                    self._rung.set()
