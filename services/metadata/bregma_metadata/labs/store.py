"""Every query about labs that needs more than its own table."""

from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, new_id
from bregma_kit.fields import Unknown
from sqlalchemy import ARRAY, Text, Uuid, bindparam, column, func, insert, select, table, update

from bregma_metadata.labs.tables import LabRow

links = table("lab_repositories", column("lab_id", Uuid), column("repository_id", Uuid), schema="files")
lab_repositories = table(
    "lab_repositories", column("lab_id", Uuid), column("repository_id", Uuid), column("name", Text), schema="catalog"
)
roles = table("lab_roles", column("lab_id", Uuid), column("user_id", Uuid), schema="metadata")
repositories = table("repositories", column("id", Uuid), column("name", Text), column("personal"), schema="catalog")


async def repository_ids(tx: ReadTx, names: list[str]) -> list[UUID]:
    """Return the ids of repositories; an unknown name is the caller's mistake."""
    statement = select(repositories.c.name, repositories.c.id).where(
        repositories.c.name == func.any(bindparam("names", names, type_=ARRAY(Text)))
    )
    found = {row[0]: row[1] for row in await tx.rows(statement)}
    for name in names:
        if name not in found:
            raise Unknown(f"Object with name={name} does not exist.")
    return [found[name] for name in names]


async def add(tx: WriteTx, values: dict[str, Any]) -> UUID:
    """Create a lab."""
    row_id = new_id()
    await tx.execute(insert(LabRow).values(id=row_id, **values))
    return row_id


async def alter(tx: WriteTx, lab_id: UUID, values: dict[str, Any]) -> asyncpg.Record:
    """Change a lab and return what its weight limits are then."""
    await tx.execute(update(LabRow).where(LabRow.id == lab_id).values(**values))
    row = await tx.row(select(LabRow.reference_weight_pct, LabRow.zscore_weight_pct).where(LabRow.id == lab_id))
    assert row is not None
    return row


async def overview(tx: ReadTx) -> list[asyncpg.Record]:
    """Return all labs by name, with how many accounts have a role in each."""
    people = (
        select(func.count(roles.c.user_id.distinct())).where(roles.c.lab_id == LabRow.id).scalar_subquery()
    )  # fmt: skip
    return await tx.rows(
        select(
            LabRow.name,
            LabRow.timezone,
            LabRow.visibility,
            people.label("people"),
            LabRow.reference_weight_pct,
            LabRow.zscore_weight_pct,
        ).order_by(LabRow.name)
    )
