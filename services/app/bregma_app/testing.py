"""pytest fixtures on top of the kit's: the whole application, with an account of every kind, in memory or on a socket.

``house`` is one installation over ASGI with a database of its own; ``live_house`` serves the same on a free port for
clients that open sockets. Both know two labs: ``openlab`` (any member of any lab reads it) and ``closedlab`` (its own
members only).
"""

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx
    from bregma_kit.db import Database
    from bregma_kit.settings import Settings
    from bregma_kit.testing.databases import PostgresServer
    from bregma_kit.testing.stores import ObjectStore
    from fastapi import FastAPI

OPEN_LAB, CLOSED_LAB = "openlab", "closedlab"
OPEN_ZONE, CLOSED_ZONE = "Europe/London", "America/New_York"
PASSWORD = "over the bregma"
ACCOUNTS: dict[str, tuple[str | None, str, bool]] = {
    "admin": (None, "member", True),
    "manager": (OPEN_LAB, "manager", False),
    "member": (OPEN_LAB, "member", False),
    "technician": (OPEN_LAB, "technician", False),
    "outsider": (CLOSED_LAB, "member", False),
    "public": (OPEN_LAB, "member", False),
}
"""User name → lab, role there, administrator."""


@dataclass(frozen=True, slots=True)
class Peopled:
    """A sealed template database with labs and accounts, and a token of each account."""

    database: str
    tokens: Mapping[str, str] = field(repr=False)


@dataclass(slots=True)
class House:
    """One installation under test. Each account's client sends that account's token; ``stranger`` sends none."""

    app: "FastAPI"
    url: str
    tokens: Mapping[str, str] = field(repr=False)
    clients: dict[str, "httpx.AsyncClient"]

    @property
    def database(self) -> "Database":
        """The process's own pool."""
        database: Database = self.app.state.process.database
        return database

    def __getattr__(self, name: str) -> "httpx.AsyncClient":
        """Return the client of an account: ``house.member``."""
        try:
            return self.clients[name]
        except KeyError:
            raise AttributeError(name) from None

    async def make(self, path: str, body: Mapping[str, Any], by: str = "admin") -> dict[str, Any]:
        """Create a record and return it; anything but 201 fails the test."""
        answer = await self.clients[by].post(path, json=dict(body))
        assert answer.status_code == 201, f"POST {path}: {answer.status_code} {answer.text}"
        record: dict[str, Any] = answer.json()
        return record

    async def subject(self, nickname: str = "KS014", lab: str = OPEN_LAB, **more: Any) -> dict[str, Any]:
        """Create an animal."""
        return await self.make("/subjects", {"nickname": nickname, "lab": lab, **more})

    async def session(
        self, subject: str = "KS014", day: str = "2020-01-01", number: int = 1, **more: Any
    ) -> dict[str, Any]:
        """Create a session at ten in the morning, and its animal if there is none yet."""
        lab = more.get("lab", OPEN_LAB)
        found = (await self.admin.get("/subjects", params={"nickname": subject, "lab": lab})).json()
        if not found["count"]:
            await self.subject(subject, lab)
        return await self.make(
            "/sessions", {"subject": subject, "start_time": f"{day}T10:00:00", "number": number, **more}
        )

    async def repository(
        self, name: str = "openlab_SR", labs: tuple[str, ...] = (OPEN_LAB,), **more: Any
    ) -> dict[str, Any]:
        """Create a repository that Bregma does not manage, and give it to labs."""
        values = {"name": name, "hostname": f"{name}.local", "data_url": f"https://data.test/{name}/", **more}
        made = await self.make("/data-repository", values)
        for lab in labs:
            known = (await self.admin.get(f"/labs/{lab}")).json()["repositories"]
            answer = await self.admin.patch(f"/labs/{lab}", json={"repositories": [*known, name]})
            assert answer.status_code == 200, answer.text
        return made

    async def managed_repository(self, name: str = "central", labs: tuple[str, ...] = (OPEN_LAB,)) -> None:
        """Bind a repository to the configured bucket, as an operator does."""
        from bregma_files.administration import bind_repository

        async with self.database.write() as tx:
            await bind_repository(tx, name, self.app.state.process.settings.s3_bucket, list(labs))

    async def register(
        self, *filenames: str, path: str = "KS014/2020-01-01/001", by: str = "member", **more: Any
    ) -> "httpx.Response":
        """Call register-file."""
        body = {"path": path, "filenames": list(filenames), **more}
        return await self.clients[by].post("/register-file", json=body)

    async def registered(self, *filenames: str, by: str = "member", **more: Any) -> list[dict[str, Any]]:
        """Call register-file and return its records; anything but 201 fails the test."""
        answer = await self.register(*filenames, by=by, **more)
        assert answer.status_code == 201, answer.text
        records: list[dict[str, Any]] = answer.json()
        return records

    @contextmanager
    def counting(self) -> "Iterator[list[str]]":
        """Collect the SQL statements that the process runs inside the block."""
        from bregma_kit import db

        seen: list[str] = []
        original = db.ReadTx.rows, db.ReadTx.row, db.WriteTx.execute

        def counted(method: Any) -> Any:
            async def run(self: Any, statement: Any, values: Any = None, **more: Any) -> Any:
                ready = statement if isinstance(statement, db.Compiled) else db.compiled(statement)
                seen.append(ready.sql)
                return await method(self, ready, values, **more)

            return run

        db.ReadTx.rows, db.ReadTx.row, db.WriteTx.execute = map(counted, original)  # type: ignore[method-assign]
        try:
            yield seen
        finally:
            db.ReadTx.rows, db.ReadTx.row, db.WriteTx.execute = original  # type: ignore[method-assign]


