"""A pooled connection is lent clean, whatever happened to its last borrower."""

import asyncio
import contextlib

import pytest
from asyncpg.transaction import Transaction
from bregma_kit.db import Database
from sqlalchemy import Integer, column, insert, select, table, text

THINGS = table("things", column("n", Integer))


@pytest.fixture
async def database(database_url):
    one = Database(database_url, pool=1)
    await one.open()
    async with one.write() as tx:
        await tx.execute(text("create table things (n integer)"))
    yield one
    await one.close()


async def numbers(database_url) -> list[int]:
    """What another connection sees."""
    other = Database(database_url, pool=1)
    await other.open()
    try:
        async with other.read() as tx:
            return [row["n"] for row in await tx.rows(select(THINGS.c.n))]
    finally:
        await other.close()


async def test_a_borrower_that_was_cancelled_while_it_began_takes_nobodys_work_with_it(
    database, database_url, monkeypatch
):
    begin = Transaction.start

    async def cancelled(self):
        self._connection._top_xact = self
        await self._connection.execute("begin")
        raise asyncio.CancelledError

    monkeypatch.setattr(Transaction, "start", cancelled)
    with contextlib.suppress(asyncio.CancelledError):
        async with database.write():
            pytest.fail("it never began")
    monkeypatch.setattr(Transaction, "start", begin)
    async with database.write() as tx:
        await tx.execute(insert(THINGS).values(n=1))
    assert await numbers(database_url) == [1]


@pytest.mark.parametrize("turns", range(12))
async def test_what_is_committed_after_a_cancelled_task_stays(database, database_url, turns):
    async def other() -> None:
        async with database.write() as tx:
            await tx.execute(insert(THINGS).values(n=0))

    task = asyncio.create_task(other())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    async with database.write() as tx:
        await tx.execute(insert(THINGS).values(n=1))
    assert 1 in await numbers(database_url)
