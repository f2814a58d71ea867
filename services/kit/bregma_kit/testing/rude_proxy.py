"""An HTTP proxy in front of the test store that is as strict as AWS and fails when a test says so."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import h11

from bregma_kit.local.ports import free_port

_CHUNK = 64 * 1024
_PRESIGNED = {"x-amz-signature", "signature"}
_SECRET_QUERY = {*_PRESIGNED, "x-amz-credential", "x-amz-security-token", "awsaccesskeyid"}
_HOP_BY_HOP = {b"connection", b"keep-alive", b"expect", b"proxy-connection"}
_ONE_MECHANISM = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism '
    b"allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header "
    b"should be specified</Message><ArgumentName>Authorization</ArgumentName></Error>"
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that passed, without what would let anybody repeat it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    presigned: bool


Matcher = Callable[[Request], bool]


@dataclass(slots=True)
class _Rule:
    kind: str
    amount: int
    times: int
    matches: Matcher


@dataclass(slots=True)
class _Plan:
    """What will go wrong with one request."""

    status: int = 0
    cut_after: int | None = None
    bytes_per_second: int = 0
    lie: bool = False
    passed: int = 0


class _Cut(ConnectionError):
    """The proxy breaks this connection on purpose."""


def _anything(_: Request) -> bool:
    return True


@dataclass(slots=True)
class _Side:
    """One of the two connections of an exchange, with its protocol state."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    http: h11.Connection

    async def event(self) -> Any:
        while (event := self.http.next_event()) is h11.NEED_DATA:
            self.http.receive_data(await self.reader.read(_CHUNK))
        return event

    async def send(self, event: Any) -> None:
        data = self.http.send(event)
        if data:
            self.writer.write(data)
            await self.writer.drain()


