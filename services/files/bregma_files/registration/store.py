"""Every query of registration; lists go in as arrays, so that a call of any size is the same few statements."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, insert

from bregma_files.catalog import labs, sessions, subjects, users
from bregma_files.catalog import session_users as session_users_view
from bregma_files.dataset_types.tables import DataFormatRow, DatasetTypeRow
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, RevisionRow, TagRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import LabRepositoryRow, RepositoryRow


def _arrays(**types: Any) -> Any:
    """Return a derived table made of parallel arrays, one parameter per column, with the place of each row."""
    parameters = [bindparam(name, type_=ARRAY(kind)) for name, kind in types.items()]
    columns = [column(name, kind) for name, kind in types.items()]
    return func.unnest(*parameters).table_valued(*columns, with_ordinality="place", name="given").render_derived()


def _names(name: str) -> Any:
    return func.any(bindparam(name, type_=ARRAY(Text)))


_SESSION = compiled(
    select(sessions).where(
        sessions.c.subject == bindparam("subject", type_=Text), sessions.c.number == bindparam("number", type_=Integer),
        cast(sessions.c.start_time, Date) == bindparam("day", type_=Date), sessions.c.withdrawn_at.is_(None),
    ).order_by((sessions.c.lab == _names("labs")).desc(), sessions.c.id)
)  # fmt: skip
_SUBJECT_LABS = compiled(select(subjects.c.lab_id).where(subjects.c.nickname == bindparam("subject", type_=Text)))
_USER = compiled(select(users.c.id).where(users.c.username == bindparam("username", type_=Text), users.c.is_active))
_LABS = compiled(select(labs.c.id, labs.c.name).where(labs.c.name == _names("names")))
_REPOSITORY = compiled(
    select(RepositoryRow.id, RepositoryRow.name, RepositoryRow.globus_is_personal, RepositoryRow.managed).where(
        or_(
            RepositoryRow.name == bindparam("name", type_=Text),
            and_(
                bindparam("name", type_=Text).is_(None),
                func.lower(RepositoryRow.hostname) == func.lower(bindparam("hostname", type_=Text)),
            ),
        )
    ).order_by(RepositoryRow.name).limit(1)
)  # fmt: skip
_LAB_REPOSITORIES = compiled(
    select(RepositoryRow.id, RepositoryRow.name, RepositoryRow.globus_is_personal, RepositoryRow.managed)
    .join(LabRepositoryRow, LabRepositoryRow.repository_id == RepositoryRow.id)
    .where(LabRepositoryRow.lab_id == func.any(bindparam("labs", type_=ARRAY(Uuid)))).distinct()
)  # fmt: skip

_PROTECTED = (
    select(DatasetTagRow.tag_id).join(TagRow, TagRow.id == DatasetTagRow.tag_id)
    .where(DatasetTagRow.dataset_id == DatasetRow.id, TagRow.protected).exists()
)  # fmt: skip


def _datasets_of(owner: Any) -> Any:
    """Return every revision of the named files of one owner, with what decides about them."""
    return compiled(
        select(
            DatasetRow.id, DatasetRow.name, func.coalesce(DatasetRow.collection, "").label("collection"),
            RevisionRow.name.label("revision"), DatasetRow.hash, _PROTECTED.label("protected"),
        ).outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
        .where(owner == bindparam("owner", type_=Uuid), DatasetRow.name == _names("names"))
        .order_by(RevisionRow.created_datetime.desc().nulls_last(), RevisionRow.id.desc())
    )  # fmt: skip


_OF_SESSION, _OF_OBJECT = _datasets_of(DatasetRow.session_id), _datasets_of(DatasetRow.object_id)

_new_revisions = _arrays(id=Uuid, name=Text)
_ADD_REVISIONS = compiled(
    insert(RevisionRow)
    .from_select(["id", "name"], select(_new_revisions.c.id, _new_revisions.c.name))
    .on_conflict_do_nothing()
)
_REVISIONS = compiled(select(RevisionRow.id, RevisionRow.name).where(RevisionRow.name == _names("names")))

_new = _arrays(
    id=Uuid, collection=Text, name=Text, revision_id=Uuid, dataset_type_id=Uuid, data_format_id=Uuid, file_size=BigInteger,
    hash=Text, version=Text, qc=SmallInteger,
)  # fmt: skip
_ADD_DATASETS = compiled(
    insert(DatasetRow).from_select(
        ["id", "session_id", "content_type", "object_id", "created_by_id", "default_dataset", "collection", "name",
         "revision_id", "dataset_type_id", "data_format_id", "file_size", "hash", "version", "qc"],
        select(
            _new.c.id, bindparam("session_id", type_=Uuid), bindparam("content_type", type_=Text), bindparam("object_id", type_=Uuid),
            bindparam("created_by_id", type_=Uuid), bindparam("default_dataset", type_=Boolean), _new.c.collection, _new.c.name,
            _new.c.revision_id, _new.c.dataset_type_id, _new.c.data_format_id, _new.c.file_size, _new.c.hash, _new.c.version,
            func.coalesce(_new.c.qc, 0),
        ),
    )
)  # fmt: skip
_old = _arrays(id=Uuid, file_size=BigInteger, hash=Text, version=Text, qc=SmallInteger)
_CHANGE_DATASETS = compiled(
    update(DatasetRow).where(DatasetRow.id == _old.c.id).values(
        file_size=func.coalesce(_old.c.file_size, DatasetRow.file_size), hash=func.coalesce(_old.c.hash, DatasetRow.hash),
        version=func.coalesce(_old.c.version, DatasetRow.version), qc=func.coalesce(_old.c.qc, DatasetRow.qc),
        created_by_id=bindparam("created_by_id", type_=Uuid), default_dataset=bindparam("default_dataset", type_=Boolean),
        auto_datetime=func.now(),
    )
)  # fmt: skip
_CLEAR_DEFAULTS = compiled(
    update(DatasetRow).values(default_dataset=False)
    .where(DatasetRow.id == func.any(bindparam("ids", type_=ARRAY(Uuid))), DatasetRow.default_dataset)
)  # fmt: skip

_files = _arrays(
    id=Uuid, dataset_id=Uuid, repository_id=Uuid, relative_path=Text, exists=Boolean, declared=Boolean, patched=Boolean
)
_insert_records = insert(FileRecordRow).from_select(
    ["id", "dataset_id", "repository_id", "relative_path", "exists", "declared"],
    select(
        _files.c.id,
        _files.c.dataset_id,
        _files.c.repository_id,
        _files.c.relative_path,
        _files.c["exists"],
        _files.c.declared,
    ),
)
_ADD_RECORDS = compiled(_insert_records.on_conflict_do_nothing())
_CHANGE_RECORDS = compiled(
    update(FileRecordRow)
    .where(
        FileRecordRow.repository_id == _files.c.repository_id, FileRecordRow.relative_path == _files.c.relative_path,
        FileRecordRow.dataset_id == _files.c.dataset_id, _files.c.patched, FileRecordRow.id != _files.c.id,
    )
    .values(
        exists=_files.c["exists"], declared=_files.c.declared, json=cast(None, JSONB),
    )
)  # fmt: skip
_RECORDS = compiled(
    select(
        FileRecordRow.id, FileRecordRow.dataset_id, RepositoryRow.name.label("data_repository"), RepositoryRow.managed,
        FileRecordRow.repository_id, FileRecordRow.relative_path, FileRecordRow.exists,
    ).join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(FileRecordRow.dataset_id == func.any(bindparam("datasets", type_=ARRAY(Uuid))))
    .order_by(RepositoryRow.globus_is_personal, RepositoryRow.name)
)  # fmt: skip
_TAKEN = compiled(
    select(FileRecordRow.relative_path, RepositoryRow.name)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .join(_files, and_(_files.c.repository_id == FileRecordRow.repository_id, _files.c.relative_path == FileRecordRow.relative_path))
    .where(FileRecordRow.dataset_id != _files.c.dataset_id).limit(1)
)  # fmt: skip
_ANSWER = compiled(
    select(
        DatasetRow.id, DatasetRow.name, DatasetRow.file_size, func.kit.naive(func.timezone("UTC", DatasetRow.created_datetime)).label("created_datetime"),
        func.coalesce(DatasetRow.collection, "").label("collection"), DatasetRow.default_dataset, DatasetRow.qc,
        select(users.c.username).where(users.c.id == DatasetRow.created_by_id).scalar_subquery().label("created_by"),
        DatasetRow.dataset_type_id, DatasetRow.data_format_id,
    ).where(DatasetRow.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
)  # fmt: skip
_LOCK = compiled(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger))))


async def session_at(tx: ReadTx, subject: str, day: date, number: int, labs_: Sequence[str]) -> asyncpg.Record | None:
    """Return the session of a place; of equal places the one in a named lab."""
    return await tx.row(_SESSION, {"subject": subject, "day": day, "number": number, "labs": list(labs_)})


async def subject_labs(tx: ReadTx, subject: str) -> list[UUID]:
    """Return the labs that have an animal of this name."""
    return [row["lab_id"] for row in await tx.rows(_SUBJECT_LABS, {"subject": subject})]


async def user_id(tx: ReadTx, username: str) -> UUID | None:
    """Return an active user's id."""
    found: UUID | None = await tx.value(_USER, {"username": username})
    return found


