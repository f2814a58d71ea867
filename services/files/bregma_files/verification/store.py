"""Every query of verification; one update per table and slice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled
from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from bregma_files.catalog import sessions
from bregma_files.dataset_types.tables import DatasetTypeRow
from bregma_files.datasets.tables import DatasetRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.store import is_mirror
from bregma_files.repositories.tables import RepositoryRow
from bregma_files.uploads.domain import State
from bregma_files.uploads.store import NO_REVISION, OPEN_STATES, any_of, arrays, collection_of
from bregma_files.uploads.tables import UploadRow

Columns = Mapping[str, Sequence[Any]]

_BATCH = compiled(
    select(
        UploadRow.id, UploadRow.dataset_id, UploadRow.repository_id, UploadRow.object_key, UploadRow.size,
        UploadRow.md5,
        UploadRow.sha256, UploadRow.version, RepositoryRow.bucket, DatasetRow.name, DatasetRow.session_id,
        collection_of(DatasetRow).label("collection"), DatasetRow.revision_id, DatasetRow.edition,
        DatasetTypeRow.name.label("type_name"),
    )
    .join(DatasetRow, DatasetRow.id == UploadRow.dataset_id)
    .join(DatasetTypeRow, DatasetTypeRow.id == DatasetRow.dataset_type_id)
    .join(RepositoryRow, RepositoryRow.id == UploadRow.repository_id)
    .where(UploadRow.id == any_of("ids"), UploadRow.state == State.VERIFYING.value).order_by(UploadRow.id)
)  # fmt: skip
_newer = aliased(UploadRow)
_STILL = compiled(
    select(
        UploadRow.id,
        # of two versions under way the one that was registered later wins, whichever arrives first
        exists(select(_newer.id).where(
            _newer.dataset_id == UploadRow.dataset_id, _newer.repository_id == UploadRow.repository_id,
            _newer.id > UploadRow.id, _newer.state == State.VERIFIED.value,
        )).label("superseded"),
    ).where(UploadRow.id == any_of("ids"), UploadRow.state == State.VERIFYING.value).with_for_update(of=UploadRow)
)  # fmt: skip
_folders = arrays(session_id=Uuid, collection=Text, revision_id=Uuid)
_under_way = exists(
    select(UploadRow.id).where(
        UploadRow.dataset_id == DatasetRow.id,
        UploadRow.state == OPEN_STATES,
    )
)
_STANDING = compiled(
    select(
        DatasetRow.id, DatasetRow.session_id, collection_of(DatasetRow).label("collection"), DatasetRow.revision_id,
        DatasetRow.name, DatasetRow.edition, DatasetRow.rows, DatasetRow.max_index,
        DatasetTypeRow.name.label("type_name"),
    ).select_from(_folders)
    .join(DatasetRow, and_(
        DatasetRow.session_id == _folders.c.session_id, collection_of(DatasetRow) == _folders.c.collection,
        func.coalesce(DatasetRow.revision_id, NO_REVISION) == func.coalesce(_folders.c.revision_id, NO_REVISION),
    ))
    .join(DatasetTypeRow, DatasetTypeRow.id == DatasetRow.dataset_type_id)
    .where(DatasetRow.servable, or_(DatasetRow.rows.is_not(None), DatasetRow.max_index.is_not(None)), ~_under_way)
)  # fmt: skip

_up = arrays(id=Uuid, state=Text, reason=Text)
_lost = _up.c.state == State.WANTED.value
_SETTLE = compiled(
    update(UploadRow).where(UploadRow.id == _up.c.id, UploadRow.state == State.VERIFYING.value).values(
        state=_up.c.state, reason=_up.c.reason, changed_at=func.now(),
        # what is wanted again starts afresh
        multipart_id=case((_lost, None), else_=UploadRow.multipart_id),
        expires_at=case((_lost, bindparam("until", type_=DateTime(timezone=True))), else_=UploadRow.expires_at),
    )
)  # fmt: skip
_good = arrays(
    dataset_id=Uuid, repository_id=Uuid, object_key=Text, size=BigInteger, md5=Text, sha256=Text, rows=BigInteger,
    largest=BigInteger, version=Text,
)  # fmt: skip
_CHANGED = compiled(
    select(DatasetRow.id).join(_good, _good.c.dataset_id == DatasetRow.id)
    .where(DatasetRow.hash.is_not(None), DatasetRow.hash != _good.c.md5)
)  # fmt: skip
_RECORDS = compiled(
    update(FileRecordRow)
    .where(FileRecordRow.dataset_id == _good.c.dataset_id, FileRecordRow.repository_id == _good.c.repository_id)
    .values(exists=True, declared=False, object_key=_good.c.object_key, verified_at=func.now())
    .returning(FileRecordRow.dataset_id)
)  # fmt: skip
_OUTDATED = compiled(
    update(FileRecordRow).values(exists=False).where(
        FileRecordRow.dataset_id == any_of("changed"), FileRecordRow.exists,
        ~exists(select(_good.c.dataset_id).where(
            _good.c.dataset_id == FileRecordRow.dataset_id, _good.c.repository_id == FileRecordRow.repository_id)),
    )
)  # fmt: skip
_DATASETS = compiled(
    update(DatasetRow).where(DatasetRow.id == _good.c.dataset_id).values(
        hash=_good.c.md5, sha256=_good.c.sha256, file_size=_good.c.size, rows=_good.c.rows, max_index=_good.c.largest,
        version=func.coalesce(_good.c.version, DatasetRow.version), auto_datetime=func.now(),
    )
)  # fmt: skip

# records of files that did not come by an upload
_PLACES = compiled(
    select(
        FileRecordRow.id, FileRecordRow.dataset_id, FileRecordRow.relative_path, FileRecordRow.object_key,
        func.kit.with_id(FileRecordRow.relative_path, FileRecordRow.dataset_id, type_=Text).label("path_with_id"),
        RepositoryRow.bucket, RepositoryRow.globus_path, is_mirror.label("mirror"), sessions.c.lab, DatasetRow.session_id,
        DatasetRow.name, DatasetRow.edition, DatasetRow.file_size, DatasetRow.hash, DatasetTypeRow.name.label("type_name"),
    )
    .join(DatasetRow, DatasetRow.id == FileRecordRow.dataset_id)
    .join(DatasetTypeRow, DatasetTypeRow.id == DatasetRow.dataset_type_id)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .outerjoin(sessions, sessions.c.id == DatasetRow.session_id)
    .where(FileRecordRow.id == any_of("ids"), ~FileRecordRow.exists, RepositoryRow.managed, RepositoryRow.store.is_(None))
    .order_by(FileRecordRow.id)
)  # fmt: skip
_seen = arrays(id=Uuid, object_key=Text, good=Boolean, note=JSONB, hash=Text)
_PLACED = compiled(
    update(FileRecordRow).where(
        FileRecordRow.id == _seen.c.id, ~FileRecordRow.exists, DatasetRow.id == FileRecordRow.dataset_id,
        # somebody may have registered other content while we read
        DatasetRow.hash.is_not_distinct_from(_seen.c.hash),
    ).values(
        exists=_seen.c.good, declared=False,
        object_key=case((_seen.c.good, _seen.c.object_key), else_=FileRecordRow.object_key),
        verified_at=case((_seen.c.good, func.now()), else_=FileRecordRow.verified_at),
        json=case(
            (_seen.c.note.is_(None), FileRecordRow.json.op("-")(literal_column("'verification'"))),
            else_=func.coalesce(FileRecordRow.json, literal_column("'{}'::jsonb")).op("||")(_seen.c.note),
        ),
    ).returning(FileRecordRow.dataset_id, FileRecordRow.exists)
)  # fmt: skip
_read = arrays(dataset_id=Uuid, size=BigInteger, md5=Text, sha256=Text, rows=BigInteger, largest=BigInteger)
_FILL_IN = compiled(
    update(DatasetRow).where(DatasetRow.id == _read.c.dataset_id).values(
        hash=_read.c.md5, sha256=_read.c.sha256, file_size=_read.c.size, rows=_read.c.rows, max_index=_read.c.largest,
        auto_datetime=func.now(),
    )
)  # fmt: skip


async def batch(tx: ReadTx, ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the uploads that are being verified, in the order of their registration."""
    return await tx.rows(_BATCH, {"ids": list(ids)})


