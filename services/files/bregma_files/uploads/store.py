"""Every query of registration by upload; a call of any size is the same few statements."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    DateTime,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from bregma_files.catalog import sessions
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, RevisionRow, TagRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.store import is_mirror
from bregma_files.repositories.tables import LabDefaultRepositoryRow, LabRepositoryRow, RepositoryRow
from bregma_files.uploads.domain import OPEN
from bregma_files.uploads.tables import UploadRow

Columns = Mapping[str, Sequence[Any]]
# constants in the text, not parameters: the indexes on these expressions must be recognised in every plan
NONE: Any = literal_column("''")
NO_REVISION: Any = literal_column("'00000000-0000-0000-0000-000000000000'::uuid")
OPEN_STATES = func.any(bindparam("open_states", sorted(OPEN), type_=ARRAY(Text)))


def arrays(**types: Any) -> Any:
    """Return a table made of parallel arrays, one parameter per column, with the place of each row."""
    parameters = [bindparam(name, type_=ARRAY(kind)) for name, kind in types.items()]
    columns = [column(name, kind) for name, kind in types.items()]
    return func.unnest(*parameters).table_valued(*columns, with_ordinality="place", name="given").render_derived()


def any_of(name: str, kind: Any = Uuid) -> Any:
    """Return ``any(:name)`` of an array parameter."""
    return func.any(bindparam(name, type_=ARRAY(kind)))


def seen(lab_id: Any) -> Any:
    """Restrict to labs the caller sees; ``visible_labs`` null means all of them."""
    return or_(VISIBLE_LABS.is_(None), lab_id == func.any(VISIBLE_LABS))


def collection_of(row: Any) -> Any:
    """Return a dataset's collection, '' for none."""
    return func.coalesce(row.collection, NONE)


# the session and its repository

_SESSION = compiled(
    select(
        sessions.c.id, sessions.c.lab_id, sessions.c.lab, sessions.c.subject, sessions.c.date, sessions.c.number
    ).where(
        sessions.c.id == bindparam("session", type_=Uuid), sessions.c.withdrawn_at.is_(None), seen(sessions.c.lab_id)
    )
)  # fmt: skip
_LOCK = compiled(select(func.pg_advisory_xact_lock(column("key", BigInteger))).select_from(
    func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).table_valued(column("key", BigInteger)).render_derived()
))  # fmt: skip
_of_lab = exists(
    select(LabRepositoryRow.lab_id).where(
        LabRepositoryRow.repository_id == RepositoryRow.id, LabRepositoryRow.lab_id == bindparam("lab", type_=Uuid)
    )
)
_is_default = exists(
    select(LabDefaultRepositoryRow.lab_id).where(
        LabDefaultRepositoryRow.repository_id == RepositoryRow.id,
        LabDefaultRepositoryRow.lab_id == bindparam("lab", type_=Uuid),
    )
)
_REPOSITORIES = compiled(
    select(RepositoryRow.id, RepositoryRow.name, RepositoryRow.bucket, _of_lab.label("of_lab"))
    # a mirror is filled by copies: uploads have keys of their own, Alyx's clients look for Alyx's paths
    .where(RepositoryRow.managed, ~is_mirror, RepositoryRow.store.is_(None))
    # ids grow with time: where none was chosen the lab's first repository stays its place, whatever is bound later
    .order_by(_of_lab.desc(), and_(_of_lab, _is_default).desc(), RepositoryRow.id)
)  # fmt: skip


async def session(tx: ReadTx, session_id: UUID, visible_labs: Sequence[UUID] | None) -> asyncpg.Record | None:
    """Return a session that the caller may see."""
    labs = None if visible_labs is None else list(visible_labs)
    return await tx.row(_SESSION, {"session": session_id, "visible_labs": labs})


async def lock_sessions(tx: WriteTx, ids: Sequence[UUID]) -> None:
    """Let changes to the files of one session go one after the other; in one order, so that nobody waits in a ring."""
    await tx.rows(_LOCK, {"keys": sorted({one.int & (2**63 - 1) for one in ids})})


async def managed_repositories(tx: ReadTx, lab_id: UUID) -> list[asyncpg.Record]:
    """Return the managed repositories: the lab's default one, its others, those of other labs."""
    return await tx.rows(_REPOSITORIES, {"lab": lab_id})


# what is known about the files

_ADD_REVISIONS = compiled(
    insert(RevisionRow).from_select(
        ["id", "name"], select((r := arrays(id=Uuid, name=Text)).c.id, r.c.name)
    ).on_conflict_do_nothing()
)  # fmt: skip
_REVISIONS = compiled(select(RevisionRow.id, RevisionRow.name).where(RevisionRow.name == any_of("names", Text)))

