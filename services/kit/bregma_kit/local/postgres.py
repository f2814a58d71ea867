"""A PostgreSQL server of one's own: created, started, recovered after a crash, and stopped again."""

import json
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from bregma_kit.local import accounts
from bregma_kit.local.binaries import find_postgres, postgres_folders
from bregma_kit.local.children import (
    LocalServerError,
    command_of,
    end,
    identify,
    last_lines,
    spawn,
    stop,
    wait_until,
    wait_until_ready,
    working_in,
    write_private,
)
from bregma_kit.local.ports import free_port

_OWNER = "bregma"  # owns the database and may create roles, as an external server's login would; no superuser
_SUPERUSER = "postgres"
_DATABASE = "bregma"
_PG_HBA = "# loopback with a password, nothing else\nhost all all 127.0.0.1/32 scram-sha-256\n"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "256MB",  # taken from the machine only as it fills
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "jit": "off",  # compiling costs more than the short statements it would speed up
    "random_page_cost": "1.1",
}
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class LocalPostgres:
    """A server whose cluster, passwords and copied binaries (if root needs them) lie in ``data_dir``.

    ``start`` and ``stop`` serve tests and scripts. A supervisor that must not block takes the steps one at a time:
    ``prepare`` (in a thread), ``spawn`` (in the main thread), ``is_ready`` until true, ``finish``.
    """

    def __init__(
        self,
        data_dir: Path,
        log: Path,
        binaries: Path | None = None,
        port: int | None = None,
        *,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.log = log.absolute()
        self.port = port or 0
        self._fixed_port = port is not None
        self._explicit = binaries
        self._durable = durable
        self._settings = {**_SETTINGS, **({} if durable else _CARELESS), **(settings or {})}
        self._runner = accounts.RunAs("not chosen yet")
        self._binaries = Path()
        self._passwords: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    # addresses

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.data_dir / "cluster"

    @property
    def binaries(self) -> Path:
        """Folder of the programs in use."""
        return self._binaries

    @property
    def runs(self) -> str:
        """Under which account the server runs, in words."""
        return self._runner.how

    def address(self, *, database: str = _DATABASE, superuser: bool = False) -> str:
        """Address of a database on this server, with its password."""
        user = _SUPERUSER if superuser else _OWNER
        return f"postgresql://{user}:{quote(self._passwords[user])}@127.0.0.1:{self.port}/{database}"

    @property
    def url(self) -> str:
        """Address of the database for its owner."""
        return self.address()

    @property
    def admin_url(self) -> str:
        """Address for the superuser; for backups and for tests that create databases."""
        return self.address(database="postgres", superuser=True)

    # life

    def start(self, timeout: float = 60) -> Self:
        """Start the server and wait until it answers."""
        self.prepare()
        for _ in range(1 if self._fixed_port else 3):  # somebody may take a free port before we do
            if not self._fixed_port:
                self.port = free_port()
            if wait_until_ready(self.spawn(), self.is_ready, timeout):
                self.finish()
                return self
            self.stop()
        raise LocalServerError(f"PostgreSQL did not start. The end of {self.log}:\n{last_lines(self.log)}")

    def prepare(self) -> None:
        """Find the binaries and an account, create the cluster if there is none, and end a server left behind."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        found, major = find_postgres(self._explicit)
        if os.geteuid() == 0:
            self.data_dir.chmod(0o711)  # the account that root lends must reach the cluster; it cannot list this
        self._runner, self._binaries = accounts.choose(found, self.data_dir)
        self._read_passwords()
        if (self.cluster / "PG_VERSION").exists():
            self._refuse_other_major(major)
            self._end_leftover()
            self._runner.own(self.cluster)
        else:
            self._create()

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server process on ``port``; it shuts down in order if the calling thread dies."""
        options = {**self._settings, "port": str(self.port)}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = spawn(
            [*self._runner.prefix, str(self._binaries / "postgres"), "-D", str(self.cluster), *arguments],
            log=self.log, cwd=Path("/"), env=_environment(), account=self._runner.account, end_signal=signal.SIGINT,
        )  # fmt: skip
        return self.process

    def is_ready(self) -> bool:
        """Tell whether the server answers a statement (it does not while it recovers)."""
        import psycopg

        try:
            with psycopg.connect(self.admin_url, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    def finish(self) -> None:
        """Create the owner's role and the database unless they are there."""
        import psycopg
        from psycopg import sql

        password, owner = sql.Literal(self._passwords[_OWNER]), sql.Identifier(_OWNER)
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            if connection.execute("select from pg_roles where rolname = %s", [_OWNER]).rowcount == 0:
                connection.execute(sql.SQL("create role {} login createrole password {}").format(owner, password))
            if connection.execute("select from pg_database where datname = %s", [_DATABASE]).rowcount == 0:
                connection.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(_DATABASE), owner))

    def stop(self, timeout: float = 20) -> None:
        """Stop the server in order: open transactions are rolled back, everything committed is written."""
        if self.process is None:
            return
        process, self.process = self.process, None
        stop(process, (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL), timeout)

    def kill(self) -> None:
        """End the server as a power cut would; the next start recovers."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    # details

    def _read_passwords(self) -> None:
        path = self.data_dir / "passwords.json"
        if path.exists():
            self._passwords = json.loads(path.read_text(encoding="utf-8"))
            return
        if (self.cluster / "PG_VERSION").exists():
            raise LocalServerError(
                f"{path} is missing, so nobody can log in to the database beside it. Put it back from your backup."
            )
        self._passwords = {name: secrets.token_urlsafe(24) for name in (_SUPERUSER, _OWNER)}
        write_private(path, json.dumps(self._passwords))

    def _create(self) -> None:
        """Create the cluster under another name and rename it: a half-made one is never mistaken for a whole."""
        draft = self.data_dir / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.data_dir / "initdb.password"
        write_private(password, self._passwords[_SUPERUSER])
        self._runner.own(draft)
        if self._runner.account:
            os.chown(password, *self._runner.account)
        major = find_postgres(self._explicit)[1]
        done = accounts.run(
            [
                str(self._binaries / "initdb"), "-D", str(draft), "-U", _SUPERUSER, "--pwfile", str(password),
                "-A", "scram-sha-256", "-E", "UTF8", *_locale(major), *([] if self._durable else ["--no-sync"]),
            ],
            self._runner, env=_environment(),
        )  # fmt: skip
        password.unlink()
        if done.returncode != 0:
            raise LocalServerError(f"initdb could not create the database in {draft}:\n{done.stdout}{done.stderr}")
        (draft / "pg_hba.conf").write_text(_PG_HBA, encoding="utf-8")
        draft.rename(self.cluster)

    def _refuse_other_major(self, major: int) -> None:
        made_by = int((self.cluster / "PG_VERSION").read_text(encoding="utf-8").strip())
        if made_by == major:
            return
        matching = next((folder for folder, version in postgres_folders() if version == made_by), None)
        keep = matching or Path(f"/path/to/postgresql-{made_by}/bin")
        raise LocalServerError(
            f"The data in {self.cluster} were written by PostgreSQL {made_by}; the programs in {self._binaries} are "
            f"PostgreSQL {major}, which cannot read them. Nothing was changed. Either stay with {made_by}:\n"
            f"  BREGMA_POSTGRES_BIN={keep} bregma up\n"
            f"or move to {major}: start with {made_by} as above and save the data,\n"
            f"  {keep}/pg_dump --format=custom --file=bregma.dump DATABASE_URL\n"
            "with the address that `bregma status --json` prints under database; then `bregma down`, rename "
            f"{self.data_dir}, start with {major}, and load the data with PostgreSQL {major}'s\n"
            "  pg_restore --clean --if-exists --dbname=DATABASE_URL bregma.dump\n"
            "where DATABASE_URL is the new address that `bregma status --json` prints."
        )

    def _end_leftover(self) -> None:
        """End what a killed run left in the cluster, and remove its lock once nothing of it is there any more.

        PostgreSQL itself refuses while the old server's number is still taken, be it by a zombie that nobody has
        collected yet or by another program that got it since.
        """
        lock = self.cluster / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="utf-8").splitlines()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):  # a full disk or a power cut left it empty
            pid = 0
        identity = identify(pid) if pid else None
        if identity is not None and str(self.cluster) in command_of(pid):
            end(identity, (signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
        # the server's own children end by themselves when they notice that it is gone
        if not wait_until(lambda: not working_in(self.cluster), 15):
            raise LocalServerError(
                f"Processes {working_in(self.cluster)} still work in {self.cluster} and do not end. "
                "End them with `kill` and try again."
            )
        lock.unlink(missing_ok=True)


def _environment() -> dict[str, str]:
    """Return our environment without PG* variables, which would redirect the server's own tools."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _locale(major: int) -> list[str]:
    """Order by code point on every machine, with Unicode's upper and lower case."""
    if major >= 17:  # the first release that carries this locale itself
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"]
