"""Do movements: take what is due, send it, read it back, register it. Every step may be killed anywhere and done again.

A kill leaves a movement that says *moving* until its lease ends, and parts in the target store; the next attempt finds
both. Nothing is registered before the last transaction, which registers the copy and ends the movement together.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import structlog
from bregma_files import api as files
from bregma_kit.db import WriteTx, new_id
from bregma_kit.errors import BregmaError
from bregma_kit.objects import ObjectMissing

from bregma_transfer.limits import service as limits
from bregma_transfer.movements import carriers, foreign, settling, store
from bregma_transfer.movements.attempt import Attempt, CannotMove, Lost, NotYet, shares
from bregma_transfer.movements.domain import SOURCE, TARGET, State, Verdict, choose, judge
from bregma_transfer.movements.sending import send
from bregma_transfer.movements.service import wake
from bregma_transfer.movements.settling import Way
from bregma_transfer.movements.worker import Worker
from bregma_transfer.sources import service as sources
from bregma_transfer.sources.domain import STORE

log = structlog.get_logger("transfer")
_LOOK_AT = 64
"""Waiting movements that a worker chooses among."""


async def work(worker: Worker) -> None:
    """Carry until nothing is due."""
    while rows := await _take(worker):
        found = await _look_up(worker, rows)
        await asyncio.gather(*(carry(worker, row, found) for row in rows))


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of movements' files and places when they are begun."""

    copies: Mapping[UUID, Sequence[files.Copy]]
    targets: Mapping[UUID, files.Target]
    rates: Mapping[UUID, float | None]
    foreign: foreign.Known


async def _look_up(worker: Worker, rows: Sequence[asyncpg.Record]) -> _Found:
    async with worker.database.read() as tx:
        copies = await files.find_copies(tx, [row["dataset_id"] for row in rows])
        targets = await files.find_targets(tx, list({row["target_id"] for row in rows}))
        outside = [row["dataset_id"] for row in rows if row["carrier"] != STORE and row["dataset_id"] not in copies]
        known = await foreign.look_up(tx, outside, await sources.sources(tx) if outside else {})
        return _Found(copies, targets, await shares(tx, rows), known)


async def _take(worker: Worker) -> list[asyncpg.Record]:
    async with worker.database.write() as tx:
        room = await room_left(tx)
        waiting = await store.waiting(tx, _LOOK_AT, [place for place, files_left in room.items() if files_left <= 0])
        chosen = [waiting[index] for index in choose([Candidate.of(row) for row in waiting], room)]
        if not chosen:
            return []
        if len(chosen) < len(waiting):
            await wake(tx)
        name = f"{os.uname().nodename}:{os.getpid()}"
        return await store.claim(tx, [row["id"] for row in chosen], name, worker.lease)


