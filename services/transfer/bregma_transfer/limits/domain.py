"""Which limit holds at a moment, and how a movement keeps to its share. Pure but for the waiting itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import time as clock_time


@dataclass(frozen=True, slots=True)
class Limit:
    """So many files at a time, so many bytes a second; None means any. A window may pass over midnight."""

    max_files: int | None = None
    bytes_per_second: int | None = None
    begins: clock_time | None = None
    ends: clock_time | None = None

    def holds(self, moment: clock_time) -> bool:
        """Whether a moment is in the window."""
        if self.begins is None or self.ends is None:
            return True
        if self.begins < self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends


def in_force(limits: Iterable[Limit], moment: clock_time) -> Limit:
    """Return what holds at a moment of the repository's clocks: a window counts before what always holds.

    Of two windows that overlap the stricter one holds.
    """
    holding = [one for one in limits if one.holds(moment)]
    windows = [one for one in holding if one.begins is not None] or holding
    files = [one.max_files for one in windows if one.max_files is not None]
    rates = [one.bytes_per_second for one in windows if one.bytes_per_second is not None]
    return Limit(min(files, default=None), min(rates, default=None))


@dataclass(slots=True)
class Pace:
    """Lets bytes through at a rate, which may change at any time; None lets all through."""

    rate: float | None = None
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _free_at: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, count: int) -> None:
        """Wait until so many bytes may be sent. One at a time, so that a new rate counts from the next part on."""
        if self.rate is None:
            return
        async with self._turn:
            wait = self._free_at - self.now()
            if wait > 0:
                await self.sleep(wait)
            if self.rate is not None:
                self._free_at = max(self.now(), self._free_at) + count / self.rate
