"""Every query about verified copies."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from sqlalchemy import Boolean, Text, Uuid, and_, bindparam, exists, func, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert

from bregma_files.catalog import sessions
from bregma_files.dataset_types.tables import DatasetTypeRow
from bregma_files.datasets.tables import DatasetRow, RevisionRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.store import is_mirror
from bregma_files.repositories.tables import RepositoryRow
from bregma_files.retention.domain import State
from bregma_files.retention.tables import RetirementRow

Columns = Mapping[str, Sequence[Any]]
_EMPTY: Any = literal_column("''")
_verified = and_(
    RepositoryRow.managed, FileRecordRow.exists, FileRecordRow.object_key.is_not(None), DatasetRow.sha256.is_not(None)
)
_best_first = (is_mirror, FileRecordRow.verified_at, FileRecordRow.id)
_held = (
    select(
        DatasetRow.id, DatasetRow.session_id, DatasetTypeRow.name.label("dataset_type"), DatasetRow.file_size.label("size"),
        DatasetRow.hash.label("md5"), DatasetRow.sha256,
        func.array_agg(aggregate_order_by(FileRecordRow.repository_id, *_best_first)).label("copies"),
    )
    .join(DatasetTypeRow, DatasetTypeRow.id == DatasetRow.dataset_type_id)
    .join(FileRecordRow, FileRecordRow.dataset_id == DatasetRow.id)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(DatasetRow.servable, DatasetRow.session_id.is_not(None), _verified)
    .group_by(DatasetRow.id, DatasetTypeRow.name)
)  # fmt: skip
_places = func.array_agg(FileRecordRow.repository_id, type_=ARRAY(Uuid))
_IN_SESSIONS = compiled(
    _held.where(DatasetRow.session_id == any_of("ids", Uuid))
    .having(~_places.contains(bindparam("complete", type_=ARRAY(Uuid)))).order_by(DatasetRow.id)
)  # fmt: skip
_BY_IDS = compiled(_held.where(DatasetRow.id == any_of("ids", Uuid)).order_by(DatasetRow.id))
_COPIES = compiled(
    select(
        DatasetRow.id, DatasetRow.session_id, DatasetRow.name, func.coalesce(DatasetRow.collection, _EMPTY).label("collection"),
        func.coalesce(RevisionRow.name, _EMPTY).label("revision"), DatasetRow.file_size.label("size"),
        DatasetRow.hash.label("md5"), DatasetRow.sha256, sessions.c.lab_id, sessions.c.lab, sessions.c.subject,
        sessions.c.date, sessions.c.number, FileRecordRow.repository_id, RepositoryRow.name.label("repository"),
        RepositoryRow.bucket, RepositoryRow.store, FileRecordRow.object_key, FileRecordRow.relative_path,
        FileRecordRow.verified_at, is_mirror.label("mirror"),
        func.kit.with_id(FileRecordRow.relative_path, FileRecordRow.dataset_id, type_=Text).label("path_with_id"),
    )
    .join(sessions, sessions.c.id == DatasetRow.session_id)
    .outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
    .join(FileRecordRow, FileRecordRow.dataset_id == DatasetRow.id)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(
        DatasetRow.id == any_of("ids", Uuid), _verified, sessions.c.withdrawn_at.is_(None), sessions.c.number.is_not(None)
    )
    .order_by(DatasetRow.id, *_best_first)
)  # fmt: skip
_TARGETS = compiled(
    select(
        RepositoryRow.id,
        RepositoryRow.name,
        RepositoryRow.bucket,
        RepositoryRow.store,
        RepositoryRow.globus_path,
        RepositoryRow.timezone,
        is_mirror.label("mirror"),
    ).where(RepositoryRow.id == any_of("ids", Uuid), RepositoryRow.managed)
)
_REGISTERED = compiled(
    select(
        DatasetRow.id, DatasetRow.name, func.coalesce(DatasetRow.collection, _EMPTY).label("collection"),
        func.coalesce(RevisionRow.name, _EMPTY).label("revision"), DatasetRow.file_size.label("size"), DatasetRow.sha256,
    )
    .outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
    .where(DatasetRow.session_id == bindparam("session", type_=Uuid))
)  # fmt: skip
_STAND_INS = compiled(
    select(RetirementRow.dataset_id, RetirementRow.sha256, RetirementRow.stand_ins, RetirementRow.stand_in_hashes).where(
        RetirementRow.dataset_id == any_of("ids", Uuid), RetirementRow.state == any_of("states", Text)
    )
)  # fmt: skip
_TIMEZONES = compiled(select(RepositoryRow.id, RepositoryRow.timezone).where(RepositoryRow.id == any_of("ids", Uuid)))
_new = arrays(dataset_id=Uuid, repository_id=Uuid, source_id=Uuid, object_key=Text, record_id=Uuid, sha256=Text)
_same_content = exists(
    select(DatasetRow.id).where(DatasetRow.id == _new.c.dataset_id, DatasetRow.sha256 == _new.c.sha256)
)
_EXISTING = compiled(
    update(FileRecordRow)
    .where(
        FileRecordRow.dataset_id == _new.c.dataset_id,
        FileRecordRow.repository_id == _new.c.repository_id,
        _same_content,
    )
    .values(exists=True, declared=False, object_key=_new.c.object_key, verified_at=func.now())
    .returning(FileRecordRow.dataset_id, FileRecordRow.repository_id)
)
_source = FileRecordRow.__table__.alias("source")
_ADD = compiled(
    insert(FileRecordRow).from_select(
        ["id", "dataset_id", "repository_id", "relative_path", "lab_id", "exists", "object_key", "verified_at"],
        select(
            _new.c.record_id, _new.c.dataset_id, _new.c.repository_id, _source.c.relative_path, _source.c.lab_id,
            literal_column("true", Boolean), _new.c.object_key, func.now(),
        ).select_from(_new).join(
            _source, and_(_source.c.dataset_id == _new.c.dataset_id, _source.c.repository_id == _new.c.source_id)
        ).where(
            _same_content,
            tuple_(_new.c.dataset_id, _new.c.repository_id).not_in(
                select(FileRecordRow.dataset_id, FileRecordRow.repository_id).where(
                    FileRecordRow.dataset_id == any_of("dataset_id", Uuid)
                )
            ),
        ),
    ).on_conflict_do_nothing().returning(FileRecordRow.dataset_id, FileRecordRow.repository_id)
)  # fmt: skip


async def held_in_sessions(tx: ReadTx, ids: Sequence[UUID], complete: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the verified datasets of some sessions that not all of these repositories have, with those that do."""
    return await tx.rows(_IN_SESSIONS, {"ids": list(ids), "complete": list(complete)})


