"""Every query about file records that the declaration does not derive."""

from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx
from sqlalchemy import exists, func, literal, or_, select, update

from bregma_files.catalog import labs, sessions, subjects
from bregma_files.datasets.tables import DatasetRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import LabRepositoryRow, RepositoryRow


async def is_managed(tx: ReadTx, repository_id: UUID) -> bool:
    """Whether a repository is bound to one of our buckets."""
    return bool(await tx.value(select(RepositoryRow.managed).where(RepositoryRow.id == repository_id)))


async def takes(tx: ReadTx, repository_id: UUID, lab_id: UUID | None) -> bool:
    """Whether a managed repository takes files of a lab: it is bound to that lab, or to none."""
    bound = select(LabRepositoryRow.lab_id).where(LabRepositoryRow.repository_id == repository_id)
    return bool(
        await tx.value(
            select(or_(~exists(bound), exists(bound.where(LabRepositoryRow.lab_id == lab_id)), literal(lab_id is None)))
        )
    )


async def owner_of(tx: ReadTx, dataset_id: UUID) -> asyncpg.Record | None:
    """Return the lab of what a dataset belongs to (null where that has none), or None if there is no such dataset."""
    return await tx.row(
        select(func.coalesce(sessions.c.lab_id, subjects.c.lab_id, labs.c.id).label("lab_id"))
        .select_from(DatasetRow)
        .outerjoin(sessions, sessions.c.id == func.coalesce(DatasetRow.session_id, DatasetRow.object_id))
        .outerjoin(subjects, subjects.c.id == DatasetRow.object_id)
        .outerjoin(labs, labs.c.id == DatasetRow.object_id)
        .where(DatasetRow.id == dataset_id)
    )


async def doubt(tx: WriteTx, dataset_id: UUID) -> list[UUID]:
    """Let no managed copy of a dataset exist any more; return the records whose bytes must be looked at again."""
    managed = select(RepositoryRow.id).where(RepositoryRow.managed)
    rows = await tx.rows(
        update(FileRecordRow)
        .where(
            FileRecordRow.dataset_id == dataset_id, FileRecordRow.exists, FileRecordRow.repository_id.in_(managed)
        )
        .values(exists=False).returning(FileRecordRow.id)
    )  # fmt: skip
    return [row["id"] for row in rows]


async def touch_dataset(tx: WriteTx, dataset_id: UUID) -> None:
    """Note that something about a dataset changed."""
    await tx.execute(update(DatasetRow).where(DatasetRow.id == dataset_id).values(auto_datetime=func.now()))
