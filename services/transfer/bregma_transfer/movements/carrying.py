"""Do movements: take what is due, send it, read it back, register it. Every step may be killed anywhere and done again.

A kill leaves a movement that says *moving* until its lease ends, and parts in the target store; the next attempt finds
both. Nothing is registered before the last transaction, which registers the copy and ends the movement together.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from bregma_files import api as files
from bregma_kit.db import Database, WriteTx, new_id
from bregma_kit.errors import BregmaError
from bregma_kit.objects import ObjectMissing
from bregma_kit.stores import Stores

from bregma_transfer.limits import service as limits
from bregma_transfer.movements import carriers, store
from bregma_transfer.movements.attempt import Attempt, Lost, shares
from bregma_transfer.movements.carriers import Hands, Load, Place
from bregma_transfer.movements.desk import Desk
from bregma_transfer.movements.domain import MOST_TRIES as _TRIES
from bregma_transfer.movements.domain import (
    SOURCE,
    TARGET,
    Content,
    State,
    Verdict,
    choose,
    judge,
    parts_of,
    wait_before,
)
from bregma_transfer.movements.service import wake

log = structlog.get_logger("transfer")
_LOOK_AT = 64
"""Waiting movements that a worker chooses among."""


class CannotMove(Exception):
    """It will not go as it is; the message says why."""

    def __init__(self, reason: str, wrong: str | None = None) -> None:
        super().__init__(reason)
        self.wrong = wrong


class NotYet(Exception):
    """What was to be sent changed meanwhile; it is begun again with what there is now."""


@dataclass(slots=True)
class Worker:
    """What a process needs to carry files."""

    database: Database
    stores: Stores
    hands: Hands
    lease: timedelta
    sendings: "Desk[tuple[Attempt, dict[str, Any]]]" = field(init=False)
    arrivals: "Desk[tuple[Attempt, _Way]]" = field(init=False)

    def __post_init__(self) -> None:
        self.sendings, self.arrivals = Desk(self.database, _note), Desk(self.database, _register)

    def place(self, store: str, bucket: str, key: str) -> Place:
        """Return where an object lies. Raises StoreUnknown."""
        return Place(self.stores.store(store), bucket, key)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a file comes from and goes to."""

    copy: files.Copy
    source: Place
    target: Place
    names: tuple[str, str]

    @property
    def registered(self) -> Content:
        """What the file must be."""
        return Content(self.copy.size, self.copy.md5, self.copy.sha256)


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


async def _look_up(worker: Worker, rows: Sequence[asyncpg.Record]) -> _Found:
    async with worker.database.read() as tx:
        copies = await files.find_copies(tx, [row["dataset_id"] for row in rows])
        targets = await files.find_targets(tx, list({row["target_id"] for row in rows}))
        return _Found(copies, targets, await shares(tx, rows))


async def _take(worker: Worker) -> list[asyncpg.Record]:
    async with worker.database.write() as tx:
        room = await _room(tx)
        waiting = await store.waiting(tx, _LOOK_AT, [place for place, files_left in room.items() if files_left <= 0])
        chosen = [waiting[index] for index in choose([_Waiting.of(row) for row in waiting], room)]
        if not chosen:
            return []
        if len(chosen) < len(waiting):
            await wake(tx)
        name = f"{os.uname().nodename}:{os.getpid()}"
        return await store.claim(tx, [row["id"] for row in chosen], name, worker.lease)


async def _room(tx: WriteTx) -> dict[UUID, int]:
    """Return how many more files repositories take, of those that say how many at the same time."""
    most = {key: one.max_files for key, one in (await limits.current(tx)).items() if one.max_files is not None}
    if not most:
        return {}
    await store.count_alone(tx)
    busy = await store.busy(tx, list(most))
    return {place: count - busy.get(place, 0) for place, count in most.items()}


@dataclass(frozen=True, slots=True)
class _Waiting:
    size: int
    places: tuple[UUID, UUID]

    @classmethod
    def of(cls, row: Mapping[str, object]) -> "_Waiting":
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
        await asyncio.shield(_give_back(attempt))
        raise
    except CannotMove as error:
        await _end(attempt, State.FAILED, str(error), error.wrong)
    except NotYet as error:
        await _again(attempt, str(error), anew=True)
    except ObjectMissing:
        await _end(attempt, State.FAILED, "The source's store has no such object, although it is registered.", SOURCE)
    except Exception as error:
        log.warning("movement_failed", movement=str(attempt.movement), error=type(error).__name__, exc_info=error)
        reason = str(error) if isinstance(error, BregmaError) else f"An unexpected error: {type(error).__name__}."
        await _again(attempt, reason)


async def _carry(worker: Worker, attempt: Attempt, found: _Found) -> None:
    attempt.pace.rate = found.rates[attempt.movement]
    if attempt.row["tries_left"] < 0:
        raise CannotMove("Its worker ended in the middle of it again and again.")
    way = await _prepare(worker, attempt, found)
    if way is None:
        return
    await _send(worker, attempt, way)
    arrived = await carriers.read_back(way.target, way.copy.size)
    verdict = Verdict()
    if arrived != way.registered:
        verdict = judge(way.registered, arrived, await carriers.read_back(way.source, way.copy.size), way.names)
    if verdict.wrong is None:
        await worker.arrivals.write((attempt, way))
        log.debug("copy_arrived", movement=str(attempt.movement), dataset=str(way.copy.dataset), size=way.copy.size)
    else:
        await _refuse(attempt, verdict, arrived)


