"""One attempt at a job: what it says about itself, how it is stopped, and the threads that its work runs in."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import structlog
from bregma_kit.db import Database
from bregma_kit.errors import Unavailable
from bregma_kit.objects import ObjectStore
from bregma_kit.settings import Settings

from bregma_compression.work import store
from bregma_compression.work.domain import STEPS, progress_of

log = structlog.get_logger("compression")
TOLD_EVERY = 1.0
"""Seconds between two words about how far it is."""

_T = TypeVar("_T")


class Stopped(Exception):
    """Somebody cancelled the job, took it over, or ends this process."""


@dataclass(slots=True)
class Attempt:
    """An attempt under way. Threads call ``advance``, which ends them when the attempt is not wanted any more."""

    database: Database
    job: UUID
    number: int
    sent: list[dict[str, str]] = field(default_factory=list)
    """Bucket and key of what it sends."""
    _step: str = next(iter(STEPS))
    _total: int = 0
    _done: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def begin(self, step: str, total: int) -> None:
        """Begin a step of so many bytes."""
        self._step, self._total, self._done = step, total, 0
        self.check()

    def advance(self, count: int) -> None:
        """Say that so many bytes are done; raises Stopped."""
        self._done += count
        self.check()

    def check(self) -> None:
        """Raise Stopped if this attempt does not count any more."""
        if self._stop.is_set():
            raise Stopped

    def stop(self) -> None:
        """Let the work end at its next chunk."""
        self._stop.set()

    async def in_thread(self, work: Callable[..., _T], *args: Any, **more: Any) -> _T:
        """Run blocking work; when this process must end, it is stopped and waited for, for it writes to our folder."""
        task = asyncio.create_task(asyncio.to_thread(work, *args, **more))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self.stop()
            await asyncio.wait([task])
            raise

    async def tell(self) -> None:
        """Write how far it is; learn whether it still counts."""
        progress = progress_of(self._step, self._done / self._total if self._total else 0)
        async with self.database.write() as tx:
            if not await store.tell(tx, self.job, self.number, self._step, progress):
                log.info("attempt_stopped", job=str(self.job), attempt=self.number)
                self.stop()

    @asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Tell again and again while the block runs."""
        teller = asyncio.create_task(self._tell_on())
        try:
            yield
        finally:
            teller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await teller

    async def _tell_on(self) -> None:
        while not self._stop.is_set():
            try:
                await self.tell()
            except (Unavailable, OSError, asyncpg.PostgresError) as error:
                # the work itself needs the database at its end only; the next word may get through
                log.warning("progress_not_told", job=str(self.job), error=type(error).__name__)
            await asyncio.sleep(TOLD_EVERY)


@dataclass(frozen=True, slots=True)
class Work:
    """What an attempt needs."""

    objects: ObjectStore
    settings: Settings
    attempt: Attempt
    row: asyncpg.Record

    @property
    def database(self) -> Database:
        """The process's database."""
        return self.attempt.database
