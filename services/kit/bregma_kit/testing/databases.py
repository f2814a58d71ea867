"""Test databases: one server per test process, one migrated template on it, one clone per test."""

import importlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server that tests may create databases on; ``url`` is any database of the owner's."""

    url: str
    admin_url: str

    def address(self, database: str) -> str:
        """Address of a database for the login that owns it."""
        return _with_database(self.url, database)

    def create(self, name: str, template: str | None = None) -> None:
        """Create a database, empty or as a copy of another to which nobody is connected."""
        import psycopg
        from psycopg import sql

        owner = sql.Identifier(urlsplit(self.url).username or "")
        source = sql.Identifier(template or "template0")
        statement = sql.SQL("create database {} template {} owner {}").format(sql.Identifier(name), source, owner)
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)

    def seal(self, name: str) -> None:
        """Let nobody connect to a database any more: a template in use cannot be cloned."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL("alter database {} allow_connections false").format(sql.Identifier(name)))
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])

    def drop(self, name: str) -> None:
        """Drop a database whoever is connected to it."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def running_server(folder: Path) -> Iterator[PostgresServer]:
    """Lend the server of BREGMA_TEST_DATABASE, or one of our own that forgets durability for speed."""
    external = os.environ.get("BREGMA_TEST_DATABASE")
    if external:
        yield PostgresServer(external, external)
        return
    from bregma_kit.local.postgres import LocalPostgres

    binaries = os.environ.get("BREGMA_POSTGRES_BIN")
    quick = {"wal_level": "minimal", "max_wal_senders": "0", "max_connections": "200"}
    server = LocalPostgres(
        folder / "postgres",
        folder / "postgres.log",
        Path(binaries) if binaries else None,
        durable=False,
        settings=quick,
    )
    with server:
        yield PostgresServer(server.url, server.admin_url)


@contextmanager
def migrated_template(server: PostgresServer) -> Iterator[str]:
    """Lend the name of a database that the migrations built."""
    name = f"bregma_template_{secrets.token_hex(4)}"
    server.create(name)
    try:
        # by name: the kit knows no room, and a library's tests never come here
        importlib.import_module("bregma_app.migrate").upgrade(server.address(name))
        server.seal(name)
        yield name
    finally:
        server.drop(name)


@contextmanager
def clone(server: PostgresServer, template: str) -> Iterator[str]:
    """Lend the address of a fresh copy of the template."""
    name = f"bregma_test_{secrets.token_hex(6)}"
    server.create(name, template)
    try:
        yield server.address(name)
    finally:
        server.drop(name)


def _with_database(url: str, database: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/" + database))
