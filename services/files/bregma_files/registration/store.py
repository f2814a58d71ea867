"""Every query of registration; lists go in as arrays, so that a call of any size is the same few statements."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from sqlalchemy import (
    BigInteger,
    Boolean,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, insert

from bregma_files.catalog import labs, subjects, username, users
from bregma_files.catalog import session_users as session_users_view
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, RevisionRow, TagRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import LabRepositoryRow, RepositoryRow

Columns = Mapping[str, Sequence[Any]]

# what the files belong to

_SUBJECT_LABS = compiled(select(subjects.c.lab_id).where(subjects.c.nickname == bindparam("subject", type_=Text)))


async def subject_labs(tx: ReadTx, subject: str) -> list[UUID]:
    """Return the labs that have an animal of this name."""
    return [row["lab_id"] for row in await tx.rows(_SUBJECT_LABS, {"subject": subject})]


# where the files go

_USER = compiled(select(users.c.id).where(users.c.username == bindparam("username", type_=Text), users.c.is_active))
_LABS = compiled(select(labs.c.id, labs.c.name).where(labs.c.name == any_of("names", Text)))
_repository = select(RepositoryRow.id, RepositoryRow.globus_is_personal, RepositoryRow.managed)
_name = bindparam("name", type_=Text)
_hostname = bindparam("hostname", type_=Text)
_REPOSITORY = compiled(
    _repository.where(
        or_(
            RepositoryRow.name == _name,
            and_(_name.is_(None), func.lower(RepositoryRow.hostname) == func.lower(_hostname)),
        )
    ).order_by(RepositoryRow.name).limit(1)
)  # fmt: skip
_LAB_REPOSITORIES = compiled(
    _repository.join(LabRepositoryRow, LabRepositoryRow.repository_id == RepositoryRow.id)
    .where(LabRepositoryRow.lab_id == any_of("labs", Uuid)).distinct()
)  # fmt: skip


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


async def lab_repositories(tx: ReadTx, labs: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the repositories of some labs."""
    return await tx.rows(_LAB_REPOSITORIES, {"labs": list(labs)}) if labs else []


# datasets

_protected = (
    select(DatasetTagRow.tag_id).join(TagRow, TagRow.id == DatasetTagRow.tag_id)
    .where(DatasetTagRow.dataset_id == DatasetRow.id, TagRow.protected).exists()
)  # fmt: skip


def _datasets_of(owner: Any) -> Any:
    """Return every revision of the named files of one owner, with what decides about them."""
    return compiled(
        select(
            DatasetRow.id, DatasetRow.name, func.coalesce(DatasetRow.collection, "").label("collection"),
            RevisionRow.name.label("revision"), DatasetRow.hash, _protected.label("protected"),
        ).outerjoin(RevisionRow, RevisionRow.id == DatasetRow.revision_id)
        .where(owner == bindparam("owner", type_=Uuid), func.lower(DatasetRow.name) == any_of("names", Text))
        .order_by(RevisionRow.created_datetime.desc().nulls_last(), RevisionRow.id.desc())
    )  # fmt: skip


_OF_SESSION, _OF_OBJECT = _datasets_of(DatasetRow.session_id), _datasets_of(DatasetRow.object_id)
_LOCK = compiled(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger))))

_revisions = arrays(id=Uuid, name=Text)
_ADD_REVISIONS = compiled(
    insert(RevisionRow).from_select(["id", "name"], select(_revisions.c.id, _revisions.c.name)).on_conflict_do_nothing()
)
_REVISIONS = compiled(select(RevisionRow.id, RevisionRow.name).where(RevisionRow.name == any_of("name", Text)))

_new = arrays(
    id=Uuid, collection=Text, name=Text, revision_id=Uuid, dataset_type_id=Uuid, data_format_id=Uuid,
    file_size=BigInteger, hash=Text, version=Text, qc=SmallInteger, default_dataset=Boolean, servable=Boolean,
)  # fmt: skip
_common = {"session_id": Uuid, "object_id": Uuid, "content_type": Text, "created_by_id": Uuid}
_given = ("id", "collection", "name", "revision_id", "dataset_type_id", "data_format_id", "file_size", "hash", "version",
          "default_dataset", "servable")  # fmt: skip
