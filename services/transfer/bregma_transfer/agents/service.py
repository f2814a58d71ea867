"""Give an agent its work, sign what it sends, and note what it says. Nothing it says registers a copy: workers read back first."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import structlog
from bregma_files import api as files
from bregma_kit.auth import Principal
from bregma_kit.db import ReadTx
from bregma_kit.errors import Conflict, Invalid, NotAllowed, NotFound

from bregma_transfer.agents import schemas, store
from bregma_transfer.movements import foreign, settling
from bregma_transfer.movements import store as movements
from bregma_transfer.movements.attempt import Attempt, CannotMove, Lost
from bregma_transfer.movements.carrying import Candidate, room_left
from bregma_transfer.movements.domain import MOST_TRIES, SOURCE, TARGET, State, choose, parts_of, wait_before
from bregma_transfer.movements.service import wake
from bregma_transfer.movements.settling import ForeignWay
from bregma_transfer.movements.worker import Worker
from bregma_transfer.sources import service as sources
from bregma_transfer.sources.domain import Carrier

log = structlog.get_logger("transfer")


class _Named(Protocol):
    @property
    def movement(self) -> UUID: ...
    @property
    def attempt(self) -> int: ...


async def _permit(tx: ReadTx, principal: Principal, repository: UUID) -> None:
    """Let pass who writes in every lab that has the repository: its agent reads the files of all of them."""
    labs = await sources.labs_of(tx, repository)
    if principal.administers or (labs and all(principal.may_write(lab) for lab in labs)):
        return
    raise NotAllowed(hint="this needs a role in each lab that has the repository, or an administrator")


async def _held(tx: ReadTx, principal: Principal, asked: Sequence[_Named]) -> dict[UUID, asyncpg.Record]:
    """Return the rows of attempts that still count. Raises NotAllowed for any that is not the caller's business."""
    ids = [one.movement for one in asked]
    for source in await store.sources_of(tx, ids):
        await _permit(tx, principal, source)
    return await store.held(tx, ids, [one.attempt for one in asked])


def _attempt(worker: Worker, row: asyncpg.Record, sent: int | None = None) -> Attempt:
    return Attempt(worker.database, row, worker.lease, sent=row["bytes_sent"] if sent is None else sent)


async def claim(worker: Worker, principal: Principal, body: schemas.AgentClaim) -> dict[str, Any]:
    """Give files to an agent."""
    async with worker.database.write() as tx:
        source = await sources.named(tx, body.repository)
        if source is None:
            raise NotFound("Source")
        await _permit(tx, principal, source["repository_id"])
        if source["carrier"] != Carrier.AGENT:
            raise Invalid({"repository": [f"{body.repository} is no source of an agent but of {source['carrier']}."]})
        room = await room_left(tx)
        full = [place for place, count in room.items() if count <= 0]
        run, returning = f"{body.agent}:{body.run}", f"{body.agent}:" if body.started else ""
        waiting = await store.waiting(tx, source["repository_id"], run, returning, body.files, full)
        chosen = [waiting[index]["id"] for index in choose([Candidate.of(row) for row in waiting], room)]
        rows = await store.claim(tx, chosen, run, worker.lease) if chosen else []
        known = await foreign.look_up(tx, [row["dataset_id"] for row in rows], await sources.sources(tx))
    found = []
    for row in sorted(rows, key=lambda row: (-row["priority"], row["id"])):
        try:
            file, _ = known.of(row)
        except CannotMove as error:
            await settling.end(_attempt(worker, row), State.FAILED, str(error), error.wrong)
            continue
        found.append(_wanted(row, file))
    return {"lease_seconds": worker.lease.total_seconds(), "files": found}


def _wanted(row: asyncpg.Record, file: files.Foreign) -> dict[str, Any]:
    return {
        "movement": str(row["id"]), "attempt": row["attempts"], "dataset": str(file.dataset), "lab": file.folder.lab,
        "relative_path": file.relative_path, "size": file.size, "md5": file.md5, "sha256": file.sha256,
        "sent": row["bytes_sent"],
    }  # fmt: skip


