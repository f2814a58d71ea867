"""A progress bar for downloads, on a terminal or when asked for."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_QUIET_BELOW = 1 << 20


@contextmanager
def bar(total: int, files: int, shown: bool | None = None) -> Iterator[Callable[[int], None]]:
    """Show how many bytes came.

    Parameters
    ----------
    total : int
        Bytes expected; 0 if not known.
    files : int
        Number of files.
    shown : bool, optional
        By default only if standard error is a terminal and there is at least 1 MiB to wait for.

    Yields
    ------
    callable
        Adds a number of bytes; any thread may call it.
    """
    wanted = (sys.stderr.isatty() and total >= _QUIET_BELOW) if shown is None else shown
    if not wanted:
        yield _nothing
        return
    from tqdm import tqdm

    label = f"{files} file{'s' if files != 1 else ''}"
    lock = threading.Lock()
    with tqdm(total=total or None, unit="B", unit_scale=True, unit_divisor=1024, desc=label, leave=False) as shown_bar:

        def advance(arrived: int) -> None:
            with lock:
                shown_bar.update(arrived)

        yield advance


def _nothing(arrived: int) -> None:
    pass
