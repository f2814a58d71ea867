"""Signed URLs for uploads: made when they are needed, and again at any later time."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from bregma_kit.auth import Principal
from bregma_kit.clock import now, wire_time
from bregma_kit.db import Database
from bregma_kit.errors import BregmaError, TooLarge
from bregma_kit.objects import ObjectStore
from bregma_kit.presign import Presigner, Signed
from bregma_kit.settings import Settings

from bregma_files.uploads import rows
from bregma_files.uploads.domain import Refused, State, is_hash, length_of_part
from bregma_files.uploads.rows import Upload
from bregma_files.uploads.schemas import MOST, PartIn, SignBody, SignOne


def problem(error: BregmaError) -> dict[str, Any]:
    """Return an error as one entry of a batch carries it."""
    code = error.reason if isinstance(error, Refused) else error.code
    return {"code": code, "detail": error.detail, "hint": error.hint or None}


def metadata(dataset: str, upload: str, md5: str, sha256: str | None) -> dict[str, str]:
    """Return what is written beside an object, so that a catalogue can be rebuilt from a bucket."""
    return {"dataset": dataset, "upload": upload, "md5": md5, **({"sha256": sha256} if sha256 else {})}


def signed_put(
    signer: Presigner, bucket: str, key: str, *, dataset: str, upload: str, size: int, md5: str, sha256: str | None
) -> dict[str, Any]:
    """Return the single PUT of an upload."""
    return _wire(signer.put(bucket, key, size=size, md5=md5, metadata=metadata(dataset, upload, md5, sha256)))


def _wire(signed: Signed) -> dict[str, Any]:
    return {"url": signed.url, "headers": dict(signed.headers), "expires_at": wire_time(signed.expires_at)}


def not_wanted(one: Upload) -> Refused | None:
    """Say why an upload takes no bytes any more, or None if it does."""
    if one.state is State.WANTED:
        return None
    if one.state in (State.RECEIVED, State.VERIFYING, State.VERIFIED):
        return Refused("already_received", "All bytes of this upload have arrived.", "there is nothing to send")
    return dead(one)


def dead(one: Upload) -> Refused:
    """Say how an upload ended that did not end well."""
    if one.state is State.QUARANTINED:
        return Refused("quarantined", one.reason or "", "mend the file and register it again")
    if one.state is State.EXPIRED:
        return Refused("upload_expired", "Nobody completed this upload in time.", "register the file again")
    return Refused("aborted", "This upload was aborted.", "register the file again if it is still wanted")


async def sign(
    database: Database, store: ObjectStore, signer: Presigner, settings: Settings, principal: Principal, body: SignBody
) -> dict[str, Any]:
    """Sign PUTs and parts; the store's id of a multipart upload is made when its first part is signed."""
    if sum(len(one.parts or [None]) for one in body.uploads) > MOST:
        raise TooLarge(f"One call signs at most {MOST} URLs.", hint="ask for fewer parts at a time")
    async with database.read() as tx:
        found = await rows.by_ids(tx, [one.upload for one in body.uploads], principal.visible_labs)
    checked = [(one, _checked(one, found.get(one.upload), principal)) for one in body.uploads]
    going = {up.id: up for _, up in checked if isinstance(up, Upload)}
    multipart = await _multipart_ids(database, store, [up for up in going.values() if up.part_size is not None])
    async with database.write() as tx:
        await rows.prolong(tx, list(going), now() + timedelta(days=settings.upload_days))
    return {"uploads": [_answer(one, up, signer, multipart) for one, up in checked]}


def _checked(one: SignOne, upload: Upload | None, principal: Principal) -> Upload | Refused:
    refusal = refused(upload, principal)
    if refusal is not None or upload is None:
        return refusal or unknown()
    return not_wanted(upload) or _wrong_request(one.parts, upload) or upload


def unknown() -> Refused:
    """There is no such upload, or none that the caller may see."""
    return Refused("not_found", "There is no such upload.", "register the file: POST /uploads")


