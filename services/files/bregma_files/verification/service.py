"""Verification: read what arrived, and let only whole files be seen. Every job may run twice or be killed anywhere."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar
from uuid import UUID

import asyncpg
import structlog
from bregma_kit.clock import now
from bregma_kit.db import Database, WriteTx
from bregma_kit.events import EVENTS
from bregma_kit.jobs import AlreadyQueued, defer
from bregma_kit.objects import ObjectStore
from bregma_kit.settings import Settings
from dataset_types import DatasetType, default_registry

from bregma_files.uploads import rows
from bregma_files.uploads import store as uploads_store
from bregma_files.uploads.domain import Event, State, after
from bregma_files.verification import store
from bregma_files.verification.domain import (
    Announced,
    Member,
    Reading,
    Verdict,
    different_bytes,
    judge,
    member,
    settle,
    slices,
    type_of,
)
from bregma_files.verification.reading import read_object

log = structlog.get_logger("verification")
QUEUE = "files"
VERIFY, VERIFY_RECORDS = "files.verify", "files.verify_records"
VERIFIED = "files.verified"
"""Event: datasets have new verified bytes in a bucket; told with their names."""
AT_ONCE = 4
"""Objects read at the same time by one job."""

SUPERSEDED = "A newer version of this file was registered later and verified first. Nothing needs to be done."
_T = TypeVar("_T")
_R = TypeVar("_R")


async def start(tx: WriteTx, upload_ids: Sequence[UUID]) -> None:
    """Queue the verification of received uploads in the caller's transaction."""
    if upload_ids:
        await defer(tx, VERIFY, [{"uploads": [str(one) for one in upload_ids]}], queue=QUEUE)


async def start_for_records(tx: WriteTx, record_ids: Sequence[UUID], *, once: str | None = None) -> None:
    """Queue the verification of what may lie at the places of records on managed repositories.

    Of those with the same ``once`` one waits at most; further ones are left out.
    """
    if not record_ids:
        return
    try:
        async with tx.attempt():
            ids = [str(one) for one in record_ids]
            await defer(tx, VERIFY_RECORDS, [{"records": ids}], queue=QUEUE, queueing_lock=once)
    except AlreadyQueued:
        log.debug("records_queued_already", once=once)


# uploads


async def verify(database: Database, objects: ObjectStore, settings: Settings, ids: Sequence[UUID]) -> None:
    """Verify received uploads, slice by slice; raises at the end if some could not be read, for another try."""
    async with database.write() as tx:
        await rows.move(tx, ids, Event.PICKED_UP)
    async with database.read() as tx:
        batch = await store.batch(tx, ids)
    failed: list[Exception] = []
    for part in slices([one["size"] for one in batch]):
        some = [batch[index] for index in part]
        read = await _at_once(lambda one: _read_upload(objects, one), some)
        done = [(one, found.value) for one, found in zip(some, read, strict=True) if found.error is None]
        failed += [found.error for found in read if found.error is not None]
        async with database.write() as tx:
            await _apply(tx, settings, done)
    if failed:
        raise failed[0]


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[_R]):
    """What came of one piece of work: a value, or the error that the job fails with when the others are done."""

    value: _R | None
    error: Exception | None = None


