"""Every query of corrections."""

from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx
from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from bregma_files.catalog import sessions
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, TagRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import RepositoryRow


async def session(tx: ReadTx, session_id: UUID) -> asyncpg.Record | None:
    """Return a session's place, also of a withdrawn one."""
    return await tx.row(select(sessions).where(sessions.c.id == session_id))


async def protected_names(tx: ReadTx, session_id: UUID) -> list[str]:
    """Return the names of a session's protected datasets."""
    statement = (
        select(DatasetRow.name).join(DatasetTagRow, DatasetTagRow.dataset_id == DatasetRow.id)
        .join(TagRow, TagRow.id == DatasetTagRow.tag_id).where(DatasetRow.session_id == session_id, TagRow.protected)
        .distinct().order_by(DatasetRow.name)
    )  # fmt: skip
    return [row[0] for row in await tx.rows(statement)]


async def count_datasets(tx: ReadTx, session_id: UUID) -> int:
    """Return how many datasets a session has."""
    return int(await tx.value(select(func.count()).select_from(DatasetRow).where(DatasetRow.session_id == session_id)))


async def move_records(tx: WriteTx, session_id: UUID, old: str, new: str, lab_id: UUID) -> tuple[int, list[str]]:
    """Let managed records follow to the new folder; return how many, and the paths of others that stay."""
    mine = select(DatasetRow.id).where(DatasetRow.session_id == session_id)
    managed = select(RepositoryRow.id).where(RepositoryRow.managed)
    rest = func.substr(FileRecordRow.relative_path, len(old) + 1)
    moved = await tx.execute(
        update(FileRecordRow)
        .where(
            FileRecordRow.dataset_id.in_(mine), FileRecordRow.repository_id.in_(managed),
            FileRecordRow.relative_path.startswith(old + "/", autoescape=True),
        )
        .values(relative_path=func.concat(new, rest), lab_id=lab_id)
    )  # fmt: skip
    left = await tx.rows(
        select(RepositoryRow.name, FileRecordRow.relative_path)
        .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
        .where(FileRecordRow.dataset_id.in_(mine), RepositoryRow.managed.is_(False))
        .order_by(RepositoryRow.name, FileRecordRow.relative_path)
    )
    return moved, [f"{row[0]}: {row[1]}" for row in left]


async def doubles(tx: ReadTx, first: UUID, second: UUID) -> list[str]:
    """Return the files that both sessions have."""
    other = aliased(DatasetRow)
    statement = (
        select(DatasetRow.name)
        .join(
            other,
            (other.name == DatasetRow.name)
            & (func.coalesce(other.collection, "") == func.coalesce(DatasetRow.collection, ""))
            & other.revision_id.is_not_distinct_from(DatasetRow.revision_id),
        )
        .where(DatasetRow.session_id == first, other.session_id == second).order_by(DatasetRow.name)
    )  # fmt: skip
    return [row[0] for row in await tx.rows(statement)]


async def give_datasets(tx: WriteTx, source: UUID, target: UUID) -> None:
    """Let all datasets of one session belong to another."""
    await tx.execute(update(DatasetRow).where(DatasetRow.session_id == source).values(session_id=target))
