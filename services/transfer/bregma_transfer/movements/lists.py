"""Queries that show movements to people."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import (
    BigInteger,
    DateTime,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)

from bregma_transfer.movements.tables import MovementRow

sessions = table(
    "sessions", column("id", Uuid), column("lab_id", Uuid), column("lab", Text),
    column("withdrawn_at", DateTime(timezone=True)), schema="catalog",
)  # fmt: skip
datasets = table(
    "session_datasets", column("id", Uuid), column("session_id", Uuid), column("name", Text), column("collection", Text),
    schema="catalog",
)  # fmt: skip
users = table("users", column("id", Uuid), column("username", Text), schema="catalog")
repositories = table("repositories", column("id", Uuid), column("name", Text), schema="catalog")
rules = table("rules", column("id", Uuid), column("name", Text), schema="transfer")
_source, _target = repositories.alias("source"), repositories.alias("target")
_from = (
    MovementRow.__table__.join(datasets, datasets.c.id == MovementRow.dataset_id)
    .join(sessions, sessions.c.id == datasets.c.session_id)
    .join(_source, _source.c.id == MovementRow.source_id).join(_target, _target.c.id == MovementRow.target_id)
)  # fmt: skip
_shown = select(
    *(getattr(MovementRow, name) for name in (
        "id", "state", "priority", "attempts", "tries_left", "size", "bytes_done", "bytes_sent", "rate", "worker", "wrong",
        "reason", "created_at", "started_at", "ended_at", "next_try_at",
    )),
    MovementRow.dataset_id.label("dataset"), datasets.c.name.label("dataset_name"), datasets.c.collection,
    datasets.c.session_id.label("session"), sessions.c.lab, sessions.c.lab_id, _source.c.name.label("source"),
    _target.c.name.label("target"), rules.c.name.label("rule"), users.c.username.label("created_by"),
).select_from(
    _from.outerjoin(rules, rules.c.id == MovementRow.rule_id).outerjoin(users, users.c.id == MovementRow.created_by_id)
)  # fmt: skip
_seen = and_(
    sessions.c.withdrawn_at.is_(None), or_(VISIBLE_LABS.is_(None), sessions.c.lab_id == func.any(VISIBLE_LABS))
)
_NAMED: Mapping[str, Any] = {"rule": rules, "source": repositories, "target": repositories}


def _matching(wanted: Mapping[str, Any]) -> list[Any]:
    """Write only the conditions that were asked for, so that each finds its index."""
    found: list[Any] = []
    for name, value in wanted.items():
        if value is None:
            continue
        if name in _NAMED:
            other = _NAMED[name]
            named = select(other.c.id).where(other.c.name == bindparam(name, type_=Text)).scalar_subquery()
            found.append(getattr(MovementRow, f"{name}_id") == named)
        elif name == "state":
            found.append(MovementRow.state == bindparam(name, type_=Text))
        elif name == "dataset":
            found.append(MovementRow.dataset_id == bindparam(name, type_=Uuid))
        else:
            of = datasets.c.session_id if name == "session" else sessions.c.lab
            found.append(of == bindparam(name, type_=of.type))
    return found


async def page(
    tx: ReadTx, visible: Sequence[UUID] | None, wanted: Mapping[str, Any], limit: int, offset: int
) -> tuple[int, list[asyncpg.Record]]:
    """Return how many movements match, and one page of them, newest first."""
    conditions = [_seen, *_matching(wanted)]
    values = {**wanted, "visible_labs": None if visible is None else list(visible)}
    count = await tx.value(compiled(select(func.count()).select_from(_from).where(*conditions)), values)
    some = (
        _shown.where(*conditions).order_by(MovementRow.id.desc())
        .limit(bindparam("limit", type_=BigInteger)).offset(bindparam("offset", type_=BigInteger))
    )  # fmt: skip
    return count, await tx.rows(compiled(some), {**values, "limit": limit, "offset": offset})


_ONE = compiled(_shown.where(MovementRow.id == bindparam("id", type_=Uuid), _seen))


async def one(tx: ReadTx, movement: UUID, visible: Sequence[UUID] | None) -> asyncpg.Record | None:
    """Return a movement that the caller sees."""
    return await tx.row(_ONE, {"id": movement, "visible_labs": None if visible is None else list(visible)})


_open = MovementRow.state != literal_column("'done'")
_TOTALS = compiled(
    select(MovementRow.state, func.count().label("count"), func.sum(MovementRow.size - MovementRow.bytes_done).label("bytes"))
    .where(_open).group_by(MovementRow.state).order_by(MovementRow.state)
)  # fmt: skip
_OF_STATE = compiled(
    _shown.where(MovementRow.state == bindparam("state", type_=Text)).order_by(MovementRow.id.desc())
    .limit(bindparam("limit", type_=BigInteger))
)  # fmt: skip


async def totals(tx: ReadTx) -> list[asyncpg.Record]:
    """Return how many movements are in each state but done, and the bytes that are left of them."""
    return await tx.rows(_TOTALS)


async def of_state(tx: ReadTx, state: str, limit: int) -> list[asyncpg.Record]:
    """Return the newest movements in a state."""
    return await tx.rows(_OF_STATE, {"state": state, "limit": limit})