async def _at_once(work: Callable[[_T], Awaitable[_R]], many: Sequence[_T]) -> list[_Outcome[_R]]:
    """Do a few at a time; one that fails does not stop the others."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(item: _T) -> _Outcome[_R]:
        async with gate:
            try:
                return _Outcome(await work(item))
            except Exception as error:  # noqa: BLE001  raised by the caller once the others are settled
                return _Outcome(None, error)

    return list(await asyncio.gather(*(one(item) for item in many)))


def _type(row: asyncpg.Record) -> DatasetType | None:
    return type_of(default_registry(), row["type_name"], row["edition"])


def _announced(row: asyncpg.Record) -> Announced:
    return Announced(row["name"], row["size"], row["md5"], row["sha256"])


async def _read_upload(objects: ObjectStore, row: asyncpg.Record) -> Reading | None:
    return await read_object(objects, row["bucket"], row["object_key"], _announced(row), row["name"], _type(row))


def _member(row: asyncpg.Record, dataset: UUID, row_count: int | None, largest: int | None) -> Member:
    folder = (row["session_id"], row["collection"], row["revision_id"])
    return member(dataset, folder, row["name"], _type(row), row_count, largest)


Done = list[tuple[asyncpg.Record, Reading | None]]


async def _apply(tx: WriteTx, settings: Settings, done: Done) -> None:
    """Settle one slice: states, records and datasets change together."""
    await uploads_store.lock_sessions(tx, [row["session_id"] for row, _ in done])
    still = await store.still_verifying(tx, [row["id"] for row, _ in done])
    mine = [(row, reading) for row, reading in done if row["id"] in still]
    verdicts = {row["id"]: judge(_announced(row), reading) for row, reading in mine}
    newest = {(row["dataset_id"], row["repository_id"]): row["id"] for row, _ in mine if _good(verdicts[row["id"]])}
    for row, _ in mine:
        latest = newest.get((row["dataset_id"], row["repository_id"]))
        if _good(verdicts[row["id"]]) and (still[row["id"]] or latest != row["id"]):
            verdicts[row["id"]] = Verdict(Event.BAD, SUPERSEDED)
    await _agree(tx, mine, verdicts)
    good = [(row, reading) for row, reading in mine if _good(verdicts[row["id"]]) and reading is not None]
    await _settle(tx, settings, verdicts)
    if good:
        present = await store.make_visible(tx, _columns(good))
        await uploads_store.clear_siblings(tx, sorted(present))
        await EVENTS.announce(
            tx, VERIFIED, {row["dataset_id"]: row["name"] for row, _ in good if row["dataset_id"] in present}
        )
        for row, _ in good:
            if row["dataset_id"] not in present:
                log.warning("verified_without_record", upload=str(row["id"]), dataset=str(row["dataset_id"]))


def _good(verdict: Verdict) -> bool:
    return verdict.event is Event.GOOD


async def _agree(tx: WriteTx, mine: Done, verdicts: dict[UUID, Verdict]) -> None:
    """Hold the arrivals against the files beside them and against each other; the one that came later is refused."""
    arrivals = [
        (row, _member(row, row["dataset_id"], reading.rows, reading.largest))
        for row, reading in mine
        if reading is not None and _good(verdicts[row["id"]])
    ]
    if not arrivals:
        return
    standing = [
        _member(row, row["id"], row["rows"], row["max_index"])
        for row in await store.standing(tx, list({one.folder for _, one in arrivals}))
    ]
    refused = settle([one for _, one in arrivals], standing)
    for row, one in arrivals:
        if one.dataset in refused:
            verdicts[row["id"]] = Verdict(Event.BAD, refused[one.dataset])


async def _settle(tx: WriteTx, settings: Settings, verdicts: dict[UUID, Verdict]) -> None:
    columns: dict[str, list[Any]] = {
        "id": list(verdicts),
        "state": [after(State.VERIFYING, one.event).value for one in verdicts.values()],
        "reason": [one.reason for one in verdicts.values()],
    }
    await store.settle_uploads(tx, columns, now() + timedelta(days=settings.upload_days))
    for upload, verdict in verdicts.items():
        if not _good(verdict):
            log.warning("upload_not_verified", upload=str(upload), verdict=verdict.event.name, reason=verdict.reason)
    log.info("uploads_verified", count=sum(_good(one) for one in verdicts.values()))


def _columns(good: list[tuple[asyncpg.Record, Reading]]) -> dict[str, list[Any]]:
    return {
        "dataset_id": [row["dataset_id"] for row, _ in good], "repository_id": [row["repository_id"] for row,
        _ in good],
        "object_key": [row["object_key"] for row, _ in good], "size": [reading.size for _, reading in good],
        "md5": [reading.md5 for _, reading in good], "sha256": [reading.sha256 for _, reading in good],
        "rows": [reading.rows for _, reading in good], "largest": [reading.largest for _, reading in good],
        "version": [row["version"] for row, _ in good],
    }  # fmt: skip


# records whose bytes were put at Alyx's place by other means


async def verify_records(database: Database, objects: ObjectStore, ids: Sequence[UUID]) -> None:
    """Look for bytes at the places of records and let those exist whose bytes are the registered ones.

    The content is not checked against the type's promise: whoever registers as on Alyx has no upload to mend.
    """
    async with database.read() as tx:
        places = await store.places(tx, ids)
    found = await _at_once(lambda row: _look(objects, row), places)
    done = [(row, one.value) for row, one in zip(places, found, strict=True) if one.value is not None]
    if done:
        async with database.write() as tx:
            await uploads_store.lock_sessions(tx, [row["session_id"] or row["dataset_id"] for row, _ in done])
            await _settle_places(tx, done)
    for one in found:
        if one.error is not None:
            raise one.error


class _Found:
    """What lies at a record's place."""

    def __init__(self, key: str, reading: Reading, problem: str | None) -> None:
        self.key, self.reading, self.problem = key, reading, problem


