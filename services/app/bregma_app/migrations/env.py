"""The one Alembic environment: a branch per room, all in one transaction per migration."""

from typing import Any

from alembic import context
from bregma_files import tables as files_tables
from bregma_kit.db import Base
from bregma_metadata import tables as metadata_tables
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

OURS = {"metadata", "files", "transfer", "compression"}
TABLES = (files_tables, metadata_tables)  # imported for the comparison below


def _include_name(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name in OURS


def _include_object(item: Any, _name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Compare one room's tables only, when a migration of that room is being written."""
    room = context.config.attributes.get("room")
    return room is None or kind != "table" or item.schema == room


def run() -> None:
    """Migrate with the connection that was handed over, or with one of its own."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        _migrate(connection)


def _migrate(connection: Connection) -> None:
    connection.execute(text("create schema if not exists kit"))
    connection.commit()
    context.configure(
        connection=connection, target_metadata=Base.metadata, version_table_schema="kit", include_schemas=True,
        include_name=_include_name, include_object=_include_object, transaction_per_migration=True,
        compare_server_default=False,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()


run()
