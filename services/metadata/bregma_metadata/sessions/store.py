"""Every query about sessions that the declaration does not derive."""

from datetime import date, datetime
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx
from bregma_kit.fields import BASE_URL, json_list, json_object
from bregma_kit.lookups import QC
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Text,
    Uuid,
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
    column("file_size"), column("hash", Text), column("version", Text), column("collection", Text), column("revision", Text),
    column("default_dataset", Boolean), column("qc", Integer), column("servable", Boolean), schema="catalog",
)  # fmt: skip
records = table(
    "file_records", column("dataset_id", Uuid), column("repository", Text), column("personal", Boolean),
    column("exists", Boolean), column("root", Text), column("path", Text), schema="catalog",
)  # fmt: skip
repositories = table("repositories", column("id", Uuid), column("personal", Boolean), schema="catalog")
dataset_tags = table("dataset_tags", column("session_id", Uuid), column("name", Text), schema="catalog")

SESSION_DATE = cast(SessionRow.start_time, Date)


def related_datasets() -> ColumnElement[object]:
    """Return the list of datasets in a session's detail: those that somebody can load, each with its best address."""
    best = (
        select(case((records.c.root == "", BASE_URL), else_=records.c.root).concat(records.c.path))
        .where(records.c.dataset_id == datasets.c.id, records.c["exists"], records.c.root.is_not(None))
        .order_by(records.c.personal, records.c.repository.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    address = select(best.label("url")).correlate(datasets).lateral("address")
    shared = exists(select(repositories.c.id).where(repositories.c.personal.is_(False)))
    record = json_object({
        "id": datasets.c.id, "name": datasets.c.name, "dataset_type": datasets.c.dataset_type,
        "data_url": address.c.url, "url": BASE_URL + "/datasets/" + cast(datasets.c.id, Text),
        "file_size": datasets.c.file_size, "hash": func.coalesce(datasets.c.hash, ""),
        "version": func.coalesce(datasets.c.version, ""), "collection": func.coalesce(datasets.c.collection, ""),
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


async def subject_of(tx: ReadTx, nickname: str, lab: str | None) -> asyncpg.Record | None:
    """Return a subject and its lab's zone; of equal nicknames the one in the named lab."""
    statement = (
        select(SubjectRow.id, SubjectRow.lab_id, LabRow.timezone)
        .join(LabRow, LabRow.id == SubjectRow.lab_id).where(SubjectRow.nickname == nickname)
        .order_by((LabRow.name == lab).desc() if lab else SubjectRow.id)
    )  # fmt: skip
    return await tx.row(statement)


async def timezone_of(tx: ReadTx, lab_id: UUID) -> str:
    """Return a lab's time zone."""
    return str(await tx.value(select(LabRow.timezone).where(LabRow.id == lab_id)))


async def at_place(tx: ReadTx, subject_id: UUID, day: date, number: int) -> UUID | None:
    """Return the session of a subject, date and number."""
    found: UUID | None = await tx.value(
        select(SessionRow.id).where(
            SessionRow.subject_id == subject_id, day == SESSION_DATE, SessionRow.number == number,
            SessionRow.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    return found


async def exists_id(tx: ReadTx, session_id: UUID) -> bool:
    """Whether a session of this id exists."""
    return bool(await tx.value(select(func.count()).select_from(SessionRow).where(SessionRow.id == session_id)))


async def now_in(tx: ReadTx, timezone: str) -> datetime:
    """Return the wall clock of a zone, to the second, by the database's clock."""
    value: datetime = await tx.value(select(func.date_trunc("second", func.timezone(timezone, func.now()))))
    return value