def candidate_keys(row: asyncpg.Record) -> list[str]:
    """Return where a file may lie in a bucket by Alyx's conventions, the likeliest first.

    A record's path is what somebody wrote, and labs share buckets: only what lies below the dataset's own lab, or has the dataset's
    own id in its name, can be its bytes.
    """
    if row["mirror"]:
        # anywhere else Alyx's clients would not find it
        return [str(PurePosixPath(row["globus_path"], row["path_with_id"]))]
    named, bare = row["path_with_id"], row["relative_path"]
    if row["lab"] is None:
        keys = [f"aggregates/{named}", f"aggregates/{bare}", named]
    else:
        keys = [f"{row['lab']}/Subjects/{named}", f"{row['lab']}/Subjects/{bare}", named]
    return [*keys, row["object_key"]] if row["object_key"] else keys


async def _look(objects: ObjectStore, row: asyncpg.Record) -> _Found | None:
    announced = Announced(row["name"], row["file_size"], row["hash"] or None, None)
    last: _Found | None = None
    for key in candidate_keys(row):
        if await objects.size(row["bucket"], key) is None:
            continue
        reading = await read_object(objects, row["bucket"], key, announced, row["name"], _type(row))
        if reading is None:
            continue
        last = _Found(key, reading, different_bytes(announced, reading))
        if last.problem is None:
            break
    if last is None:
        log.info("nothing_at_place", record=str(row["id"]))
    return last


async def _settle_places(tx: WriteTx, done: list[tuple[asyncpg.Record, _Found]]) -> None:
    columns: dict[str, list[Any]] = {
        "id": [row["id"] for row, _ in done], "object_key": [one.key for _, one in done],
        "good": [one.problem is None for _, one in done], "hash": [row["hash"] for row, _ in done],
        "note": [None if one.problem is None else {"verification": one.problem} for _, one in done],
    }  # fmt: skip
    present = await store.settle_places(tx, columns)
    whole = [(row["dataset_id"], one.reading) for row, one in done if one.problem is None]
    good = {dataset: reading for dataset, reading in whole if dataset in present}
    if good:
        readings = list(good.values())
        await store.fill_in(tx, {
            "dataset_id": list(good), "size": [one.size for one in readings], "md5": [one.md5 for one in readings],
            "sha256": [one.sha256 for one in readings], "rows": [one.rows for one in readings],
            "largest": [one.largest for one in readings],
        })  # fmt: skip
        await EVENTS.announce(
            tx, VERIFIED, {row["dataset_id"]: row["name"] for row, _ in done if row["dataset_id"] in good}
        )
