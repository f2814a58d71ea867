"""Every query about the completeness of repositories."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, any_of, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import ARRAY, Integer, Uuid, and_, bindparam, func, or_, select

from bregma_files.catalog import sessions, visible
from bregma_files.datasets.tables import DatasetRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import RepositoryRow

_seen = or_(VISIBLE_LABS.is_(None), visible(DatasetRow))
# reads every record once: an overview for people, asked now and then, that no index answers
_COUNTS = compiled(
    select(
        RepositoryRow.name, RepositoryRow.managed, func.count(FileRecordRow.id).label("wanted"),
        func.count(FileRecordRow.id).filter(FileRecordRow.exists).label("present"),
    ).select_from(RepositoryRow)
    .outerjoin(FileRecordRow.__table__.join(DatasetRow.__table__, DatasetRow.id == FileRecordRow.dataset_id),
               and_(FileRecordRow.repository_id == RepositoryRow.id, _seen))
    .group_by(RepositoryRow.id).order_by(RepositoryRow.name)
)  # fmt: skip
_labs = bindparam("labs", type_=ARRAY(Uuid))
_MISSING = compiled(
    select(FileRecordRow.id).join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .join(DatasetRow, DatasetRow.id == FileRecordRow.dataset_id)
    .outerjoin(sessions, sessions.c.id == DatasetRow.session_id)
    .where(RepositoryRow.managed, ~FileRecordRow.exists, or_(_labs.is_(None), sessions.c.lab_id == any_of("labs", Uuid)))
    .order_by(FileRecordRow.id.desc()).limit(bindparam("most", type_=Integer))
)  # fmt: skip


async def counts(tx: ReadTx, labs: Sequence[UUID] | None) -> list[asyncpg.Record]:
    """Return how many copies each repository should hold of the files of these labs (None: of all), and holds."""
    return await tx.rows(_COUNTS, {"visible_labs": None if labs is None else list(labs)})


async def missing(tx: ReadTx, labs: Sequence[UUID] | None, most: int) -> list[UUID]:
    """Return records on managed repositories whose files are not known to exist, the newest first."""
    values = {"labs": None if labs is None else list(labs), "most": most}
    return [row["id"] for row in await tx.rows(_MISSING, values)]
