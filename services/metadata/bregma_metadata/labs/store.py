"""Every query about labs that needs more than its own table."""

from uuid import UUID

from bregma_kit.db import ReadTx
from bregma_kit.fields import Unknown
from sqlalchemy import ARRAY, Text, Uuid, bindparam, column, func, select, table

links = table("lab_repositories", column("lab_id", Uuid), column("repository_id", Uuid), schema="files")
lab_repositories = table(
    "lab_repositories", column("lab_id", Uuid), column("repository_id", Uuid), column("name", Text), schema="catalog"
)
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
