"""Transfers: planning a million datasets, and store → store beside rclone between the same two stores."""

import asyncio
import hashlib
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.load.house import Bench
from tests.load.report import Row
from tests.load.wire import rounds, spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bregma_kit.local.seaweedfs import LocalSeaweed

ZONES = (
    "Europe/London", "America/New_York", "Europe/Lisbon", "Asia/Tokyo", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata",
)  # fmt: skip
LABS, PER_SESSION = 10, 50
PARALLEL = 8

WORLD = (
    """insert into metadata.labs (id, name, timezone)
       select gen_random_uuid(), 'lab' || n, (%(zones)s::text[])[1 + n %% 7] from generate_series(1, %(labs)s) n""",
    """insert into metadata.subjects (id, nickname, lab_id) select gen_random_uuid(), 'S_' || name, id from metadata.labs
       where name like 'lab%%'""",
    """insert into metadata.sessions (id, subject_id, lab_id, start_time, number)
       select gen_random_uuid(), s.id, s.lab_id, timestamp '2020-01-01' + n * interval '1 day', 1
       from metadata.subjects s, generate_series(1, %(sessions)s) n where s.nickname like 'S_lab%%'""",
    """insert into files.repositories (id, name, managed, bucket) values
       (gen_random_uuid(), 'near', true, 'near'), (gen_random_uuid(), 'far', true, 'far')""",
    """insert into files.datasets (id, session_id, name, dataset_type_id, data_format_id, file_size, hash, sha256)
       select gen_random_uuid(), s.id, 'spikes.times' || n || '.npy', t.id, f.id, 1000, md5(n::text), md5(n::text) || md5('x')
       from metadata.sessions s, generate_series(1, %(per_session)s) n,
         (select id from files.dataset_types where name = 'spikes.times') t, (select id from files.data_formats where name = 'npy') f""",
    """insert into files.file_records (id, dataset_id, repository_id, relative_path, exists, object_key, verified_at)
       select gen_random_uuid(), d.id, r.id, d.id::text || '.npy', true, d.id::text, now()
       from files.datasets d, files.repositories r where r.name = 'near'""",
    """insert into transfer.rules (id, name, target_id) select gen_random_uuid(), 'all of it', id from files.repositories
       where name = 'far'""",
    "analyze",
)  # fmt: skip


@contextmanager
def _installation(bench: Bench) -> "Iterator[str]":
    """Lend an empty, migrated database."""
    from bregma_app import migrate

    name = f"copies_{time.time_ns()}"
    bench._admin(f'create database "{name}" owner bregma')
    try:
        migrate.upgrade(bench.database(name))
        yield bench.database(name)
    finally:
        bench._admin(f'drop database "{name}" with (force)')


def plan(bench: Bench) -> list[Row]:
    """Plan one night of ten labs in seven zones: everything missing, and everything under way."""
    import psycopg

    number = 100_000 if bench.quick else 1_000_000
    with _installation(bench) as database:
        bench.say(f"generating {number:,} datasets ...")
        values = {
            "zones": list(ZONES),
            "labs": LABS,
            "sessions": number // LABS // PER_SESSION,
            "per_session": PER_SESSION,
        }
        with psycopg.connect(database, autocommit=True) as connection:
            for statement in WORLD:
                connection.execute(statement, values if "%" in statement else None)
        first, made = asyncio.run(_plan(database))
        again, more = asyncio.run(_plan(database))
    held = made == number and more == 0 and first < 30
    return [
        Row(
            "plan", f"plan of {number:,} datasets of {LABS} labs", "< 30 s",
            f"{first:.1f} s with {made:,} transfers made; {again:.1f} s when all are under way",
            f"{number / first:,.0f} datasets/s; PostgreSQL on disk with fsync", held, {"first": first, "again": again},
        )
    ]  # fmt: skip


async def _plan(url: str) -> tuple[float, int]:
    from bregma_kit.db import Database
    from bregma_transfer.plans import service, store

    database = Database(url, pool=5)
    await database.open()
    try:
        async with database.read() as tx:
            labs = [row["id"] for row in await store.all_labs(tx)]
        gate = asyncio.Semaphore(4)

        async def one(lab: UUID) -> int:
            async with gate:  # as at night: each lab by itself, as many at a time as a worker has places
                found, _ = await service.plan_labs(database, [lab])
                return found.made

        begin = time.perf_counter()
        made = await asyncio.gather(*(one(lab) for lab in labs))
        return time.perf_counter() - begin, sum(made)
    finally:
        await database.close()


