"""PostgreSQL: the declarative base, read and write transactions, and statements compiled once.

SQLAlchemy Core says what a statement means, asyncpg runs it (docs/design/0002-sql-on-asyncpg.md).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import orjson
import uuid_utils
from sqlalchemy import ARRAY, Executable, MetaData, bindparam, column, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.orm import DeclarativeBase

from bregma_kit.errors import Unavailable

NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_ix",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


Values = Mapping[str, Any]

_VERSION_BITS, _VERSION_4 = 0xF << 76, 0x4 << 76


class Base(DeclarativeBase):
    """Every room's tables; each table names its room's schema."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSONB}


def new_id() -> UUID:
    """Mint a time-ordered id that calls itself version 4 (docs/design/0003-ids.md).

    Ordered like UUID v7, so that new rows lie together in their index; the stock client takes no id for an id whose
    version is not 3, 4 or 5.
    """
    return UUID(int=(uuid_utils.uuid7().int & ~_VERSION_BITS) | _VERSION_4)


_DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement turned into text once; later runs pass values only.

    Building and hashing a large SQLAlchemy construct for every request costs more than PostgreSQL needs to answer
    it, so hot reads are compiled per shape and remembered by whoever made them.
    """

    sql: str
    names: tuple[str, ...]
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the positional arguments for these named values."""
        defaults = self.defaults
        return [values[name] if name in values else defaults[name] for name in self.names]


def compiled(statement: Executable) -> Compiled:
    """Compile a statement whose parameters are plain values (lists go as arrays, never expanded)."""
    result = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    given = {name: bind.effective_value for name, bind in result.binds.items() if not bind.required}
    return Compiled(result.string, tuple(result.positiontup or ()), given)


def arrays(**types: Any) -> Any:
    """Return a table made of parallel arrays, one parameter per column: a call of any size is the same statement."""
    parameters = [bindparam(name, type_=ARRAY(kind)) for name, kind in types.items()]
    columns = [column(name, kind) for name, kind in types.items()]
    return func.unnest(*parameters).table_valued(*columns, with_ordinality="place", name="given").render_derived()


def any_of(name: str, kind: Any) -> Any:
    """Return ``any(:name)`` of an array parameter."""
    return func.any(bindparam(name, type_=ARRAY(kind)))


class ReadTx:
    """A connection on which each statement is its own snapshot; it cannot commit anything of its own."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def rows(self, statement: Executable | Compiled, values: Values | None = None) -> list[asyncpg.Record]:
        """Run a statement and return its rows."""
        ready = statement if isinstance(statement, Compiled) else compiled(statement)
        return list(await self._connection.fetch(ready.sql, *ready.arguments(values or {})))

    async def row(
        self, statement: Executable | Compiled, values: Values | None = None, *, timeout: float | None = None
    ) -> asyncpg.Record | None:
        """Run a statement and return its first row, or None; one that outlives ``timeout`` seconds is cancelled."""
        ready = statement if isinstance(statement, Compiled) else compiled(statement)
        return await self._connection.fetchrow(ready.sql, *ready.arguments(values or {}), timeout=timeout)

    async def value(self, statement: Executable | Compiled, values: Values | None = None) -> Any:
        """Run a statement and return the first column of its first row, or None."""
        row = await self.row(statement, values)
        return None if row is None else row[0]


class WriteTx(ReadTx):
    """An open transaction; only the service that opened it decides that it commits."""

    async def execute(self, statement: Executable | Compiled, values: Values | None = None) -> int:
        """Run a statement for its effect and return how many rows it touched."""
        ready = statement if isinstance(statement, Compiled) else compiled(statement)
        tag = await self._connection.execute(ready.sql, *ready.arguments(values or {}))
        last = str(tag).rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Undo what the block did if it fails, and nothing else of the transaction."""
        async with self._connection.transaction():
            yield


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    async def reset(self, *, timeout: float | None = None) -> None:
        """Keep the connection as it is: no code here leaves state behind, so the round trip buys nothing.

        But one that was cancelled while its transaction began is still in it, and what the next borrower commits there would
        be a part of it, gone when it ends.
        """
        if self.is_in_transaction() or self._top_xact is not None:
            await asyncio.wait_for(self._reset(), timeout)


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=lambda v: orjson.dumps(v).decode(), decoder=orjson.loads, schema="pg_catalog"
    )


class Database:
    """The pool of one process, as one room's role or, for a process with all rooms, as the login itself."""

    def __init__(self, url: str, *, role: str | None = None, pool: int = 10) -> None:
        self._url = url
        # procrastinate's functions name their tables without a schema
        self._settings = {"timezone": "UTC", "application_name": "bregma", "search_path": "public,jobs"}
        # a statement takes milliseconds: starting helper processes takes as long, and other callers need the cores
        self._settings["max_parallel_workers_per_gather"] = "0"
        # the matches of a broad search fit into this; with the default of 4 MB they go through a temporary file
        self._settings["work_mem"] = "16MB"
        if role:
            self._settings["role"] = role
        self._size = pool
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Open the pool; raises if the database does not answer."""
        self._pool = await asyncpg.create_pool(
            self._url, min_size=1, max_size=self._size, init=_prepare, connection_class=_Connection,
            server_settings=self._settings, command_timeout=60,
        )  # fmt: skip

    async def close(self) -> None:
        """Close the pool."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadTx]:
        """Lend a connection for reading."""
        async with self._acquire() as connection:
            yield ReadTx(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteTx]:
        """Open a transaction that commits when the block ends well and rolls back otherwise."""
        async with self._acquire() as connection, connection.transaction():
            yield WriteTx(connection)

    @asynccontextmanager
    async def _acquire(self) -> AsyncIterator[asyncpg.Connection]:
        assert self._pool is not None, "Database.open() was not called"
        try:
            connection = await self._pool.acquire(timeout=10)
        except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
            raise Unavailable("The database does not answer.") from error
        try:
            yield connection
        finally:
            await self._pool.release(connection)
