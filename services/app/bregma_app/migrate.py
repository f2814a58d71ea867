"""Migrations of all rooms: one environment, one branch per room, one command."""

import asyncio
from importlib import resources
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import to_tuple
from bregma_kit.db import Base, Database
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool

ROOMS = ("bregma_kit", "bregma_metadata", "bregma_files", "bregma_compression", "bregma_transfer")
LOCK = 4_207_849_484  # any fixed number: two processes must not migrate at once


def sync_url(url: str) -> str:
    """Turn a plain ``postgresql://`` address into one for a synchronous connection."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration with every room's folder of migrations."""
    folders = [str(Path(str(resources.files(room))) / "migrations") for room in ROOMS]
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_locations", "\n".join(folders))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _engine(url: str) -> Engine:
    # no pool: a pooled connection would go on holding the lock after its block has ended
    return create_engine(sync_url(url), poolclass=NullPool)


def upgrade(database_url: str) -> None:
    """Bring a database to this release; two at once wait for each other."""
    with _engine(database_url).connect() as connection, _engine(database_url).connect() as guard:
        guard.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        command.upgrade(configuration(connection), "heads")
        connection.commit()
        asyncio.run(_reference_rows(database_url))


async def _reference_rows(database_url: str) -> None:
    """Add the dataset types and formats that this release knows."""
    from bregma_files.dataset_types.service import bring_up_to_date

    database = Database(database_url, pool=1)
    await database.open()
    try:
        async with database.write() as tx:
            await bring_up_to_date(tx)
    finally:
        await database.close()


def downgrade(database_url: str, target: str = "base") -> None:
    """Take a database back; the tests prove that every migration can."""
    with _engine(database_url).connect() as connection:
        command.downgrade(configuration(connection), target)
        connection.commit()


def heads() -> set[str]:
    """Return the revisions that a database of this release names; one that another room's depends on is implied."""
    script = ScriptDirectory.from_config(configuration())
    implied = {one for revision in script.walk_revisions() for one in to_tuple(revision.dependencies, default=())}
    return set(script.get_heads()) - implied


def current(database_url: str) -> set[str]:
    """Return the revisions that a database is at."""
    with _engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": "kit"})
        return set(context.get_current_heads())


def differences(database_url: str) -> list[Any]:
    """Return what autogenerate would change; a release has nothing here."""
    from bregma_compression import tables as compression_tables
    from bregma_files import tables as files_tables
    from bregma_metadata import tables as metadata_tables
    from bregma_transfer import tables as transfer_tables

    schemas = {
        files_tables.dataset_types.SCHEMA, metadata_tables.labs.SCHEMA, compression_tables.SCHEMA, transfer_tables.SCHEMA,
    }  # fmt: skip
    with _engine(database_url).connect() as connection:
        options = {"include_schemas": True, "include_name": lambda n, k, _p: k != "schema" or n in schemas}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))