async def held(tx: ReadTx, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return those of the datasets that are verified, with the repositories that have a copy."""
    return await tx.rows(_BY_IDS, {"ids": list(ids)})


async def copies(tx: ReadTx, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return each verified copy of some datasets, the best to read from first."""
    return await tx.rows(_COPIES, {"ids": list(ids)})


async def targets(tx: ReadTx, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return managed repositories."""
    return await tx.rows(_TARGETS, {"ids": list(ids)})


async def registered(tx: ReadTx, session: UUID) -> list[asyncpg.Record]:
    """Return the datasets of a session."""
    return await tx.rows(_REGISTERED, {"session": session})


async def stand_ins(tx: ReadTx, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return what stands for retired datasets, with the hashes that were proved."""
    states = [State.WAITING.value, State.DELETING.value, State.DELETED.value]
    return await tx.rows(_STAND_INS, {"ids": list(ids), "states": states})


async def timezones(tx: ReadTx, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return repositories' time zones."""
    return await tx.rows(_TIMEZONES, {"ids": list(ids)})


async def register(tx: WriteTx, columns: Columns) -> set[tuple[UUID, UUID]]:
    """Let records exist, or make them beside those of the sources; return dataset and repository of each."""
    rows = [*await tx.rows(_EXISTING, columns), *await tx.rows(_ADD, columns)]
    return {(row["dataset_id"], row["repository_id"]) for row in rows}
