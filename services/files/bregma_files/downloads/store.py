"""Every query of downloads: which copy of a dataset is served, and what a path of the data tree names."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)

from bregma_files.catalog import object_visible, sessions
from bregma_files.datasets.tables import DatasetRow, RevisionRow
from bregma_files.downloads.domain import DataPath
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import RepositoryRow
from bregma_files.uploads.store import OPEN_STATES, any_of, collection_of, seen
from bregma_files.uploads.tables import UploadRow

former_places = table(
    "former_places", column("session_id", Uuid), column("lab", Text), column("subject", Text), column("date", Text),
    column("number", Integer), column("moved_at", DateTime(timezone=True)), schema="catalog",
)  # fmt: skip
_copy = (
    select(FileRecordRow.object_key, RepositoryRow.bucket, RepositoryRow.store)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(FileRecordRow.dataset_id == DatasetRow.id, FileRecordRow.exists, FileRecordRow.object_key.is_not(None),
           RepositoryRow.managed, ~RepositoryRow.globus_is_personal)
    # a store of another place is further away
    .order_by(RepositoryRow.store.is_not(None), FileRecordRow.verified_at.desc(), RepositoryRow.name).limit(1).lateral("copy")
)  # fmt: skip
_elsewhere = (
    select(func.string_agg(RepositoryRow.name.distinct(), literal_column("', '")))
    .join(FileRecordRow, FileRecordRow.repository_id == RepositoryRow.id)
    .where(FileRecordRow.dataset_id == DatasetRow.id, FileRecordRow.exists).scalar_subquery()
)  # fmt: skip
_under_way = exists(select(UploadRow.id).where(UploadRow.dataset_id == DatasetRow.id, UploadRow.state == OPEN_STATES))


def _why_not(question: Any) -> Any:
    """Ask only where there is nothing to serve."""
    return case((_copy.c.object_key.is_(None), question))


_in_sight = or_(
    and_(DatasetRow.session_id.is_(None), or_(VISIBLE_LABS.is_(None), object_visible(DatasetRow))),
    and_(sessions.c.id.is_not(None), sessions.c.withdrawn_at.is_(None), seen(sessions.c.lab_id)),
)
_COPIES = compiled(
    select(
        DatasetRow.id, DatasetRow.name, DatasetRow.file_size, DatasetRow.hash, DatasetRow.sha256, _copy.c.object_key,
        _copy.c.bucket, _copy.c.store, _why_not(_elsewhere).label("elsewhere"),
        _why_not(_under_way).label("under_way"),
    ).select_from(DatasetRow)
    .outerjoin(sessions, sessions.c.id == DatasetRow.session_id).outerjoin(_copy, literal(True))
    .where(DatasetRow.id == any_of("ids"), _in_sight)
)  # fmt: skip

_lab, _subject = bindparam("lab", type_=Text), bindparam("subject", type_=Text)
_day, _number = bindparam("day", type_=Date), bindparam("number", type_=Integer)
_formerly = and_(
    former_places.c.lab == _lab, former_places.c.subject == _subject, former_places.c.number == _number,
    former_places.c.date == func.to_char(_day, literal_column("'YYYY-MM-DD'")),
)  # fmt: skip
_here = and_(
    sessions.c.lab == _lab, sessions.c.subject == _subject, cast(sessions.c.start_time, Date) == _day,
    func.coalesce(sessions.c.number, 0) == _number,
)  # fmt: skip
_SESSIONS = compiled(
    select(sessions.c.id, literal_column("0").label("rank"), sessions.c.start_time.label("moment")).where(_here)
    .union_all(
        select(
            former_places.c.session_id, literal_column("1"), cast(former_places.c.moved_at, DateTime(timezone=False))
        )
        .where(_formerly)
    )
)  # fmt: skip
_wanted = bindparam("dataset", type_=Uuid)
_same_file = (
    collection_of(DatasetRow) == bindparam("collection", type_=Text), DatasetRow.name == bindparam("name", type_=Text),
    func.coalesce(RevisionRow.name, literal_column("''")) == bindparam("revision", type_=Text),
    or_(_wanted.is_(None), DatasetRow.id == _wanted),
)  # fmt: skip
_IN_SESSIONS = compiled(
    select(DatasetRow.id, DatasetRow.session_id).outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
    .where(DatasetRow.session_id == any_of("sessions"), *_same_file)
)  # fmt: skip
_AGGREGATE = compiled(
    select(DatasetRow.id).join(FileRecordRow, FileRecordRow.dataset_id == DatasetRow.id)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(DatasetRow.session_id.is_(None), FileRecordRow.relative_path == bindparam("relative", type_=Text),
           or_(_wanted.is_(None), DatasetRow.id == _wanted))
    .order_by(RepositoryRow.managed.desc(), FileRecordRow.exists.desc(), DatasetRow.id).limit(1)
)  # fmt: skip


async def copies(tx: ReadTx, ids: Sequence[UUID], visible_labs: Sequence[UUID] | None) -> dict[UUID, asyncpg.Record]:
    """Return, of each dataset that the caller may see, the copy that is served, if there is one."""
    labs = None if visible_labs is None else list(visible_labs)
    return {row["id"]: row for row in await tx.rows(_COPIES, {"ids": list(ids), "visible_labs": labs})}


async def dataset_at(tx: ReadTx, path: DataPath) -> UUID | None:
    """Return the dataset that a path names: a session's present folder counts before folders it was moved from."""
    if path.session is None:
        found: UUID | None = await tx.value(_AGGREGATE, {"relative": path.relative, "dataset": path.dataset})
        return found
    place = path.session
    values = {"lab": place.lab, "subject": place.subject, "day": place.day, "number": place.number}
    ranked = await tx.rows(_SESSIONS, values)
    order: dict[UUID, Any] = {}
    for row in sorted(ranked, key=lambda row: (-row["rank"], row["moment"])):
        order[row["id"]] = len(order)
    named = {"collection": path.collection, "name": path.name, "revision": path.revision or "", "dataset": path.dataset}
    rows = await tx.rows(_IN_SESSIONS, {"sessions": list(order), **named})
    # the last in this order is the present folder's session, else the one that left latest
    return max(rows, key=lambda row: order[row["session_id"]])["id"] if rows else None
