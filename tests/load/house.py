"""The servers under test: a durable PostgreSQL, `bregma serve` as a process, and where needed the store and a worker."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tests.load import world
from tests.load.wire import Wire

if TYPE_CHECKING:
    from bregma_kit.local.postgres import LocalPostgres
    from bregma_kit.local.seaweedfs import LocalSeaweed

SETTINGS = {"shared_preload_libraries": "pg_stat_statements"}


@dataclass
class House:
    """A served catalogue."""

    url: str
    database_url: str
    token: str = field(repr=False)
    log: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def wire(self) -> Wire:
        return Wire(self.url, self.token)

    def wires(self, number: int) -> list[Wire]:
        return [self.wire() for _ in range(number)]


@dataclass
class Bench:
    """What all benchmarks of a run share."""

    home: Path
    quick: bool = False
    say: Callable[[str], None] = print

    @cached_property
    def postgres(self) -> "LocalPostgres":
        from bregma_kit.local.postgres import LocalPostgres

        return LocalPostgres(self.home / "postgres", self.home / "postgres.log").start()

    def database(self, name: str) -> str:
        return self.postgres.address(database=name)

    def catalogue(self, times: int = 1) -> str:
        """Return the address of a database with the generated catalogue, made on first use and kept in the home."""
        name = f"world_{times}"
        if name not in self._databases():
            self.say(f"generating {world.SESSIONS * times:,} sessions ...")
            self._make(name, times)
        self._migrate(name)
        return self.database(name)

    @contextmanager
    def scratch(self, times: int = 1) -> Iterator[str]:
        """Lend a copy of the catalogue that may be written to; the catalogue itself stays as it was generated."""
        self.catalogue(times)
        name = f"scratch_{time.time_ns()}"
        self._admin(f'create database "{name}" owner bregma template "world_{times}" strategy file_copy')
        try:
            yield self.database(name)
        finally:
            self._admin(f'drop database "{name}" with (force)')

    def _make(self, name: str, times: int) -> None:
        self._admin(f'drop database if exists "{name}_draft"', f'create database "{name}_draft" owner bregma')
        self._migrate(f"{name}_draft")
        asyncio.run(world.fill(self.postgres.address(database=f"{name}_draft", superuser=True), times, self.say))
        self._admin(f'alter database "{name}_draft" rename to "{name}"', "checkpoint")

    def _migrate(self, name: str) -> None:
        from bregma_app import migrate

        if migrate.current(self.database(name)) != migrate.heads():
            migrate.upgrade(self.database(name))

    def _databases(self) -> list[str]:
        import psycopg

        with psycopg.connect(self.postgres.admin_url) as connection:
            return [row[0] for row in connection.execute("select datname from pg_database")]

    def _admin(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.postgres.admin_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def serve(self, database_url: str, store: "LocalSeaweed | None" = None, *, worker: bool = False) -> Iterator[House]:
        """Serve a catalogue by `bregma serve`, and beside it run `bregma work` if jobs are part of what is measured."""
        from bregma_kit.local.ports import free_port

        port = free_port()
        environment = {
            **os.environ,
            "BREGMA_HOME": str(self.home),
            "BREGMA_DATABASE_URL": database_url,
            "BREGMA_SECRET_KEY": "b" * 32,
        }
        if store is not None:
            environment |= {"BREGMA_S3_ENDPOINT": store.endpoint, "BREGMA_S3_ACCESS_KEY": store.access_key,
                            "BREGMA_S3_SECRET_KEY": store.secret_key, "BREGMA_S3_REGION": store.region, "BREGMA_S3_BUCKET": "bregma"}  # fmt: skip
        token = asyncio.run(_token(database_url))
        commands = [["serve", "--host", "127.0.0.1", "--port", str(port)], *([["work"]] if worker else [])]
        processes: list[subprocess.Popen[bytes]] = []
        log = self.home / "serve.log"
        try:
            for words in commands:
                with (self.home / f"{words[0]}.log").open("wb") as output:
                    processes.append(
                        subprocess.Popen(
                            [sys.executable, "-m", "bregma_app", *words], env=environment, stdout=output, stderr=output
                        )
                    )
            url = f"http://127.0.0.1:{port}"
            _wait(url, processes[0], log)
            yield House(url, database_url, token, log, processes)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    @contextmanager
    def store(self) -> Iterator["LocalSeaweed"]:
        """Run an object store of one's own, with an empty bucket."""
        from bregma_kit.local.seaweedfs import LocalSeaweed

        folder = self.home / "store"
        shutil.rmtree(folder, ignore_errors=True)
        with LocalSeaweed(folder, self.home / "store.log") as store:
            store.create_bucket("bregma")
            yield store
        shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def whole(self) -> Iterator[tuple["House", "LocalSeaweed"]]:
        """Serve a copy of the catalogue with an object store, a managed repository of all labs, and a worker."""
        with self.store() as store, self.scratch() as database:
            asyncio.run(_bind(database))
            with self.serve(database, store, worker=True) as house:
                yield house, store

    def close(self) -> None:
        if "postgres" in self.__dict__:
            self.postgres.stop()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")


async def _bind(database_url: str) -> None:
    """Give the labs a managed repository."""
    from bregma_files.administration import bind_repository
    from bregma_kit.db import Database

    database = Database(database_url, pool=1)
    await database.open()
    try:
        async with database.write() as tx:
            await bind_repository(tx, "central", "bregma", list(world.LABS))
    finally:
        await database.close()


async def _token(database_url: str) -> str:
    """Return a fresh token of the bench's administrator."""
    from bregma_kit.db import Database
    from bregma_metadata import administration

    database = Database(database_url, pool=1)
    await database.open()
    try:
        try:
            async with database.write() as tx:
                await administration.add_user(tx, "bench", None, admin=True)
        except administration.Mistake:
            pass  # an earlier benchmark on the same catalogue made it
        async with database.write() as tx:
            return await administration.add_token(tx, "bench")
    finally:
        await database.close()
