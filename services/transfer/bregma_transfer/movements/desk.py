"""Writes of many small files in one transaction: while one is being committed the next ones gather."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bregma_kit.db import Database, WriteTx

_T = TypeVar("_T")
MOST = 200
"""Writes in one transaction."""


@dataclass(slots=True)
class Desk(Generic[_T]):
    """Takes writes one by one and does them together; each writer learns what came of its own."""

    database: Database
    work: Callable[[WriteTx, Sequence[_T]], Awaitable[Sequence[Exception | None]]]
    _waiting: list[tuple[_T, "asyncio.Future[None]"]] = field(default_factory=list)
    _writing: "asyncio.Task[None] | None" = None

    async def write(self, one: _T) -> None:
        """Return when it is committed; raises what came of it."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, future))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await future

    async def _write_all(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                outcomes = await self._together([one for one, _ in some])
            except Exception as error:  # noqa: BLE001  one of them; alone each meets its own
                outcomes = [error] if len(some) == 1 else [await self._alone(one) for one, _ in some]
            for (_, future), outcome in zip(some, outcomes, strict=True):
                if not future.done():
                    _settle(future, outcome)

    async def _together(self, some: Sequence[_T]) -> Sequence[Exception | None]:
        async with self.database.write() as tx:
            return await self.work(tx, some)

    async def _alone(self, one: _T) -> Exception | None:
        try:
            return (await self._together([one]))[0]
        except Exception as error:  # noqa: BLE001  raised by whoever waits for it
            return error


def _settle(future: "asyncio.Future[Any]", outcome: Exception | None) -> None:
    if outcome is None:
        future.set_result(None)
    else:
        future.set_exception(outcome)
