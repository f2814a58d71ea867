"""Every query of the cache tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, compiled
from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from bregma_files import catalog
from bregma_files.cache_tables.tables import CacheChangeRow, CacheSegmentRow, CacheSnapshotRow
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, RevisionRow, TagRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import RepositoryRow

_session_projects = table(
    "lookup_session_projects", column("session_id", Uuid), column("project_id", Uuid), schema="catalog"
)
_insertions = table(
    "lookup_probe_insertions", column("id", Uuid), column("session_id", Uuid), column("name", Text),
    column("model_id", Uuid), column("serial", Text), schema="catalog",
)  # fmt: skip
_models = table("lookup_probe_models", column("id", Uuid), column("probe_model", Text), schema="catalog")

_LOCK = 0x6272_6563
"""Only one process brings segments up to date at a time."""
_low, _high = bindparam("low", type_=Uuid), bindparam("high", type_=Uuid)
_tag = bindparam("tag", type_=Uuid)
_s = catalog.sessions
_tagged = select(DatasetTagRow.dataset_id).where(DatasetTagRow.tag_id == _tag)
# where the stock client fetches from; what we manage ourselves is served by the same address
_reachable = exists(
    select(FileRecordRow.id).join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(FileRecordRow.dataset_id == DatasetRow.id, FileRecordRow.exists,
           or_(RepositoryRow.managed, RepositoryRow.name.like("flatiron%"), RepositoryRow.name.like("aws%")))
)  # fmt: skip
_whole = and_(_s.c.number.is_not(None), _s.c.withdrawn_at.is_(None))
_names = (
    select(func.string_agg(catalog.projects.c.name, aggregate_order_by(literal_column("','"), catalog.projects.c.name)))
    .select_from(_session_projects.join(catalog.projects, catalog.projects.c.id == _session_projects.c.project_id))
    .where(_session_projects.c.session_id == _s.c.id).scalar_subquery()
)  # fmt: skip


def _statements(sessions: Any, datasets: Any, insertions: Any) -> dict[str, Any]:
    """Return the statement of each table, for the rows that these conditions leave."""
    return {
        "sessions": compiled(
            select(_s.c.id, _s.c.lab, _s.c.subject, cast(_s.c.start_time, Date).label("date"), _s.c.number,
                   _s.c.task_protocol, func.coalesce(_names, literal_column("''")).label("projects"), _s.c.lab_id)
            .where(_whole, sessions).order_by(_s.c.id)
        ),
        "datasets": compiled(
            select(DatasetRow.session_id.label("eid"), DatasetRow.id, DatasetRow.collection, DatasetRow.name,
                   RevisionRow.name.label("revision"), DatasetRow.file_size, DatasetRow.hash,
                   DatasetRow.default_dataset.label("default_revision"), DatasetRow.qc, _s.c.lab_id)
            .join(_s, _s.c.id == DatasetRow.session_id).outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
            .where(_whole, _reachable, datasets).order_by(DatasetRow.session_id, DatasetRow.id)
        ),
        "insertions": compiled(
            select(_insertions.c.session_id.label("eid"), _insertions.c.id,
                   func.coalesce(_models.c.probe_model, literal_column("''")).label("model"), _insertions.c.name,
                   _insertions.c.serial, _s.c.lab_id)
            .select_from(_insertions.join(_s, _s.c.id == _insertions.c.session_id)
                         .outerjoin(_models, _models.c.id == _insertions.c.model_id))
            .where(_whole, insertions).order_by(_insertions.c.session_id, _insertions.c.id)
        ),
    }  # fmt: skip


def _between(session_id: Any) -> Any:
    return and_(session_id >= _low, or_(_high.is_(None), session_id < _high))


_SEGMENT = _statements(
    _between(_s.c.id), and_(_between(_s.c.id), _between(DatasetRow.session_id)), _between(_insertions.c.session_id)
)
_tagged_sessions = select(DatasetRow.session_id).where(DatasetRow.id.in_(_tagged), _reachable)
_TAGGED = _statements(
    _s.c.id.in_(_tagged_sessions), DatasetRow.id.in_(_tagged), _insertions.c.session_id.in_(_tagged_sessions)
)
_SESSION_IDS = compiled(select(_s.c.id).where(_between(_s.c.id)).order_by(_s.c.id))
_SOME_SESSIONS = compiled(
    select(func.count()).select_from(select(_s.c.id).limit(bindparam("most", type_=Integer)).subquery())
)
_PENDING = compiled(
    select(func.count()).select_from(select(CacheChangeRow.id).limit(bindparam("most", type_=Integer)).subquery())
)
_EDITION = compiled(select(func.coalesce(func.max(CacheSegmentRow.edition), literal_column("0"))))
_TAKE = compiled(
    delete(CacheChangeRow).where(CacheChangeRow.id.in_(
        select(CacheChangeRow.id).order_by(CacheChangeRow.id).limit(bindparam("most", type_=Integer))
    )).returning(CacheChangeRow.session_id)
)  # fmt: skip
_FIRSTS = compiled(select(CacheSegmentRow.first).order_by(CacheSegmentRow.first))
_SEGMENTS = compiled(
    select(CacheSegmentRow.first, CacheSegmentRow.sessions, CacheSegmentRow.datasets, CacheSegmentRow.insertions)
    .where(CacheSegmentRow.first >= bindparam("start", type_=Uuid)).order_by(CacheSegmentRow.first)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
_NEWEST = compiled(
    select(CacheSnapshotRow.id, CacheSnapshotRow.edition, CacheSnapshotRow.created_at, CacheSnapshotRow.info,
           CacheSnapshotRow.size)
    .where(CacheSnapshotRow.scope == bindparam("scope", type_=Text),
           CacheSnapshotRow.tag_id.is_not_distinct_from(_tag))
    .order_by(CacheSnapshotRow.created_at.desc()).limit(1)
)  # fmt: skip


async def lock(tx: WriteTx) -> None:
    """Wait until no other transaction works on segments, and keep others from it."""
    await tx.value(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger))), {"key": _LOCK})


async def pending(tx: ReadTx, most: int) -> int:
    """Return how many changes wait, but no more than ``most``."""
    return int(await tx.value(_PENDING, {"most": most}))


async def edition(tx: ReadTx) -> int:
    """Return the number of the latest change of a segment; 0 before the first build."""
    return int(await tx.value(_EDITION))


async def take_changes(tx: WriteTx, most: int) -> list[UUID]:
    """Take changes off the log and return their sessions; what others have not committed yet stays for the next time."""
    return [row["session_id"] for row in await tx.rows(_TAKE, {"most": most})]


async def firsts(tx: ReadTx) -> list[UUID]:
    """Return where segments begin, in order."""
    return [row["first"] for row in await tx.rows(_FIRSTS)]


async def count_sessions(tx: ReadTx, most: int) -> int:
    """Return how many sessions there are, but no more than ``most``."""
    return int(await tx.value(_SOME_SESSIONS, {"most": most}))


async def session_ids(tx: ReadTx, low: UUID, high: UUID | None) -> list[UUID]:
    """Return the sessions of a segment, in order."""
    return [row["id"] for row in await tx.rows(_SESSION_IDS, {"low": low, "high": high})]


async def segment_rows(tx: ReadTx, low: UUID, high: UUID | None) -> dict[str, list[asyncpg.Record]]:
    """Return the rows of each table whose sessions lie between."""
    return {name: await tx.rows(one, {"low": low, "high": high}) for name, one in _SEGMENT.items()}


async def tagged_rows(tx: ReadTx, tag_id: UUID) -> dict[str, list[asyncpg.Record]]:
    """Return the rows of each table that a tag is about."""
    return {name: await tx.rows(one, {"tag": tag_id}) for name, one in _TAGGED.items()}


async def keep_segment(tx: WriteTx, first: UUID, number: int, encoded: Mapping[str, bytes]) -> None:
    """Keep a segment in the place of an earlier one."""
    await tx.execute(delete(CacheSegmentRow).where(CacheSegmentRow.first == bindparam("at", type_=Uuid)), {"at": first})
    await tx.execute(insert(CacheSegmentRow).values(first=first, edition=number, **encoded))


async def segments(tx: ReadTx, start: UUID, most: int) -> list[asyncpg.Record]:
    """Return encoded segments, a page at a time."""
    return await tx.rows(_SEGMENTS, {"start": start, "most": most})


async def tag_id(tx: ReadTx, name: str) -> UUID | None:
    """Return a tag's id."""
    found: UUID | None = await tx.value(
        select(TagRow.id).where(TagRow.name == bindparam("name", type_=Text)), {"name": name}
    )
    return found


