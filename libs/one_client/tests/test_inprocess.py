"""Carrying synchronous requests to an ASGI application."""

import asyncio
import json

import pytest
from one_client import ONE, AsyncONE
from one_client.backends.api import Api
from one_client.backends.inprocess import AsgiTransport
from one_client.errors import Offline, ServerFault


class Application:
    """Tells what it was asked, and in which loop it lives."""

    def __init__(self, lifespan: str = "yes") -> None:
        self.lifespan = lifespan
        self.events: list[str] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()

    async def __call__(self, scope, receive, send) -> None:
        self.loops.add(asyncio.get_running_loop())
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
            return
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        said = {"path": scope["path"], "method": scope["method"], "token": headers.get("authorization"),
                "state": scope["state"].get("greeting"), "body": body.decode()}  # fmt: skip
        if scope["path"] == "/slow":
            await asyncio.sleep(60)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(said).encode()})

    async def live(self, scope, receive, send) -> None:
        if self.lifespan == "none":
            raise RuntimeError("no lifespan here")
        assert (await receive())["type"] == "lifespan.startup"
        if self.lifespan == "fails":
            await send({"type": "lifespan.startup.failed", "message": "no database"})
            return
        scope["state"]["greeting"] = "hello"
        self.events.append("started")
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        self.events.append("ended")
        await send({"type": "lifespan.shutdown.complete"})


def test_requests_reach_the_application_which_lives_in_one_loop() -> None:
    app = Application()
    api = Api("http://inside", "abc", transport=AsgiTransport(app))
    said = api.post("/x", {"a": 1})
    assert said == {"path": "/x", "method": "POST", "token": "Token abc", "state": "hello", "body": '{"a":1}'}
    api.get("/y")
    api.close()
    assert app.events == ["started", "ended"]
    assert len(app.loops) == 1


def test_an_application_without_a_lifespan() -> None:
    api = Api("http://inside", transport=AsgiTransport(Application("none")))
    assert api.get("/x")["path"] == "/x"
    api.close()


def test_an_application_that_does_not_start() -> None:
    with pytest.raises(ServerFault, match="no database"):
        AsgiTransport(Application("fails"))


def test_it_works_from_synchronous_code_inside_a_running_loop() -> None:
    async def caller() -> str:
        with ONE.from_app(Application()) as one:
            return one.library.backend.api.get("/x")["path"]

    assert asyncio.run(caller()) == "/x"


async def test_async_callers_share_their_loop_with_the_application() -> None:
    app = Application("none")
    async with AsyncONE.from_app(app, token="t") as one:
        said = await asyncio.to_thread(one.sync.library.backend.api.get, "/x")
        assert said["token"] == "Token t"
        assert app.loops == {asyncio.get_running_loop()}
        with pytest.raises(ServerFault, match="AsyncONE"):
            one.sync.library.backend.api.get("/x")


def test_a_slow_application_does_not_block_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    transport = AsgiTransport(Application())
    with pytest.raises(Offline, match="in time"), httpx.Client(transport=transport, timeout=0.1) as client:
        client.get("http://inside/slow")


def test_the_temporary_cache_goes_with_it() -> None:
    one = ONE.from_app(Application())
    root = one.library.cache.root
    (root / "file").write_text("x")
    one.close()
    assert not root.exists()
