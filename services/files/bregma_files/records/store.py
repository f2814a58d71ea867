"""Every query about file records that the declaration does not derive."""

from uuid import UUID

from bregma_kit.db import ReadTx, WriteTx
from sqlalchemy import func, select, update

from bregma_files.catalog import sessions
from bregma_files.datasets.tables import DatasetRow
from bregma_files.repositories.tables import RepositoryRow


async def is_managed(tx: ReadTx, repository_id: UUID) -> bool:
    """Whether a repository is bound to one of our buckets."""
    return bool(await tx.value(select(RepositoryRow.managed).where(RepositoryRow.id == repository_id)))


async def lab_of_dataset(tx: ReadTx, dataset_id: UUID) -> UUID | None:
    """Return the lab of a dataset's session; data of no session belong to no lab."""
    found: UUID | None = await tx.value(
        select(sessions.c.lab_id)
        .join(DatasetRow, DatasetRow.session_id == sessions.c.id)
        .where(DatasetRow.id == dataset_id)
    )
    return found


async def touch_dataset(tx: WriteTx, dataset_id: UUID) -> None:
    """Note that something about a dataset changed."""
    await tx.execute(update(DatasetRow).where(DatasetRow.id == dataset_id).values(auto_datetime=func.now()))
