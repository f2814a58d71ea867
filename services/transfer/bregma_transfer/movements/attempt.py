"""One attempt at a movement: how far it is, whether it still counts, and the lease that says so to others."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from bregma_kit.db import Database, ReadTx
from bregma_kit.errors import Unavailable

from bregma_transfer.limits import service as limits
from bregma_transfer.limits.domain import Pace
from bregma_transfer.movements import store

log = structlog.get_logger("transfer")
TOLD_EVERY = 1.0
"""Seconds between two words about how far it is."""


async def shares(tx: ReadTx, rows: Sequence[asyncpg.Record]) -> dict[UUID, float | None]:
    """Return movements' shares of what their two repositories take now; all that move there share alike."""
    rates = {key: one.bytes_per_second for key, one in (await limits.current(tx)).items() if one.bytes_per_second}
    busy = await store.busy(tx, list(rates)) if rates else {}
    found: dict[UUID, float | None] = {}
    for row in rows:
        mine = [rates[key] / max(busy.get(key, 1), 1) for key in (row["source_id"], row["target_id"]) if key in rates]
        found[row["id"]] = min(mine, default=None)
    return found


class Lost(Exception):
    """Another worker has the movement by now, or a person stopped it: this attempt may write nothing any more."""


class CannotMove(Exception):
    """It will not go as it is; the message says why."""

    def __init__(self, reason: str, wrong: str | None = None) -> None:
        super().__init__(reason)
        self.wrong = wrong


class NotYet(Exception):
    """What was to be sent changed meanwhile; it is begun again with what there is now."""


@dataclass(slots=True)
class Attempt:
    """An attempt under way."""

    database: Database
    row: asyncpg.Record
    lease: timedelta
    done: int = 0
    """Bytes that lie in the target."""
    sent: int = 0
    """Bytes that were ever sent."""
    lost: bool = False
    pace: Pace = field(default_factory=Pace)
    _began: float = field(default_factory=time.monotonic)
    _here: int = 0

    @property
    def movement(self) -> UUID:
        """Id of the movement."""
        found: UUID = self.row["id"]
        return found

    @property
    def number(self) -> int:
        """The fence: what the movement must still say for this attempt to count."""
        return int(self.row["attempts"])

    @property
    def rate(self) -> float | None:
        """Bytes a second since it began."""
        passed = time.monotonic() - self._began
        return self._here / passed if self._here and passed > 0 else None

    def advance(self, count: int) -> None:
        """Say that so many bytes were sent."""
        self.done += count
        self.sent += count
        self._here += count

    async def tell(self) -> None:
        """Write how far it is and renew the lease. Raises Lost."""
        async with self.database.write() as tx:
            if not await store.tell(tx, self.movement, self.number, self.done, self.sent, self.rate, self.lease):
                self.lost = True
            else:
                self.pace.rate = await self._share(tx)
        if self.lost:
            raise Lost

    async def _share(self, tx: ReadTx) -> float | None:
        return (await shares(tx, [self.row]))[self.movement]

    @asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Tell again and again while the block runs, and end the block when the attempt counts no more."""
        block = asyncio.current_task()
        assert block is not None
        teller = asyncio.create_task(self._tell_on(block))
        try:
            yield
        finally:
            teller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await teller

    async def _tell_on(self, block: "asyncio.Task[Any]") -> None:
        while True:
            await asyncio.sleep(min(TOLD_EVERY, self.lease.total_seconds() / 4))
            try:
                await self.tell()
            except Lost:
                log.info("attempt_lost", movement=str(self.movement), attempt=self.number)
                block.cancel()
                return
            except (Unavailable, OSError, asyncpg.PostgresError) as error:
                # the next word may get through; if none does, another worker goes on where we are
                log.warning("progress_not_told", movement=str(self.movement), error=type(error).__name__)
