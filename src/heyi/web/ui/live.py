"""Live pages: a stream that says «this case changed», and nothing else; the page then fetches what it may see.

One watcher in each process looks at the cases that somebody has open, so a hundred readers cost one small query. The
database that holds the acts is the bus, and processes on any machine see each other's acts; with Redis they are woken
at once instead of looking all the time (``plumbing.wakeups``).
Streams end after five minutes and the browser opens them again, so that revoked rights end soon.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from heyi.capabilities.negotiation import api as negotiation
from heyi.plumbing import clock
from heyi.plumbing.access import BORROWER, STAFF_ROLES, open_to
from heyi.plumbing.wakeups import AsyncDoorbell

log = structlog.get_logger()

LOOK_SECONDS: Final = 0.7
LOOK_WOKEN_SECONDS: Final = 5
"""How often to look while Redis wakes us: for what changed without an act, and for a wake-up that got lost."""
BEAT_SECONDS: Final = 20
LIFE_SECONDS: Final = 300
STREAMS_MOST: Final = 2000


class Watcher:
    """Wakes the readers of a case when its stamp changes."""

    def __init__(self) -> None:
        self._readers: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        return sum(map(len, self._readers.values()))

    def join(self, case_id: UUID) -> asyncio.Event:
        """A bell that rings when the case changes; give it back with ``leave``."""
        bell = asyncio.Event()
        self._readers[case_id].add(bell)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        return bell

    def leave(self, case_id: UUID, bell: asyncio.Event) -> None:
        self._readers[case_id].discard(bell)
        if not self._readers[case_id]:
            del self._readers[case_id]

    async def _watch(self) -> None:
        seen: dict[UUID, str] = {}
        bell = AsyncDoorbell(lambda: [f"case:{case_id}" for case_id in self._readers])
        listening = asyncio.create_task(bell.listen())
        try:
            await self._look(seen, bell)
        finally:
            listening.cancel()

    async def _look(self, seen: dict[UUID, str], bell: AsyncDoorbell) -> None:
        while self._readers:
            stamps = await _stamps_or_none(tuple(self._readers))
            for case_id, stamp in stamps.items():
                if seen.setdefault(case_id, stamp) != stamp:
                    for reader in self._readers.get(case_id, ()):
                        reader.set()
            seen.update(stamps)
            await bell.wait(connected=LOOK_WOKEN_SECONDS, alone=LOOK_SECONDS)


_watcher = Watcher()


@open_to(BORROWER, *STAFF_ROLES, why="whoever may see a case may hear that it changed", quiet=True)
async def case_stream(request: HttpRequest, case_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """Server-sent events; an event carries no data of the case.

    A server for pages would give a whole thread to each reader: there the answer is 204, after which a browser does
    not ask again, and the page polls.
    """
    await _may_see(request, case_id)
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    if _watcher.count >= STREAMS_MOST:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    answer = StreamingHttpResponse(_events(case_id), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    _let_own_pages_read(request, answer)
    return answer


async def _events(case_id: UUID) -> AsyncIterator[bytes]:
    bell = _watcher.join(case_id)
    loop = asyncio.get_running_loop()
    end = loop.time() + LIFE_SECONDS
    try:
        yield b"retry: 3000\n\n"
        while loop.time() < end:
            try:
                await asyncio.wait_for(bell.wait(), BEAT_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            bell.clear()
            yield b"data: changed\n\n"
    finally:
        _watcher.leave(case_id, bell)


@sync_to_async
def _may_see(request: HttpRequest, case_id: UUID) -> None:
    negotiation.progress(case_id=case_id, actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


async def _stamps_or_none(case_ids: tuple[UUID, ...]) -> dict[UUID, str]:
    """Nothing while the database is away; what changed meanwhile rings when it is back."""
    try:
        return await _stamps(case_ids)
    except (OperationalError, InterfaceError):
        log.warning("live.database_away")
        return {}


@sync_to_async
def _stamps(case_ids: tuple[UUID, ...]) -> dict[UUID, str]:
    close_old_connections()
    return negotiation.stamps(case_ids=case_ids)


def _let_own_pages_read(request: HttpRequest, answer: StreamingHttpResponse) -> None:
    """``heyi serve`` streams from the next port of the same host: same site, another origin."""
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).hostname == urlsplit(f"//{request.get_host()}").hostname:
        answer["Access-Control-Allow-Origin"] = origin
        answer["Access-Control-Allow-Credentials"] = "true"
        answer["Vary"] = "Origin"
