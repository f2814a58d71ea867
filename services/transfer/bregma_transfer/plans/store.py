"""Every query about plans."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    column,
    exists,
    func,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bregma_transfer.plans.tables import NightRow

labs = table("labs", column("id", Uuid), column("name", Text), column("timezone", Text), schema="catalog")
sessions = table(
    "sessions", column("id", Uuid), column("lab_id", Uuid), column("number", Integer),
    column("withdrawn_at", DateTime(timezone=True)), schema="catalog",
)  # fmt: skip
session_projects = table(
    "lookup_session_projects", column("session_id", Uuid), column("project_id", Uuid), schema="catalog"
)
_after = bindparam("after", type_=Uuid)
_LABS = compiled(select(labs.c.id, labs.c.name, labs.c.timezone).order_by(labs.c.id))
_usable = (sessions.c.withdrawn_at.is_(None), sessions.c.number.is_not(None))
_SESSIONS = compiled(
    select(sessions.c.id, sessions.c.lab_id)
    .where(sessions.c.lab_id == any_of("labs", Uuid), or_(_after.is_(None), sessions.c.id > _after), *_usable)
    .order_by(sessions.c.id).limit(bindparam("limit", type_=BigInteger))
)  # fmt: skip
_THESE = compiled(select(sessions.c.id, sessions.c.lab_id).where(sessions.c.id == any_of("ids", Uuid), *_usable))
_PROJECTS = compiled(
    select(session_projects.c.session_id, session_projects.c.project_id).where(
        session_projects.c.session_id == any_of("ids", Uuid)
    )
)
_earlier = NightRow.__table__.alias("earlier")
_nights = arrays(lab_id=Uuid, day=Date, due_at=DateTime(timezone=True))
_CLAIM = compiled(
    insert(NightRow).from_select(
        ["lab_id", "day", "due_at"], select(_nights.c.lab_id, _nights.c.day, _nights.c.due_at).order_by(_nights.c.lab_id)
    ).on_conflict_do_nothing().returning(
        NightRow.lab_id, NightRow.day,
        # a statement does not see the rows that it adds
        exists(select(_earlier.c.day).where(_earlier.c.lab_id == NightRow.lab_id)).label("known"),
    )
)  # fmt: skip
_PLANNED = compiled(
    update(NightRow)
    .where(NightRow.lab_id == bindparam("lab", type_=Uuid), NightRow.day == bindparam("day", type_=Date))
    .values(planned_at=func.now(), movements=bindparam("movements", type_=Integer))
)


async def all_labs(tx: ReadTx) -> list[asyncpg.Record]:
    """Return the labs with their time zones."""
    return await tx.rows(_LABS)


async def sessions_of(tx: ReadTx, lab_ids: Sequence[UUID], after: UUID | None, limit: int) -> dict[UUID, UUID]:
    """Return some sessions of labs, in the order of their ids, with their labs."""
    rows = await tx.rows(_SESSIONS, {"labs": list(lab_ids), "after": after, "limit": limit})
    return {row["id"]: row["lab_id"] for row in rows}


async def labs_of(tx: ReadTx, session_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return those of the sessions whose data may be sent, with their labs."""
    return {row["id"]: row["lab_id"] for row in await tx.rows(_THESE, {"ids": list(session_ids)})}


async def projects(tx: ReadTx, session_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return the projects of sessions."""
    found: dict[UUID, set[UUID]] = {}
    for row in await tx.rows(_PROJECTS, {"ids": list(session_ids)}):
        found.setdefault(row["session_id"], set()).add(row["project_id"])
    return {session: frozenset(ids) for session, ids in found.items()}


async def claim_nights(tx: WriteTx, nights: Sequence[tuple[UUID, date, datetime]]) -> list[tuple[UUID, date]]:
    """Claim labs' nights; return those that nobody had claimed, without the first of each lab: it began before the lab."""
    columns = {
        "lab_id": [one[0] for one in nights],
        "day": [one[1] for one in nights],
        "due_at": [one[2] for one in nights],
    }
    return [(row["lab_id"], row["day"]) for row in await tx.rows(_CLAIM, columns) if row["known"]]


async def planned(tx: WriteTx, lab: UUID, day: date, movements: int) -> None:
    """Note that a night's plan is made."""
    await tx.execute(_PLANNED, {"lab": lab, "day": day, "movements": movements})
