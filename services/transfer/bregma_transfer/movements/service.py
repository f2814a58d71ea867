"""Movements as people see them: listed, paused, resumed, cancelled, tried again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from bregma_kit.auth import Principal
from bregma_kit.clock import wire_time
from bregma_kit.db import Database, ReadTx, WriteTx, new_id
from bregma_kit.errors import Conflict, NotAllowed, NotFound
from bregma_kit.jobs import AlreadyQueued, defer

from bregma_transfer.movements import lists, store
from bregma_transfer.movements.domain import FROM, MOST_TRIES, TO, Action, State

log = structlog.get_logger("transfer")
QUEUE = "transfer"
WORK_QUEUE = "transfer_work"
"""Carrying takes hours; planning and tidying must not wait behind it."""
WORK, TIDY = "transfer.work", "transfer.tidy"


async def wake(tx: WriteTx) -> None:
    """Let a worker look for what is due, unless one is about to."""
    try:
        async with tx.attempt():
            await defer(tx, WORK, [{}], queue=WORK_QUEUE, queueing_lock=WORK)
    except AlreadyQueued:
        log.debug("woken_already")


async def add(tx: WriteTx, wanted: Sequence[Mapping[str, Any]], user: UUID | None = None) -> int:
    """Make movements, or queue failed ones again; return how many. What is on its way already is left alone."""
    if not wanted:
        return 0
    names = ("dataset_id", "rule_id", "source_id", "target_id", "priority", "size", "sha256", "carrier")
    columns: dict[str, list[Any]] = {name: [one[name] for one in wanted] for name in names}
    made = await store.add(tx, {"id": [new_id() for _ in wanted], **columns}, MOST_TRIES, user)
    if made:
        await wake(tx)
    return made


async def in_flight(tx: ReadTx, datasets: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return dataset, target, state and hash of the movements that are not done."""
    return await store.in_flight(tx, datasets)


async def wake_if_due(database: Database) -> None:
    """Wake a worker where something waits: a try whose time has come, a lease that ran out, a job that was lost."""
    async with database.write() as tx:
        if await store.is_due(tx):
            await wake(tx)


async def overview(tx: ReadTx, limit: int) -> tuple[list[asyncpg.Record], list[asyncpg.Record]]:
    """Return the totals, and what a person wants to see first: what moves, what failed, what waits."""
    found: list[asyncpg.Record] = []
    for state in (State.MOVING, State.QUARANTINED, State.FAILED, State.QUEUED, State.PAUSED):
        if len(found) < limit:
            found += await lists.of_state(tx, state.value, limit - len(found))
    return await lists.totals(tx), found


async def page(
    database: Database, principal: Principal, wanted: Mapping[str, Any], limit: int, offset: int
) -> tuple[int, list[dict[str, Any]]]:
    """Return one page of movements and how many there are."""
    async with database.read() as tx:
        count, rows = await lists.page(tx, principal.visible_labs, wanted, limit, offset)
    return count, [shown(row) for row in rows]


async def read(database: Database, principal: Principal, movement: UUID) -> dict[str, Any]:
    """Return one movement."""
    async with database.read() as tx:
        return shown(await _seen(tx, principal, movement))


async def act(database: Database, principal: Principal, movement: UUID, action: Action) -> dict[str, Any]:
    """Pause, resume, cancel or try again; a worker that is at it notices within seconds."""
    async with database.write() as tx:
        row = await _seen(tx, principal, movement)
        if not principal.may_write(row["lab_id"]):
            raise NotAllowed(hint="this needs a role in the session's lab; ask one of its managers")
        cancelled = f"{principal.username} cancelled it." if action is Action.CANCEL else None
        fresh = action is Action.RETRY
        changed = await store.act(tx, movement, {
            "states": [one.value for one in FROM[action]], "state": TO[action].value, "reason": cancelled,
            "tries": MOST_TRIES if fresh else row["tries_left"], "fresh": int(fresh), "ended": int(cancelled is not None),
        })  # fmt: skip
        if not changed:
            possible = " or ".join(one.value for one in FROM[action])
            raise Conflict(f"The transfer is {row['state']}; to {action.value} it, it must be {possible}.")
        if TO[action] is State.QUEUED:
            await wake(tx)
        if action is Action.CANCEL:
            await defer(tx, TIDY, [{"movement": str(movement)}], queue=QUEUE)
        return shown(await _seen(tx, principal, movement))


async def _seen(tx: ReadTx, principal: Principal, movement: UUID) -> asyncpg.Record:
    row = await lists.one(tx, movement, principal.visible_labs)
    if row is None:
        raise NotFound("Transfer")
    return row


def shown(row: asyncpg.Record) -> dict[str, Any]:
    """Return a movement as the wire shows it."""
    times = {
        name: row[name] and wire_time(row[name]) for name in ("created_at", "started_at", "ended_at", "next_try_at")
    }
    progress = 1.0 if row["state"] == State.DONE else row["bytes_done"] / row["size"] if row["size"] else 0.0
    moving = row["state"] == State.MOVING and row["rate"]
    return {
        **{name: value for name, value in row.items() if name != "lab_id"}, **times, "progress": round(progress, 4),
        "rate": None if row["rate"] is None else round(row["rate"], 1),
        "seconds_left": round((row["size"] - row["bytes_done"]) / row["rate"], 1) if moving else None,
        "id": str(row["id"]), "dataset": str(row["dataset"]), "session": str(row["session"]),
    }  # fmt: skip