async def room_left(tx: WriteTx) -> dict[UUID, int]:
    """Return how many more files repositories take, of those that say how many at the same time."""
    most = {key: one.max_files for key, one in (await limits.current(tx)).items() if one.max_files is not None}
    if not most:
        return {}
    await store.count_alone(tx)
    busy = await store.busy(tx, list(most))
    return {place: count - busy.get(place, 0) for place, count in most.items()}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A waiting movement, as the choice sees it."""

    size: int
    places: tuple[UUID, UUID]

    @classmethod
    def of(cls, row: Mapping[str, object]) -> "Candidate":
        """Return a row as the choice sees it."""
        size, source, target = row["size"], row["source_id"], row["target_id"]
        assert isinstance(size, int)
        assert isinstance(source, UUID)
        assert isinstance(target, UUID)
        return cls(size, (source, target))


async def carry(worker: Worker, row: asyncpg.Record, found: _Found | None = None) -> None:
    """Do one movement; whatever goes wrong is written into it, with what happens next, and stops no other."""
    attempt = Attempt(worker.database, row, worker.lease, sent=row["bytes_sent"])
    try:
        async with attempt.told():
            await _carry(worker, attempt, found or await _look_up(worker, [row]))
    except Lost:
        log.info("movement_left", movement=str(attempt.movement))
    except asyncio.CancelledError:
        if attempt.lost:
            return
        await asyncio.shield(settling.give_back(attempt))
        raise
    except CannotMove as error:
        await settling.end(attempt, State.FAILED, str(error), error.wrong)
    except NotYet as error:
        await settling.again(attempt, str(error), anew=True)
    except ObjectMissing:
        await settling.end(
            attempt, State.FAILED, "The source's store has no such object, although it is registered.", SOURCE
        )
    except Exception as error:
        log.warning("movement_failed", movement=str(attempt.movement), error=type(error).__name__, exc_info=error)
        reason = str(error) if isinstance(error, BregmaError) else f"An unexpected error: {type(error).__name__}."
        await settling.again(attempt, reason)


async def _carry(worker: Worker, attempt: Attempt, found: _Found) -> None:
    attempt.pace.rate = found.rates[attempt.movement]
    if attempt.row["tries_left"] < 0:
        raise CannotMove("Its worker ended in the middle of it again and again.")
    row = attempt.row
    target = found.targets.get(row["target_id"])
    if target is None:
        raise CannotMove("The repository that it goes to is not managed (any more).", TARGET)
    if row["carrier"] != STORE and not found.copies.get(row["dataset_id"]):
        await foreign.carry(worker, attempt, found.foreign, target)
        return
    way = await _prepare(worker, attempt, found.copies.get(row["dataset_id"], []), target)
    if way is None:
        return
    metadata = {"dataset": str(way.copy.dataset), "md5": way.copy.md5, "sha256": way.copy.sha256}
    await send(worker, attempt, way.source, way.target, way.copy.size, metadata)
    arrived = await carriers.read_back(way.target, way.copy.size)
    verdict = Verdict()
    if arrived != way.registered:
        verdict = judge(way.registered, arrived, await carriers.read_back(way.source, way.copy.size), way.names)
    if verdict.wrong is None:
        await worker.arrivals.write((attempt, way))
        log.debug("copy_arrived", movement=str(attempt.movement), dataset=str(way.copy.dataset), size=way.copy.size)
    else:
        await settling.refuse(attempt, verdict, arrived=arrived is not None)


async def _prepare(worker: Worker, attempt: Attempt, copies: Sequence[files.Copy], target: files.Target) -> Way | None:
    """Find where the file lies now and where it goes; None where the target has it already."""
    row = attempt.row
    if any(one.repository == target.repository for one in copies):
        await settling.done(attempt)
        return None
    copy = next((one for one in copies if one.repository == row["source_id"]), copies[0] if copies else None)
    if copy is None:
        raise CannotMove("The file has no verified copy in a bucket (any more).", SOURCE)
    sending, key = row["sending_id"], row["object_key"]
    if sending is None or copy.sha256 != row["sha256"]:
        if key is not None:
            await worker.stores.store(target.store).discard(target.bucket, key)
        sending = new_id()
        key = target.key_of(copy, sending)
        await worker.sendings.write((attempt, {
            "source": copy.repository, "size": copy.size, "sha256": copy.sha256, "version": None, "sending": sending, "key": key,
        }))  # fmt: skip
    return Way(
        copy,
        worker.place(copy.store, copy.bucket, copy.key),
        worker.place(target.store, target.bucket, key),
        (copy.repository_name, target.name),
    )


async def tidy(worker: Worker, movements: Sequence[UUID]) -> None:
    """Remove what was sent for movements that were cancelled."""
    for movement in movements:
        async with worker.database.read() as tx:
            row = await store.left_over(tx, movement)
            target = None if row is None else (await files.find_targets(tx, [row["target_id"]])).get(row["target_id"])
        if row is None or target is None or row["object_key"] is None or row["state"] != State.CANCELLED:
            continue
        await worker.stores.store(target.store).discard(target.bucket, row["object_key"])
        async with worker.database.write() as tx:
            await store.forget(tx, movement, row["attempts"])
