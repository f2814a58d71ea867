"""Work on chunks by several threads, their results in order, never more than a few in memory."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Progress = Callable[[int], object]
"""Called with the bytes of the recording that are done since the last call."""
AHEAD = 2


@contextmanager
def in_order(job: Callable[[int], T], n: int, threads: int) -> Iterator[Iterator[T]]:
    """Give the results of ``job(0)`` to ``job(n - 1)`` in order.

    With one thread the caller's own does all of it. With more, at most ``threads + AHEAD`` results wait, so that memory does not
    grow with the recording. The first failure ends the work; what runs is waited for, what waits is dropped.
    """
    if threads == 1 or n == 1:
        yield map(job, range(n))
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="codec") as pool:
        waiting: deque[Future[T]] = deque()

        def results() -> Iterator[T]:
            for chunk in range(n):
                waiting.append(pool.submit(job, chunk))
                if len(waiting) >= threads + AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        try:
            yield results()
        finally:
            for one in waiting:
                one.cancel()


@contextmanager
def shown(total: float | None, text: str, *, quiet: bool, unit: str = "B") -> Iterator[Progress]:
    """Show progress on the terminal, in bytes of the recording or in ``unit``, with rate and remaining time if the total is known."""
    if quiet or not sys.stderr.isatty():
        yield nothing
        return
    from tqdm import tqdm

    with tqdm(total=total, desc=text, unit=unit, unit_scale=unit == "B", leave=False) as bar:
        yield bar.update


def nothing(_done: int) -> None:
    """Show nothing."""