async def newest(tx: ReadTx, scope: str, tag: UUID | None) -> asyncpg.Record | None:
    """Return the newest snapshot for callers who see the same."""
    return await tx.row(_NEWEST, {"scope": scope, "tag": tag})


async def keep_snapshot(tx: WriteTx, values: Mapping[str, Any]) -> None:
    """Note that a snapshot lies in the object store."""
    await tx.execute(insert(CacheSnapshotRow).values(**values))


async def outdated(tx: ReadTx, before: datetime) -> list[UUID]:
    """Return snapshots to which a newer one was made before this moment."""
    newer = CacheSnapshotRow.__table__.alias("newer")
    old = select(CacheSnapshotRow.id).where(exists(
        select(newer.c.id).where(newer.c.scope == CacheSnapshotRow.scope, newer.c.created_at > CacheSnapshotRow.created_at,
                                 newer.c.tag_id.is_not_distinct_from(CacheSnapshotRow.tag_id), newer.c.created_at < before)
    ))  # fmt: skip
    return [row["id"] for row in await tx.rows(old)]


async def forget_snapshots(tx: WriteTx, ids: Sequence[UUID]) -> None:
    """Forget snapshots."""
    await tx.execute(delete(CacheSnapshotRow).where(CacheSnapshotRow.id == any_of("ids", Uuid)), {"ids": list(ids)})
