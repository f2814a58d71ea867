"""Queries about repositories that the declaration does not derive."""

from uuid import UUID

from bregma_kit.db import ReadTx
from sqlalchemy import select

from bregma_files.repositories.domain import MIRROR
from bregma_files.repositories.tables import LabRepositoryRow, RepositoryRow

is_mirror = RepositoryRow.name.startswith(MIRROR)


async def labs_of(tx: ReadTx, repository_id: UUID) -> list[UUID]:
    """Return the labs that a repository was given to."""
    found = select(LabRepositoryRow.lab_id).where(LabRepositoryRow.repository_id == repository_id)
    return [row[0] for row in await tx.rows(found)]