# store → store


class Two:
    """Two stores, a session's files in one of them, and rclone between them if it is installed."""

    def __init__(self, bench: Bench, near: "LocalSeaweed", far: "LocalSeaweed", database: str) -> None:
        self.bench, self.near, self.far, self.database = bench, near, far, database
        self.rclone = shutil.which("rclone") or os.environ.get("BREGMA_RCLONE", "")
        self.round = 0

    def fill(self, sizes: list[int]) -> None:
        """Put objects of random bytes into the near store, and the catalogue that belongs to them into the database."""
        import psycopg
        from bregma_kit.local.seaweedfs import s3_client

        client = s3_client(self.near.endpoint, self.near.access_key, self.near.secret_key, self.near.region)
        with psycopg.connect(self.database, autocommit=True) as connection:
            values = {"zones": list(ZONES), "labs": 1, "sessions": 1, "per_session": len(sizes)}
            for statement in WORLD[:5]:
                connection.execute(statement, values if "%" in statement else None)
            connection.execute("update files.repositories set store = 'far' where name = 'far'")
            names = [row[0] for row in connection.execute("select id from files.datasets order by id")]
            for number, (dataset, size) in enumerate(zip(names, sizes, strict=True)):
                data = os.urandom(size)
                key = f"files/{number:05}.npy"
                _put(client, key, data)
                connection.execute(
                    "update files.datasets set file_size = %s, hash = %s, sha256 = %s where id = %s",
                    [size, hashlib.md5(data).hexdigest(), hashlib.sha256(data).hexdigest(), dataset],
                )
                connection.execute(
                    """insert into files.file_records (id, dataset_id, repository_id, relative_path, exists, object_key, verified_at)
                       select gen_random_uuid(), %s, id, %s, true, %s, now() from files.repositories where name = 'near'""",
                    [dataset, key, key],
                )
            connection.execute(WORLD[6])

    def ours(self) -> float:
        """Carry all of it and return the seconds; every copy is read back and registered."""
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute("delete from transfer.movements")
            connection.execute(
                "delete from files.file_records where repository_id = (select id from files.repositories where name = 'far')"
            )
        self._empty()
        seconds = asyncio.run(self._carry())
        with psycopg.connect(self.database) as connection:
            states = connection.execute("select state, count(*) from transfer.movements group by 1").fetchall()
        if [state for state, _ in states] != ["done"]:
            raise RuntimeError(f"not everything arrived: {states}")
        return seconds

    async def _carry(self) -> float:
        from bregma_kit.db import Database
        from bregma_kit.settings import Settings, StoreSettings
        from bregma_kit.stores import Stores
        from bregma_transfer.movements import carrying
        from bregma_transfer.movements.carriers import Hands
        from bregma_transfer.plans import service, store
        from pydantic import SecretStr

        far = StoreSettings(
            endpoint=self.far.endpoint, access_key=SecretStr(self.far.access_key), secret_key=SecretStr(self.far.secret_key),
            region=self.far.region,
        )  # fmt: skip
        settings = Settings(
            s3_endpoint=self.near.endpoint, s3_access_key=SecretStr(self.near.access_key),
            s3_secret_key=SecretStr(self.near.secret_key), s3_region=self.near.region, stores={"far": far},
        )  # fmt: skip
        database = Database(self.database, pool=20)
        await database.open()
        stores = Stores(settings)
        try:
            async with database.read() as tx:
                labs = [row["id"] for row in await store.all_labs(tx)]
            await service.plan_labs(database, labs)
            worker = carrying.Worker(database, stores, Hands(asyncio.Semaphore(PARALLEL)), timedelta(seconds=60))
            begin = time.perf_counter()
            await asyncio.gather(*(carrying.work(worker) for _ in range(settings.transfer_files)))
            return time.perf_counter() - begin
        finally:
            stores.close()
            await database.close()

    def theirs(self) -> float:
        """Let rclone copy the same objects, without its own check of hashes; return the seconds."""
        self._empty()
        sides = {"NEAR": self.near, "FAR": self.far}
        environment = dict(os.environ)
        for name, one in sides.items():
            environment |= {
                f"RCLONE_CONFIG_{name}_TYPE": "s3", f"RCLONE_CONFIG_{name}_PROVIDER": "SeaweedFS",
                f"RCLONE_CONFIG_{name}_ENDPOINT": one.endpoint, f"RCLONE_CONFIG_{name}_ACCESS_KEY_ID": one.access_key,
                f"RCLONE_CONFIG_{name}_SECRET_ACCESS_KEY": one.secret_key, f"RCLONE_CONFIG_{name}_REGION": one.region,
                f"RCLONE_CONFIG_{name}_CHUNK_SIZE": "16Mi", f"RCLONE_CONFIG_{name}_DISABLE_CHECKSUM": "true",
            }  # fmt: skip
        words = ["copy", "near:near/files", "far:far/files", "--transfers", "4", "--s3-upload-concurrency", "2",
                 "--ignore-checksum", "--multi-thread-streams", "2", "--s3-no-check-bucket", "--config", os.devnull]  # fmt: skip
        begin = time.perf_counter()
        subprocess.run([self.rclone, *words], env=environment, check=True, capture_output=True)
        return time.perf_counter() - begin

    def _empty(self) -> None:
        from bregma_kit.local.seaweedfs import s3_client

        client = s3_client(self.far.endpoint, self.far.access_key, self.far.secret_key, self.far.region)
        for page in client.get_paginator("list_objects_v2").paginate(Bucket="far"):
            for item in page.get("Contents", []):
                client.delete_object(Bucket="far", Key=item["Key"])