_ADD_DATASETS = compiled(
    insert(DatasetRow).from_select(
        [*_common, *_given, "qc"],
        select(
            *(bindparam(name, type_=kind) for name, kind in _common.items()),
            *(_new.c[name] for name in _given), func.coalesce(_new.c.qc, 0),
        ),
    )
)  # fmt: skip
_old = arrays(id=Uuid, file_size=BigInteger, hash=Text, version=Text, qc=SmallInteger, default_dataset=Boolean)
_kept = ("file_size", "hash", "version", "qc")
_CHANGE_DATASETS = compiled(
    update(DatasetRow).where(DatasetRow.id == _old.c.id).values(
        **{name: func.coalesce(_old.c[name], getattr(DatasetRow, name)) for name in _kept},
        default_dataset=_old.c.default_dataset, created_by_id=bindparam("created_by_id", type_=Uuid),
        auto_datetime=func.now(),
    )
)  # fmt: skip
_CLEAR_DEFAULTS = compiled(
    update(DatasetRow).values(default_dataset=False)
    .where(DatasetRow.id == any_of("ids", Uuid), DatasetRow.default_dataset)
)  # fmt: skip


async def lock_owner(tx: WriteTx, owner: UUID) -> None:
    """Let registrations of one session go one after the other until this transaction ends; others go on beside."""
    await tx.row(_LOCK, {"key": owner.int & (2**63 - 1)})


async def datasets_of(tx: ReadTx, owner: UUID, names: Sequence[str], *, of_session: bool) -> list[asyncpg.Record]:
    """Return every revision of files by their lower-case names, newest revision first, the unrevised last."""
    return await tx.rows(_OF_SESSION if of_session else _OF_OBJECT, {"owner": owner, "names": list(names)})


async def revision_ids(tx: WriteTx, names: Sequence[str], minted: Sequence[UUID]) -> dict[str, UUID]:
    """Get or make the rows of revisions."""
    if not names:
        return {}
    await tx.execute(_ADD_REVISIONS, {"id": list(minted), "name": list(names)})
    return {row["name"]: row["id"] for row in await tx.rows(_REVISIONS, {"name": list(names)})}


async def add_datasets(tx: WriteTx, common: Mapping[str, Any], columns: Columns) -> None:
    """Insert datasets."""
    if columns:
        await tx.execute(_ADD_DATASETS, {**common, **columns})


async def change_datasets(tx: WriteTx, common: Mapping[str, Any], columns: Columns) -> None:
    """Bring what is registered again up to date; what was not given stays."""
    if columns:
        await tx.execute(_CHANGE_DATASETS, {**common, **columns})


async def clear_defaults(tx: WriteTx, ids: Sequence[UUID]) -> None:
    """Take the default flag from datasets."""
    if ids:
        await tx.execute(_CLEAR_DEFAULTS, {"ids": list(ids)})


# file records

_records = arrays(
    id=Uuid, dataset_id=Uuid, repository_id=Uuid, relative_path=Text, lab_id=Uuid, exists=Boolean, declared=Boolean,
    patched=Boolean,
)  # fmt: skip
_written = ("id", "dataset_id", "repository_id", "relative_path", "lab_id", "exists", "declared")
_ADD_RECORDS = compiled(
    insert(FileRecordRow).from_select(_written, select(*(_records.c[name] for name in _written)))
    .on_conflict_do_nothing()
)  # fmt: skip
_same_place = and_(
    FileRecordRow.repository_id == _records.c.repository_id, FileRecordRow.relative_path == _records.c.relative_path,
    FileRecordRow.lab_id.is_not_distinct_from(_records.c.lab_id),
)  # fmt: skip
_TAKEN = compiled(
    select(FileRecordRow.relative_path, RepositoryRow.name)
    .join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id).join(_records, _same_place)
    .where(FileRecordRow.dataset_id != _records.c.dataset_id).limit(1)
)  # fmt: skip
_CHANGE_RECORDS = compiled(
    update(FileRecordRow).where(_same_place, _records.c.patched, FileRecordRow.id != _records.c.id)
    .values(exists=_records.c["exists"], declared=_records.c.declared, json=cast(None, JSONB))
)  # fmt: skip
_UNVERIFIED = compiled(
    select(FileRecordRow.id).where(
        FileRecordRow.dataset_id == any_of("datasets", Uuid), FileRecordRow.repository_id == any_of("homes", Uuid),
        ~FileRecordRow.exists,
    )
)  # fmt: skip


