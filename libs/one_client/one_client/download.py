"""Fetching many files by signed URL: in parallel, in ranges, resumed, hashed on the way.

Work is handed out in blocks of 8 MiB. A file of one block is streamed and hashed in one go; of a larger one several
blocks travel at once (see `one_client.partial`), so no more than a network buffer per worker is ever held. A refused
URL is signed again, for all files at once, since the others are as old. The store sees no token: these requests have a
client of their own.
"""

import random
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from one_client.cache import Kept
from one_client.errors import HashMismatch, NotServable, Offline, OneError, UrlExpired
from one_client.files import disk_errors, hash_file, new_hash, replace
from one_client.partial import LargeFile, hash_names, partial_name
from one_client.records import Dataset

if TYPE_CHECKING:
    import httpx

BLOCK = 8 << 20
WORKERS = 8
_TRIES = 6
_REFUSALS = 3
_MAX_WAIT = 30.0
_REFUSED = frozenset({400, 401, 403})
Progress = Callable[[int], object]
_LATER = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Order:
    """One file to fetch.

    Attributes
    ----------
    dataset : Dataset
        With size and hashes as far as they are known.
    target : pathlib.Path
        Where it goes once it is whole.
    partial : pathlib.Path
        Folder for files on their way, on the same disk.
    """

    dataset: Dataset
    target: Path
    partial: Path


class UrlBook:
    """Signed URLs by dataset; renewed for all at once when one was refused.

    Parameters
    ----------
    sign : callable
        Asks the server: dataset ids in, their URLs out.
    urls : Mapping
        Those known already.
    """

    def __init__(self, sign: Callable[[Sequence[str]], Mapping[str, str]], urls: Mapping[str, str]) -> None:
        self._sign = sign
        self._urls = dict(urls)
        self._open = set(urls)
        self._lock = threading.Lock()

    def url(self, dataset: str) -> str:
        """The newest URL of a dataset."""
        with self._lock:
            return self._urls[dataset]

    def renew(self, dataset: str, refused: str) -> str:
        """Get a URL in place of a refused one; another worker may have done it meanwhile."""
        with self._lock:
            if self._urls[dataset] == refused:
                wanted = [dataset, *(self._open - {dataset})][:1000]
                self._urls.update(self._sign(wanted))
            return self._urls[dataset]

    def done(self, dataset: str) -> None:
        """Forget a dataset that arrived."""
        with self._lock:
            self._open.discard(dataset)


class Downloader:
    """Fetches files with a pool of threads.

    Parameters
    ----------
    client : httpx.Client, optional
        For requests to the store; must send no credentials. By default one is made when first needed.
    workers : int
        Blocks on their way at once.
    block : int
        Bytes per block.
    """

    def __init__(self, client: "httpx.Client | None" = None, *, workers: int = WORKERS, block: int = BLOCK) -> None:
        self._client = client
        self.workers = workers
        self.block = block
        self._making = threading.Lock()

    def fetch(
        self,
        orders: Sequence[Order],
        book: UrlBook,
        *,
        arrived: Callable[[Order, Kept], object],
        progress: Progress | None = None,
    ) -> None:
        """Fetch all files; one that fails does not stop the others, except when the network is gone.

        Parameters
        ----------
        orders : sequence of Order
            What to fetch.
        book : UrlBook
            Their URLs.
        arrived : callable
            Called in a worker's thread when a file is whole and in its place.
        progress : callable, optional
            Called in the workers' threads with the number of bytes that came.

        Raises
        ------
        OneError
            The first thing that went wrong, with notes about the rest. Files that arrived stay.
        """
        run = _Run(self._http(), book, arrived, progress or (lambda _: None), self.block)
        jobs = run.jobs(orders)
        with ThreadPoolExecutor(min(self.workers, 32), thread_name_prefix="one-download") as pool:
            futures = [pool.submit(run.work, jobs) for _ in range(self.workers)]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                run.stop.set()
                raise
            finally:
                pool.shutdown(wait=True)
                run.release()
        run.raise_first()

    def read(self, dataset: Dataset, book: UrlBook, start: int, stop: int) -> bytes:
        """Read a range of bytes into memory; goes on after a cut and renews a refused URL, as downloads do.

        Parameters
        ----------
        dataset : Dataset
            What to read from.
        book : UrlBook
            Its URL.
        start, stop : int
            First byte, and the one after the last.

        Returns
        -------
        bytes
            Of length ``stop - start``.

        Raises
        ------
        OneError
            If the store cannot be read, or no longer has the object.
        """
        run = _Run(self._http(), book, lambda *_: None, lambda _: None, self.block)
        return b"".join(run.pieces(dataset, start, stop))

    def close(self) -> None:
        """Close the connections to the store."""
        if self._client is not None:
            self._client.close()

    def _http(self) -> "httpx.Client":
        with self._making:
            if self._client is None:
                import httpx

                self._client = httpx.Client(
                    headers={"Accept-Encoding": "identity"},
                    timeout=httpx.Timeout(60, connect=10),
                    limits=httpx.Limits(max_connections=self.workers, max_keepalive_connections=self.workers),
                )
            return self._client


