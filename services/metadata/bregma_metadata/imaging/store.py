"""Every query about imaging that the declarations do not derive."""

from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.fields import json_list
from sqlalchemy import ARRAY, Text, Uuid, bindparam, column, exists, func, or_, select, table, update

from bregma_metadata.imaging.tables import FieldOfViewRow, FovLocationRow, FovRegionRow
from bregma_metadata.sessions.attached import not_withdrawn, seen_with
from bregma_metadata.sessions.tables import SessionRow

# published by the files room
datasets = table(
    "session_datasets", column("id", Uuid), column("session_id", Uuid), column("name", Text), column("dataset_type", Text),
    column("collection", Text), schema="catalog",
)  # fmt: skip


def is_of_view(one: Any) -> Any:
    """Whether a dataset belongs to the field of view at hand: it was chosen, or its collection tells the view's name."""
    named = func.strpos(func.lower(one.c.collection), func.lower(FieldOfViewRow.name)) > 0
    return (one.c.session_id == FieldOfViewRow.session_id) & or_(
        one.c.id == func.any(FieldOfViewRow.chosen_datasets), FieldOfViewRow.chosen_datasets.is_(None) & named
    )


def dataset_ids() -> Any:
    """Return the ids of a field of view's datasets."""
    one = datasets.alias()
    return select(json_list(one.c.id, one.c.id)).where(is_of_view(one)).correlate(FieldOfViewRow).scalar_subquery()


def regions() -> Any:
    """Return the numbers of a location's brain regions."""
    mine = FovRegionRow.__table__.alias()
    numbers = json_list(mine.c.brain_region_id, mine.c.brain_region_id)
    return select(numbers).where(mine.c.location_id == FovLocationRow.id).correlate(FovLocationRow).scalar_subquery()


def of_seen_session(view_id: Any) -> Any:
    """Restrict to fields of view whose session the caller sees."""
    view = FieldOfViewRow.__table__.alias()
    return exists(select(view.c.id).where(view.c.id == view_id, seen_with(view.c.session_id)))


def of_shown_session(view_id: Any) -> Any:
    """Restrict to fields of view whose session is not withdrawn."""
    view = FieldOfViewRow.__table__.alias()
    return exists(select(view.c.id).where(view.c.id == view_id, not_withdrawn(view.c.session_id)))


def stack_there(stack_id: Any, condition: Any) -> Any:
    """Restrict to stacks without slices, or whose slices' session meets a condition: all are of one session."""
    view = FieldOfViewRow.__table__.alias()
    slices = select(view.c.id).where(view.c.stack_id == stack_id)
    return or_(~exists(slices), exists(slices.where(condition(view.c.session_id))))


async def session_of(tx: ReadTx, view_id: UUID) -> asyncpg.Record | None:
    """Return the session of a field of view, whose row nobody else changes until the transaction ends."""
    statement = select(FieldOfViewRow.session_id).where(FieldOfViewRow.id == view_id)
    return await tx.row(statement.with_for_update(key_share=True))


async def lock_view_of(tx: WriteTx, location_id: UUID) -> None:
    """Take the field of view's row before its locations' rows: two that take the default from each other would hang."""
    view_id = select(FovLocationRow.field_of_view_id).where(FovLocationRow.id == location_id).scalar_subquery()
    await tx.row(select(FieldOfViewRow.id).where(FieldOfViewRow.id == view_id).with_for_update(key_share=True))


async def sessions_of_stack(tx: ReadTx, stack_id: UUID, view_id: UUID | None) -> list[UUID]:
    """Return the sessions of a stack's other slices."""
    statement = select(FieldOfViewRow.session_id).distinct().where(FieldOfViewRow.stack_id == stack_id)
    if view_id is not None:
        statement = statement.where(FieldOfViewRow.id != view_id)
    return [row[0] for row in await tx.rows(statement)]


async def datasets_of_session(tx: ReadTx, session_id: UUID, wanted: list[UUID]) -> set[UUID]:
    """Return which of these datasets belong to a session."""
    statement = select(datasets.c.id).where(
        datasets.c.session_id == session_id, datasets.c.id == func.any(bindparam("wanted", wanted, type_=ARRAY(Uuid)))
    )
    return {row[0] for row in await tx.rows(statement)}


async def clear_default(tx: WriteTx, view_id: UUID) -> None:
    """Take the flag from whichever location of a field of view has it."""
    flagged = FovLocationRow.field_of_view_id == view_id, FovLocationRow.default_provenance
    await tx.execute(update(FovLocationRow).where(*flagged).values(default_provenance=False))


def session_start() -> Any:
    """Return when the session of the field of view at hand began."""
    start = select(SessionRow.start_time).where(SessionRow.id == FieldOfViewRow.session_id)
    return start.correlate(FieldOfViewRow).scalar_subquery()
