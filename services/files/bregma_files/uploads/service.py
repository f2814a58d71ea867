"""Where uploads are: what arrived, what is completed, what is given up, what nobody came back for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import structlog
from bregma_kit.auth import Principal
from bregma_kit.clock import wire_time
from bregma_kit.db import Database, ReadTx
from bregma_kit.errors import NotFound
from bregma_kit.objects import BucketMissing, ObjectStore

from bregma_files.uploads import rows
from bregma_files.uploads.domain import Event, Refused, State, missing_parts, part_count, print_numbers
from bregma_files.uploads.rows import Upload
from bregma_files.uploads.signing import dead, problem, refused
from bregma_files.verification.service import start

log = structlog.get_logger("uploads")
AT_ONCE = 16
_T = TypeVar("_T")


async def at_once(work: Callable[[Upload], Awaitable[_T]], uploads: Sequence[Upload]) -> list[_T]:
    """Ask the store about many uploads, a few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(upload: Upload) -> _T:
        async with gate:
            return await work(upload)

    return list(await asyncio.gather(*(one(upload) for upload in uploads)))


async def complete(database: Database, store: ObjectStore, principal: Principal, ids: Sequence[UUID]) -> dict[str, Any]:
    """Look at what arrived, and commit ``received`` together with the job that verifies it."""
    async with database.read() as tx:
        found = await rows.by_ids(tx, ids, principal.visible_labs)
    answers: dict[UUID, Refused | None] = {one: refused(found.get(one), principal) for one in ids}
    wanted = [one for one in found.values() if answers[one.id] is None and one.state is State.WANTED]

    for one, error in zip(wanted, await _look(store, wanted), strict=True):
        answers[one.id] = error
    arrived = [one.id for one in wanted if answers[one.id] is None]
    async with database.write() as tx:
        if arrived:
            await start(tx, sorted(await rows.move(tx, arrived, Event.ARRIVED)))
        # others may have completed, aborted or verified the same uploads meanwhile
        found = await rows.by_ids(tx, ids, principal.visible_labs)
    return {"uploads": [_completed(one, found.get(one), answers[one]) for one in ids]}


def _completed(upload_id: UUID, upload: Upload | None, error: Refused | None) -> dict[str, Any]:
    if error is None and upload is not None and upload.state in (State.QUARANTINED, State.ABORTED, State.EXPIRED):
        error = dead(upload)
    if upload is not None and upload.state in (State.RECEIVED, State.VERIFYING, State.VERIFIED) and error is not None:
        # somebody else completed it while we looked
        error = error if error.reason == "not_allowed" else None
    state = None if upload is None or (error is not None and error.reason == "not_allowed") else upload.state.value
    return {"upload": str(upload_id), "state": state, "error": None if error is None else problem(error)}


async def _look(store: ObjectStore, uploads: Sequence[Upload]) -> list[Refused | None]:
    """Join what is still in parts, then see whether the objects are there and of their sizes."""

    async def join(upload: Upload) -> list[int]:
        return await _join(store, upload)

    answers: dict[UUID, Refused | None] = {}
    for bucket in {one.bucket for one in uploads}:
        here = [one for one in uploads if one.bucket == bucket]
        try:
            lacking = await at_once(join, here)
            sizes = await store.sizes(bucket, [one.object_key for one in here])
        except BucketMissing as error:
            # nothing can have arrived there; said for each file, so that a session can go on to another repository
            answers |= {one.id: Refused("not_uploaded", error.detail, error.hint) for one in here}
            continue
        for one, numbers in zip(here, lacking, strict=True):
            answers[one.id] = _missing(one, sizes[one.object_key], numbers)
    return [answers[one.id] for one in uploads]


async def _join(store: ObjectStore, upload: Upload) -> list[int]:
    """Join a multipart upload if that is still to be done; return the numbers of the parts that the store lacks."""
    if upload.part_size is None or upload.multipart_id is None:
        return []
    parts = await store.list_parts(upload.bucket, upload.object_key, upload.multipart_id)
    if parts is None:
        # a lost multipart id means that an earlier call joined it and its answer got lost, or that it is to be sent again
        return []
    lacking = missing_parts(parts, upload.size, upload.part_size)
    if not lacking:
        wanted = parts[: part_count(upload.size, upload.part_size)]
        await store.complete_multipart(upload.bucket, upload.object_key, upload.multipart_id, wanted)
    return lacking


