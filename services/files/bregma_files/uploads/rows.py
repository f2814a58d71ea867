"""Uploads as rows: reading those a caller may see, and moving them from state to state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import ReadTx, WriteTx, compiled
from sqlalchemy import (
    BigInteger,
    DateTime,
    Text,
    Uuid,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from bregma_files.catalog import sessions
from bregma_files.datasets.tables import DatasetRow, RevisionRow
from bregma_files.repositories.tables import RepositoryRow
from bregma_files.uploads.domain import Event, State, after, applies_to
from bregma_files.uploads.store import any_of, arrays, collection_of, seen
from bregma_files.uploads.tables import UploadRow


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload with what is needed to act on it."""

    id: UUID
    dataset_id: UUID
    session_id: UUID
    lab_id: UUID
    bucket: str
    object_key: str
    size: int
    md5: str
    sha256: str | None
    part_size: int | None
    multipart_id: str | None
    state: State
    reason: str | None
    path: str
    expires_at: datetime


_collection: Any = case((collection_of(DatasetRow) == "", ""), else_=DatasetRow.collection + "/")
_revision: Any = func.coalesce(literal_column("'#'") + RevisionRow.name + literal_column("'#/'"), "")
_PATH = _collection + _revision + DatasetRow.name
_FROM = (
    UploadRow.__table__.join(DatasetRow, DatasetRow.id == UploadRow.dataset_id)
    .join(sessions, sessions.c.id == DatasetRow.session_id)
    .join(RepositoryRow, RepositoryRow.id == UploadRow.repository_id)
    .outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
)
_UPLOAD = select(
    UploadRow.id, UploadRow.dataset_id, sessions.c.id.label("session_id"), sessions.c.lab_id, RepositoryRow.bucket,
    UploadRow.object_key, UploadRow.size, UploadRow.md5, UploadRow.sha256, UploadRow.part_size, UploadRow.multipart_id,
    UploadRow.state, UploadRow.reason, _PATH.label("path"), UploadRow.expires_at,
).select_from(_FROM)  # fmt: skip
_BY_IDS = compiled(
    _UPLOAD.where(UploadRow.id == any_of("ids"), sessions.c.withdrawn_at.is_(None), seen(sessions.c.lab_id))
)
_PROLONG = compiled(
    update(UploadRow).where(UploadRow.id == any_of("ids"), UploadRow.state == State.WANTED.value)
    .values(expires_at=bindparam("until", type_=DateTime(timezone=True)))
)  # fmt: skip
_made = arrays(id=Uuid, multipart_id=Text)
_KEEP = compiled(
    update(UploadRow).where(UploadRow.id == _made.c.id, UploadRow.state == State.WANTED.value)
    .values(multipart_id=func.coalesce(UploadRow.multipart_id, _made.c.multipart_id))
    .returning(UploadRow.id, UploadRow.multipart_id)
)  # fmt: skip
_FORGET = compiled(
    update(UploadRow)
    .where(UploadRow.id == _made.c.id, UploadRow.multipart_id == _made.c.multipart_id,
           UploadRow.state == State.WANTED.value)
    .values(multipart_id=null())
)  # fmt: skip
_MOVE = compiled(
    update(UploadRow).where(UploadRow.id == any_of("ids"), UploadRow.state == any_of("states", Text))
    .values(state=bindparam("state", type_=Text), changed_at=func.now()).returning(UploadRow.id)
)  # fmt: skip
_session, _state = bindparam("session", type_=Uuid), bindparam("state", type_=Text)
_matching = (
    sessions.c.withdrawn_at.is_(None), seen(sessions.c.lab_id), or_(_session.is_(None), sessions.c.id == _session),
    or_(_state.is_(None), UploadRow.state == _state),
)  # fmt: skip
_COUNT = compiled(select(func.count()).select_from(_FROM).where(*_matching))
_PAGE = compiled(
    _UPLOAD.where(*_matching).order_by(UploadRow.created_at.desc(), UploadRow.id.desc())
    .limit(bindparam("limit", type_=BigInteger)).offset(bindparam("offset", type_=BigInteger))
)  # fmt: skip
_OVERDUE = compiled(
    _UPLOAD.where(
        UploadRow.state == State.WANTED.value, UploadRow.expires_at < bindparam("now", type_=DateTime(timezone=True))
    ).order_by(UploadRow.expires_at).limit(bindparam("limit", type_=BigInteger))
)  # fmt: skip
_ENDED = compiled(
    _UPLOAD.where(
        UploadRow.state.in_([literal_column("'aborted'"), literal_column("'expired'")]),
        UploadRow.changed_at > bindparam("since", type_=DateTime(timezone=True)),
        UploadRow.id > bindparam("last", type_=Uuid),
    ).order_by(UploadRow.id).limit(bindparam("limit", type_=BigInteger))
)  # fmt: skip
_TOUCH_STUCK = compiled(
    update(UploadRow)
    .where(UploadRow.state.in_([literal_column("'received'"), literal_column("'verifying'")]),
           UploadRow.changed_at < bindparam("before", type_=DateTime(timezone=True)))
    .values(changed_at=func.now()).returning(UploadRow.id)
)  # fmt: skip
_BUCKETS = compiled(select(RepositoryRow.bucket).where(RepositoryRow.managed).distinct().order_by(RepositoryRow.bucket))
_MULTIPART_IDS = compiled(
    select(UploadRow.object_key, UploadRow.multipart_id, UploadRow.state).where(
        UploadRow.object_key == any_of("keys", Text)
    )
)