async def start(worker: Worker, principal: Principal, body: schemas.AgentStarts) -> dict[str, Any]:
    """Note where files go, and say what of them is there."""
    async with worker.database.read() as tx:
        held = await _held(tx, principal, body.files)
        known = await foreign.look_up(tx, [row["dataset_id"] for row in held.values()], await sources.sources(tx))
        targets = await files.find_targets(tx, list({row["target_id"] for row in held.values()}))
    some = [_start(worker, one, held.get(one.movement), known, targets) for one in body.files]
    return {"files": await asyncio.gather(*some)}


async def _start(
    worker: Worker, one: schemas.AgentStart, row: asyncpg.Record | None, known: foreign.Known,
    targets: Mapping[UUID, files.Target],
) -> dict[str, Any]:  # fmt: skip
    if row is None:
        return _ready(one, "lost")
    attempt = _attempt(worker, row)
    try:
        file, target = _checked(one, row, known, targets)
        way = await foreign.prepare(
            worker, attempt, file, target, size=one.size, version=one.version, sha256=one.sha256 or ""
        )
        return await _send(worker, attempt, way, target, one)
    except CannotMove as error:
        await settling.end(attempt, State.FAILED, str(error), error.wrong)
        return _ready(one, "refused", reason=str(error))
    except Lost:
        return _ready(one, "lost")


def _checked(
    one: schemas.AgentStart, row: asyncpg.Record, known: foreign.Known, targets: Mapping[UUID, files.Target]
) -> tuple[files.Foreign, files.Target]:
    """Return what was registered of a file and where it goes. Raises CannotMove, also for another size than registered."""
    file, _ = known.of(row)
    target = targets.get(row["target_id"])
    if target is None:
        raise CannotMove("The repository that it goes to is not managed (any more).", TARGET)
    if file.size not in (None, one.size):
        has = f"it has {one.size:,} bytes, registered are {foreign.claimed(file)}"
        raise CannotMove(f"The file in {file.repository_name} is wrong: {has}.", SOURCE)
    return file, target


def _ready(one: _Named, status: str, **more: Any) -> dict[str, Any]:
    return {
        "movement": str(one.movement), "status": status, "reason": "", "put": None, "part_size": None, "there": [], **more
    }  # fmt: skip


async def _send(
    worker: Worker, attempt: Attempt, way: ForeignWay, target: files.Target, one: schemas.AgentStart
) -> dict[str, Any]:
    place, parts = way.target, parts_of(one.size)
    if not parts:
        if one.md5 is None:
            raise Invalid({"md5": ["A file that fits into one part is hashed before it is sent."]})
        metadata = {"dataset": str(way.foreign.dataset), "md5": one.md5}
        signed = worker.stores.signer(target.store).put(
            place.bucket, place.key, size=one.size, md5=one.md5, metadata=metadata
        )
        return _ready(one, "send", put={"number": 0, "url": signed.url, "headers": dict(signed.headers)})
    multipart = attempt.row["multipart_id"] if place.key == attempt.row["object_key"] else None
    if multipart is not None:
        listed = await place.store.list_parts(place.bucket, place.key, multipart)
        if listed is not None:
            sizes = {part.number: part.size for part in parts}
            there = [part.number for part in listed if sizes.get(part.number) == part.size]
            return _ready(one, "send", part_size=parts[0].size, there=there)
        if await place.store.size(place.bucket, place.key) == one.size:
            # joined already: the agent ended between that and the answer
            return _ready(one, "send", part_size=parts[0].size, there=[part.number for part in parts])
    multipart = await place.store.create_multipart(place.bucket, place.key, {"dataset": str(way.foreign.dataset)})
    async with worker.database.write() as tx:
        ours = await movements.note_multipart(tx, attempt.movement, attempt.number, multipart)
    if not ours:
        await place.store.abort_multipart(place.bucket, place.key, multipart)
        raise Lost
    return _ready(one, "send", part_size=parts[0].size)