def _missing(upload: Upload, size: int | None, lacking: Sequence[int]) -> Refused | None:
    if size == upload.size:
        return None
    if size is not None:
        detail = f"{upload.path} has {size} bytes in the store, but was announced with {upload.size}."
        return Refused("wrong_size", detail, "send it again; if the file has changed, register it again")
    if lacking:
        detail = f"The store lacks the parts {print_numbers(lacking)} of {upload.path}."
        return Refused("missing_parts", detail, "sign and send these parts, then complete again")
    return Refused("not_uploaded", f"The store does not have {upload.path}.", "send it, then complete again")


async def abort(database: Database, store: ObjectStore, principal: Principal, ids: Sequence[UUID]) -> dict[str, Any]:
    """Give uploads up; what has been received stays as it is."""
    async with database.read() as tx:
        found = await rows.by_ids(tx, ids, principal.visible_labs)
    errors = {one: refused(found.get(one), principal) for one in ids}
    mine = [one for one in found.values() if errors[one.id] is None and one.state in (State.WANTED, State.ABORTED)]
    async with database.write() as tx:
        await rows.move(tx, [one.id for one in mine], Event.GIVEN_UP)
        found = await rows.by_ids(tx, ids, principal.visible_labs)
    # the state first: bytes that somebody else completes at this moment must not be removed. Should we die before they
    # are, the same call again removes them, and so does the sweep
    await at_once(lambda one: discard(store, one), [one for one in mine if _is_aborted(found.get(one.id))])
    answers = []
    for one in ids:
        error, upload = errors[one], found.get(one)
        state = None if error is not None or upload is None else upload.state.value
        answers.append({"upload": str(one), "state": state, "error": None if error is None else problem(error)})
    return {"uploads": answers}


def _is_aborted(upload: Upload | None) -> bool:
    return upload is not None and upload.state is State.ABORTED


async def discard(store: ObjectStore, upload: Upload) -> None:
    """Remove what the store has of an upload that was never received; without its bucket that is nothing."""
    try:
        if upload.multipart_id is not None:
            await store.abort_multipart(upload.bucket, upload.object_key, upload.multipart_id)
        await store.delete(upload.bucket, upload.object_key)
    except BucketMissing:
        log.warning("bucket_missing", bucket=upload.bucket)


async def read(database: Database, store: ObjectStore, principal: Principal, upload_id: UUID) -> dict[str, Any]:
    """Return an upload, with the parts that the store itself lists: the checkpoint to resume from."""
    async with database.read() as tx:
        found = await rows.by_ids(tx, [upload_id], principal.visible_labs)
    upload = found.get(upload_id)
    if upload is None:
        raise NotFound("Upload")
    parts: list[dict[str, Any]] | None = None
    if upload.part_size is not None and upload.state is State.WANTED:
        listed = None
        if upload.multipart_id is not None:
            listed = await store.list_parts(upload.bucket, upload.object_key, upload.multipart_id)
        # an ETag is not a hash, whatever it looks like
        parts = [{"number": p.number, "size": p.size, "etag": p.etag.strip('"'), "md5": None} for p in listed or []]
    return {**shown(upload), "parts": parts}


def shown(upload: Upload) -> dict[str, Any]:
    """Return an upload as the wire shows it."""
    return {
        "upload": str(upload.id), "dataset": str(upload.dataset_id), "path": upload.path,
        "session": str(upload.session_id), "state": upload.state.value, "size": upload.size, "md5": upload.md5,
        "sha256": upload.sha256,
        "part_size": upload.part_size, "part_count": part_count(upload.size, upload.part_size), "reason": upload.reason,
        "expires_at": wire_time(upload.expires_at),
    }  # fmt: skip


async def page(
    tx: ReadTx, principal: Principal, session: UUID | None, state: State | None, limit: int, offset: int
) -> tuple[int, list[dict[str, Any]]]:
    """Return one page of uploads and how many there are."""
    count, uploads = await rows.page(tx, principal.visible_labs, session, state, limit, offset)
    return count, [shown(one) for one in uploads]