def _upload(row: Any) -> Upload:
    return Upload(**{**dict(row.items()), "state": State(row["state"])})


async def by_ids(tx: ReadTx, ids: Sequence[UUID], visible_labs: Sequence[UUID] | None) -> dict[UUID, Upload]:
    """Return the uploads that the caller may see."""
    labs = None if visible_labs is None else list(visible_labs)
    return {row["id"]: _upload(row) for row in await tx.rows(_BY_IDS, {"ids": list(ids), "visible_labs": labs})}


async def prolong(tx: WriteTx, ids: Sequence[UUID], until: datetime) -> None:
    """Give uploads that somebody works on more time."""
    await tx.execute(_PROLONG, {"ids": list(ids), "until": until})


async def keep_multipart_ids(tx: WriteTx, ids: Sequence[UUID], made: Sequence[str]) -> Mapping[UUID, str]:
    """Keep the store's ids where there are none yet, and return those that count."""
    rows = await tx.rows(_KEEP, {"id": list(ids), "multipart_id": list(made)})
    return {row["id"]: row["multipart_id"] for row in rows}


async def forget_multipart_ids(tx: WriteTx, lost: Mapping[UUID, str]) -> None:
    """Drop ids that the store does not know any more; the next part to be signed begins anew."""
    await tx.execute(_FORGET, {"id": list(lost), "multipart_id": list(lost.values())})


async def move(tx: WriteTx, ids: Sequence[UUID], event: Event) -> set[UUID]:
    """Apply an event that leads to one state from wherever it applies; return the uploads that moved."""
    states = applies_to(event)
    values = {"ids": list(ids), "states": states, "state": after(states[0], event).value}
    return {row["id"] for row in await tx.rows(_MOVE, values)}


async def page(
    tx: ReadTx, visible_labs: Sequence[UUID] | None, session: UUID | None, state: State | None, limit: int, offset: int
) -> tuple[int, list[Upload]]:
    """Return how many uploads match, and one page of them, newest first."""
    labs = None if visible_labs is None else list(visible_labs)
    values = {"visible_labs": labs, "session": session, "state": state}
    count: int = await tx.value(_COUNT, values)
    rows = await tx.rows(_PAGE, {**values, "limit": limit, "offset": offset})
    return count, [_upload(row) for row in rows]


async def overdue(tx: ReadTx, moment: datetime, limit: int) -> list[Upload]:
    """Return some of the uploads that nobody completed in time."""
    return [_upload(row) for row in await tx.rows(_OVERDUE, {"now": moment, "limit": limit})]


async def ended(tx: ReadTx, since: datetime, last: UUID, limit: int) -> list[Upload]:
    """Return some of the uploads that were aborted or expired since a moment, in the order of their ids after one."""
    values = {"since": since, "last": last, "limit": limit}
    return [_upload(row) for row in await tx.rows(_ENDED, values)]


async def touch_stuck(tx: WriteTx, before: datetime) -> list[UUID]:
    """Return the uploads that arrived long ago and were never settled, noting that they are looked at now."""
    return [row["id"] for row in await tx.rows(_TOUCH_STUCK, {"before": before})]


async def managed_buckets(tx: ReadTx) -> list[str]:
    """Return the buckets of the managed repositories."""
    return [row["bucket"] for row in await tx.rows(_BUCKETS)]


async def multipart_ids(tx: ReadTx, keys: Sequence[str]) -> dict[str, str | None]:
    """Return the multipart upload that belongs to each of our keys; None where none does (any more)."""
    rows = await tx.rows(_MULTIPART_IDS, {"keys": list(keys)})
    return {row["object_key"]: row["multipart_id"] if row["state"] == State.WANTED else None for row in rows}
