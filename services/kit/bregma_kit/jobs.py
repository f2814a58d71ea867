"""Jobs on procrastinate: deferred in the transaction of the change that causes them, run at least once.

A task's name is the contract and its arguments are ids only; domain state lives in the rooms' own tables, so that a
job which a killed worker left half done can simply run again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import structlog
from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.types import UserDefinedType

from bregma_kit.db import Compiled, WriteTx, compiled
from bregma_kit.errors import Conflict
from bregma_kit.http import Process

log = structlog.get_logger("jobs")
SCHEMA = "jobs"
LONGEST_WAIT = 900
"""Seconds between two tries of a failing job, at most."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A kind of job. ``run`` gets the process and the arguments; a failed one is tried again, ever more slowly."""

    name: str
    run: Callable[..., Awaitable[None]]
    queue: str
    attempts: int = 20
    cron: str = ""
    """For a periodic task: minute hour day month weekday, in UTC."""


class AlreadyQueued(Conflict):
    """A job with this queueing lock waits already."""

    code = "already_queued"


class _JobToDefer(UserDefinedType[Any]):
    """procrastinate's argument type; its version is part of its name, and a test defers by it."""

    cache_ok = True

    def get_col_spec(self, **_kw: Any) -> str:
        return f"{SCHEMA}.procrastinate_job_to_defer_v1"


def _defer_statement() -> Compiled:
    given = (
        func.unnest(bindparam("args", type_=ARRAY(JSONB))).table_valued(column("args", JSONB)).render_derived("given")
    )
    job = func.row(
        bindparam("queue", type_=Text), bindparam("task", type_=Text), bindparam("priority", type_=Integer),
        bindparam("lock", type_=Text), bindparam("queueing_lock", type_=Text), given.c.args,
        bindparam("at", type_=DateTime(timezone=True)),
    )  # fmt: skip
    jobs = select(func.array_agg(cast(job, _JobToDefer()))).select_from(given).scalar_subquery()
    deferred = func.jobs.procrastinate_defer_jobs_v1(jobs, type_=ARRAY(BigInteger))
    return compiled(select(func.coalesce(deferred, cast(array([]), ARRAY(BigInteger)))))


_DEFER = _defer_statement()


async def defer(
    tx: WriteTx,
    name: str,
    args_list: Sequence[Mapping[str, Any]],
    *,
    queue: str,
    priority: int = 0,
    lock: str | None = None,
    queueing_lock: str | None = None,
    at: datetime | None = None,
) -> list[int]:
    """Queue one job per entry of ``args_list`` in the caller's transaction and return their numbers.

    Jobs of one ``lock`` run one after the other; of one ``queueing_lock`` at most one waits, or AlreadyQueued is raised
    and the transaction is lost.
    """
    if not args_list:
        return []
    values = {"args": [dict(one) for one in args_list], "queue": queue, "task": name, "priority": priority,
              "lock": lock, "queueing_lock": queueing_lock, "at": at}  # fmt: skip
    try:
        found: list[int] = await tx.value(_DEFER, values)
    except asyncpg.UniqueViolationError as error:
        raise AlreadyQueued(f"A job {name} with the queueing lock {queueing_lock} waits already.") from error
    return found


def make_app(
    database_url: str, tasks: Sequence[Task] = (), process: Process | None = None, *, pool: int = 5, stalled: float = 30
) -> Any:
    """Make procrastinate's App, with its own psycopg connections, for these tasks.

    ``stalled`` is how many seconds a worker may be silent before its jobs are given to another.
    """
    import procrastinate

    connector = procrastinate.PsycopgConnector(
        conninfo=database_url, min_size=1, max_size=pool,
        kwargs={"options": f"-c search_path={SCHEMA},public -c timezone=UTC", "application_name": "bregma-worker"},
    )  # fmt: skip
    app = procrastinate.App(connector=connector)
    for task in tasks:
        _register(app, task, process)
    _register_stalled(app, stalled)
    return app


def _register(app: Any, task: Task, process: Process | None) -> None:
    async def run(**arguments: Any) -> None:
        if task.cron:
            arguments.pop("timestamp", None)
        with structlog.contextvars.bound_contextvars(task=task.name):
            await task.run(process, **arguments)

    known = app.task(name=task.name, queue=task.queue, retry=backoff(task.attempts))(run)
    if task.cron:
        app.periodic(cron=task.cron, periodic_id=task.name)(known)


def _register_stalled(app: Any, seconds: float) -> None:
    """Give the jobs of workers that died to others: procrastinate marks them, and retries none by itself."""
    from procrastinate.exceptions import ConnectorException

    every = min(max(1, int(seconds / 2)), 59)

    async def sweep(timestamp: int) -> None:  # noqa: ARG001  procrastinate gives it by this name
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
            try:
                await app.job_manager.retry_job(job)
            except ConnectorException:
                # another worker's sweep was quicker, or the database is away: the next sweep sees which
                log.info("job_not_given_back", job=job.id, task=job.task_name)
            else:
                log.warning("job_stalled", job=job.id, task=job.task_name)

    known = app.task(name="kit.stalled", queue="kit", queueing_lock="kit.stalled")(sweep)
    app.periodic(cron=f"* * * * * */{every}", periodic_id="kit.stalled")(known)


def backoff(attempts: int) -> Any:
    """Return the strategy: 5 s, 10 s, 20 s ... 15 min between tries, so often."""
    from procrastinate import BaseRetryStrategy, RetryDecision

    class Backoff(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Any) -> Any:
            if job.attempts + 1 >= attempts:
                log.error("job_given_up", job=job.id, task=job.task_name, error=type(exception).__name__)
                return None
            wait = min(5 * 2 ** min(job.attempts, 10), LONGEST_WAIT)
            log.warning("job_failed", job=job.id, task=job.task_name, error=type(exception).__name__, again_in=wait)
            return RetryDecision(retry_in={"seconds": wait})

    return Backoff()


async def run_worker(
    process: Process,
    tasks: Sequence[Task],
    queues: Sequence[str] | None = None,
    *,
    concurrency: int = 4,
    wait: bool = True,
    signals: bool = True,
    grace: float = 30,
) -> None:
    """Work until told to stop (SIGTERM), or with ``wait=False`` until nothing is left to do.

    On SIGTERM jobs under way get ``grace`` seconds and are then aborted; what they left is done again elsewhere.
    """
    url = process.settings.database_url.get_secret_value()
    stalled = process.settings.worker_stalled_seconds
    app = make_app(url, tasks, process, pool=concurrency + 3, stalled=stalled)
    chosen = None if queues is None else [*queues, "kit"]
    async with app.open_async():
        await app.run_worker_async(
            queues=chosen, concurrency=concurrency, wait=wait, install_signal_handlers=signals,
            shutdown_graceful_timeout=grace, delete_jobs="successful", update_heartbeat_interval=stalled / 6,
            stalled_worker_timeout=stalled,
        )  # fmt: skip
