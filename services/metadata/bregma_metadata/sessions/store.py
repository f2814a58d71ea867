"""Every query about sessions that the declaration does not derive."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled
from bregma_kit.fields import BASE_URL, json_list, json_object
from bregma_kit.lookups import QC
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
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
    or_,
    select,
    table,
)

from bregma_metadata.labs.tables import LabRow
from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.subjects.tables import SubjectRow

datasets = table(
    "session_datasets", column("id", Uuid), column("session_id", Uuid), column("name", Text), column("dataset_type", Text),
    column("file_size"), column("hash", Text), column("sha256", Text), column("edition", Text),
    column("version", Text), column("collection", Text), column("revision", Text),
    column("default_dataset", Boolean), column("qc", Integer), column("servable", Boolean), schema="catalog",
)  # fmt: skip
_LOCK = compiled(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger))))
files = table(
    "session_files", column("session_id", Uuid), column("dataset_type_id", Uuid), column("name", Text),
    column("servable", Boolean), column("qc", Integer), schema="catalog",
)  # fmt: skip
dataset_types = table("dataset_types", column("id", Uuid), column("name", Text), schema="catalog")
records = table(
    "file_records", column("id", Uuid), column("dataset_id", Uuid), column("repository", Text), column("managed", Boolean),
    column("personal", Boolean), column("exists", Boolean), column("root", Text), column("path", Text), schema="catalog",
)  # fmt: skip
repositories = table("repositories", column("id", Uuid), column("personal", Boolean), schema="catalog")
dataset_tags = table(
    "dataset_tags",
    column("session_id", Uuid),
    column("dataset_id", Uuid),
    column("name", Text),
    column("protected", Boolean),
    schema="catalog",
)

SESSION_DATE = cast(SessionRow.start_time, Date)


def related_datasets() -> ColumnElement[object]:
    """Return the list of datasets in a session's detail: those that somebody can load, each with its best address."""
    best = (
        select(case((records.c.root == "", BASE_URL), else_=records.c.root).concat(records.c.path))
        .where(records.c.dataset_id == datasets.c.id, records.c["exists"], records.c.root.is_not(None))
        .order_by(records.c.personal, records.c.repository.desc()).limit(1)
        # without this each row would get the best address of any dataset there is
        .correlate(datasets).scalar_subquery()
    )  # fmt: skip
    address = select(best.label("url")).correlate(datasets).lateral("address")
    shared = exists(select(repositories.c.id).where(repositories.c.personal.is_(False)))
    record = json_object({
        "id": datasets.c.id, "name": datasets.c.name, "dataset_type": datasets.c.dataset_type,
        "data_url": address.c.url, "url": BASE_URL + "/datasets/" + cast(datasets.c.id, Text),
        "file_size": datasets.c.file_size, "hash": func.coalesce(datasets.c.hash, ""),
        "sha256": datasets.c.sha256, "edition": datasets.c.edition, "version": func.coalesce(datasets.c.version, ""),
        "collection": func.coalesce(datasets.c.collection, ""),
        "revision": func.coalesce(datasets.c.revision, ""),
        # a text, as on Alyx: the stock client compares it with 'True'
        "default_revision": case((datasets.c.default_dataset, "True"), else_="False"),
        "qc": case({number: name for name, number in QC.members.items()}, value=datasets.c.qc),
    })  # fmt: skip
    return (
        select(json_list(record, datasets.c.collection, datasets.c.name, datasets.c.id))
        .select_from(datasets).join(address, literal(True))
        .where(datasets.c.session_id == SessionRow.id, or_(datasets.c.servable, ~shared), address.c.url.is_not(None))
        .correlate(SessionRow).scalar_subquery()
    )  # fmt: skip


async def subjects_named(tx: ReadTx, nickname: str) -> list[asyncpg.Record]:
    """Return every animal of this name with its lab."""
    statement = (
        select(SubjectRow.id, SubjectRow.lab_id, LabRow.name.label("lab"))
        .join(LabRow, LabRow.id == SubjectRow.lab_id).where(SubjectRow.nickname == nickname)
    )  # fmt: skip
    return await tx.rows(statement)


async def timezone_of(tx: ReadTx, lab_id: UUID) -> str:
    """Return a lab's time zone."""
    return str(await tx.value(select(LabRow.timezone).where(LabRow.id == lab_id)))


async def lab_of(tx: ReadTx, session_id: UUID) -> UUID | None:
    """Return a session's lab, or None if there is no such session."""
    found: UUID | None = await tx.value(
        select(SessionRow.lab_id).where(SessionRow.id == session_id, SessionRow.withdrawn_at.is_(None))
    )
    return found


async def like(tx: ReadTx, values: Mapping[str, Any]) -> asyncpg.Record | None:
    """Return the session with the id of a new row, wherever it lies by now, else the one at the new row's place."""
    day, same_id = values["start_time"].date(), SessionRow.id == values["id"]
    same_place = and_(
        SessionRow.subject_id == values["subject_id"], day == SESSION_DATE, SessionRow.number == values.get("number")
    )
    statement = (
        select(SessionRow.id, SessionRow.lab_id)
        .where(or_(same_id, same_place), SessionRow.withdrawn_at.is_(None)).order_by(same_id.desc())
    )  # fmt: skip
    return await tx.row(statement)


async def lock_files(tx: WriteTx, session_id: UUID) -> None:
    """Wait for whoever registers files of a session; the key is the one that the files room locks."""
    await tx.row(_LOCK, {"key": session_id.int & (2**63 - 1)})


async def has_datasets(tx: ReadTx, session_id: UUID) -> bool:
    """Whether any file is registered for a session."""
    return bool(await tx.value(select(exists(select(datasets.c.id).where(datasets.c.session_id == session_id)))))


async def protecting_tags(tx: ReadTx, session_id: UUID) -> list[str]:
    """Return the names of the protected tags on those of a session's datasets whose bytes are in our care."""
    kept = exists(
        select(records.c.id).where(
            records.c.dataset_id == dataset_tags.c.dataset_id, records.c.managed, records.c.exists
        )
    )
    statement = select(dataset_tags.c.name).distinct().where(
        dataset_tags.c.session_id == session_id, dataset_tags.c.protected, kept
    ).order_by(dataset_tags.c.name)  # fmt: skip
    return [row[0] for row in await tx.rows(statement)]


async def now_in(tx: ReadTx, timezone: str) -> datetime:
    """Return the wall clock of a zone, to the second, by the database's clock."""
    value: datetime = await tx.value(select(func.date_trunc("second", func.timezone(timezone, func.now()))))
    return value
