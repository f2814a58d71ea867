"""Bytes on their way to the object store: one signed PUT at a time, streamed from the file, tried again with patience.

The store gets no token: these requests have a client of their own. Each PUT carries the MD5 that was signed for it, so
a store takes exactly the bytes that were hashed, or none.
"""

import math
import random
import re
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from one_client.digest import changed, read, unchanged
from one_client.errors import Offline, OneError, ServerBusy, ServerFault
from one_client.files import chunks, new_hash
from one_client.outgoing import OutgoingFile

if TYPE_CHECKING:
    import httpcore

T = TypeVar("T")
_PIECE = 256 * 1024
_TIMEOUTS = {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 60.0}
_FIRST_WAIT, _LONGEST_WAIT = 0.25, 60.0
_WORTH_SAYING = 5.0
_CODE = re.compile(rb"<Code>([A-Za-z0-9]+)</Code>")
_DIGEST = frozenset({"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch"})
_TRY_AGAIN = frozenset({"RequestTimeout", "IncompleteBody", "SlowDown", "InternalError", "OperationAborted"})
Progress = Callable[[int], object]


class Stopped(Exception):
    """Somebody asked to stop: what was sent stays with the store, what was not is still in the spool."""


class GaveUp(Offline):
    """Nothing worked for as long as the caller wanted to wait."""

    code = "gave_up"


class Refusal(OneError):
    """The store refused a signed request; a fresh signature may help."""

    code = "url_refused"


class LostUpload(OneError):
    """The store does not know this multipart upload any more."""

    code = "lost_upload"


class WrongDigest(OneError):
    """What arrived at the store is not what was hashed."""

    code = "wrong_digest"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed PUT: where, and the headers that must be sent exactly."""

    url: str = field(repr=False)
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or one part of it."""

    file: OutgoingFile
    start: int
    stop: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.stop - self.start


class Patience:
    """Waits between tries, longer each time and never in step with other rigs; endless unless told otherwise.

    Parameters
    ----------
    stop : threading.Event
        Ends every wait.
    give_up_after : float, optional
        Seconds without any success after which `GaveUp` is raised.
    say : callable
        Told ``'lost'`` with a reason once when nothing has worked for some seconds, and ``'back'`` when it does again.
    """

    def __init__(
        self, stop: threading.Event, give_up_after: float | None, say: Callable[[str, str], object] = lambda *_: None
    ) -> None:
        self.stop = stop
        self._limit = math.inf if give_up_after is None else give_up_after
        self._say = say
        self._since: float | None = None
        self._said = False
        self._lock = threading.Lock()

    def good(self) -> None:
        """Something worked."""
        with self._lock:
            said, self._since, self._said = self._said, None, False
        if said:
            self._say("back", "")

    def trouble(self, error: OneError, tries: int) -> None:
        """Wait before the next try.

        Raises
        ------
        GaveUp
            If it has lasted too long.
        Stopped
            If the run ends.
        """
        now = time.monotonic()
        with self._lock:
            self._since = now if self._since is None else self._since
            lasting = now - self._since
            say = lasting >= _WORTH_SAYING and not self._said
            self._said |= say
        if say:
            self._say("lost", error.detail)
        if lasting >= self._limit:
            raise GaveUp(
                f"Nothing went through for {lasting:.0f} seconds; the last reason: {error.detail}",
                "The session is in the spool: `one put --resume` goes on where it was.",
                status=error.status,
            ) from error
        wait = min(_FIRST_WAIT * 2 ** min(tries, 16), _LONGEST_WAIT) * random.uniform(0.5, 1)  # noqa: S311 - no secret
        if self.stop.wait(min(wait, max(0.05, self._limit - lasting))):
            raise Stopped

    def pause(self, seconds: float) -> None:
        """Wait, unless the run ends."""
        if self.stop.wait(seconds):
            raise Stopped

    def until_answered(self, call: Callable[[], T]) -> T:
        """Ask the server until it answers; what it refuses is raised."""
        tries = 0
        while True:
            if self.stop.is_set():
                raise Stopped
            try:
                answer = call()
            except (Offline, ServerFault) as error:
                self.trouble(error, tries)
                tries += 1
            else:
                self.good()
                return answer


class Throttle:
    """Lets at most so many bytes a second pass, for all threads together.

    Parameters
    ----------
    bytes_per_second : float, optional
        By default nothing waits.
    """

    def __init__(self, bytes_per_second: float | None = None) -> None:
        self._rate = bytes_per_second
        self._free_at = time.monotonic()
        self._lock = threading.Lock()

    def take(self, count: int, stop: threading.Event) -> None:
        """Wait until ``count`` bytes may pass."""
        if not self._rate:
            return
        with self._lock:
            now = time.monotonic()
            start = max(self._free_at, now)
            self._free_at = start + count / self._rate
        stop.wait(start - now)


