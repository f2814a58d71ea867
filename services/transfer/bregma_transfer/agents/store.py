"""Every query of agents. Like workers they name the attempt in whatever they write."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Interval,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from bregma_transfer.movements.store import ATTEMPT
from bregma_transfer.movements.tables import MovementRow

_id, _attempt = bindparam("id", type_=Uuid), bindparam("attempt", type_=Integer)
_queued, _moving = (MovementRow.state == literal_column(f"'{state}'") for state in ("queued", "moving"))
_rank = (MovementRow.priority.desc(), MovementRow.id)
_here = and_(
    MovementRow.source_id == bindparam("source", type_=Uuid),
    MovementRow.carrier == literal_column("'agent'"),
    MovementRow.arrived_at.is_(None),
)
_due = and_(_queued, or_(MovementRow.next_try_at.is_(None), MovementRow.next_try_at <= func.now()))
_returning, _run = bindparam("returning", type_=Text), bindparam("run", type_=Text)
_own = and_(
    _returning != literal_column("''"), func.starts_with(MovementRow.worker, _returning), MovementRow.worker != _run
)
_left = and_(_moving, or_(MovementRow.lease_until < func.now(), _own))
_waiting = select(MovementRow.id, MovementRow.size, MovementRow.source_id, MovementRow.target_id).where(_here)
_has_room = MovementRow.target_id != func.all(bindparam("full", type_=ARRAY(Uuid)))
_limit = bindparam("limit", type_=BigInteger)
_LEFT = compiled(_waiting.where(_left).order_by(*_rank).limit(_limit).with_for_update(skip_locked=True))
_CLAIM = compiled(
    update(MovementRow).where(MovementRow.id == any_of("ids", Uuid)).values(
        state=literal_column("'moving'"), attempts=MovementRow.attempts + 1,
        lease_until=func.now() + bindparam("lease", type_=Interval), worker=bindparam("agent", type_=Text),
        started_at=func.now(), changed_at=func.now(), ended_at=null(), next_try_at=null(), rate=null(),
    ).returning(*ATTEMPT)
)  # fmt: skip
_held = arrays(id=Uuid, attempt=Integer)
_HELD = compiled(
    select(*ATTEMPT).join(_held, _held.c.id == MovementRow.id).where(_moving, MovementRow.attempts == _held.c.attempt)
)
_SOURCES = compiled(select(MovementRow.source_id).where(MovementRow.id == any_of("ids", Uuid)).distinct())
_ARRIVED = compiled(
    update(MovementRow).where(MovementRow.id == _id, _moving, MovementRow.attempts == _attempt).values(
        state=literal_column("'queued'"), arrived_at=func.now(), bytes_done=MovementRow.size, lease_until=null(),
        next_try_at=null(), rate=null(), changed_at=func.now(), tries_left=func.greatest(MovementRow.tries_left, 1),
        sha256=bindparam("sha256", type_=Text), bytes_sent=bindparam("sent", type_=BigInteger),
    )
)  # fmt: skip
_DUE = compiled(_waiting.where(_due, _has_room).order_by(*_rank).limit(_limit).with_for_update(skip_locked=True))


async def waiting(
    tx: WriteTx, source: UUID, run: str, returning: str, limit: int, full: Sequence[UUID]
) -> list[asyncpg.Record]:
    """Lock what an agent's run may take of a source: first what was left, also by its runs before if it names them."""
    found = await tx.rows(_LEFT, {"source": source, "run": run, "returning": returning, "limit": limit})
    if len(found) == limit:
        return found
    return [*found, *await tx.rows(_DUE, {"source": source, "limit": limit - len(found), "full": list(full)})]


async def claim(tx: WriteTx, ids: Sequence[UUID], agent: str, lease: timedelta) -> list[asyncpg.Record]:
    """Begin an attempt at each of these. It costs no try: that power or network is away at a lab is no fault of a file."""
    return await tx.rows(_CLAIM, {"ids": list(ids), "agent": agent, "lease": lease})


async def held(tx: ReadTx, ids: Sequence[UUID], attempts: Sequence[int]) -> dict[UUID, asyncpg.Record]:
    """Return those of some attempts that still count."""
    return {row["id"]: row for row in await tx.rows(_HELD, {"id": list(ids), "attempt": list(attempts)})}


async def sources_of(tx: ReadTx, ids: Sequence[UUID]) -> set[UUID]:
    """Return where movements come from."""
    return {row["source_id"] for row in await tx.rows(_SOURCES, {"ids": list(ids)})}


async def arrived(tx: WriteTx, movement: UUID, attempt: int, sha256: str, sent: int) -> bool:
    """Note that all bytes are there, and their hash; False if the attempt does not count any more."""
    return await tx.execute(_ARRIVED, {"id": movement, "attempt": attempt, "sha256": sha256, "sent": sent}) > 0