@dataclass
class RudeProxy:
    """Listens on a loopback port in a thread of its own; what it is told holds from the next request on.

    ``when`` arguments take a function of a ``Request`` and narrow a misbehaviour to the requests it accepts;
    ``times`` says how many requests it strikes before it is used up.
    """

    target: str
    requests: list[Request] = field(default_factory=list)
    _rules: list[_Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self._host, self._target_port = parts.hostname or "127.0.0.1", parts.port or 80
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rude-proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._lock = threading.Lock()
        self.port = 0

    # what tests say

    def cut_after(self, count: int, times: int = 1, when: Matcher = _anything) -> None:
        """Break the connection once ``count`` bytes of the body (sent or received) have passed."""
        self._add("cut", count, times, when)

    def fail(self, status: int, times: int = 1, when: Matcher = _anything) -> None:
        """Answer with an error status of S3 instead of asking the store."""
        self._add("fail", status, times, when)

    def slow(self, bytes_per_s: int, times: int = 1_000_000, when: Matcher = _anything) -> None:
        """Let bodies pass at this speed only."""
        self._add("slow", bytes_per_s, times, when)

    def lie(self, times: int = 1_000_000, when: Matcher = _anything) -> None:
        """Flip one bit in the body of GET answers, as a rotting disk would."""
        self._add("lie", 0, times, when)

    def down(self) -> None:
        """Refuse connections, and break those that are open."""
        self._call(self._close())

    def up(self) -> None:
        """Listen again, on the same port."""
        if self._server is None:
            self._call(self._listen())

    def reset(self) -> None:
        """Forget every misbehaviour and every recorded request."""
        with self._lock:
            self._rules.clear()
            self.requests.clear()
        self.up()

    @property
    def endpoint(self) -> str:
        """Address to use in place of the store's."""
        return f"http://127.0.0.1:{self.port}"

    # life

    def start(self) -> Self:
        """Start listening on a free port."""
        self._thread.start()
        self._call(self._listen())
        return self

    def stop(self) -> None:
        """Stop listening and end the thread."""
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    # details

    def _add(self, kind: str, amount: int, times: int, when: Matcher) -> None:
        with self._lock:
            self._rules.append(_Rule(kind, amount, times, when))

    def _call(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        # a port that no outgoing connection can take while the proxy is down
        self.port = self.port or free_port()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    def _plan(self, request: Request) -> _Plan:
        """Use up one time of each rule that strikes this request."""
        plan = _Plan()
        with self._lock:
            self.requests.append(request)
            for rule in [r for r in self._rules if r.matches(request)]:
                rule.times -= 1
                if rule.times <= 0:
                    self._rules.remove(rule)
                if rule.kind == "cut":
                    plan.cut_after = rule.amount
                elif rule.kind == "fail":
                    plan.status = rule.amount
                elif rule.kind == "slow":
                    plan.bytes_per_second = rule.amount
                else:
                    plan.lie = request.method == "GET"
        return plan

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        client = _Side(reader, writer, h11.Connection(h11.SERVER, max_incomplete_event_size=256 * 1024))
        store: _Side | None = None
        try:
            while True:
                event = await client.event()
                if not isinstance(event, h11.Request):
                    break
                if store is None or store.http.our_state is not h11.IDLE or store.reader.at_eof():
                    store = await self._connect(store)
                if not await self._exchange(event, client, store):
                    break
        except (OSError, h11.ProtocolError, asyncio.IncompleteReadError):
            pass  # a broken connection is what either side sees of it; nothing to report elsewhere
        finally:
            for side in (client, store):
                if side is not None:
                    side.writer.transport.abort()
                    self._writers.discard(side.writer)

    async def _connect(self, former: _Side | None) -> _Side:
        if former is not None:
            former.writer.close()
            self._writers.discard(former.writer)
        reader, writer = await asyncio.open_connection(self._host, self._target_port)
        self._writers.add(writer)
        return _Side(reader, writer, h11.Connection(h11.CLIENT, max_incomplete_event_size=256 * 1024))

    async def _exchange(self, head: h11.Request, client: _Side, store: _Side) -> bool:
        """Pass one request and its answer; True if the client's connection can take another."""
        request = _describe(head)
        plan = self._plan(request)
        if request.presigned and any(name in request.headers for name in ("authorization", "x-auth-token")):
            return await _refuse(client, 400, _ONE_MECHANISM)
        if plan.status:
            return await _refuse(client, plan.status, _error(plan.status))
        headers = [(name, value) for name, value in head.headers if name not in _HOP_BY_HOP]
        await store.send(h11.Request(method=head.method, target=head.target, headers=headers))
        if client.http.they_are_waiting_for_100_continue:
            await client.send(h11.InformationalResponse(status_code=100, headers=[]))
        await _pass_body(client, store, plan)
        answer = await store.event()
        while isinstance(answer, h11.InformationalResponse):
            answer = await store.event()
        if not isinstance(answer, h11.Response):
            return False
        kept = [(name, value) for name, value in answer.headers if name not in _HOP_BY_HOP]
        await client.send(h11.Response(status_code=answer.status_code, headers=kept, reason=answer.reason))
        await _pass_body(store, client, plan, lie=plan.lie and answer.status_code < 300)
        if store.http.our_state is h11.DONE and store.http.their_state is h11.DONE:
            store.http.start_next_cycle()
        if client.http.our_state is h11.DONE and client.http.their_state is h11.DONE:
            client.http.start_next_cycle()
            return True
        return False


async def _pass_body(source: _Side, sink: _Side, plan: _Plan, *, lie: bool = False) -> None:
    while isinstance(event := await source.event(), h11.Data):
        data = bytes(event.data)
        if lie and data:
            data, lie = bytes([data[0] ^ 1]) + data[1:], False
        if plan.cut_after is not None and plan.passed + len(data) > plan.cut_after:
            await sink.send(h11.Data(data=data[: plan.cut_after - plan.passed]))
            raise _Cut
        plan.passed += len(data)
        await sink.send(h11.Data(data=data))
        if plan.bytes_per_second:
            await asyncio.sleep(len(data) / plan.bytes_per_second)
    if not isinstance(event, h11.EndOfMessage):
        raise _Cut  # the source broke off; so does this side
    await sink.send(h11.EndOfMessage(headers=event.headers))


async def _refuse(client: _Side, status: int, body: bytes) -> bool:
    """Answer without the store; the rest of the request is read where that is cheap, as S3 servers do."""
    if client.http.they_are_waiting_for_100_continue:
        return await _answer(client, status, body, close=True)
    while isinstance(await client.event(), h11.Data):
        pass
    return await _answer(client, status, body, close=False)


async def _answer(client: _Side, status: int, body: bytes, *, close: bool) -> bool:
    headers = [(b"content-type", b"application/xml"), (b"content-length", str(len(body)).encode())]
    if close:
        headers.append((b"connection", b"close"))
    await client.send(h11.Response(status_code=status, headers=headers))
    await client.send(h11.Data(data=body))
    await client.send(h11.EndOfMessage())
    if close:
        with contextlib.suppress(OSError):
            client.writer.write_eof()
            await asyncio.wait_for(client.reader.read(_CHUNK), 1)
        return False
    client.http.start_next_cycle()
    return True


def _describe(head: h11.Request) -> Request:
    parts = urlsplit(head.target.decode("latin-1"))
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    names = {name.lower() for name in query}
    return Request(
        method=head.method.decode(),
        path=parts.path,
        query={name: value for name, value in query.items() if name.lower() not in _SECRET_QUERY},
        headers={
            name.decode().lower(): "(hidden)" if name.lower() == b"authorization" else value.decode("latin-1")
            for name, value in head.headers
        },
        presigned=bool(names & _PRESIGNED),
    )


def _error(status: int) -> bytes:
    code = {503: "SlowDown", 500: "InternalError", 403: "AccessDenied", 404: "NoSuchKey"}.get(status, "Error")
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>rude proxy</Message></Error>'
    return text.encode()