async def write_records(tx: WriteTx, columns: Columns) -> asyncpg.Record | None:
    """Insert the records that are missing and reset those of changed files; return a place that is another dataset's.

    The look comes after the insertion, which has waited for whoever was about to take the same place. If all records
    were missing, there is nothing to look for.
    """
    if await tx.execute(_ADD_RECORDS, columns) == len(columns["id"]):
        return None
    taken = await tx.row(_TAKEN, columns)
    if taken is None and any(columns["patched"]):
        await tx.execute(_CHANGE_RECORDS, columns)
    return taken


async def unverified(tx: ReadTx, datasets: Sequence[UUID], homes: Sequence[UUID]) -> list[UUID]:
    """Return the records of datasets in these repositories that do not exist as far as we know."""
    return [row["id"] for row in await tx.rows(_UNVERIFIED, {"datasets": list(datasets), "homes": list(homes)})]


# the answer

_record = func.jsonb_build_object(
    literal_column("'id'"), FileRecordRow.id, literal_column("'data_repository'"), RepositoryRow.name,
    literal_column("'relative_path'"), FileRecordRow.relative_path, literal_column("'exists'"), FileRecordRow.exists,
)  # fmt: skip
_file_records = (
    select(
        func.coalesce(
            func.jsonb_agg(aggregate_order_by(_record, RepositoryRow.globus_is_personal, RepositoryRow.name)),
            literal_column("'[]'::jsonb"),
        )
    ).select_from(FileRecordRow).join(RepositoryRow, RepositoryRow.id == FileRecordRow.repository_id)
    .where(FileRecordRow.dataset_id == DatasetRow.id).scalar_subquery()
)  # fmt: skip
_created = func.kit.naive(func.timezone("UTC", DatasetRow.created_datetime))
_ANSWER = compiled(
    select(
        DatasetRow.id, DatasetRow.name, DatasetRow.file_size, _created.label("created_datetime"), DatasetRow.qc,
        func.coalesce(DatasetRow.collection, "").label("collection"), DatasetRow.default_dataset,
        username(DatasetRow.created_by_id).label("created_by"), DatasetRow.dataset_type_id, DatasetRow.data_format_id,
        _file_records.label("file_records"),
    ).where(DatasetRow.id == any_of("ids", Uuid))
)  # fmt: skip
_names = func.string_agg(users.c.username, aggregate_order_by(literal_column("','"), users.c.username))
_SESSION_USERS = compiled(
    select(func.coalesce(_names, "")).select_from(session_users_view)
    .join(users, users.c.id == session_users_view.c.user_id)
    .where(session_users_view.c.session_id == bindparam("session", type_=Uuid))
)  # fmt: skip


async def answer_rows(tx: ReadTx, dataset_ids: Sequence[UUID]) -> dict[UUID, asyncpg.Record]:
    """Return what the answer says of each dataset."""
    return {row["id"]: row for row in await tx.rows(_ANSWER, {"ids": list(dataset_ids)})}


async def session_users(tx: ReadTx, session_id: UUID) -> str:
    """Return a session's users as comma text."""
    return str(await tx.value(_SESSION_USERS, {"session": session_id}))
