"""Every query about sources."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, compiled
from sqlalchemy import BigInteger, Boolean, Text, Uuid, bindparam, column, delete, func, insert, select, table

from bregma_transfer.sources.tables import SourceRow

repositories = table(
    "repositories", column("id", Uuid), column("name", Text), column("managed", Boolean), schema="catalog"
)
lab_repositories = table(
    "lab_repositories", column("lab_id", Uuid), column("repository_id", Uuid), column("name", Text), schema="catalog"
)
users = table("users", column("id", Uuid), column("username", Text), schema="catalog")
_shown = (
    select(
        SourceRow.id, SourceRow.repository_id, repositories.c.name.label("repository"), SourceRow.carrier, SourceRow.address,
        SourceRow.credential, users.c.username.label("created_by"), SourceRow.created_at,
    )
    .join(repositories, repositories.c.id == SourceRow.repository_id)
    .outerjoin(users, users.c.id == SourceRow.created_by_id)
)  # fmt: skip
# a source that was bound to a bucket since is ours, not a source
_outside = ~repositories.c.managed
_ALL = compiled(_shown.where(_outside).order_by(repositories.c.name))
_COUNT = compiled(select(func.count()).select_from(SourceRow))
_PAGE = compiled(
    _shown.order_by(repositories.c.name).limit(bindparam("limit", type_=BigInteger))
    .offset(bindparam("offset", type_=BigInteger))
)  # fmt: skip
_ONE = compiled(_shown.where(SourceRow.id == bindparam("id", type_=Uuid)))
_NAMED = compiled(_shown.where(repositories.c.name == bindparam("name", type_=Text), _outside))
_REPOSITORY = compiled(
    select(repositories.c.id, repositories.c.managed).where(repositories.c.name == bindparam("name", type_=Text))
)
_LABS = compiled(select(lab_repositories.c.lab_id).where(lab_repositories.c.repository_id == any_of("ids", Uuid)))


async def everything(tx: ReadTx) -> list[asyncpg.Record]:
    """Return all sources; there are as many as there are labs' servers."""
    return await tx.rows(_ALL)


async def page(tx: ReadTx, limit: int, offset: int) -> tuple[int, list[asyncpg.Record]]:
    """Return how many sources there are, and some of them."""
    return await tx.value(_COUNT), await tx.rows(_PAGE, {"limit": limit, "offset": offset})


async def one(tx: ReadTx, source: UUID) -> asyncpg.Record | None:
    """Return a source."""
    return await tx.row(_ONE, {"id": source})


async def named(tx: ReadTx, repository: str) -> asyncpg.Record | None:
    """Return the source that a repository is."""
    return await tx.row(_NAMED, {"name": repository})


async def repository(tx: ReadTx, name: str) -> asyncpg.Record | None:
    """Return a repository's id and whether it is managed."""
    return await tx.row(_REPOSITORY, {"name": name})


async def labs_of(tx: ReadTx, repositories: Sequence[UUID]) -> set[UUID]:
    """Return the labs that repositories were given to."""
    return {row["lab_id"] for row in await tx.rows(_LABS, {"ids": list(repositories)})}


async def add(tx: WriteTx, values: Mapping[str, Any]) -> None:
    """Insert a source."""
    await tx.execute(insert(SourceRow).values(**values))


async def remove(tx: WriteTx, source: UUID) -> bool:
    """Delete a source; False if there is none of this id."""
    return await tx.execute(delete(SourceRow).where(SourceRow.id == source)) > 0
