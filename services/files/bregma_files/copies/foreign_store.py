"""Every query about files that were declared on repositories outside of the house."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert

from bregma_files.catalog import sessions
from bregma_files.dataset_types.tables import DatasetTypeRow
from bregma_files.datasets.tables import DatasetRow, RevisionRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import RepositoryRow

Columns = Mapping[str, Sequence[Any]]
_EMPTY: Any = literal_column("''")
_other, _place = FileRecordRow.__table__.alias("other"), RepositoryRow.__table__.alias("place")
_verified_somewhere = exists(
    select(_other.c.id).join(_place, _place.c.id == _other.c.repository_id)
    .where(_other.c.dataset_id == DatasetRow.id, _other.c.exists, _other.c.object_key.is_not(None), _place.c.managed)
)  # fmt: skip
_declared = and_(
    FileRecordRow.exists, FileRecordRow.repository_id == any_of("sources", Uuid), ~RepositoryRow.managed, ~_verified_somewhere
)  # fmt: skip
_held = (
    select(
        DatasetRow.id, DatasetRow.session_id, DatasetTypeRow.name.label("dataset_type"),
        func.coalesce(DatasetRow.file_size, literal_column("0")).label("size"), _EMPTY.label("md5"), _EMPTY.label("sha256"),
        func.array_agg(aggregate_order_by(FileRecordRow.repository_id, FileRecordRow.id)).label("copies"),
    )
    .join(DatasetTypeRow, DatasetTypeRow.id == DatasetRow.dataset_type_id)
    .join(FileRecordRow, FileRecordRow.dataset_id == DatasetRow.id)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(_declared)
    .group_by(DatasetRow.id, DatasetTypeRow.name).order_by(DatasetRow.id)
)  # fmt: skip
_IN_SESSIONS = compiled(_held.where(DatasetRow.session_id == any_of("ids", Uuid)))
_SINCE = compiled(
    _held.where(
        DatasetRow.created_datetime >= bindparam("since", type_=DateTime(timezone=True)),
        DatasetRow.session_id.is_not(None),
    )
)
_FOREIGN = compiled(
    select(
        DatasetRow.id, DatasetRow.session_id, DatasetRow.name, func.coalesce(DatasetRow.collection, _EMPTY).label("collection"),
        func.coalesce(RevisionRow.name, _EMPTY).label("revision"), DatasetRow.file_size.label("size"),
        func.nullif(DatasetRow.hash, _EMPTY).label("md5"), DatasetRow.sha256, DatasetRow.edition,
        DatasetTypeRow.name.label("type_name"), sessions.c.lab_id, sessions.c.lab, sessions.c.subject, sessions.c.date,
        sessions.c.number, FileRecordRow.repository_id, RepositoryRow.name.label("repository"), FileRecordRow.relative_path,
        func.kit.with_id(FileRecordRow.relative_path, FileRecordRow.dataset_id, type_=Text).label("path_with_id"),
    )
    .join(DatasetTypeRow, DatasetTypeRow.id == DatasetRow.dataset_type_id)
    .join(sessions, sessions.c.id == DatasetRow.session_id)
    .outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
    .join(FileRecordRow, FileRecordRow.dataset_id == DatasetRow.id)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(
        DatasetRow.id == any_of("ids", Uuid), FileRecordRow.exists, FileRecordRow.repository_id == any_of("sources", Uuid),
        ~RepositoryRow.managed, sessions.c.withdrawn_at.is_(None), sessions.c.number.is_not(None),
    )
    .order_by(DatasetRow.id, FileRecordRow.id)
)  # fmt: skip
_new = arrays(
    dataset_id=Uuid, repository_id=Uuid, source_id=Uuid, object_key=Text, record_id=Uuid, was_md5=Text, was_size=BigInteger,
    size=BigInteger, md5=Text, sha256=Text, rows=BigInteger, largest=BigInteger,
)  # fmt: skip
# whoever registered other content, or verified some, while the file was on its way has the word
_as_it_was = and_(
    DatasetRow.id == _new.c.dataset_id,
    func.nullif(DatasetRow.hash, _EMPTY).is_not_distinct_from(_new.c.was_md5),
    DatasetRow.file_size.is_not_distinct_from(_new.c.was_size),
    or_(DatasetRow.sha256.is_(None), DatasetRow.sha256 == _new.c.sha256),
)
_FILL_IN = compiled(
    update(DatasetRow).where(_as_it_was).values(
        hash=_new.c.md5, sha256=_new.c.sha256, file_size=_new.c.size, rows=_new.c.rows, max_index=_new.c.largest,
        auto_datetime=func.now(),
    ).returning(DatasetRow.id)
)  # fmt: skip
_EXISTING = compiled(
    update(FileRecordRow)
    .where(FileRecordRow.dataset_id == _new.c.dataset_id, FileRecordRow.repository_id == _new.c.repository_id)
    .values(exists=True, declared=False, object_key=_new.c.object_key, verified_at=func.now())
    .returning(FileRecordRow.dataset_id, FileRecordRow.repository_id)
)
_source = FileRecordRow.__table__.alias("source")
_ADD = compiled(
    insert(FileRecordRow).from_select(
        ["id", "dataset_id", "repository_id", "relative_path", "lab_id", "exists", "object_key", "verified_at"],
        select(
            _new.c.record_id, _new.c.dataset_id, _new.c.repository_id, _source.c.relative_path, sessions.c.lab_id,
            literal_column("true", Boolean), _new.c.object_key, func.now(),
        ).select_from(_new)
        .join(DatasetRow, DatasetRow.id == _new.c.dataset_id).join(sessions, sessions.c.id == DatasetRow.session_id)
        .join(_source, and_(_source.c.dataset_id == _new.c.dataset_id, _source.c.repository_id == _new.c.source_id))
        .where(
            tuple_(_new.c.dataset_id, _new.c.repository_id).not_in(
                select(FileRecordRow.dataset_id, FileRecordRow.repository_id).where(
                    FileRecordRow.dataset_id == any_of("dataset_id", Uuid)
                )
            ),
        ),
    ).on_conflict_do_nothing().returning(FileRecordRow.dataset_id, FileRecordRow.repository_id)
)  # fmt: skip


async def in_sessions(tx: ReadTx, ids: Sequence[UUID], sources: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the datasets of sessions that these sources have and that are verified nowhere."""
    return await tx.rows(_IN_SESSIONS, {"ids": list(ids), "sources": list(sources)})


async def since(tx: ReadTx, moment: datetime, sources: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return those that were registered since a moment."""
    return await tx.rows(_SINCE, {"since": moment, "sources": list(sources)})


async def foreign(tx: ReadTx, ids: Sequence[UUID], sources: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the declared copies of datasets at sources."""
    return await tx.rows(_FOREIGN, {"ids": list(ids), "sources": list(sources)})


async def register(tx: WriteTx, columns: Columns) -> set[tuple[UUID, UUID]]:
    """Let copies exist and fill in what was not known of the datasets; return dataset and repository of each."""
    same = {row["id"] for row in await tx.rows(_FILL_IN, columns)}
    keep = [index for index, one in enumerate(columns["dataset_id"]) if one in same]
    some = {name: [values[index] for index in keep] for name, values in columns.items()}
    rows = [*await tx.rows(_EXISTING, some), *await tx.rows(_ADD, some)]
    return {(row["dataset_id"], row["repository_id"]) for row in rows}