async def _prepare(worker: Worker, attempt: Attempt, found: _Found) -> _Way | None:
    """Find where the file lies now and where it goes; None where the target has it already."""
    row = attempt.row
    copies, target = found.copies.get(row["dataset_id"], []), found.targets.get(row["target_id"])
    if target is None:
        raise CannotMove("The repository that it goes to is not managed (any more).", TARGET)
    if any(one.repository == target.repository for one in copies):
        await _done(attempt)
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
            "source": copy.repository, "size": copy.size, "sha256": copy.sha256, "sending": sending, "key": key,
        }))  # fmt: skip
    return _Way(
        copy,
        worker.place(copy.store, copy.bucket, copy.key),
        worker.place(target.store, target.bucket, key),
        (copy.repository_name, target.name),
    )


async def _send(worker: Worker, attempt: Attempt, way: _Way) -> None:
    def there(count: int) -> None:
        attempt.done = count

    size = way.copy.size
    metadata = {"dataset": str(way.copy.dataset), "md5": way.copy.md5, "sha256": way.copy.sha256}
    load = Load(way.source, way.target, size, metadata, attempt.advance, there, worker.hands, attempt.pace.take)
    if not parts_of(size):
        await carriers.send_whole(load)
        return
    multipart = attempt.row["multipart_id"] if way.target.key == attempt.row["object_key"] else None
    if multipart is not None:
        if await carriers.resume(load, multipart):
            return
        if await way.target.store.size(way.target.bucket, way.target.key) == size:
            there(size)  # joined already: the worker ended between that and the next step
            return
    multipart = await carriers.begin(load)
    async with worker.database.write() as tx:
        ours = await store.note_multipart(tx, attempt.movement, attempt.number, multipart)
    if not ours:
        raise Lost
    if not await carriers.resume(load, multipart):
        raise NotYet("The target's store forgot the upload.")


# how it ends


def _columns(attempts: Sequence[Attempt]) -> dict[str, list[Any]]:
    return {"id": [one.movement for one in attempts], "attempt": [one.number for one in attempts]}


async def _note(tx: WriteTx, some: Sequence[tuple[Attempt, dict[str, Any]]]) -> list[Exception | None]:
    """Note what is sent where, before the first byte."""
    attempts = [attempt for attempt, _ in some]
    values = {name: [given[name] for _, given in some] for name in some[0][1]}
    ours = await store.sending(tx, {**_columns(attempts), **values})
    return [None if one.movement in ours else Lost() for one in attempts]


async def _register(tx: WriteTx, some: Sequence[tuple[Attempt, _Way]]) -> list[Exception | None]:
    """Register copies that were read back, and end their movements, in one transaction."""
    ours = await store.hold(tx, _columns([attempt for attempt, _ in some]))
    mine = [(attempt, way) for attempt, way in some if attempt.movement in ours]
    registered = await files.register_arrivals(tx, [
        files.Arrival(
            way.copy.dataset, way.copy.session, way.copy.repository, attempt.row["target_id"], way.target.key, way.copy.sha256
        )
        for attempt, way in mine
    ])  # fmt: skip
    there = {attempt.movement for attempt, way in mine if (way.copy.dataset, attempt.row["target_id"]) in registered}
    await _end_well(tx, [attempt for attempt, _ in mine if attempt.movement in there])
    log.info("copies_arrived", count=len(there), size=sum(way.copy.size for one, way in mine if one.movement in there))
    changed = "The file was changed while it was sent, or another file has its place."
    return [None if one.movement in there else NotYet(changed) if one.movement in ours else Lost() for one, _ in some]


async def _end_well(tx: WriteTx, attempts: Sequence[Attempt]) -> None:
    columns = {**_columns(attempts), "sent": [one.sent for one in attempts], "rate": [one.rate for one in attempts]}
    await store.done(tx, columns)


async def _done(attempt: Attempt) -> None:
    async with attempt.database.write() as tx:
        await _end_well(tx, [attempt])


async def _refuse(attempt: Attempt, verdict: Verdict, arrived: Content | None) -> None:
    log.warning("copy_refused", movement=str(attempt.movement), wrong=verdict.wrong, reason=verdict.reason)
    if verdict.final or attempt.row["tries_left"] <= 0:
        state = State.FAILED if arrived is None else State.QUARANTINED
        await _end(attempt, state, verdict.reason, verdict.wrong)
        return
    await _again(attempt, verdict.reason, wrong=verdict.wrong, anew=True)


async def _end(attempt: Attempt, state: State, reason: str, wrong: str | None) -> None:
    async with attempt.database.write() as tx:
        values = {"state": state.value, "reason": reason, "wrong": wrong, "sent": attempt.sent}
        await store.end(tx, attempt.movement, attempt.number, values)
    log.warning("movement_ended", movement=str(attempt.movement), state=state.value, reason=reason)


async def _again(attempt: Attempt, reason: str, *, wrong: str | None = None, anew: bool = False) -> None:
    tries = attempt.row["tries_left"]
    if tries <= 0:
        await _end(attempt, State.FAILED, reason, wrong)
        return
    async with attempt.database.write() as tx:
        await store.again(tx, attempt.movement, attempt.number, {
            "reason": reason, "wrong": wrong, "wait": wait_before(_TRIES - tries), "sent": attempt.sent, "given": 0,
            "anew": int(anew),
        })  # fmt: skip


async def _give_back(attempt: Attempt) -> None:
    """Let another process go on, for ours ends: at once, and not counted as a try."""
    async with attempt.database.write() as tx:
        await store.again(tx, attempt.movement, attempt.number, {
            "reason": None, "wrong": None, "wait": timedelta(), "sent": attempt.sent, "given": 1, "anew": 0,
        })  # fmt: skip
        await wake(tx)


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
