"""Every query about datasets that the declaration does not derive."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import ARRAY, Date, Integer, Text, Uuid, and_, bindparam, cast, exists, func, null, or_, select, update

from bregma_files.catalog import labs, not_withdrawn, sessions, subjects, users, visible
from bregma_files.datasets.tables import DatasetRow, DatasetTagRow, TagRow

_SESSIONS = compiled(
    select(sessions).where(
        sessions.c.subject == bindparam("subject", type_=Text), sessions.c.number == bindparam("number", type_=Integer),
        cast(sessions.c.start_time, Date) == bindparam("day", type_=Date), sessions.c.withdrawn_at.is_(None),
    )
)  # fmt: skip


_wanted = bindparam("id", type_=Uuid)
_no_lab = null().label("lab_id")
_LAB_OF = {
    "session": compiled(select(sessions.c.lab_id).where(sessions.c.id == _wanted, sessions.c.withdrawn_at.is_(None))),
    "subject": compiled(select(subjects.c.lab_id, subjects.c.nickname.label("name")).where(subjects.c.id == _wanted)),
    "lab": compiled(select(labs.c.id.label("lab_id")).where(labs.c.id == _wanted)),
    "user": compiled(select(_no_lab).where(users.c.id == _wanted)),
    "tag": compiled(select(_no_lab).where(TagRow.id == _wanted)),
}
OWNERS = tuple(_LAB_OF)
"""Kinds of records that may have files."""


async def owner(tx: ReadTx, kind: str, wanted: UUID) -> asyncpg.Record | None:
    """Return the lab (null where it has none) of a record that may have files, or None if there is no such record."""
    return await tx.row(_LAB_OF[kind], {"id": wanted})


_VISIBLE = compiled(
    select(DatasetRow.id).where(
        DatasetRow.id == any_of("ids", Uuid), or_(VISIBLE_LABS.is_(None), visible(DatasetRow)),
        not_withdrawn(DatasetRow.session_id),
    )
)  # fmt: skip


async def visible_ids(tx: ReadTx, ids: Sequence[UUID], labs: Sequence[UUID] | None) -> set[UUID]:
    """Return which of these datasets belong to something in these labs (None: in any)."""
    values = {"ids": list(ids), "visible_labs": None if labs is None else list(labs)}
    return {row[0] for row in await tx.rows(_VISIBLE, values)}


async def sessions_at(tx: ReadTx, subject: str, day: date, number: int) -> list[asyncpg.Record]:
    """Return the session of a subject, date and number in each lab that has one."""
    return await tx.rows(_SESSIONS, {"subject": subject, "day": day, "number": number})


async def protecting_tags(tx: ReadTx, dataset_id: UUID) -> list[str]:
    """Return the names of the protected tags on a dataset."""
    statement = (
        select(TagRow.name).join(DatasetTagRow, DatasetTagRow.tag_id == TagRow.id)
        .where(DatasetTagRow.dataset_id == dataset_id, TagRow.protected).order_by(TagRow.name)
    )  # fmt: skip
    return [row[0] for row in await tx.rows(statement)]


async def grave_changes(tx: ReadTx, dataset_id: UUID, tags: Sequence[UUID]) -> tuple[list[str], list[str]]:
    """Return the names of protecting and public tags that would go, and of public ones that would come."""
    had = exists(
        select(DatasetTagRow.tag_id).where(DatasetTagRow.tag_id == TagRow.id, DatasetTagRow.dataset_id == dataset_id)
    )
    comes = TagRow.id == func.any(bindparam("tags", list(tags), type_=ARRAY(Uuid)))
    goes = TagRow.id != func.all(bindparam("tags", list(tags), type_=ARRAY(Uuid)))
    rows = await tx.rows(
        select(TagRow.name, comes.label("comes")).where(
            or_(and_(had, goes, or_(TagRow.protected, TagRow.public)), and_(~had, comes, TagRow.public))
        ).order_by(TagRow.name)
    )  # fmt: skip
    return [row["name"] for row in rows if not row["comes"]], [row["name"] for row in rows if row["comes"]]


async def clear_other_defaults(tx: WriteTx, dataset_id: UUID) -> None:
    """Take the default flag from the other revisions of the same file."""
    this = select(DatasetRow).where(DatasetRow.id == dataset_id).subquery("this")
    same = (
        DatasetRow.id != this.c.id,
        DatasetRow.name == this.c.name,
        func.coalesce(DatasetRow.collection, "") == func.coalesce(this.c.collection, ""),
        func.coalesce(DatasetRow.session_id, DatasetRow.object_id)
        == func.coalesce(this.c.session_id, this.c.object_id),
        DatasetRow.default_dataset,
    )
    await tx.execute(update(DatasetRow).values(default_dataset=False).where(*same))
