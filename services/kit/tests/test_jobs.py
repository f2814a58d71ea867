"""Jobs are part of the transaction that causes them, survive their worker, and run again after a failure."""

import asyncio
import signal
import sys
import textwrap

import psycopg
import pytest
from bregma_kit.db import Database
from bregma_kit.http import Process
from bregma_kit.jobs import AlreadyQueued, Task, defer, run_worker
from bregma_kit.settings import Settings
from sqlalchemy import column, func, select, table

JOBS = table("procrastinate_jobs", column("status"), column("args"), column("task_name"), schema="jobs")


@pytest.fixture
async def database(database_url):
    base = Database(database_url)
    await base.open()
    yield base
    await base.close()


async def count(database: Database) -> int:
    async with database.read() as tx:
        return await tx.value(select(func.count()).select_from(JOBS))


def by_hand(database_url: str, statement: str) -> None:
    with psycopg.connect(database_url, autocommit=True, options="-c search_path=jobs,public") as connection:
        connection.execute(statement)


def process_of(database_url: str, database: Database) -> Process:
    return Process(Settings(database_url=database_url), database, None)


async def test_a_rollback_leaves_no_job_and_a_commit_leaves_one(database):
    async def change_of_mind():
        async with database.write() as tx:
            await defer(tx, "kit.test", [{"n": 1}], queue="kit")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_of_mind()
    assert await count(database) == 0
    async with database.write() as tx:
        assert len(await defer(tx, "kit.test", [{"n": 1}], queue="kit")) == 1
    assert await count(database) == 1


@pytest.mark.parametrize("room", ["metadata", "files", "transfer", "compression"])
async def test_every_room_may_defer_with_its_own_role(database_url, room):
    base = Database(database_url, role=f"bregma_{room}")
    await base.open()
    try:
        async with base.write() as tx:
            await defer(tx, "kit.test", [{"ids": ["a", "b"]}, {"ids": []}], queue=room, lock="x")
            rows = await tx.rows(select(JOBS.c.args).order_by(JOBS.c.args))
    finally:
        await base.close()
    assert sorted(len(row[0]["ids"]) for row in rows) == [0, 2]


async def test_no_arguments_mean_no_job(database):
    async with database.write() as tx:
        assert await defer(tx, "kit.test", [], queue="kit") == []


async def test_a_second_job_of_one_queueing_lock_is_an_error_that_says_so(database):
    async with database.write() as tx:
        await defer(tx, "kit.test", [{}], queue="kit", queueing_lock="only-one")
    with pytest.raises(AlreadyQueued, match="waits already"):
        async with database.write() as tx:
            await defer(tx, "kit.test", [{}], queue="kit", queueing_lock="only-one")
    assert await count(database) == 1


async def test_a_worker_runs_what_was_deferred_and_retries_what_failed(database_url, database):
    seen = []

    async def run(process, n):
        seen.append(n)
        if n == 2 and seen.count(2) < 2:
            raise ConnectionError("for once")

    task = Task(name="kit.test", run=run, queue="kit")
    async with database.write() as tx:
        await defer(tx, "kit.test", [{"n": 1}, {"n": 2}], queue="kit")
    process = process_of(database_url, database)
    await run_worker(process, [task], wait=False, signals=False)
    assert sorted(seen) == [1, 2]
    # the second try is due in some seconds; the test does not wait for them
    by_hand(database_url, "update procrastinate_jobs set scheduled_at = now()")
    await run_worker(process, [task], wait=False, signals=False)
    assert sorted(seen) == [1, 2, 2]
    assert await count(database) == 0


WORKER = """
import asyncio, pathlib, sys
from bregma_kit.db import Database
from bregma_kit.http import Process
from bregma_kit.jobs import Task, run_worker
from bregma_kit.settings import Settings

async def hang(process):
    pathlib.Path(sys.argv[2]).touch()
    await asyncio.sleep(60)

async def main():
    process = Process(Settings(database_url=sys.argv[1]), Database(sys.argv[1]), None)
    await run_worker(process, [Task(name="kit.test", run=hang, queue="kit")])

asyncio.run(main())
"""


async def test_a_job_of_a_killed_worker_is_done_by_another(database_url, database, tmp_path):
    async with database.write() as tx:
        await defer(tx, "kit.test", [{}], queue="kit")
    script, started = tmp_path / "worker.py", tmp_path / "started"
    script.write_text(textwrap.dedent(WORKER))
    worker = await asyncio.create_subprocess_exec(sys.executable, str(script), database_url, str(started))
    try:
        async with asyncio.timeout(30):
            while not started.exists():  # noqa: ASYNC110  another process makes the file
                await asyncio.sleep(0.05)
    finally:
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
    done = asyncio.Event()

    async def run(process):
        done.set()

    # as if half a minute had gone by without a sign of life
    by_hand(database_url, "update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
    process = process_of(database_url, database)
    async with database.write() as tx:
        await defer(tx, "kit.stalled", [{"timestamp": 0}], queue="kit")
    for _ in range(2):  # the sweep gives the job back; then it is taken
        await run_worker(process, [Task(name="kit.test", run=run, queue="kit")], wait=False, signals=False)
        by_hand(database_url, "update procrastinate_jobs set scheduled_at = now() where scheduled_at > now()")
    assert done.is_set()
    assert await count(database) == 0