_given = arrays(collection=Text, name=Text, revision_id=Uuid, md5=Text, size=BigInteger)
_repository = bindparam("repository", type_=Uuid)
_held = (
    select(
        FileRecordRow.id, case((FileRecordRow.exists, FileRecordRow.object_key)).label("object_key")
    ).where(FileRecordRow.dataset_id == DatasetRow.id, FileRecordRow.repository_id == _repository)
    .order_by(FileRecordRow.exists.desc())
    .limit(1).lateral("held")
)  # fmt: skip
_sent = aliased(UploadRow)
_open = (
    select(UploadRow.id, UploadRow.object_key)
    .where(UploadRow.dataset_id == DatasetRow.id, UploadRow.repository_id == _repository, UploadRow.md5 == _given.c.md5,
           UploadRow.size == _given.c.size, UploadRow.state == OPEN_STATES)
    .order_by(UploadRow.id.desc()).limit(1).lateral("open")
)  # fmt: skip
_protected = exists(
    select(DatasetTagRow.tag_id).join(TagRow, TagRow.id == DatasetTagRow.tag_id)
    .where(DatasetTagRow.dataset_id == DatasetRow.id, TagRow.protected)
)  # fmt: skip
_anywhere = exists(select(FileRecordRow.id).where(FileRecordRow.dataset_id == DatasetRow.id, FileRecordRow.exists))
_KNOWN = compiled(
    select(
        _given.c.place, DatasetRow.id, _protected.label("protected"), DatasetRow.sha256, DatasetRow.edition,
        DatasetRow.qc,
        DatasetRow.default_dataset,
        # what was verified is what the upload was; the dataset's own hash may have been declared anew since
        case((_held.c.object_key.is_not(None), func.coalesce(_sent.md5, DatasetRow.hash))).label("verified_md5"),
        case((_held.c.object_key.is_not(None), func.coalesce(_sent.size, DatasetRow.file_size))).label("verified_size"),
        _anywhere.label("exists"), _held.c.id.is_not(None).label("has_record"),
        _open.c.id.label("open_upload"), _open.c.object_key.label("open_key"),
    ).select_from(_given)
    .join(DatasetRow, and_(
        DatasetRow.session_id == bindparam("session", type_=Uuid), collection_of(DatasetRow) == _given.c.collection,
        DatasetRow.name == _given.c.name,
        func.coalesce(DatasetRow.revision_id, NO_REVISION) == func.coalesce(_given.c.revision_id, NO_REVISION),
    ))
    .outerjoin(_held, literal(True)).outerjoin(_sent, _sent.object_key == _held.c.object_key)
    .outerjoin(_open, literal(True))
)  # fmt: skip
_place = case((collection_of(DatasetRow) == "", DatasetRow.name), else_=DatasetRow.collection + "/" + DatasetRow.name)
_LIKE_NAMED = compiled(
    select(_place.label("place")).where(
        DatasetRow.session_id == bindparam("session", type_=Uuid), func.lower(_place) == any_of("lowered", Text)
    )
)


async def revision_ids(tx: WriteTx, names: Sequence[str], minted: Sequence[UUID]) -> dict[str, UUID]:
    """Get or make the rows of revisions."""
    if not names:
        return {}
    await tx.execute(_ADD_REVISIONS, {"id": list(minted), "name": list(names)})
    return {row["name"]: row["id"] for row in await tx.rows(_REVISIONS, {"names": list(names)})}


async def known_files(tx: ReadTx, session_id: UUID, repository_id: UUID, given: Columns) -> list[asyncpg.Record]:
    """Return what the catalogue knows of each given place that it knows."""
    return await tx.rows(_KNOWN, {**given, "session": session_id, "repository": repository_id})


async def like_named(tx: ReadTx, session_id: UUID, lowered: Sequence[str]) -> dict[str, str]:
    """Return the places of a session that are these when case is ignored."""
    rows = await tx.rows(_LIKE_NAMED, {"session": session_id, "lowered": list(lowered)})
    return {row["place"].lower(): row["place"] for row in rows}


# writing

_new = arrays(
    id=Uuid, collection=Text, name=Text, revision_id=Uuid, dataset_type_id=Uuid, data_format_id=Uuid, size=BigInteger,
    md5=Text, sha256=Text, version=Text, qc=SmallInteger, default=Boolean, edition=Text,
)  # fmt: skip
_ADD_DATASETS = compiled(
    insert(DatasetRow).from_select(
        ["id", "session_id", "collection", "name", "revision_id", "dataset_type_id", "data_format_id", "created_by_id",
         "file_size", "hash", "sha256", "version", "qc", "default_dataset", "edition"],
        select(
            _new.c.id, bindparam("session", type_=Uuid), func.nullif(_new.c.collection, ""), _new.c.name,
            _new.c.revision_id,
            _new.c.dataset_type_id, _new.c.data_format_id, bindparam("user", type_=Uuid), _new.c.size, _new.c.md5,
            _new.c.sha256, _new.c.version, _new.c.qc, _new.c.default, _new.c.edition,
        ).order_by(_new.c.place),
    ).on_conflict_do_nothing()
)  # fmt: skip
_old = arrays(
    id=Uuid,
    fresh=Boolean,
    size=BigInteger,
    md5=Text,
    sha256=Text,
    version=Text,
    qc=SmallInteger,
    default=Boolean,
    edition=Text,
)


