"""Queries about data notices."""

from uuid import UUID

from bregma_kit.db import ReadTx
from sqlalchemy import func, select

from bregma_files.catalog import labs, sessions, subjects
from bregma_files.datasets.tables import DatasetRow
from bregma_files.notices.tables import NoticeDatasetRow


async def labs_of(tx: ReadTx, notice_id: UUID) -> list[UUID | None]:
    """Return the labs of the datasets that a notice is about; null for those that belong to none."""
    statement = (
        select(func.coalesce(sessions.c.lab_id, subjects.c.lab_id, labs.c.id)).distinct()
        .select_from(NoticeDatasetRow)
        .join(DatasetRow, DatasetRow.id == NoticeDatasetRow.dataset_id)
        .outerjoin(sessions, sessions.c.id == func.coalesce(DatasetRow.session_id, DatasetRow.object_id))
        .outerjoin(subjects, subjects.c.id == DatasetRow.object_id)
        .outerjoin(labs, labs.c.id == DatasetRow.object_id)
        .where(NoticeDatasetRow.notice_id == notice_id)
    )  # fmt: skip
    return [row[0] for row in await tx.rows(statement)]
