"""Every query about retirements that the declaration does not derive."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, compiled
from sqlalchemy import DateTime, Text, Uuid, bindparam, exists, func, literal_column, null, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from bregma_files.catalog import sessions
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, TagRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.store import is_mirror
from bregma_files.repositories.tables import RepositoryRow
from bregma_files.retention.domain import State
from bregma_files.retention.tables import RetirementRow
from bregma_files.uploads.domain import OPEN
from bregma_files.uploads.tables import UploadRow

_STORE = func.coalesce(RepositoryRow.store, literal_column("''")).label("store")
_copies = (
    select(
        FileRecordRow.id, FileRecordRow.dataset_id, FileRecordRow.repository_id, FileRecordRow.object_key,
        FileRecordRow.verified_at, RepositoryRow.bucket, _STORE, DatasetRow.name, DatasetRow.file_size.label("size"),
        DatasetRow.sha256, sessions.c.lab_id,
    )
    .join(DatasetRow, DatasetRow.id == FileRecordRow.dataset_id)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .join(sessions, sessions.c.id == DatasetRow.session_id)
    .where(
        # mirrors hold copies at Alyx's own paths, where another file may lie tomorrow: they are nobody's to count or to delete
        ~is_mirror, FileRecordRow.exists, RepositoryRow.managed, FileRecordRow.object_key.is_not(None),
        FileRecordRow.verified_at.is_not(None), DatasetRow.sha256.is_not(None), sessions.c.withdrawn_at.is_(None),
    )
)  # fmt: skip
_COPIES = compiled(_copies.where(FileRecordRow.dataset_id == any_of("datasets", Uuid)))
_LOCK = compiled(
    select(FileRecordRow.id).where(FileRecordRow.dataset_id == any_of("datasets", Uuid))
    .order_by(FileRecordRow.id).with_for_update()
)  # fmt: skip
_other, _elsewhere = aliased(FileRecordRow), aliased(RepositoryRow)
_IN_USE = compiled(
    select(func.count()).select_from(_other).join(_elsewhere, _elsewhere.id == _other.repository_id).where(
        _other.object_key == bindparam("key", type_=Text), _elsewhere.bucket == bindparam("bucket", type_=Text),
        func.coalesce(_elsewhere.store, literal_column("''")) == bindparam("store", type_=Text),
    )
)  # fmt: skip
_protecting = (
    select(func.array_agg(TagRow.name)).join(DatasetTagRow, DatasetTagRow.tag_id == TagRow.id)
    .where(DatasetTagRow.dataset_id == DatasetRow.id, TagRow.protected).scalar_subquery()
)  # fmt: skip
_uploading = exists(
    select(UploadRow.id).where(
        UploadRow.dataset_id == DatasetRow.id, UploadRow.state.in_([literal_column(f"'{one}'") for one in sorted(OPEN)])
    )
)
_DATASET = compiled(
    select(
        DatasetRow.sha256, DatasetRow.file_size.label("size"), sessions.c.lab_id,
        _protecting.label("protected"), _uploading.label("uploading"),
        sessions.c.withdrawn_at.is_not(None).label("withdrawn"),
    )
    .join(sessions, sessions.c.id == DatasetRow.session_id)
    .where(DatasetRow.id == bindparam("dataset", type_=Uuid))
)  # fmt: skip
_NAMES = compiled(select(DatasetRow.id, DatasetRow.name).where(DatasetRow.id == any_of("ids", Uuid)))
_HIDE = compiled(
    update(FileRecordRow).where(FileRecordRow.id == any_of("ids", Uuid)).values(exists=False, object_key=null(), verified_at=null())
)  # fmt: skip
_row = select(RetirementRow, RepositoryRow.bucket, _STORE).join(
    RepositoryRow, RepositoryRow.id == RetirementRow.repository_id
)
_STANDING = compiled(
    select(RetirementRow.name).where(
        bindparam("dataset", type_=Uuid) == func.any(RetirementRow.stand_ins),
        RetirementRow.state.in_([literal_column(f"'{one}'") for one in (State.WAITING, State.DELETING, State.DELETED)]),
    ).distinct().order_by(RetirementRow.name)
)  # fmt: skip
_ONE = compiled(_row.where(RetirementRow.id == bindparam("id", type_=Uuid)).with_for_update(of=RetirementRow.__table__))
_states: list[Any] = [literal_column(f"'{one}'") for one in (State.WAITING, State.DELETING)]
_DUE = compiled(
    select(RetirementRow.id).where(
        RetirementRow.state.in_(_states), RetirementRow.delete_after <= bindparam("now", type_=DateTime(timezone=True))
    ).order_by(RetirementRow.delete_after)
)  # fmt: skip
_MOVE = compiled(
    update(RetirementRow)
    .where(RetirementRow.id == bindparam("id", type_=Uuid))
    .values(
        state=bindparam("state", type_=Text), reason=bindparam("reason", type_=Text), changed_at=func.now(),
        delete_after=bindparam("after", type_=DateTime(timezone=True)), ended_at=bindparam("ended", type_=DateTime(timezone=True)),
        undone_by_id=bindparam("by", type_=Uuid),
    )
)  # fmt: skip
_SHOW = compiled(
    update(FileRecordRow)
    .where(FileRecordRow.id == bindparam("id", type_=Uuid), ~FileRecordRow.exists)
    .values(
        exists=True, declared=False, object_key=bindparam("key", type_=Text),
        verified_at=bindparam("verified_at", type_=DateTime(timezone=True)),
    )
)  # fmt: skip


async def copies(tx: ReadTx, datasets: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the verified copies of datasets in repositories of ours."""
    return await tx.rows(_COPIES, {"datasets": list(datasets)})


