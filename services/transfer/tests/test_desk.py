"""Writes are done together, and a bad one among them stops no other."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from bregma_transfer.movements.desk import MOST, Desk


class Ledger:
    """A database that keeps what was committed, and how many transactions that took."""

    def __init__(self) -> None:
        self.kept, self.commits = [], 0

    @asynccontextmanager
    async def write(self):
        page = []
        yield page
        await asyncio.sleep(0)
        self.kept += page
        self.commits += 1


async def enter(page, some):
    for one in some:
        if one < 0:
            raise ValueError(one)
        page.append(one)
    return [None if one % 7 else KeyError(one) for one in some]


async def test_many_writers_share_a_transaction_and_each_learns_its_own_outcome():
    ledger = Ledger()
    desk = Desk(ledger, enter)
    answers = await asyncio.gather(*(desk.write(n) for n in range(1, 500)), return_exceptions=True)
    assert [type(one) for one in answers] == [type(None) if n % 7 else KeyError for n in range(1, 500)]
    assert ledger.kept == list(range(1, 500))
    assert ledger.commits <= 500 // MOST + 2


async def test_a_bad_one_stops_no_other():
    ledger = Ledger()
    desk = Desk(ledger, enter)
    good, bad, after = await asyncio.gather(desk.write(1), desk.write(-1), desk.write(2), return_exceptions=True)
    assert (good, after) == (None, None)
    assert isinstance(bad, ValueError)
    assert ledger.kept == [1, 2]
    with pytest.raises(ValueError, match="-2"):
        await desk.write(-2)
    await desk.write(3)
    assert ledger.kept == [1, 2, 3]


async def test_who_went_away_holds_up_nobody():
    ledger = Ledger()
    desk = Desk(ledger, enter)
    gone = asyncio.create_task(desk.write(1))
    await asyncio.sleep(0)
    gone.cancel()
    await desk.write(2)
    assert 2 in ledger.kept