class _Jobs:
    """An iterator that several threads share."""

    def __init__(self, jobs: Iterable[Callable[[], None]]) -> None:
        self._jobs = iter(jobs)
        self._lock = threading.Lock()

    def take(self) -> Callable[[], None] | None:
        with self._lock:
            return next(self._jobs, None)


class _Run:
    """One call of `Downloader.fetch`."""

    def __init__(
        self,
        client: "httpx.Client",
        book: UrlBook,
        arrived: Callable[[Order, Kept], object],
        progress: Progress,
        block: int,
    ) -> None:
        self.client = client
        self.book = book
        self.arrived = arrived
        self.progress = progress
        self.block = block
        self.stop = threading.Event()
        self._errors: dict[str, OneError] = {}
        self._large: list[LargeFile] = []

    def jobs(self, orders: Iterable[Order]) -> _Jobs:
        """Small files as one job each, then large ones block by block; made while they are taken, never all at once."""
        small_first = sorted(orders, key=self._is_large)
        return _Jobs(job for order in small_first for job in self._of(order))

    def _is_large(self, order: Order) -> bool:
        return (order.dataset.size or 0) > self.block

    def _of(self, order: Order) -> Iterator[Callable[[], None]]:
        if not self._is_large(order):
            yield partial(self._guard, order, partial(self._small, order))
            return
        large = LargeFile(order.dataset, order.partial, self.block)
        self._large.append(large)
        self._guard(order, partial(self._open, order, large))
        missing = sorted(large.pending)
        self.progress(large.size - sum(stop - start for start, stop in map(large.span, missing)))
        for index in missing:
            yield partial(self._guard, order, partial(self._block, order, large, index))
        if not missing and large.is_open:  # all of it came in an earlier run
            yield partial(self._guard, order, partial(self._finish, order, large))

    def work(self, jobs: _Jobs) -> None:
        """Take jobs until there are none or all is over."""
        while not self.stop.is_set():
            job = jobs.take()
            if job is None:
                return
            job()

    def release(self) -> None:
        """Give back the locks of files that are not complete."""
        for large in self._large:
            large.close()

    def raise_first(self) -> None:
        """Raise the first error, noting the others."""
        if not self._errors:
            return
        (_, first), *others = self._errors.items()
        for name, error in others[:20]:
            first.add_note(f"also {name}: {error.detail}")
        if len(others) > 20:
            first.add_note(f"and {len(others) - 20} more files")
        raise first

    def _guard(self, order: Order, job: Callable[[], None]) -> None:
        """Keep an error for the end; skip further blocks of a file that failed."""
        if order.dataset.id in self._errors:
            return
        try:
            with disk_errors(order.target):
                job()
        except OneError as error:
            self._errors.setdefault(order.dataset.id, error)
            if isinstance(error, Offline | OSError):  # no network, or a full disk: the others would fail one by one
                self.stop.set()

    # ---- one small file -------------------------------------------------------------------------------------------

    def _small(self, order: Order) -> None:
        dataset = order.dataset
        temporary = order.partial / f"{partial_name(dataset)}.{uuid.uuid4().hex[:8]}.small"
        temporary.parent.mkdir(parents=True, exist_ok=True)
        hashes = {name: new_hash(name) for name in hash_names(dataset)}
        try:
            with temporary.open("wb") as stream:
                for piece in self.pieces(dataset, 0, dataset.size):
                    stream.write(piece)
                    for value in hashes.values():
                        value.update(piece)
                    self.progress(len(piece))
                size = stream.tell()
            self._accept(order, temporary, size, {name: value.hexdigest() for name, value in hashes.items()})
        finally:
            temporary.unlink(missing_ok=True)

    # ---- a block of a large one -----------------------------------------------------------------------------------

    def _open(self, order: Order, large: LargeFile) -> None:
        try:
            waited = large.open(self.stop.is_set)
        except TimeoutError:
            raise Offline(f"{order.dataset.name}: the download was stopped.") from None
        if waited and self._there(order):
            large.pending.clear()
            large.discard()
            large.close()

    def _there(self, order: Order) -> bool:
        """Whether another process has put the file in its place while we waited for it."""
        if not order.target.exists() or order.target.stat().st_size != order.dataset.size:
            return False
        digests = hash_file(order.target, *hash_names(order.dataset))
        if any(value != getattr(order.dataset, name) for name, value in digests.items()):
            return False
        self._note(order, digests)
        return True

    def _block(self, order: Order, large: LargeFile, index: int) -> None:
        start, stop = large.span(index)
        with large.path.open("r+b") as stream:
            stream.seek(start)
            for piece in self.pieces(order.dataset, start, stop):
                stream.write(piece)
                self.progress(len(piece))
        if large.complete(index):
            self._finish(order, large)

    def _finish(self, order: Order, large: LargeFile) -> None:
        try:
            self._accept(order, large.path, large.size, large.digests())
            large.discard()
        except HashMismatch:
            large.discard()
            raise
        finally:
            large.close()

    def _accept(self, order: Order, temporary: Path, size: int, digests: Mapping[str, str]) -> None:
        """Compare with what is registered, and only then move the file to its place."""
        dataset = order.dataset
        found = {"size": size, **digests}
        registered = {"size": dataset.size, "md5": dataset.md5, "sha256": dataset.sha256}
        for name, value in found.items():
            if registered[name] not in (None, "", value):
                raise HashMismatch(
                    f"{dataset.name} arrived with another {name} ({value}) than registered ({registered[name]}).",
                    "Try once more; if it stays so, tell your data manager: the stored copy may be damaged.",
                )
        order.target.parent.mkdir(parents=True, exist_ok=True)
        replace(temporary, order.target)
        self._note(order, digests)

    def _note(self, order: Order, digests: Mapping[str, str]) -> None:
        dataset = order.dataset
        stat = order.target.stat()
        self.book.done(dataset.id)
        md5, sha256 = digests.get("md5", dataset.md5), digests.get("sha256", dataset.sha256)
        self.arrived(order, Kept(stat.st_size, stat.st_mtime_ns, md5, sha256))

    # ---- the network ----------------------------------------------------------------------------------------------

    def pieces(self, dataset: Dataset, start: int, stop: int | None) -> Iterator[bytes]:
        """Bytes from start to stop; goes on after a cut, renews a refused URL, waits when asked to."""
        import httpx

        at = start
        url = self.book.url(dataset.id)
        trouble = _Trouble(dataset, self.stop)
        while stop is None or at < stop:
            try:
                with self._ask(url, at, stop, whole=start == 0 and stop == dataset.size) as answer:
                    if answer.status_code in _REFUSED:
                        trouble.refused(answer.status_code)
                        url = self.book.renew(dataset.id, url)
                        continue
                    if answer.status_code not in (200, 206):
                        trouble.answered(answer.status_code, answer.headers.get("Retry-After", ""))
                        continue
                    if not _begins_at(answer, at):
                        trouble.cut("another range came than was asked for")
                        continue
                    for piece in _body(answer, at, stop):
                        if self.stop.is_set():
                            raise Offline(f"{dataset.name}: the download was stopped.")
                        at += len(piece)
                        trouble.over()
                        yield piece
                    if stop is None:
                        return
                    if at < stop:
                        trouble.cut("the connection ended early")
            except httpx.TransportError as error:
                if stop is None and at > start:
                    raise Offline(f"{dataset.name}: {error}", "Try again.") from error
                trouble.cut(str(error) or type(error).__name__)

    @contextmanager
    def _ask(self, url: str, at: int, stop: int | None, *, whole: bool) -> "Iterator[httpx.Response]":
        plain = at == 0 and (whole or stop is None)
        headers = {} if plain else {"Range": f"bytes={at}-{'' if stop is None else stop - 1}"}
        with self.client.stream("GET", url, headers=headers, follow_redirects=False) as answer:
            yield answer


