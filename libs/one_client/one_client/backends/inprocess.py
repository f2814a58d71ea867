"""An ASGI application in this very process: the same requests, without a socket."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, TypeVar

import httpx

from one_client.backends.api import Api
from one_client.backends.http import HttpBackend
from one_client.errors import Offline, ServerFault

Message = MutableMapping[str, Any]
Application = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
T = TypeVar("T")
BASE_URL = "http://bregma.local"
_START_SECONDS = 60.0


class AsgiTransport(httpx.BaseTransport):
    """Carries synchronous requests to an ASGI application.

    The application lives in an event loop of its own, in a thread of its own, with its lifespan (its database pool is
    bound to that loop). Give ``loop`` to use one that runs already and has started the application; then requests must
    come from another thread, as `AsyncONE` sends them.

    Parameters
    ----------
    app : ASGI application
        For example a FastAPI object.
    loop : asyncio.AbstractEventLoop, optional
        A running loop.
    """

    def __init__(self, app: Application, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._state: dict[str, Any] = {}
        self._inner = httpx.ASGITransport(app=_with_state(app, self._state), raise_app_exceptions=False)
        self._thread: threading.Thread | None = None
        self._lifespan: _Lifespan | None = None
        if loop is not None:
            self._loop = loop
            return
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="one-inprocess", daemon=True)
        self._thread.start()
        self._lifespan = _Lifespan(app, self._state)
        try:
            self._run(self._lifespan.startup(), _START_SECONDS)
        except BaseException:
            self._end_loop()
            raise

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read its whole answer."""
        return self._run(self._answer(request), request.extensions.get("timeout", {}).get("read"))

    def close(self) -> None:
        """Let the application shut down, and end the loop if it is ours."""
        if self._thread is None:
            return
        if self._lifespan is not None:
            self._run(self._lifespan.shutdown(), _START_SECONDS)
            self._lifespan = None
        self._end_loop()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        inner = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        answer = await self._inner.handle_async_request(inner)
        content = await answer.aread()
        headers = [pair for pair in answer.headers.raw if pair[0].lower() != b"content-encoding"]
        return httpx.Response(answer.status_code, headers=headers, content=content, request=request)

    def _run(self, work: Coroutine[Any, Any, T], timeout: float | None) -> T:
        try:
            running: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            work.close()
            raise ServerFault("A blocking call inside the application's own loop would wait forever.", "Use AsyncONE.")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise Offline("The application did not answer in time.", "Look at its log.") from None

    def _end_loop(self) -> None:
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._thread = None


def _with_state(app: Application, state: dict[str, Any]) -> Application:
    """Hand what the application made at its start to each request, as servers do."""

    async def call(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        scope["state"] = dict(state)
        await app(scope, receive, send)

    return call


class _Lifespan:
    """Starts and ends an ASGI application as its server would."""

    def __init__(self, app: Application, state: dict[str, Any]) -> None:
        self._app = app
        self._state = state
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def startup(self) -> None:
        """Start; an application without a lifespan is fine as it is."""
        self._task = asyncio.create_task(self._live())
        said = await self._ask("lifespan.startup")
        if said["type"] == "lifespan.startup.failed":
            raise ServerFault(f"The application did not start: {said.get('message', '')}", "Look at its log.")

    async def shutdown(self) -> None:
        """End it."""
        if self._task is not None and not self._task.done():
            await self._ask("lifespan.shutdown")
            await self._task

    async def _live(self) -> None:
        scope: Message = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self._state}
        await self._app(scope, self._inbox.get, self._outbox.put)

    async def _ask(self, event: str) -> Message:
        assert self._task is not None
        await self._inbox.put({"type": event})
        answer = asyncio.create_task(self._outbox.get())
        await asyncio.wait({answer, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        answer.cancel()
        self._task.exception()  # seen, so that no warning about it follows
        return {"type": f"{event}.unsupported"}  # it ended or raised: it knows no lifespan


def in_process(app: Application, token: str = "", *, loop: asyncio.AbstractEventLoop | None = None) -> HttpBackend:
    """Make the backend for an application in this process."""
    return HttpBackend(Api(BASE_URL, token, transport=AsgiTransport(app, loop)))