def _if_fresh(given: Any, kept: Any) -> Any:
    return case((_old.c.fresh, given), else_=kept)


_CHANGE_DATASETS = compiled(
    update(DatasetRow).where(DatasetRow.id == _old.c.id).values(
        # of a dataset that exists the content changes when the new bytes are verified, not before
        file_size=_if_fresh(_old.c.size, DatasetRow.file_size), hash=_if_fresh(_old.c.md5, DatasetRow.hash),
        sha256=_if_fresh(_old.c.sha256, DatasetRow.sha256), edition=_if_fresh(_old.c.edition, DatasetRow.edition),
        version=_if_fresh(func.coalesce(_old.c.version, DatasetRow.version), DatasetRow.version),
        qc=_old.c.qc, default_dataset=_old.c.default, auto_datetime=func.now(),
    )
)  # fmt: skip
_this, _sibling = aliased(DatasetRow), DatasetRow
_CLEAR_SIBLINGS = compiled(
    update(DatasetRow).values(default_dataset=False).where(
        _this.id == any_of("ids"), _this.default_dataset, _sibling.session_id == _this.session_id,
        collection_of(_sibling) == collection_of(_this), _sibling.name == _this.name, _sibling.id != _this.id,
        _sibling.default_dataset,
        # a readable default stays until the new one is readable too
        or_(_this.servable, ~_sibling.servable),
    )
)  # fmt: skip
_rec, _lab = arrays(id=Uuid, dataset_id=Uuid, relative_path=Text), bindparam("lab_id", type_=Uuid)
_ADD_RECORDS = compiled(
    insert(FileRecordRow).from_select(
        ["id", "dataset_id", "repository_id", "relative_path", "lab_id"],
        select(_rec.c.id, _rec.c.dataset_id, _repository, _rec.c.relative_path, _lab),
    ).on_conflict_do_nothing()
)  # fmt: skip
_HELD_BY_OTHERS = compiled(
    select(FileRecordRow.relative_path).join(_rec, _rec.c.relative_path == FileRecordRow.relative_path)
    .where(FileRecordRow.repository_id == _repository, FileRecordRow.lab_id == _lab,
           FileRecordRow.dataset_id != _rec.c.dataset_id, FileRecordRow.id != _rec.c.id)
)  # fmt: skip
_up = arrays(
    id=Uuid,
    dataset_id=Uuid,
    object_key=Text,
    size=BigInteger,
    md5=Text,
    sha256=Text,
    version=Text,
    part_size=BigInteger,
)
_ADD_UPLOADS = compiled(
    insert(UploadRow).from_select(
        ["id", "dataset_id", "repository_id", "object_key", "size", "md5", "sha256", "version", "part_size", "client",
         "created_by_id", "expires_at"],
        select(
            _up.c.id, _up.c.dataset_id, _repository, _up.c.object_key, _up.c.size, _up.c.md5, _up.c.sha256,
            _up.c.version,
            _up.c.part_size, bindparam("client", type_=Text), bindparam("user", type_=Uuid),
            bindparam("expires_at", type_=DateTime(timezone=True)),
        ),
    )
)  # fmt: skip


async def add_datasets(tx: WriteTx, session_id: UUID, user_id: UUID, columns: Columns) -> int:
    """Insert datasets and return how many were not there yet."""
    return await tx.execute(_ADD_DATASETS, {**columns, "session": session_id, "user": user_id})


async def change_datasets(tx: WriteTx, columns: Columns) -> None:
    """Bring what is registered again up to date."""
    await tx.execute(_CHANGE_DATASETS, columns)


async def clear_siblings(tx: WriteTx, dataset_ids: Sequence[UUID]) -> None:
    """Take the default flag from the other revisions of datasets that have it."""
    await tx.execute(_CLEAR_SIBLINGS, {"ids": list(dataset_ids)})


async def add_records(tx: WriteTx, repository_id: UUID, lab_id: UUID, columns: Columns) -> set[str]:
    """Insert records; return the paths in the lab's tree that other datasets hold, none if all went well."""
    values = {**columns, "repository": repository_id, "lab_id": lab_id}
    if await tx.execute(_ADD_RECORDS, values) == len(columns["id"]):
        return set()
    return {row["relative_path"] for row in await tx.rows(_HELD_BY_OTHERS, values)}


async def add_uploads(tx: WriteTx, columns: Columns, common: Mapping[str, Any]) -> None:
    """Insert uploads."""
    await tx.execute(_ADD_UPLOADS, {**columns, **common})