async def lock(tx: WriteTx, datasets: Sequence[UUID]) -> None:
    """Let nobody else change or delete the records of datasets until this transaction ends."""
    await tx.rows(_LOCK, {"datasets": list(datasets)})


async def in_use(tx: ReadTx, store: str, bucket: str, key: str) -> bool:
    """Whether a record names an object, whatever dataset it is of."""
    return bool(await tx.value(_IN_USE, {"store": store, "bucket": bucket, "key": key}))


async def standing_for(tx: ReadTx, dataset: UUID) -> list[str]:
    """Return the names of what a dataset stands for, whose own copies are gone or going."""
    return [row["name"] for row in await tx.rows(_STANDING, {"dataset": dataset})]


async def dataset(tx: ReadTx, wanted: UUID) -> asyncpg.Record | None:
    """Return what decides about a dataset."""
    return await tx.row(_DATASET, {"dataset": wanted})


async def names(tx: ReadTx, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of datasets that there are."""
    return {row["id"]: row["name"] for row in await tx.rows(_NAMES, {"ids": list(ids)})}


async def write_down(tx: WriteTx, values: Mapping[str, Any]) -> bool:
    """Write a retirement; False where one of the same copy says more than that it is kept."""
    statement = upsert(RetirementRow).values(**values)
    given = {name: statement.excluded[name] for name in values if name not in ("id", "record_id", "object_key")}
    statement = statement.on_conflict_do_update(
        index_elements=["record_id", "object_key"], set_={**given, "changed_at": func.now()},
        where=RetirementRow.state == State.KEPT.value,
    )  # fmt: skip
    return await tx.execute(statement) > 0


async def hide(tx: WriteTx, records: Sequence[UUID]) -> None:
    """Take copies out of sight."""
    await tx.execute(_HIDE, {"ids": list(records)})


async def one(tx: WriteTx, retirement: UUID) -> asyncpg.Record | None:
    """Return a retirement that nobody else changes until this transaction ends."""
    return await tx.row(_ONE, {"id": retirement})


async def due(tx: ReadTx, now: datetime) -> list[UUID]:
    """Return the retirements whose time to be undone is over."""
    return [row["id"] for row in await tx.rows(_DUE, {"now": now})]


async def move(
    tx: WriteTx, retirement: UUID, state: State, *, reason: str | None = None, after: datetime | None = None,
    ended: datetime | None = None, by: UUID | None = None,
) -> None:  # fmt: skip
    """Say how far a retirement is."""
    values = {"id": retirement, "state": state.value, "reason": reason, "after": after, "ended": ended, "by": by}
    await tx.execute(_MOVE, values)


async def show(tx: WriteTx, record: UUID, key: str, verified_at: datetime | None) -> bool:
    """Let a copy exist again; False if there is another one by now, or no record."""
    return await tx.execute(_SHOW, {"id": record, "key": key, "verified_at": verified_at}) > 0