def _put(client: Any, key: str, data: bytes) -> None:
    from io import BytesIO

    client.upload_fileobj(BytesIO(data), "near", key)


@contextmanager
def _stores(bench: Bench) -> "Iterator[tuple[LocalSeaweed, LocalSeaweed]]":
    from bregma_kit.local.seaweedfs import LocalSeaweed

    folders = [bench.home / f"copies-{name}" for name in ("near", "far")]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    with (
        LocalSeaweed(folders[0], bench.home / "near.log") as near,
        LocalSeaweed(folders[1], bench.home / "far.log") as far,
    ):
        near.create_bucket("near")
        far.create_bucket("far")
        yield near, far
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(bench: Bench, what: str, sizes: list[int], target: float, number: int) -> Row:
    with _stores(bench) as (near, far), _installation(bench) as database:
        two = Two(bench, near, far, database)
        two.fill(sizes)
        ours: list[float] = []
        theirs: list[float] = []
        for ours_first in rounds(number):
            for us in (ours_first, not ours_first):
                if us:
                    ours.append(two.ours())
                elif two.rclone:
                    theirs.append(two.theirs())
    mib = sum(sizes) / 2**20
    middle = spread(ours)[0]
    measured = f"{mib / middle:,.0f} MiB/s, {len(sizes) / middle:,.0f} files/s, each copy read back, hashed, registered"
    if not theirs:
        return Row(
            "copies", what, f">= {target} x rclone", measured, "rclone is not installed: set BREGMA_RCLONE", None
        )
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    ratio, low, high = spread(ratios)
    return Row(
        "copies", what, f">= {target} x rclone without its checks", measured,
        f"rclone {mib / spread(theirs)[0]:,.0f} MiB/s; {ratio:.2f} ({low:.2f} to {high:.2f})", ratio >= target,
        {"ours": ours, "rclone": theirs},
    )  # fmt: skip


def copies(bench: Bench) -> list[Row]:
    """Carry large and small files between two stores."""
    mib = 2**20
    large = [64 * mib] * (6 if bench.quick else 32) + [(256 if bench.quick else 2048) * mib]
    small = [4096] * (500 if bench.quick else 5000)
    number = 1 if bench.quick else 3
    return [
        _measure(bench, f"store to store, {sum(large) / 2**30:.1f} GiB in {len(large)} files", large, 0.9, number),
        _measure(bench, f"store to store, {len(small):,} files of 4 KB", small, 2, number),
    ]