async def still_verifying(tx: WriteTx, ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Lock those that nobody else has settled; say of each whether a later version was verified before it."""
    return {row["id"]: row["superseded"] for row in await tx.rows(_STILL, {"ids": list(ids)})}


async def standing(tx: ReadTx, folders: Sequence[tuple[UUID, str, UUID | None]]) -> list[asyncpg.Record]:
    """Return the verified files of some folders, without those of which new bytes are under way."""
    values = {"session_id": [f[0] for f in folders], "collection": [f[1] for f in folders],
              "revision_id": [f[2] for f in folders]}  # fmt: skip
    return await tx.rows(_STANDING, values)


async def settle_uploads(tx: WriteTx, columns: Columns, until: datetime) -> None:
    """Write the new states."""
    await tx.execute(_SETTLE, {**columns, "until": until})


async def make_visible(tx: WriteTx, columns: Columns) -> set[UUID]:
    """Let records exist with their new objects; copies elsewhere of other content no longer count.

    Returns the datasets that have a record here.
    """
    changed = [row["id"] for row in await tx.rows(_CHANGED, columns)]
    present = {row["dataset_id"] for row in await tx.rows(_RECORDS, columns)}
    if changed:
        await tx.execute(_OUTDATED, {**columns, "changed": changed})
    await tx.execute(_DATASETS, columns)
    return present


async def places(tx: ReadTx, record_ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return records on managed repositories that do not exist yet, with where their bytes may lie."""
    return await tx.rows(_PLACES, {"ids": list(record_ids)})


async def settle_places(tx: WriteTx, columns: Columns) -> set[UUID]:
    """Write what was found at the records' places; return the datasets that exist now."""
    rows = await tx.rows(_PLACED, columns)
    return {row["dataset_id"] for row in rows if row["exists"]}


async def fill_in(tx: WriteTx, columns: Columns) -> None:
    """Write what the bytes told about their datasets."""
    await tx.execute(_FILL_IN, columns)
