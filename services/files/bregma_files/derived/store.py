"""Every query about files that programs read and make."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from sqlalchemy import BigInteger, Text, Uuid, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from bregma_files.catalog import sessions
from bregma_files.dataset_types.tables import DatasetTypeRow
from bregma_files.datasets.tables import DatasetRow, RevisionRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.store import is_mirror
from bregma_files.repositories.tables import RepositoryRow

Columns = Mapping[str, Sequence[Any]]
_EMPTY: Any = literal_column("''")
_collection = func.coalesce(DatasetRow.collection, _EMPTY)
_revision = func.coalesce(RevisionRow.name, _EMPTY)
_verified = (
    select(
        DatasetRow.id, DatasetRow.session_id, DatasetRow.name, _collection.label("collection"), _revision.label("revision"),
        DatasetRow.file_size.label("size"), DatasetRow.hash.label("md5"), DatasetRow.sha256, DatasetRow.edition,
        DatasetTypeRow.name.label("dataset_type"), sessions.c.lab_id, sessions.c.lab, sessions.c.subject, sessions.c.date,
        sessions.c.number, FileRecordRow.repository_id, RepositoryRow.bucket, FileRecordRow.object_key,
        is_mirror.label("mirror"), DatasetRow.generating_software.is_not(None).label("generated"),
    )
    .join(DatasetTypeRow, DatasetTypeRow.id == DatasetRow.dataset_type_id)
    .join(sessions, sessions.c.id == DatasetRow.session_id)
    .outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
    .join(FileRecordRow, FileRecordRow.dataset_id == DatasetRow.id)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(
        RepositoryRow.managed, RepositoryRow.store.is_(None),
        FileRecordRow.exists, FileRecordRow.object_key.is_not(None), DatasetRow.sha256.is_not(None),
        sessions.c.withdrawn_at.is_(None), sessions.c.number.is_not(None),
    )
)  # fmt: skip
# of several copies one that is no mirror: what is made of it lies beside it
_first = (DatasetRow.id, is_mirror, FileRecordRow.verified_at, FileRecordRow.id)
_BY_IDS = compiled(_verified.where(DatasetRow.id == any_of("ids", Uuid)).order_by(*_first))
_BESIDE = compiled(
    _verified.where(
        DatasetRow.session_id == bindparam("session", type_=Uuid), _collection == bindparam("collection", type_=Text),
        DatasetRow.name == bindparam("name", type_=Text),
    ).order_by((_revision == bindparam("revision", type_=Text)).desc(), DatasetRow.default_dataset.desc(), *_first)
    .limit(1)
)  # fmt: skip
_REVISIONS = compiled(
    select(_revision.label("name")).select_from(DatasetRow).outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id).where(
        DatasetRow.session_id == bindparam("session", type_=Uuid), _collection == bindparam("collection", type_=Text),
        DatasetRow.name == any_of("names", Text),
    ).distinct()
)  # fmt: skip
_made = arrays(
    id=Uuid, record_id=Uuid, name=Text, dataset_type_id=Uuid, data_format_id=Uuid, size=BigInteger, md5=Text, sha256=Text,
    relative_path=Text, object_key=Text, json=JSONB,
)  # fmt: skip
_ADD_DATASETS = compiled(
    insert(DatasetRow).from_select(
        ["id", "session_id", "collection", "name", "revision_id", "dataset_type_id", "data_format_id", "created_by_id",
         "file_size", "hash", "sha256", "version", "generating_software", "json", "edition"],
        select(
            _made.c.id, bindparam("session", type_=Uuid), func.nullif(bindparam("collection", type_=Text), _EMPTY),
            _made.c.name, bindparam("revision_id", type_=Uuid), _made.c.dataset_type_id, _made.c.data_format_id,
            bindparam("user", type_=Uuid), _made.c.size, _made.c.md5, _made.c.sha256, bindparam("version", type_=Text),
            bindparam("software", type_=Text),
            _made.c.json, bindparam("edition", type_=Text),
        ).order_by(_made.c.place),
    )
)  # fmt: skip
_ADD_RECORDS = compiled(
    insert(FileRecordRow).from_select(
        ["id", "dataset_id", "repository_id", "relative_path", "lab_id", "exists", "object_key", "verified_at"],
        select(
            _made.c.record_id, _made.c.id, bindparam("repository", type_=Uuid), _made.c.relative_path,
            bindparam("lab", type_=Uuid), literal_column("true"), _made.c.object_key, func.now(),
        ),
    )
)  # fmt: skip


async def verified(tx: ReadTx, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return verified copies of datasets, the best copy of each first."""
    return await tx.rows(_BY_IDS, {"ids": list(ids)})


async def beside(tx: ReadTx, session: UUID, collection: str, name: str, revision: str) -> asyncpg.Record | None:
    """Return a verified file of the same folder by its name, of the same revision if there is one."""
    values = {"session": session, "collection": collection, "name": name, "revision": revision}
    return await tx.row(_BESIDE, values)


async def revisions(tx: ReadTx, session: UUID, collection: str, names: Sequence[str]) -> set[str]:
    """Return the revisions in which any of these files is registered, '' for none."""
    found = await tx.rows(_REVISIONS, {"session": session, "collection": collection, "names": list(names)})
    return {row["name"] for row in found}


async def add(tx: WriteTx, columns: Columns, common: Mapping[str, Any]) -> None:
    """Insert datasets, and records that exist."""
    await tx.execute(_ADD_DATASETS, {**columns, **common})
    await tx.execute(_ADD_RECORDS, {**columns, **common})