async def _people(url: str) -> dict[str, str]:
    """Fill a database with two labs and an account of each kind; return a token of each."""
    from bregma_kit.db import Database, new_id
    from bregma_metadata import administration
    from bregma_metadata.labs.tables import LabRow
    from sqlalchemy import insert

    database = Database(url, pool=1)
    await database.open()
    try:
        async with database.write() as tx:
            for lab, zone, visibility in ((OPEN_LAB, OPEN_ZONE, "open"), (CLOSED_LAB, CLOSED_ZONE, "closed")):
                row = {"id": new_id(), "name": lab, "timezone": zone, "visibility": visibility}
                await tx.execute(insert(LabRow).values(**row))
            tokens = {}
            for username, (home, role, admin) in ACCOUNTS.items():
                kind = "public" if username == "public" else "normal"
                await administration.add_user(
                    tx, username, PASSWORD, admin=admin, kind=kind, lab=home, role=role, email=f"{username}@example.org"
                )
                tokens[username] = await administration.add_token(tx, username)
            tokens["rig"] = await administration.add_token(tx, "rig", rig=True, lab=OPEN_LAB)
        return tokens
    finally:
        await database.close()


@pytest.fixture(scope="session")
def peopled(postgres_server: "PostgresServer", template_database: str) -> Iterator[Peopled]:
    """Lend a template with labs and accounts; hashing their passwords once is enough."""
    name = f"bregma_people_{secrets.token_hex(4)}"
    postgres_server.create(name, template_database)
    try:
        tokens = asyncio.run(_people(postgres_server.address(name)))
        postgres_server.seal(name)
        yield Peopled(name, tokens)
    finally:
        postgres_server.drop(name)


@pytest.fixture
def house_url(postgres_server: "PostgresServer", peopled: Peopled) -> Iterator[str]:
    """Lend the address of a fresh database with labs and accounts."""
    from bregma_kit.testing.databases import clone

    with clone(postgres_server, peopled.database) as url:
        yield url


def house_settings(url: str, store: "ObjectStore | None" = None, bucket: str = "bregma", **more: Any) -> "Settings":
    """Return the settings of an installation under test, with an object store or without."""
    from bregma_kit.settings import Settings
    from pydantic import SecretStr

    if store is not None:
        more = {"s3_endpoint": store.endpoint, "s3_access_key": SecretStr(store.access_key), "s3_region": store.region,
                "s3_secret_key": SecretStr(store.secret_key), "s3_bucket": bucket, **more}  # fmt: skip
    return Settings(database_url=SecretStr(url), secret_key=SecretStr("x" * 32), **more)


@cache
def _plain_logs() -> None:
    """Print log lines without colours: drawing the boxes of one deep traceback takes structlog seconds."""
    import structlog

    structlog.configure(processors=[
        structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
        structlog.processors.format_exc_info, structlog.processors.JSONRenderer(),
    ])  # fmt: skip


@asynccontextmanager
async def open_house(settings: "Settings", tokens: Mapping[str, str]) -> AsyncIterator[House]:
    """Serve an installation in this event loop and lend a client for each account."""
    import httpx

    from bregma_app.main import make_app

    _plain_logs()
    app = make_app(settings)
    transport = httpx.ASGITransport(app=app)
    clients = {
        name: httpx.AsyncClient(
            transport=transport, base_url="http://bregma.test", headers={"Authorization": f"Token {token}"} if token else {}
        )
        for name, token in {**tokens, "stranger": ""}.items()
    }  # fmt: skip
    async with app.router.lifespan_context(app):
        yield House(app, "http://bregma.test", tokens, clients)
        for client in clients.values():
            await client.aclose()


@pytest.fixture
async def house(house_url: str, peopled: Peopled) -> AsyncIterator[House]:
    """Lend an installation without an object store, over ASGI."""
    async with open_house(house_settings(house_url), peopled.tokens) as one:
        yield one


@dataclass(frozen=True, slots=True)
class LiveHouse:
    """An installation behind a socket."""

    url: str
    tokens: Mapping[str, str] = field(repr=False)
    app: "FastAPI"


@contextmanager
def serving(settings: "Settings", tokens: Mapping[str, str]) -> Iterator[LiveHouse]:
    """Serve an installation by uvicorn on a free port, in a thread with an event loop of its own."""
    import uvicorn

    from bregma_app.main import make_app

    _plain_logs()
    listener = socket.create_server(("127.0.0.1", 0))
    app = make_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the server under test did not start; its log above says why")
            time.sleep(0.01)
        yield LiveHouse(f"http://127.0.0.1:{listener.getsockname()[1]}", tokens, app)
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()


@pytest.fixture
def live_house(house_url: str, peopled: Peopled) -> Iterator[LiveHouse]:
    """Lend an installation without an object store, on a free port."""
    with serving(house_settings(house_url), peopled.tokens) as one:
        yield one
