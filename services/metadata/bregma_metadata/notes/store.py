"""Every query about notes that the declaration does not derive; what notes hang on is looked at by tables' names only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import DateTime, Uuid, case, column, delete, exists, func, literal_column, or_, select, table
from sqlalchemy.dialects.postgresql import insert

from bregma_metadata.labs.tables import LabRow
from bregma_metadata.notes.images import Image
from bregma_metadata.notes.tables import NoteImageRow
from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.subjects.tables import SubjectRow


@dataclass(frozen=True, slots=True)
class Kind:
    """Records that notes may hang on: where they lie, and which column leads to the session or animal that has a lab."""

    place: str
    session: str | None = None
    subject: str | None = None
    schema: str = "metadata"


KINDS: Mapping[str, Kind] = {
    "actions.session": Kind("sessions", session="id"),
    "subjects.subject": Kind("subjects", subject="id"),
    "experiments.fov": Kind("fields_of_view", session="session_id"),
    "jobs.task": Kind("tasks", session="session_id"),
    "data.dataset": Kind("session_datasets", session="session_id", schema="catalog"),
}
"""By Alyx's names of models. A kind that is added here may be written about from then on."""
ALIASES = {name.partition(".")[2]: name for name in KINDS} | {
    "actions.ephyssession": "actions.session", "actions.imagingsession": "actions.session",
    "ephyssession": "actions.session", "imagingsession": "actions.session",
}  # fmt: skip


def _rows(kind: Kind) -> Any:
    names = {"id", *(one for one in (kind.session, kind.subject) if one)}
    return table(kind.place, *(column(one, Uuid) for one in sorted(names)), schema=kind.schema).alias()


def _there(kind: Kind, object_id: Any, condition: Any = None) -> Any:
    """Whether the object exists and is not withdrawn; ``condition`` is one on its lab."""
    rows = _rows(kind)
    statement = select(rows.c.id).where(rows.c.id == object_id)
    if kind.session is not None:
        session = SessionRow.__table__.alias()
        held = select(session.c.id).where(session.c.id == rows.c[kind.session], session.c.withdrawn_at.is_(None))
        if condition is not None:
            held = held.where(condition(session.c.lab_id))
        free = rows.c[kind.session].is_(None)
        statement = statement.where(exists(held) if kind.session == "id" else or_(free, exists(held)))
    if kind.subject is not None and condition is not None:
        subject = SubjectRow.__table__.alias()
        statement = statement.where(
            exists(select(subject.c.id).where(subject.c.id == rows.c[kind.subject], condition(subject.c.lab_id)))
        )
    return exists(statement)


def object_there(notes: Any, *, scoped: bool) -> Any:
    """Restrict notes to those whose object exists and, for callers who see some labs only, is of one of these."""
    condition = (lambda lab: lab == func.any(VISIBLE_LABS)) if scoped else None
    return case(
        {name: _there(kind, notes.object_id, condition) for name, kind in KINDS.items()},
        value=notes.content_type, else_=literal_column("false"),
    )  # fmt: skip


async def place_of(tx: ReadTx, content_type: str, object_id: UUID) -> asyncpg.Record | None:
    """Return the lab of an object and the lab's time zone, both null if it is of no lab; None if there is no object."""
    kind = KINDS[content_type]
    rows = _rows(kind)
    # of two ways to a lab one is not declared: the other's row is simply missing
    session, subject = SessionRow.__table__.alias(), SubjectRow.__table__.alias()
    owner, on = (session, kind.session) if kind.session else (subject, kind.subject)
    assert on is not None, "a kind names the way to its lab"
    statement = (
        select(owner.c.lab_id, LabRow.timezone).select_from(rows)
        .outerjoin(owner, owner.c.id == rows.c[on]).outerjoin(LabRow, LabRow.id == owner.c.lab_id)
        .where(rows.c.id == object_id)
    )  # fmt: skip
    if kind.session:
        statement = statement.where(session.c.withdrawn_at.is_(None))
    return await tx.row(statement)


def wall_clock(timezone: str) -> Any:
    """Return the lab's time, to the second."""
    return func.date_trunc("second", func.timezone(timezone, func.now()), type_=DateTime)


async def put_image(tx: WriteTx, note_id: UUID, image: Image) -> None:
    """Keep a note's image in the place of an earlier one."""
    values = {"name": image.name, "media_type": image.media_type, "content": image.content}
    statement = insert(NoteImageRow).values(note_id=note_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["note_id"], set_=values))


async def drop_image(tx: WriteTx, note_id: UUID) -> None:
    """Forget a note's image."""
    await tx.execute(delete(NoteImageRow).where(NoteImageRow.note_id == note_id))


async def image(tx: ReadTx, note_id: UUID, name: str) -> asyncpg.Record | None:
    """Return an image by its note and name."""
    return await tx.row(
        select(NoteImageRow.media_type, NoteImageRow.content).where(
            NoteImageRow.note_id == note_id, NoteImageRow.name == name
        )
    )
