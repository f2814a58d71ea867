"""Every query about insertions that the declarations do not derive."""

from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.fields import BASE_URL, json_list, json_object, naive
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import Boolean, Integer, Text, Uuid, case, cast, column, exists, func, or_, select, table
from sqlalchemy.orm import aliased

from bregma_metadata.insertions.tables import ChronicInsertionRow, InsertionRow, ProbeModelRow
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.sessions.store import datasets, records, repositories
from bregma_metadata.sessions.tables import SessionProjectRow, SessionRow
from bregma_metadata.subjects.tables import SubjectRow

# published by the files room; the narrow one is looked through without any join
files = table(
    "lookup_datasets", column("id", Uuid), column("session_id", Uuid), column("collection", Text), column("name", Text),
    column("dataset_type_id", Uuid), column("qc", Integer), schema="catalog",
)  # fmt: skip
dataset_types = table("dataset_types", column("id", Uuid), column("name", Text), schema="catalog")
tags = table("dataset_tags", column("dataset_id", Uuid), column("name", Text), schema="catalog")


def session_info(session_id: Any, parent: Any) -> Any:
    """Return the short record of a session that other records carry, or null."""
    one, subject, lab, project = aliased(SessionRow), aliased(SubjectRow), aliased(LabRow), aliased(ProjectRow)
    link = SessionProjectRow.__table__.alias()
    projects = (
        select(json_list(project.name, project.name)).select_from(link).join(project, project.id == link.c.project_id)
        .where(link.c.session_id == one.id).correlate(one).scalar_subquery()
    )  # fmt: skip
    record = json_object({
        "subject": subject.nickname, "start_time": naive(one.start_time), "number": one.number, "lab": lab.name, "id": one.id,
        "projects": projects, "task_protocol": one.task_protocol,
    })  # fmt: skip
    return (
        select(record).select_from(one).join(subject, subject.id == one.subject_id).join(lab, lab.id == one.lab_id)
        .where(one.id == session_id).correlate(parent).scalar_subquery()
    )  # fmt: skip


def _of_insertion(one: Any, insertion: Any = InsertionRow) -> Any:
    """Whether a dataset belongs to an insertion: its collection tells the insertion's name."""
    named = func.strpos(func.lower(one.c.collection), func.lower(insertion.name)) > 0
    return (one.c.session_id == insertion.session_id) & named


def dataset_ids() -> Any:
    """Return the ids of an insertion's datasets."""
    one = files.alias()
    return select(json_list(one.c.id, one.c.id)).where(_of_insertion(one)).correlate(InsertionRow).scalar_subquery()


def dataset_records() -> Any:
    """Return the datasets of an insertion that somebody can load, each with its best address."""
    one, record = datasets.alias(), records.alias()
    best = (
        select(case((record.c.root == "", BASE_URL), else_=record.c.root).concat(record.c.path))
        .where(record.c.dataset_id == one.c.id, record.c["exists"], record.c.root.is_not(None))
        .order_by(record.c.personal, record.c.repository.desc()).limit(1).correlate(one).scalar_subquery()
    )  # fmt: skip
    shared = exists(select(repositories.c.id).where(repositories.c.personal.is_(False)))
    shown = json_object({
        "id": one.c.id, "name": one.c.name, "dataset_type": one.c.dataset_type, "data_url": best,
        "url": BASE_URL + "/datasets/" + cast(one.c.id, Text), "file_size": one.c.file_size,
        "hash": func.coalesce(one.c.hash, ""), "version": func.coalesce(one.c.version, ""),
        "collection": func.coalesce(one.c.collection, ""), "qc": one.c.qc,
    })  # fmt: skip
    return (
        select(json_list(shown, one.c.collection, one.c.name, one.c.id))
        .where(_of_insertion(one), or_(cast(one.c.servable, Boolean), ~shared))
        .correlate(InsertionRow).scalar_subquery()
    )  # fmt: skip


def with_dataset(*conditions: Any) -> Any:
    """Restrict to insertions that have such a dataset."""
    return exists(select(files.c.id).where(_of_insertion(files), *conditions).correlate(InsertionRow))


def of_type(name: Any) -> Any:
    """Restrict to insertions with a dataset of a type."""
    return with_dataset(
        files.c.dataset_type_id == select(dataset_types.c.id).where(dataset_types.c.name == name).scalar_subquery()
    )


def tagged(pattern: Any) -> Any:
    """Restrict to insertions with a dataset of a tag."""
    return with_dataset(files.c.id.in_(select(tags.c.dataset_id).where(tags.c.name.ilike(pattern))))


def session_start() -> Any:
    """Return when an insertion's session started."""
    one = aliased(SessionRow)
    return select(one.start_time).where(one.id == InsertionRow.session_id).correlate(InsertionRow).scalar_subquery()


def of_chronic() -> Any:
    """Return the insertions of a chronic one, of sessions that the caller sees, the newest first."""
    one, session, model = aliased(InsertionRow), aliased(SessionRow), aliased(ProbeModelRow)
    record = json_object({
        "id": one.id, "name": one.name, "model": model.name, "serial": one.serial,
        "session_info": session_info(one.session_id, one),
    })  # fmt: skip
    return (
        select(json_list(record, session.start_time.desc(), one.name)).select_from(one)
        .join(session, session.id == one.session_id).outerjoin(model, model.id == one.model_id)
        .where(
            one.chronic_insertion_id == ChronicInsertionRow.id, session.withdrawn_at.is_(None),
            or_(VISIBLE_LABS.is_(None), session.lab_id == func.any(VISIBLE_LABS)),
        )
        .correlate(ChronicInsertionRow).scalar_subquery()
    )  # fmt: skip


async def chronic(tx: WriteTx, chronic_id: UUID) -> asyncpg.Record | None:
    """Return a chronic insertion, whose serial number stays as it is until this transaction ends."""
    one = ChronicInsertionRow
    return await tx.row(select(one.lab_id, one.serial).where(one.id == chronic_id).with_for_update(read=True))


async def other_serials(tx: ReadTx, chronic_id: UUID, serial: str) -> int:
    """Count the insertions of a chronic one whose serial number is another."""
    statement = select(func.count()).where(
        InsertionRow.chronic_insertion_id == chronic_id, InsertionRow.serial != serial
    )
    return int(await tx.value(statement))