async def sign(worker: Worker, principal: Principal, body: schemas.AgentParts) -> dict[str, Any]:
    """Sign parts of a file."""
    async with worker.database.read() as tx:
        row = (await _held(tx, principal, [body])).get(body.movement)
        target = None if row is None else (await files.find_targets(tx, [row["target_id"]])).get(row["target_id"])
    if row is None or target is None or row["multipart_id"] is None:
        raise Conflict("This attempt does not count any more.", hint="claim again")
    sizes = {part.number: part.size for part in parts_of(row["size"])}
    wrong = [part.number for part in body.parts if part.number not in sizes]
    if wrong:
        raise Invalid({"parts": [f"There is no part {wrong[0]} of this file."]})
    signer, signed = worker.stores.signer(target.store), []
    for part in body.parts:
        put = signer.part(
            target.bucket, row["object_key"], row["multipart_id"], part.number, size=sizes[part.number], md5=part.md5
        )
        signed.append({"number": part.number, "url": put.url, "headers": dict(put.headers)})
    return {"parts": signed}


async def sent(worker: Worker, principal: Principal, body: schemas.AgentSent) -> dict[str, Any]:
    """Join what was sent, and let workers read it back."""
    async with worker.database.read() as tx:
        held = await _held(tx, principal, body.files)
        targets = await files.find_targets(tx, list({row["target_id"] for row in held.values()}))
    joined = await asyncio.gather(*(_join(worker, one, held.get(one.movement), targets) for one in body.files))
    words = []
    async with worker.database.write() as tx:
        for one, word in zip(body.files, joined, strict=True):
            if word == "ok" and not await store.arrived(tx, one.movement, one.attempt, one.sha256, one.sent):
                words.append(_word(one, "lost"))
            else:
                words.append(_word(one, word))
        await wake(tx)
    return {"files": words}


def _word(one: _Named, status: str) -> dict[str, Any]:
    return {"movement": str(one.movement), "status": status}


async def _join(
    worker: Worker, one: schemas.AgentSentOne, row: asyncpg.Record | None, targets: Mapping[UUID, files.Target]
) -> str:
    target = None if row is None else targets.get(row["target_id"])
    if row is None or target is None or row["object_key"] is None or row["size"] != one.size:
        return "lost" if row is None or target is None else "missing"
    place, parts = worker.place(target.store, target.bucket, row["object_key"]), parts_of(one.size)
    if parts and row["multipart_id"] is not None:
        listed = await place.store.list_parts(place.bucket, place.key, row["multipart_id"])
        if listed is not None:
            sizes = {part.number: part.size for part in parts}
            whole = [part for part in listed if sizes.get(part.number) == part.size]
            if len(whole) < len(parts):
                return "missing"
            await place.store.complete_multipart(place.bucket, place.key, row["multipart_id"], whole)
    return "ok" if await place.store.size(place.bucket, place.key) == one.size else "missing"


async def beat(worker: Worker, principal: Principal, body: schemas.AgentBeats) -> dict[str, Any]:
    """Note how far files are, and say which are still the agent's."""
    words = []
    async with worker.database.write() as tx:
        await _held(tx, principal, body.files)
        for one in sorted(body.files, key=lambda one: one.movement):
            ours = await movements.tell(tx, one.movement, one.attempt, one.done, one.sent, None, worker.lease)
            words.append(_word(one, "ok" if ours else "lost"))
    return {"files": words}


async def fail(worker: Worker, principal: Principal, body: schemas.AgentFailures) -> dict[str, Any]:
    """End attempts at files that are gone or cannot be read; begin anew with those that changed."""
    async with worker.database.read() as tx:
        held = await _held(tx, principal, body.files)
    words = []
    for one in body.files:
        row = held.get(one.movement)
        if row is not None:
            await _settle(_attempt(worker, row), one)
        words.append(_word(one, "lost" if row is None else "ok"))
    return {"files": words}


async def _settle(attempt: Attempt, one: schemas.AgentFailure) -> None:
    left = attempt.row["tries_left"]
    if one.kind != "changed" or left <= 0:
        await settling.end(attempt, State.FAILED, one.reason, SOURCE)
        return
    async with attempt.database.write() as tx:
        # claims by agents cost no try, so this does; a file that is written to for hours must not be sent all the time
        await movements.again(tx, attempt.movement, attempt.number, {
            "reason": one.reason, "wrong": None, "wait": _after_change(left), "sent": attempt.sent, "given": -1, "anew": 1,
        })  # fmt: skip


def _after_change(left: int) -> timedelta:
    return wait_before(MOST_TRIES - left + 1)