async def lab_ids(tx: ReadTx, names: Sequence[str]) -> dict[str, UUID]:
    """Return the ids of labs by name."""
    return {row["name"]: row["id"] for row in await tx.rows(_LABS, {"names": list(names)})}


async def repository(tx: ReadTx, name: str | None, hostname: str | None) -> asyncpg.Record | None:
    """Return a repository by name, or by hostname where no name is given."""
    return await tx.row(_REPOSITORY, {"name": name, "hostname": hostname or ""})


async def lab_repositories(tx: ReadTx, lab_ids_: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the repositories of some labs."""
    return await tx.rows(_LAB_REPOSITORIES, {"labs": list(lab_ids_)})


async def lock_owner(tx: WriteTx, owner: UUID) -> None:
    """Let registrations of one session go one after the other until this transaction ends; others go on beside."""
    await tx.row(_LOCK, {"key": owner.int & (2**63 - 1)})


async def datasets_of(tx: ReadTx, owner: UUID, names: Sequence[str], *, of_session: bool) -> list[asyncpg.Record]:
    """Return every revision of the named files, newest revision first, the unrevised last."""
    return await tx.rows(_OF_SESSION if of_session else _OF_OBJECT, {"owner": owner, "names": list(names)})


async def revision_ids(tx: WriteTx, names: Sequence[str], minted: Sequence[UUID]) -> dict[str, UUID]:
    """Get or make the rows of revisions."""
    if not names:
        return {}
    await tx.execute(_ADD_REVISIONS, {"id": list(minted), "name": list(names)})
    return {row["name"]: row["id"] for row in await tx.rows(_REVISIONS, {"names": list(names)})}


async def add_datasets(tx: WriteTx, common: dict[str, Any], columns: dict[str, list[Any]]) -> None:
    """Insert datasets."""
    if columns["id"]:
        await tx.execute(_ADD_DATASETS, {**common, **columns})


async def change_datasets(tx: WriteTx, common: dict[str, Any], columns: dict[str, list[Any]]) -> None:
    """Bring what is registered again up to date; what was not given stays."""
    if columns["id"]:
        await tx.execute(_CHANGE_DATASETS, {**common, **columns})


async def clear_defaults(tx: WriteTx, ids: Sequence[UUID]) -> None:
    """Take the default flag from datasets."""
    if ids:
        await tx.execute(_CLEAR_DEFAULTS, {"ids": list(ids)})


async def taken_path(tx: ReadTx, columns: dict[str, list[Any]]) -> asyncpg.Record | None:
    """Return a wanted place that another dataset holds already, or None."""
    return await tx.row(_TAKEN, columns)


async def write_records(tx: WriteTx, columns: dict[str, list[Any]]) -> None:
    """Insert the records that are missing and reset those of changed files."""
    await tx.execute(_ADD_RECORDS, columns)
    if any(columns["patched"]):
        await tx.execute(_CHANGE_RECORDS, columns)


async def records_of(tx: ReadTx, dataset_ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the records of datasets."""
    return await tx.rows(_RECORDS, {"datasets": list(dataset_ids)})


async def answer_rows(tx: ReadTx, dataset_ids: Sequence[UUID]) -> dict[UUID, asyncpg.Record]:
    """Return what the answer says of each dataset."""
    return {row["id"]: row for row in await tx.rows(_ANSWER, {"ids": list(dataset_ids)})}


_TYPE_NAMES = compiled(
    select(DatasetTypeRow.id, DatasetTypeRow.name).union_all(select(DataFormatRow.id, DataFormatRow.name))
)
_SESSION_USERS = compiled(
    select(func.coalesce(func.string_agg(users.c.username, aggregate_order_by(literal_column("','"), users.c.username)), ""))
    .select_from(session_users_view).join(users, users.c.id == session_users_view.c.user_id)
    .where(session_users_view.c.session_id == bindparam("session", type_=Uuid))
)  # fmt: skip
OBJECTS = {"subject": subjects.c.id, "lab": labs.c.id, "user": users.c.id, "tag": TagRow.id, "session": sessions.c.id}


async def labels(tx: ReadTx) -> dict[UUID, str]:
    """Return the names of dataset types and formats by id."""
    return {row["id"]: row["name"] for row in await tx.rows(_TYPE_NAMES)}


async def session_users(tx: ReadTx, session_id: UUID) -> str:
    """Return a session's users as comma text."""
    return str(await tx.value(_SESSION_USERS, {"session": session_id}))


async def object_exists(tx: ReadTx, content_type: str, object_id: UUID) -> bool | None:
    """Whether a record that files may belong to exists; None if such files cannot be."""
    wanted = OBJECTS.get(content_type)
    if wanted is None:
        return None
    return bool(await tx.value(select(func.count()).where(wanted == object_id)))
