"""The other side of each ratio: asyncpg alone, on the same database, for the same rows."""

import asyncio
import secrets
import statistics
import time
from typing import Any
from uuid import UUID

import asyncpg

from tests.load.world import minted

PAGE = """
select s.id, u.nickname, l.name, s.start_time, s.number, s.task_protocol,
       array(select p.name from metadata.session_projects x join metadata.projects p on p.id = x.project_id
             where x.session_id = s.id) as projects
from metadata.sessions s join metadata.subjects u on u.id = s.subject_id join metadata.labs l on l.id = s.lab_id
where s.id = any($1) order by s.start_time desc, s.id desc
"""
DETAIL = """
select s.*, u.nickname, l.name,
       array(select p.name from metadata.session_projects x join metadata.projects p on p.id = x.project_id where x.session_id = s.id),
       array(select p.name from metadata.session_procedures x join metadata.procedures p on p.id = x.procedure_id where x.session_id = s.id),
       array(select p.username from metadata.session_users x join metadata.users p on p.id = x.user_id where x.session_id = s.id)
from metadata.sessions s join metadata.subjects u on u.id = s.subject_id join metadata.labs l on l.id = s.lab_id where s.id = $1
"""
DETAIL_DATASETS = """
select d.id, d.name, t.name as type, d.file_size, d.hash, d.version, d.collection, d.default_dataset, d.qc, r.data_url, f.relative_path
from files.datasets d join files.dataset_types t on t.id = d.dataset_type_id
join files.file_records f on f.dataset_id = d.id and f.exists
join files.repositories r on r.id = f.repository_id and r.data_url is not null
where d.session_id = $1 order by d.collection, d.name
"""
REGISTER = (
    """
insert into files.datasets (id, session_id, collection, name, dataset_type_id, data_format_id, file_size, hash)
select i, $2, c, n, $5, $6, 1000, h from unnest($1::uuid[], $3::text[], $4::text[], $7::text[]) as x(i, c, n, h)
on conflict (session_id, coalesce(collection, ''), name, coalesce(revision_id, '00000000-0000-0000-0000-000000000000'::uuid))
  where session_id is not null do update set hash = excluded.hash
""",
    """
insert into files.file_records (id, dataset_id, repository_id, relative_path, exists, declared)
select i, d, r, p, true, true from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) as x(i, d, r, p)
on conflict do nothing
""",
)


class Bare:
    """One connection, used from a synchronous benchmark."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self.connection: asyncpg.Connection = self._loop.run_until_complete(asyncpg.connect(url))

    def seconds(self, sql: str, *arguments: Any) -> float:
        """Return how long a prepared statement takes, its rows fetched."""
        begin = time.perf_counter()
        self._loop.run_until_complete(self.connection.fetch(sql, *arguments))
        return time.perf_counter() - begin

    def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        return list(self._loop.run_until_complete(self.connection.fetch(sql, *arguments)))

    def close(self) -> None:
        self._loop.run_until_complete(self.connection.close())
        self._loop.close()


def registered_per_second(url: str, sessions: list[UUID], files: int, clients: int, seconds: float) -> float:
    """Register files by two inserts per call and nothing else: no HTTP, no parsing, no checks."""
    return asyncio.run(_register(url, sessions, files, clients, seconds))


async def _register(url: str, sessions: list[UUID], files: int, clients: int, seconds: float) -> float:
    pool = await asyncpg.create_pool(url, min_size=clients, max_size=clients)
    try:
        kinds = await pool.fetchrow(
            "select (select id from files.dataset_types limit 1), (select id from files.data_formats limit 1)"
        )
        repositories = [
            row[0]
            for row in await pool.fetch("select id from files.repositories where not managed order by name limit 2")
        ]
        end = time.perf_counter() + seconds
        begin = time.perf_counter()
        counts = await asyncio.gather(
            *(_client(pool, sessions[n::clients], kinds, repositories, files, end) for n in range(clients))
        )
        return sum(counts) / (time.perf_counter() - begin)
    finally:
        await pool.close()


def reads_per_second(url: str, sessions: list[UUID], clients: int, seconds: float) -> float:
    """Fetch one session's row and its datasets' rows at a time, from as many connections as there are clients."""
    return asyncio.run(_reads(url, sessions, clients, seconds))


async def _reads(url: str, sessions: list[UUID], clients: int, seconds: float) -> float:
    pool = await asyncpg.create_pool(url, min_size=clients, max_size=clients)

    async def client(number: int) -> int:
        done = 0
        async with pool.acquire() as connection:
            while time.perf_counter() < end:
                session = sessions[(done * clients + number) * 7919 % len(sessions)]
                await connection.fetchrow(DETAIL, session)
                await connection.fetch(DETAIL_DATASETS, session)
                done += 1
        return done

    try:
        begin = time.perf_counter()
        end = begin + seconds
        counts = await asyncio.gather(*(client(n) for n in range(clients)))
        return sum(counts) / (time.perf_counter() - begin)
    finally:
        await pool.close()


async def _client(
    pool: asyncpg.Pool, sessions: list[UUID], kinds: Any, repositories: list[UUID], files: int, end: float
) -> int:
    done = 0
    while time.perf_counter() < end:
        session = sessions[done // files % len(sessions)]
        run = secrets.token_hex(4)
        names = [f"spikes.times.{run}{n:04d}.npy" for n in range(files)]
        ids, copies = _ids(files), _ids(files * len(repositories))
        paths = [f"bare/{session}/{name}" for name in names]
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(REGISTER[0], ids, session, ["alf"] * files, names, *kinds, ["0" * 32] * files)
            await connection.execute(
                REGISTER[1], copies, ids * len(repositories),
                [each for each in repositories for _ in ids], paths * len(repositories),
            )  # fmt: skip
        done += files
    return done


def _ids(number: int) -> list[UUID]:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    return [minted(now, secrets.randbits(60)) for _ in range(number)]


def median_ms(values: list[float]) -> float:
    """Return the median of seconds in milliseconds."""
    return statistics.median(values) * 1e3
