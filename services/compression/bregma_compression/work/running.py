"""Do a job: read the raw object, compress it, send the result, read that back, and register it, all or nothing.

A kill at any moment leaves a job that says *running*, a folder on a disk, perhaps objects that no record names: the next
attempt finds all three and begins anew. Nothing is registered before the last transaction, and nothing after it can fail.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from bregma_codecs import CodecError
from bregma_codecs.errors import BadHeader, BadInput, Damaged
from bregma_files import api as files
from bregma_kit.clock import now
from bregma_kit.db import Database, new_id
from bregma_kit.errors import BregmaError, Unavailable
from bregma_kit.objects import CHUNK, ObjectMissing, ObjectStore
from bregma_kit.settings import Settings

from bregma_compression.work import scratch, store
from bregma_compression.work.attempt import Attempt, Stopped, Work
from bregma_compression.work.domain import (
    RETRIED,
    CannotCompress,
    Kind,
    NotNow,
    State,
    wait_before,
)
from bregma_compression.work.kinds import MAKERS, Maker
from bregma_compression.work.service import SOFTWARE, software_version, start

log = structlog.get_logger("compression")
_ROOM_FOR_RESULT = 1.1
"""What does not compress grows by its headers."""


@dataclass(frozen=True, slots=True)
class _Hashes:
    size: int
    md5: str
    sha256: str


async def run(database: Database, objects: ObjectStore, settings: Settings, job: UUID) -> None:
    """Do a job if there is something to do; whatever goes wrong is written into it, with what happens next."""
    async with database.write() as tx:
        row = await store.claim(tx, job, software_version())
    if row is None:
        await _tidy_ended(database, objects, job)
        return
    attempt = Attempt(database, job, row["attempts"], sent=row["objects"])
    work = Work(objects, settings, attempt, row)
    try:
        await _discard(objects, row["objects"])
        async with attempt.told():
            await _do(work)
    except Stopped:
        await _tidy(work)
    except asyncio.CancelledError:
        await asyncio.shield(_give_back(work))
        raise
    except CannotCompress as error:
        await _tidy(work)
        await _fail(work, str(error))
    except Exception as error:  # noqa: BLE001  it becomes the job's reason, and the job is tried again
        await _tidy(work)
        await _try_again(work, error)


async def _do(work: Work) -> None:
    if work.row["tries_left"] < 0:
        raise CannotCompress(
            "Its worker ended in the middle of it again and again; perhaps the recording takes more memory than there is."
        )
    async with work.database.read() as tx:
        source = (await files.find_verified(tx, [work.row["dataset_id"]])).get(work.row["dataset_id"])
        running = await store.running(tx)
    if source is None:
        raise CannotCompress("The raw file has no verified copy in a bucket (any more).")
    if source.sha256 != work.row["source_sha256"]:
        raise CannotCompress("The raw file was replaced since the job was made; a new job compresses the new one.")
    if source.mirror:
        raise CannotCompress("Only a mirror holds the raw file, and nothing is made there but copies.")
    base = work.settings.scratch_folder
    await asyncio.to_thread(scratch.sweep, base, running, work.attempt.job)
    with scratch.folder(base, work.attempt.job, int(source.size * (1 + _ROOM_FOR_RESULT))) as folder:
        await _in_folder(work, source, folder)


async def _in_folder(work: Work, source: files.Source, folder: Path) -> None:
    maker = MAKERS[Kind(work.row["kind"])]
    parameters = await maker.prepare(work, source)
    raw = folder / f"recording{Path(source.name).suffix}"
    await _read(work, source, raw)
    made = await _made(work, maker, raw, source, parameters)
    raw.unlink()
    sent = await _send(work, source, made)
    for path in made.values():
        path.unlink()
    await _verify(work, source, sent, folder)
    await _register(work, source, sent, {**work.row["parameters"], **parameters})


# the steps


async def _read(work: Work, source: files.Source, raw: Path) -> None:
    """Bring the raw object here; it must still be what was verified."""
    work.attempt.begin("reading", source.size)
    hashes = await _download(work, source.bucket, source.key, source.size, raw)
    if (hashes.size, hashes.sha256) != (source.size, source.sha256):
        raise CannotCompress(
            f"The store gives other bytes for {source.name} than were verified: {hashes.size:,} with the SHA-256 "
            f"{hashes.sha256}. An administrator must look at the store."
        )


async def _download(work: Work, bucket: str, key: str, size: int, target: Path) -> _Hashes:
    md5, sha256, count = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0

    def take(piece: memoryview) -> None:
        md5.update(piece)
        sha256.update(piece)
        file.write(piece)

    with target.open("wb") as file:
        async for piece in work.objects.read(bucket, key, size):
            await work.attempt.in_thread(take, piece)
            count += len(piece)
            work.attempt.advance(len(piece))
    return _Hashes(count, md5.hexdigest(), sha256.hexdigest())


async def _made(
    work: Work, maker: Maker, raw: Path, source: files.Source, parameters: Mapping[str, Any]
) -> dict[str, Path]:
    work.attempt.begin("compressing", work.row["source_size"])
    try:
        return await work.attempt.in_thread(maker.make, work, raw, source.name, parameters)
    except CodecError as error:
        # the folder's name tells nobody anything
        reason = str(error).replace(f"{raw.parent}/", "")
        # all else that the codecs say is about this worker: its disk, or what is installed on it
        never = isinstance(error, (BadInput, BadHeader, Damaged))
        raise CannotCompress(reason) if never else NotNow(reason) from None


async def _send(work: Work, source: files.Source, made: Mapping[str, Path]) -> list[files.Made]:
    """Send the files under names that nobody used before, which are written down first."""
    sending = new_id()
    results: list[files.Made] = []
    for name, path in made.items():
        dataset = new_id()
        hashes = await work.attempt.in_thread(_hashes_of, path)
        results.append(files.Made(
            dataset, name, files.new_key(source, name, dataset, sending), hashes.size, hashes.md5, hashes.sha256
        ))  # fmt: skip
    async with work.database.write() as tx:
        work.attempt.sent = [{"bucket": source.bucket, "key": one.key} for one in results]
        if not await store.sending(tx, work.attempt.job, work.attempt.number, work.attempt.sent):
            raise Stopped
    work.attempt.begin("sending", sum(one.size for one in results))
    for one in results:
        metadata = {"dataset": str(one.dataset), "upload": str(sending), "md5": one.md5, "sha256": one.sha256}
        await work.objects.send(source.bucket, one.key, _pieces(work, made[one.name]), one.size, metadata)
    return results


def _hashes_of(path: Path) -> _Hashes:
    md5, sha256, count = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            md5.update(piece)
            sha256.update(piece)
            count += len(piece)
    return _Hashes(count, md5.hexdigest(), sha256.hexdigest())


async def _pieces(work: Work, path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
            work.attempt.advance(len(piece))


async def _verify(work: Work, source: files.Source, made: list[files.Made], folder: Path) -> None:
    """Read back what the store has now, and get the recording out of it: only that proves that it is there."""
    back = folder / "back"
    back.mkdir()
    work.attempt.begin("verifying", sum(one.size for one in made) + source.size)
    for one in made:
        found = await _download(work, source.bucket, one.key, one.size, back / one.name)
        if found != _Hashes(one.size, one.md5, one.sha256):
            raise NotNow(f"The store gave other bytes back for {one.name} than it was sent.")
    maker = MAKERS[Kind(work.row["kind"])]
    await work.attempt.in_thread(maker.prove, work, [back / one.name for one in made], source)


async def _register(work: Work, source: files.Source, made: list[files.Made], parameters: Mapping[str, Any]) -> None:
    """Make the results visible and the job done, in one transaction."""
    note = {"compression": {
        "job": str(work.attempt.job), "software": SOFTWARE, "version": work.row["software_version"],
        "parameters": dict(parameters), "source": {"dataset": str(source.dataset), "sha256": source.sha256},
    }}  # fmt: skip
    results, size = {one.dataset: one.sha256 for one in made}, sum(one.size for one in made)
    async with work.database.write() as tx:
        # the job's row first: from here on nobody else can take it, and who took it before has it
        revision = await _claimed_and_registered(work, tx, source, made, note)
        if not await store.done(tx, work.attempt.job, work.attempt.number, results, size, parameters):
            raise Stopped
    log.info("compressed", job=str(work.attempt.job), dataset=str(source.dataset), revision=revision,
             ratio=round(source.size / size, 3))  # fmt: skip


async def _claimed_and_registered(
    work: Work, tx: Any, source: files.Source, made: list[files.Made], note: Mapping[str, Any]
) -> str:
    if not await store.tell(tx, work.attempt.job, work.attempt.number, "verifying", 1.0):
        raise Stopped
    return await files.register_made(
        tx,
        source,
        made,
        user=work.row["created_by_id"],
        software=SOFTWARE,
        version=work.row["software_version"],
        note=note,
    )


# how it ends otherwise


async def _discard(objects: ObjectStore, sent: list[Any]) -> None:
    for one in sent:
        await objects.discard(one["bucket"], one["key"])


async def _tidy(work: Work) -> None:
    """Remove what this attempt sent, unless it was registered after all; if the store is away, the next attempt does."""
    attempt = work.attempt
    if not attempt.sent:
        return
    async with work.database.write() as tx:
        # waits for the end of our own last transaction, should its answer have been lost
        row = await store.left_over(tx, attempt.job)
    if row is not None and row["attempts"] == attempt.number and row["state"] == State.DONE:
        return
    await _remove(work.database, work.objects, attempt.job, attempt.number, attempt.sent)


async def _tidy_ended(database: Database, objects: ObjectStore, job: UUID) -> None:
    """Remove what a dead worker sent for a job that was cancelled meanwhile."""
    async with database.write() as tx:
        row = await store.left_over(tx, job)
    if row is not None and row["state"] in RETRIED and row["objects"]:
        await _remove(database, objects, job, row["attempts"], row["objects"])


async def _remove(database: Database, objects: ObjectStore, job: UUID, number: int, sent: list[Any]) -> None:
    try:
        await _discard(objects, sent)
    except Unavailable:
        log.warning("left_over_in_store", job=str(job), objects=len(sent))
        return
    async with database.write() as tx:
        await store.forget(tx, job, number)


async def _fail(work: Work, reason: str) -> None:
    log.warning("compression_failed", job=str(work.attempt.job), reason=reason)
    async with work.database.write() as tx:
        await store.failed(tx, work.attempt.job, work.attempt.number, reason)


async def _try_again(work: Work, error: Exception) -> None:
    """Queue the job once more after a while, or give it up when it was tried often enough."""
    reason, counts = _reason(error)
    if counts and work.row["tries_left"] <= 0:
        await _fail(work, reason)
        return
    at = now() + wait_before(work.attempt.number)
    async with work.database.write() as tx:
        priority = await store.again(tx, work.attempt.job, work.attempt.number, reason, at, 0 if counts else 1)
        if priority is not None:
            await start(tx, work.attempt.job, priority, at)
    log.warning("compression_put_off", job=str(work.attempt.job), reason=reason)


def _reason(error: Exception) -> tuple[str, bool]:
    """Return why it did not go, for people, and whether that was a try."""
    if isinstance(error, NotNow):
        return str(error), error.counts
    if isinstance(error, ObjectMissing):
        return "The store does not have the file's object, although it was verified.", True
    if isinstance(error, BregmaError):
        return error.detail, not isinstance(error, Unavailable)
    if isinstance(error, OSError):
        return f"The worker's disk or network failed: {error.strerror or type(error).__name__}.", True
    log.error("compression_broke", exc_info=error)
    return f"{type(error).__name__}: this is a fault of the program; the worker's log tells more.", True


async def _give_back(work: Work) -> None:
    """Let another process do the job, for ours ends: at once, and not counted as a try."""
    await _tidy(work)
    async with work.database.write() as tx:
        priority = await store.again(tx, work.attempt.job, work.attempt.number, None, None, 1)
        if priority is not None:
            await start(tx, work.attempt.job, priority)