class Outlet:
    """Sends pieces of files to the store.

    Parameters
    ----------
    patience : Patience
        Shared with everything else of this run.
    workers : int
        Connections at once.
    throttle : Throttle, optional
        Bandwidth.
    progress : callable, optional
        Told how many bytes went; a negative number when they have to go again.
    """

    def __init__(
        self,
        patience: Patience,
        *,
        workers: int,
        throttle: Throttle | None = None,
        progress: Progress = lambda _: None,
    ) -> None:
        self._patience = patience
        self._workers = workers
        self._throttle = throttle or Throttle()
        self._progress = progress
        self._lines: dict[tuple[bytes, bytes], httpcore.ConnectionPool] = {}
        self._dialling = threading.Lock()
        self.last_acknowledged = 0.0

    def send(self, piece: Piece, signed: Signed, renew: Callable[[Signed], Signed]) -> None:
        """Send a piece until the store has acknowledged it.

        Parameters
        ----------
        piece : Piece
            What to send.
        signed : Signed
            Where to.
        renew : callable
            Signs again, given what was refused.

        Raises
        ------
        FileChanged
            If the file is not as it was when it was hashed.
        LostUpload
            If the store has forgotten the upload that this is a part of.
        GaveUp, Stopped
            See `Patience`.
        """
        tries = 0
        while True:
            try:
                self._once(piece, signed)
            except (Refusal, WrongDigest, Offline, ServerFault) as error:
                if isinstance(error, WrongDigest) and _differs(piece, signed):
                    raise changed(piece.file, "sent") from error
                quick = isinstance(error, Refusal) and tries == 0  # an old signature is nobody's trouble
                if not quick:
                    self._patience.trouble(error, tries)
                tries += 1
                if isinstance(error, Refusal):
                    signed = renew(signed)
            else:
                self.last_acknowledged = time.monotonic()
                self._patience.good()
                return

    def close(self) -> None:
        """Close the connections; what is on its way breaks off."""
        for line in self._lines.values():
            line.close()

    def _line(self, url: "httpcore.URL") -> "httpcore.ConnectionPool":
        """The connections to a store."""
        with self._dialling:
            key = (url.scheme, url.host)
            if key not in self._lines:
                self._lines[key] = _connections(*key, self._workers)
            return self._lines[key]

    def _once(self, piece: Piece, signed: Signed) -> None:
        """Try one PUT."""
        import httpcore

        if self._patience.stop.is_set():
            raise Stopped
        url = httpcore.URL(signed.url)
        headers = [*signed.headers.items(), *([] if _has_length(signed) else [("Content-Length", str(piece.size))])]
        sent = [0]
        good = False
        try:
            with unchanged(piece.file, "sent") as stream:
                body = self._body(piece, stream, sent)
                answer = self._line(url).request(
                    "PUT", url, headers=headers, content=body, extensions={"timeout": _TIMEOUTS}
                )
            _judge(answer.status, answer.content, piece)
            good = True
        except (
            httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError, OSError
        ) as error:  # fmt: skip
            if isinstance(error, OneError):
                raise
            if self._patience.stop.is_set():  # its connection was closed under it
                raise Stopped from None
            why = str(error) or type(error).__name__
            raise Offline(f"{piece.file.path}: the store cannot be reached ({why}).") from error
        finally:
            if not good:
                self._progress(-sent[0])

    def _body(self, piece: Piece, stream: BinaryIO, sent: list[int]) -> Iterator[bytes]:
        stream.seek(piece.start)
        left = piece.size
        while left > 0:
            if self._patience.stop.is_set():
                raise Stopped
            data = read(piece.file, stream, min(_PIECE, left))
            if not data:
                return  # cut short while we read; whoever opened the file notices
            self._throttle.take(len(data), self._patience.stop)
            yield data
            left -= len(data)
            sent[0] += len(data)
            self._progress(len(data))


def _differs(piece: Piece, signed: Signed) -> bool:
    """Whether the file itself is another one than was signed, although its size and time say nothing."""
    wanted = next((value for name, value in signed.headers.items() if name.lower() == "content-md5"), None)
    found = new_hash("md5")
    for data in chunks(Path(piece.file.source), piece.start, piece.stop):
        found.update(data)
    return wanted is not None and b64encode(found.digest()).decode() != wanted


def _has_length(signed: Signed) -> bool:
    return any(name.lower() == "content-length" for name in signed.headers)


def _connections(scheme: bytes, host: bytes, count: int) -> "httpcore.ConnectionPool":
    """Open a way to a store, through the system's proxy if there is one.

    httpx would do the same at twice the price a request, which is most of the price of a small file.
    """
    import httpcore
    import httpx

    trusted = httpx.create_ssl_context() if scheme == b"https" else None
    proxy = "" if proxy_bypass(host.decode()) else getproxies().get(scheme.decode(), "")
    if not proxy:
        return httpcore.ConnectionPool(ssl_context=trusted, max_connections=count)
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    address = f"{parts.scheme}://{parts.hostname}:{parts.port or 80}"
    return httpcore.HTTPProxy(address, proxy_auth=login, ssl_context=trusted, max_connections=count)


def _judge(status: int, content: bytes, piece: Piece) -> None:
    """Turn the store's answer into what to do next; nothing if it took the bytes."""
    if status in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT):
        return
    found = _CODE.search(content[:4096])
    code = found[1].decode() if found else ""
    what = f"{piece.file.path}: the store answered {status} {code}".rstrip()
    if code in _DIGEST:
        raise WrongDigest(f"{what}: what arrived is not what was hashed.", status=status)
    if code == "NoSuchUpload":
        raise LostUpload(f"{what}.", status=status)
    if code in _TRY_AGAIN or status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS):
        raise ServerBusy(f"{what}.", status=status)
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        hint = "Is the store's clock right? Tell your administrator: it refuses fresh signatures."
        raise Refusal(f"{what}.", hint, status=status)
    raise ServerFault(f"{what}.", "Tell your administrator.", status=status)