def refused(upload: Upload | None, principal: Principal) -> Refused | None:
    """Say why the caller may not work on an upload, or None."""
    if upload is None:
        return unknown()
    if not principal.may_write(upload.lab_id):
        return Refused("not_allowed", "Uploading needs a role in the session's lab.", "ask one of its managers")
    return None


def _wrong_request(parts: Sequence[PartIn] | None, upload: Upload) -> Refused | None:
    if upload.part_size is None:
        if parts is None:
            return None
        return Refused("single_put", "This file goes by a single PUT.", "ask for it without parts")
    if parts is None:
        hint = f"ask for its parts, each {upload.part_size} bytes but the last"
        return Refused("needs_parts", "This file goes in parts.", hint)
    for one in parts:
        wanted = length_of_part(one.number, upload.size, upload.part_size)
        if wanted is None:
            return Refused("wrong_part", f"There is no part {one.number} of this file.")
        if one.size != wanted:
            return Refused("wrong_part", f"Part {one.number} must be {wanted} bytes long, not {one.size}.")
        if not is_hash(one.md5, 32):
            return Refused("bad_hash", f"The MD5 of part {one.number} is not 32 lower-case hexadecimal digits.")
    return None


async def _multipart_ids(database: Database, store: ObjectStore, uploads: Sequence[Upload]) -> Mapping[UUID, str]:
    """Return the store's ids, making those that are missing; of two makers at once the first one's counts."""
    ids = await _known_to_the_store(database, store, uploads)
    lacking = [one for one in uploads if one.id not in ids]
    if not lacking:
        return ids
    made = await asyncio.gather(*(
        store.create_multipart(
            one.bucket, one.object_key, metadata(str(one.dataset_id), str(one.id), one.md5, one.sha256)
        )
        for one in lacking
    ))  # fmt: skip
    async with database.write() as tx:
        kept = await rows.keep_multipart_ids(tx, [one.id for one in lacking], made)
    for one, mine in zip(lacking, made, strict=True):
        if kept.get(one.id) == mine:
            ids[one.id] = mine
            continue
        await store.abort_multipart(one.bucket, one.object_key, mine)
        if one.id in kept:
            ids[one.id] = kept[one.id]
    return ids


async def _known_to_the_store(database: Database, store: ObjectStore, uploads: Sequence[Upload]) -> dict[UUID, str]:
    """Return the ids that the store still knows; parts signed for a forgotten one would be refused for ever."""
    ids = {one.id: one.multipart_id for one in uploads if one.multipart_id is not None}
    asked = [one for one in uploads if one.id in ids]
    known = await asyncio.gather(*(store.knows_multipart(one.bucket, one.object_key, ids[one.id]) for one in asked))
    lost = {one.id: ids.pop(one.id) for one, there in zip(asked, known, strict=True) if not there}
    if lost:
        async with database.write() as tx:
            await rows.forget_multipart_ids(tx, lost)
    return ids


def _answer(one: SignOne, upload: Upload | Refused, signer: Presigner, multipart: Mapping[UUID, str]) -> dict[str, Any]:
    answer: dict[str, Any] = {"upload": str(one.upload), "put": None, "parts": [], "error": None}
    if isinstance(upload, Refused):
        return {**answer, "error": problem(upload)}
    if upload.part_size is None:
        ids = {"dataset": str(upload.dataset_id), "upload": str(upload.id)}
        put = signed_put(
            signer, upload.bucket, upload.object_key, **ids, size=upload.size, md5=upload.md5, sha256=upload.sha256
        )
        return {**answer, "put": put}
    store_id = multipart.get(upload.id)
    if store_id is None:  # completed or given up while we asked
        return {**answer, "error": problem(Refused("changed", "The upload changed meanwhile.", "ask again"))}
    parts = [
        {"number": part.number, **_wire(signer.part(
            upload.bucket, upload.object_key, store_id, part.number, size=part.size, md5=part.md5))}
        for part in one.parts or []
    ]  # fmt: skip
    return {**answer, "parts": parts}
