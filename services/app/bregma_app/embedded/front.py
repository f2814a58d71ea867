"""What stands in front of a split installation: passes each request to the service that owns its first segment.

In a cluster the ingress does this; here it is a small ASGI application, so that `bregma up --split` is one address.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import click
import httpx

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"upgrade"}
_AWAY = b'{"detail":"This part of the server is starting or away; try again in a moment.","status_code":503}'


class _Body(httpx.AsyncByteStream):
    """The request's body as it arrives, never held whole."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise httpx.WriteError("the client went away")
            yield message.get("body", b"")
            more = message.get("more_body", False)


class Front:
    """ASGI application over the services' addresses; segments that nobody owns go to the first service."""

    def __init__(self, targets: Mapping[str, str], routing: Mapping[str, str]) -> None:
        self.targets = dict(targets)
        self.routing = routing
        self._default = next(iter(self.targets))
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        # no time limit on answers: a long export is not a fault; connecting is quick or will not happen
        self._client = httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(None, connect=5), trust_env=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer probes, pass on everything else."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            path = scope["path"]
            if path == "/healthz":
                await _answer(send, 200, b'{"status":"ok"}')
            elif path == "/readyz":
                ready = await self._all_ready()
                await _answer(send, 200, b'{"status":"ready"}') if ready else await _answer(send, 503, _AWAY)
            else:
                await self._pass_on(scope, receive, send)

    def owner(self, path: str) -> str:
        """Name the service that a path belongs to."""
        name = self.routing.get(path.split("/", 2)[1] if path.startswith("/") else "", self._default)
        return name if name in self.targets else self._default

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                await self._client.aclose()
                return

    async def _all_ready(self) -> bool:
        try:
            answers = await asyncio.gather(*(self._client.get(f"{base}/readyz") for base in self.targets.values()))
        except httpx.HTTPError:
            return False
        return all(answer.is_success for answer in answers)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = self._request(scope, receive)
        try:
            answer = await self._client.send(request, stream=True)
        except httpx.TransportError:
            await _answer(send, 503, _AWAY)
            return
        with contextlib.suppress(httpx.TransportError):  # the service broke off: so does this answer, visibly
            try:
                kept = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _HOP_BY_HOP]
                await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
                async for piece in answer.aiter_raw():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
            finally:
                await answer.aclose()

    def _request(self, scope: Scope, receive: Receive) -> httpx.Request:
        """Make the same request for the service: same Host, since absolute links are made from it."""
        base = self.targets[self.owner(scope["path"])]
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        url = httpx.URL(base).copy_with(raw_path=scope["raw_path"] + query)
        headers = [(name, value) for name, value in scope["headers"] if name not in _HOP_BY_HOP]
        has_body = any(name in (b"content-length", b"transfer-encoding") for name, _ in headers)
        stream = _Body(receive) if has_body else httpx.ByteStream(b"")
        return httpx.Request(scope["method"], url, headers=headers, stream=stream)


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@click.command()
@click.option("--port", type=int, required=True)
@click.argument("targets", nargs=-1, required=True)
def main(port: int, targets: tuple[str, ...]) -> None:
    """Listen on PORT of loopback; each of TARGETS is a service's name and port, such as files=8002."""
    import uvicorn

    from bregma_app.main import ROUTING

    addresses = {name: f"http://127.0.0.1:{number}" for name, number in (one.split("=") for one in targets)}
    front = Front(addresses, ROUTING)
    uvicorn.run(front, host="127.0.0.1", port=port, log_level="warning", server_header=False, date_header=False)


if __name__ == "__main__":
    main()
