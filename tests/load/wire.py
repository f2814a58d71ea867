"""A client that costs next to nothing: one kept-alive connection, blocking sockets, no header objects.

httpx needs half a millisecond of processor time per call; on two cores shared with the server under test that would
be measured as the server's.
"""

import json
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """The server answered with another status than the benchmark counts on."""


class Wire:
    """One connection to the API."""

    def __init__(self, url: str, token: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._address = (host, int(port))
        self._head = f"Host: {host}:{port}\r\nAuthorization: Token {token}\r\n"
        self._socket: socket.socket | None = None
        self._rest = b""
        self._used = 0.0

    def get(self, path: str) -> bytes:
        """Send a GET and return the body."""
        return self._call(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode(), path)

    def post(self, path: str, body: Any) -> bytes:
        """Send JSON and return the body."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\n{self._head}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        return self._call(head.encode() + data, path)

    def _call(self, data: bytes, path: str) -> bytes:
        if self._socket is not None and time.monotonic() - self._used > 3:
            self._socket.close()  # the server closes idle connections after five seconds
            self._socket = None
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=120)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(data)
        while (end := self._rest.find(b"\r\n\r\n")) < 0:
            self._more(65536)
        head, body = self._rest[:end], self._rest[end + 4 :]
        lower = head.lower()
        place = lower.find(b"content-length:")
        length = int(lower[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        parts, have = [body], len(body)
        while have < length:
            got = self._socket.recv(262144)
            if not got:
                raise ConnectionError("the server closed the connection in the middle of an answer")
            parts.append(got)
            have += len(got)
        whole = b"".join(parts)
        self._rest = whole[length:]
        self._used = time.monotonic()
        status = int(head[9:12])
        if status >= 300:
            raise Refused(f"{path}: {status} {whole[:300]!r}")
        return whole[:length]

    def _more(self, size: int) -> None:
        assert self._socket is not None
        got = self._socket.recv(size)
        if not got:
            raise ConnectionError("the server closed the connection")
        self._rest += got


@dataclass
class Run:
    """What a number of clients did together."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    units: int = 0

    @property
    def calls_per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def units_per_second(self) -> float:
        return self.units / self.seconds


def run_clients(wires: list[Wire], seconds: float, step: Callable[[Wire, int], int]) -> Run:
    """Let every client repeat ``step(wire, client)`` for a while; it returns how many units it got done."""
    results: list[tuple[list[float], int]] = []
    failures: list[BaseException] = []
    start, barrier = [0.0], threading.Barrier(len(wires) + 1)

    def client(wire: Wire, number: int) -> None:
        latencies, units = [], 0
        barrier.wait()
        end = time.perf_counter() + seconds
        try:
            while (begin := time.perf_counter()) < end:
                units += step(wire, number)
                latencies.append(time.perf_counter() - begin)
        except BaseException as error:  # noqa: BLE001  raised again below, in the thread that asked
            failures.append(error)
        results.append((latencies, units))

    threads = [threading.Thread(target=client, args=(wire, n)) for n, wire in enumerate(wires)]
    for thread in threads:
        thread.start()
    barrier.wait()
    start[0] = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    run = Run(time.perf_counter() - start[0])
    for latencies, units in results:
        run.latencies += latencies
        run.units += units
    return run


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def timed(step: Callable[[], Any]) -> float:
    """Return how many seconds a call takes."""
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def spread(values: list[float]) -> tuple[float, float, float]:
    """Return median, smallest and largest."""
    return statistics.median(values), min(values), max(values)


def rounds(number: int) -> Iterator[bool]:
    """Yield, per round, whether our side goes first: neither side always runs on the warmer machine."""
    for n in range(number):
        yield n % 2 == 0
