"""A large file on its way, in blocks that arrive in any order.

The partial file has its final size from the start. A journal beside it notes which blocks are complete, so that a
killed process, or another one, goes on where it was; a lock keeps two processes from fetching the same file twice.
Whoever finishes a block hashes what has become contiguous, while it is still in the system's memory, so that a terabyte
is not read once more in the end.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from one_client.files import chunks, new_hash
from one_client.records import Dataset

_POLL_SECONDS = 0.5


def partial_name(dataset: Dataset) -> str:
    """File name for a dataset on its way; new bytes under the same dataset have another one."""
    return f"{dataset.id}.{(dataset.sha256 or dataset.md5 or 'unhashed')[:16]}"


def hash_names(dataset: Dataset) -> tuple[str, ...]:
    """Which hash to compute: SHA-256 where it is registered, else MD5 (also to recognise the file later)."""
    return ("sha256",) if dataset.sha256 else ("md5",)


class LargeFile:
    """The partial file, its journal, its lock, and the hash of its contiguous start.

    Parameters
    ----------
    dataset : Dataset
        What is fetched; its size must be known.
    folder : pathlib.Path
        Where files on their way lie.
    block : int
        Bytes per block.
    """

    def __init__(self, dataset: Dataset, folder: Path, block: int) -> None:
        if dataset.size is None:
            raise ValueError("a large file must have a size")
        self.dataset = dataset
        self.size = dataset.size
        self.block = block
        self.path = folder / f"{partial_name(dataset)}.part"
        self.pending: set[int] = set()
        self._journal = self.path.with_suffix(".done")
        self._hashes = {name: new_hash(name) for name in hash_names(dataset)}
        self._hashed = 0
        self._lock = threading.Lock()
        self._hashing = threading.Lock()
        self._guard: Any = None

    def open(self, given_up: Callable[[], bool]) -> bool:
        """Take the lock and see what an earlier run has left.

        Parameters
        ----------
        given_up : callable
            Asked while waiting for another process; True ends the wait.

        Returns
        -------
        bool
            Whether another process had the lock, so that the file may be complete by now.

        Raises
        ------
        TimeoutError
            If the wait was given up.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        waited = self._take_lock(given_up)
        head = f"{self.size} {self.block} {self.dataset.md5} {self.dataset.sha256}"
        lines = self._journal.read_text().split("\n") if self._journal.exists() and self.path.exists() else []
        done: set[int] = set()
        if lines and lines[0] == head and self.path.stat().st_size == self.size:
            done = {int(line) for line in lines[1:-1] if line.isdigit()}  # the last line may be torn
        else:
            with self.path.open("wb") as stream:
                stream.truncate(self.size)
            self._journal.write_text(head + "\n")
        self.pending = set(range(-(-self.size // self.block))) - done
        return waited

    def _take_lock(self, given_up: Callable[[], bool]) -> bool:
        from filelock import FileLock, Timeout

        # thread_local=False: one worker takes it, another gives it back
        self._guard = FileLock(self.path.with_suffix(".lock"), thread_local=False)
        waited = False
        while not given_up():
            try:
                self._guard.acquire(timeout=_POLL_SECONDS if waited else 0)
                return waited
            except Timeout:
                waited = True
        raise TimeoutError(self.path.name)

    @property
    def is_open(self) -> bool:
        """Whether this process holds the lock."""
        return self._guard is not None and bool(self._guard.is_locked)

    def span(self, index: int) -> tuple[int, int]:
        """First byte of a block, and the one after its last."""
        return index * self.block, min((index + 1) * self.block, self.size)

    def complete(self, index: int) -> bool:
        """Note a finished block, hash on if nobody else does; True for the one that was the last."""
        with self._lock:
            with self._journal.open("a") as stream:
                stream.write(f"{index}\n")
            self.pending.discard(index)
            last = not self.pending
        if not last and self._hashing.acquire(blocking=False):
            try:
                self._hash_on()
            finally:
                self._hashing.release()
        return last

    def digests(self) -> dict[str, str]:
        """The hashes of the whole file, once no block is pending."""
        with self._hashing:
            self._hash_on()
            return {name: value.hexdigest() for name, value in self._hashes.items()}

    def _hash_on(self) -> None:
        while True:
            with self._lock:
                edge = min(self.pending) * self.block if self.pending else self.size
            if edge <= self._hashed:
                return
            for piece in chunks(self.path, self._hashed, edge):
                for value in self._hashes.values():
                    value.update(piece)
            self._hashed = edge

    def discard(self) -> None:
        """Drop what arrived: it is in its place, or it was wrong."""
        self.path.unlink(missing_ok=True)
        self._journal.unlink(missing_ok=True)

    def close(self) -> None:
        """Give the lock back; what arrived stays for the next run. May be called again."""
        if not self.is_open:
            return
        lock = self.path.with_suffix(".lock")
        if not self.path.exists():
            # before the release, so that no third process makes a new lock file beside one that is still waited for:
            # whoever waits gets the lock, sees the file in its place, and is done
            with suppress(OSError):  # Windows refuses while somebody waits on it; that one will remove it
                lock.unlink()
        self._guard.release()
