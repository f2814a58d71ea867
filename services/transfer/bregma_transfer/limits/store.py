"""Every query about limits."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled
from sqlalchemy import BigInteger, Boolean, Text, Uuid, bindparam, column, delete, func, insert, select, table

from bregma_transfer.limits.tables import LimitRow

repositories = table(
    "repositories", column("id", Uuid), column("name", Text), column("managed", Boolean), schema="catalog"
)
_shown = select(
    LimitRow.id, LimitRow.repository_id, repositories.c.name.label("repository"), LimitRow.begins, LimitRow.ends,
    LimitRow.max_files, LimitRow.bytes_per_second,
).join(repositories, repositories.c.id == LimitRow.repository_id)  # fmt: skip
_order = (repositories.c.name, LimitRow.begins.nulls_first(), LimitRow.id)
_ALL = compiled(_shown.order_by(*_order))
_COUNT = compiled(select(func.count()).select_from(LimitRow))
_PAGE = compiled(
    _shown.order_by(*_order).limit(bindparam("limit", type_=BigInteger)).offset(bindparam("offset", type_=BigInteger))
)
_REPOSITORY = compiled(select(repositories.c.id).where(repositories.c.name == bindparam("name", type_=Text)))


async def everything(tx: ReadTx) -> list[asyncpg.Record]:
    """Return all limits; there are a few per repository."""
    return await tx.rows(_ALL)


async def page(tx: ReadTx, limit: int, offset: int) -> tuple[int, list[asyncpg.Record]]:
    """Return how many limits there are, and some of them."""
    return await tx.value(_COUNT), await tx.rows(_PAGE, {"limit": limit, "offset": offset})


async def repository_id(tx: ReadTx, name: str) -> UUID | None:
    """Return the id of a managed repository."""
    found: UUID | None = await tx.value(_REPOSITORY, {"name": name})
    return found


async def add(tx: WriteTx, values: Mapping[str, Any]) -> None:
    """Insert a limit."""
    await tx.execute(insert(LimitRow).values(**values))


async def remove(tx: WriteTx, limit: UUID) -> bool:
    """Delete a limit; False if there is none of this id."""
    return await tx.execute(delete(LimitRow).where(LimitRow.id == limit)) > 0