def _begins_at(answer: "httpx.Response", at: int) -> bool:
    """Whether a part begins where it should, as far as the store says so."""
    said = answer.headers.get("Content-Range", "").removeprefix("bytes").strip()
    return answer.status_code == 200 or not said or said.startswith(f"{at}-")


def _body(answer: "httpx.Response", at: int, stop: int | None) -> Iterator[bytes]:
    """The bytes asked for; a store that ignores ranges sends all, of which the rest is thrown away."""
    skip = at if answer.status_code == 200 else 0
    left = None if stop is None else stop - at
    for piece in answer.iter_raw():
        if skip >= len(piece):
            skip -= len(piece)
            continue
        piece = piece[skip:] if skip else piece  # noqa: PLW2901 - the same piece, cut
        skip = 0
        if left is not None:
            if len(piece) >= left:
                yield piece[:left]
                return
            left -= len(piece)
        yield piece


class _Trouble:
    """Counts what goes wrong without a byte of progress in between, and waits a growing, random while."""

    def __init__(self, dataset: Dataset, stop: threading.Event) -> None:
        self._dataset = dataset
        self._stop = stop
        self._count = 0

    def over(self) -> None:
        self._count = 0

    def cut(self, why: str) -> None:
        hint = "Check the network and run the same again: what arrived is kept."
        self._next(Offline(f"{self._dataset.name}: the store cannot be reached ({why}).", hint))

    def refused(self, status: int) -> None:
        hint = "Is this computer's clock right? If so, tell your administrator: the store refuses signed URLs."
        error = UrlExpired(f"{self._dataset.name}: the store refused a fresh URL.", hint, status=status)
        if self._count >= _REFUSALS:
            raise error
        self._next(error, quick=True)

    def answered(self, status: int, retry_after: str) -> None:
        name = self._dataset.name
        if status == 404:
            raise NotServable(f"{name}: the store no longer has this object.", "Tell your data manager.", status=404)
        if status == 416:
            raise HashMismatch(f"{name}: the stored object is shorter than registered.", "Tell your data manager.")
        if status not in _LATER:
            raise Offline(f"{name}: the store answered {status}.", "Tell your administrator.", status=status)
        after = float(retry_after) if retry_after.isdigit() else 0.0
        self._next(Offline(f"{name}: the store answered {status}.", "Try again later.", status=status), after=after)

    def _next(self, error: OneError, *, quick: bool = False, after: float = 0.0) -> None:
        self._count += 1
        if self._count >= _TRIES:
            raise error
        if quick and self._count == 1:
            return
        wait = max(after, random.uniform(0.5, 1) * 0.25 * 2**self._count)  # noqa: S311 - spreads retries, no secret
        self._stop.wait(min(wait, _MAX_WAIT))
