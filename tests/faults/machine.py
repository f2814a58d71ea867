"""PostgreSQL, the object store, an API and a worker, each a process of its own that a test may kill and start again.

Unlike `bregma up` nothing here starts by itself what has died, so that a test decides what is there and what is not.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from bregma_app.administration import Administration
from bregma_app.migrate import upgrade
from bregma_kit.jobs import defer
from bregma_kit.local.children import last_lines, spawn, wait_until_ready
from bregma_kit.local.ports import free_port
from bregma_kit.local.postgres import LocalPostgres
from bregma_kit.local.seaweedfs import LocalSeaweed, SeaweedPorts
from bregma_kit.settings import Settings
from bregma_kit.testing.rude_proxy import RudeProxy

from tests.faults.invariants import Objects, violations

BREGMA = [sys.executable, "-m", "bregma_app"]
BUCKET = "bregma"
LAB, OTHER_LAB = "openlab", "otherlab"
STALLED = 2.0
"""Seconds until the jobs of a killed worker are given to another; half a minute where nobody waits for it."""


class Machine:
    """One installation. Its parts are ``postgres``, ``store``, ``api``, ``api2``, ``worker`` and ``worker2``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        binaries = os.environ.get("BREGMA_POSTGRES_BIN")
        self.postgres = LocalPostgres(
            folder / "postgres", folder / "postgres.log", Path(binaries) if binaries else None, free_port()
        )
        self.store = LocalSeaweed(folder / "store", folder / "store.log", ports=SeaweedPorts.choose(), fsync=True)
        self.ports = {"api": free_port(), "api2": free_port()}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.tokens: dict[str, str] = {}

    # life

    def start(self) -> None:
        self.postgres.start()
        self.store.start()
        self.store.create_bucket(BUCKET)
        self.objects = Objects(self.store.client())
        self.proxy = RudeProxy(self.store.endpoint).start()
        upgrade(self.postgres.url)
        self.revive("api")
        self.revive("worker")
        self._furnish()

    def stop(self) -> None:
        for child in self.children.values():
            child.kill()
            child.wait()
        self.proxy.stop()
        self.store.kill()
        self.postgres.kill()

    def kill(self, name: str) -> None:
        """End a part by SIGKILL."""
        if name in ("postgres", "store"):
            getattr(self, name).kill()
            return
        child = self.children.pop(name)
        child.kill()
        child.wait()

    def revive(self, name: str, **environment: str) -> None:
        """Start a part that is not there, as an init system does, and wait until it works."""
        if name in ("postgres", "store"):
            if getattr(self, name).process is None:
                getattr(self, name).start()
                self._after_start(name)
            return
        if name in self.children:
            if self.children[name].poll() is None:
                return
            self.children.pop(name).wait()
        words = ["serve", "--port", str(self.ports[name])] if name in self.ports else ["work"]
        log = self.folder / f"{name}.log"
        self.children[name] = spawn([*BREGMA, *words], log=log, env=self.environment | environment, cwd=self.folder)
        if name in self.ports:
            assert wait_until_ready(self.children[name], lambda: self._ready(name), 60), last_lines(log, 30)

    def revive_all(self) -> None:
        for name in ("postgres", "store", "api", "worker"):
            self.revive(name)

    def wait_for(self, condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """Wait; a worker that ends meanwhile (its database was away) is started again, as whatever started it would."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{what}\n{last_lines(self.folder / 'worker.log', 30)}"
            if "worker" in self.children:
                self.revive("worker")
            time.sleep(0.05)

    def runs(self, name: str) -> bool:
        return name in self.children and self.children[name].poll() is None

    def _ready(self, name: str) -> bool:
        try:
            return httpx.get(f"{self.url(name)}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def _after_start(self, name: str) -> None:
        if name == "postgres":
            self.let_commits_end()

    def _furnish(self) -> None:
        run = Administration(self.settings)
        run.add_user("ada", "over the bregma", email="", admin=True, public=False, lab=None, role="member")
        self.tokens["admin"] = run.add_token("ada", rig=False, lab=None, name="")
        with self.client("admin") as http:
            for lab in (LAB, OTHER_LAB):
                http.post("/labs", json={"name": lab, "timezone": "Europe/London"}).raise_for_status()
            for nickname in ("KS014", "KS015"):
                http.post("/subjects", json={"nickname": nickname, "lab": LAB}).raise_for_status()
        run.bind_repository("central", None, [LAB])
        self.tokens["rig"] = run.add_token("rig1", rig=True, lab=LAB, name="")

    # addresses

    def url(self, name: str = "api") -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BREGMA_")}
        return clean | {
            "BREGMA_DATABASE_URL": self.postgres.url, "BREGMA_SECRET_KEY": "x" * 32, "BREGMA_LOG_FORMAT": "text",
            "BREGMA_S3_ENDPOINT": self.proxy.endpoint, "BREGMA_S3_ACCESS_KEY": self.store.access_key,
            "BREGMA_S3_SECRET_KEY": self.store.secret_key, "BREGMA_S3_BUCKET": BUCKET,
            "BREGMA_WORKER_STALLED_SECONDS": str(STALLED),
        }  # fmt: skip

    @property
    def settings(self) -> Settings:
        names = {name.removeprefix("BREGMA_").lower(): v for name, v in self.environment.items() if "BREGMA_" in name}
        return Settings(**names)  # type: ignore[arg-type]

    def client(self, by: str, part: str = "api") -> httpx.Client:
        headers = {"Authorization": f"Token {self.tokens[by]}"}
        return httpx.Client(base_url=self.url(part), headers=headers, timeout=60)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    # the database

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.url, autocommit=True, options="-c search_path=public,jobs") as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def at(self, place: str) -> Iterator[Callable[[], None]]:
        """Stop whoever comes to a place, and lend a function that waits until somebody is there.

        A place is the first write to a table (``files.uploads``), a session's lock (``session <uuid>``), or ``commit``:
        the transaction is safe on disk, and nobody has been told.
        """
        if place == "commit":
            with self._at_commit() as wait:
                yield wait
            return
        with psycopg.connect(self.postgres.url) as holder:
            if place.startswith("session "):
                key = int(place.removeprefix("session ").replace("-", ""), 16) & (2**63 - 1)
                holder.execute("select pg_advisory_xact_lock(%s)", (key,))
            else:
                holder.execute(f"lock table {place} in share row exclusive mode")
            yield lambda: self.wait_for_waiters(1)
            with contextlib.suppress(psycopg.Error):  # the server may have been killed meanwhile
                holder.rollback()

    def wait_for_waiters(self, count: int) -> None:
        """Wait until so many of Bregma's transactions wait for a lock."""
        query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'bregma'"
        self.wait_for(lambda: self.sql(query)[0][0] >= count, "nobody came to the place")

    @contextmanager
    def _at_commit(self) -> Iterator[Callable[[], None]]:
        """Let commits wait for a standby server that does not exist."""
        self._superuser("alter system set synchronous_standby_names = 'nobody'", "select pg_reload_conf()")
        query = "select count(*) from pg_stat_activity where wait_event = 'SyncRep' and application_name = 'bregma'"
        try:
            yield lambda: self.wait_for(lambda: self.sql(query)[0][0] >= 1, "nobody came to commit")
        finally:
            if self.postgres.process is not None:
                self.let_commits_end()

    def let_commits_end(self) -> None:
        self._superuser("alter system reset synchronous_standby_names", "select pg_reload_conf()")

    def _superuser(self, *statements: str) -> None:
        with psycopg.connect(self.postgres.admin_url, autocommit=True) as connection:
            for one in statements:
                connection.execute(one)

    def defer(self, task: str, *arguments: dict[str, Any]) -> None:
        """Queue jobs of one task, as a service does."""
        from bregma_kit.db import Database

        async def run() -> None:
            database = Database(self.postgres.url, pool=1)
            await database.open()
            try:
                async with database.write() as tx:
                    await defer(tx, task, arguments, queue="files")
            finally:
                await database.close()

        asyncio.run(run())

    # the end of a test

    def calm_down(self, seconds: float = 60) -> None:
        """Wait until every job is done; failed ones are tried again at once instead of in some seconds."""
        open_jobs = (
            "select id, task_name, status, attempts from jobs.procrastinate_jobs "
            "where status in ('todo', 'doing') and task_name <> 'kit.stalled'"
        )

        def all_done() -> bool:
            self.sql("update jobs.procrastinate_jobs set scheduled_at = now() where scheduled_at > now()")
            return not self.sql(open_jobs)

        self.wait_for(all_done, "the jobs do not end", seconds)

    def check(self) -> None:
        """Nothing is visible that is wrong, nothing acknowledged is lost, nothing waits for ever."""
        with self.client("admin") as http:
            self.objects.s3 = self.store.client()  # a store that was started again has a new one
            found = violations(self.postgres.url, self.objects, http)
        assert found == [], "\n".join(found)

    def kill_everything(self) -> None:
        for child in self.children.values():
            os.kill(child.pid, signal.SIGKILL)
        for name in list(self.children):
            self.children.pop(name).wait()
        self.store.kill()
        self.postgres.kill()
