"""Cache tables, kept up to date by what changed (docs/design/0006-cache-tables.md)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import Database, WriteTx, new_id
from bregma_kit.errors import NotFound, Unavailable
from bregma_kit.http import Process
from bregma_kit.jobs import AlreadyQueued, defer
from bregma_kit.objects import ObjectStore, store_of
from bregma_kit.settings import Settings

from bregma_files.cache_tables import store
from bregma_files.cache_tables.domain import LOWEST, segments_of, split
from bregma_files.cache_tables.encoding import Builder, encode

log = structlog.get_logger("cache_tables")
TASK, QUEUE = "files.cache_tables", "cache"
AT_ONCE = 2_000
"""Changes, or sessions before the first build, that a request waits for; more is left to a worker."""
SOME_CHANGES = 20_000
PAGE = 16
"""Segments in memory at a time."""
MIN_API_VERSION = "2.10"
KEPT = timedelta(hours=2)
"""How long a zip stays after a newer one was made: somebody may be fetching it."""


class StillBuilding(Unavailable):
    """A worker has not made the tables yet; the stock client asks again by itself."""

    code = "cache_tables_building"
    retry_after = 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A zip in the object store, and what is said of it."""

    id: UUID
    info: dict[str, Any]
    size: int
    edition: int
    created_at: datetime

    @property
    def key(self) -> str:
        """Where it lies in the installation's bucket."""
        return f".cache/{self.id}.zip"


async def current(process: Process, principal: Principal, tag: str | None = None) -> Snapshot:
    """Return tables of what the caller may see, made anew if something changed since the last ones."""
    objects, scope = store_of(process.extras), scope_of(principal)
    async with process.database.read() as tx:
        tag_id = None if tag is None else await store.tag_id(tx, tag)
    if tag is not None and tag_id is None:
        raise NotFound("Tag")
    # one at a time in a process: of many who ask at once, the first builds and the others find it done
    async with process.extras.setdefault("cache_lock", asyncio.Lock()):
        found, stale = await _known(process.database, scope, tag_id)
        if found is not None and not stale:
            return found
        if not await _small_enough(process.database):
            await _leave_to_worker(process.database)
            if found is not None:
                return found
            raise StillBuilding("The cache tables are being built.", hint="ask again in a minute")
        await refresh(process.database)
        found, stale = await _known(process.database, scope, tag_id)
        if found is not None and found.edition == await _edition(process.database):
            return found
        return await _build(process.database, objects, process.settings, principal, tag, tag_id)


def scope_of(principal: Principal) -> str:
    """Name what a caller may see: callers who see the same labs share their tables."""
    if principal.visible_labs is None:
        return "all"
    seen = ",".join(sorted(str(one) for one in principal.visible_labs))
    return hashlib.sha256(seen.encode()).hexdigest()


async def _edition(database: Database) -> int:
    async with database.read() as tx:
        return await store.edition(tx)


async def _known(database: Database, scope: str, tag_id: UUID | None) -> tuple[Snapshot | None, bool]:
    """Return the newest snapshot and whether anything happened since."""
    async with database.read() as tx:
        row = await store.newest(tx, scope, tag_id)
        waiting, edition = await store.pending(tx, 1), await store.edition(tx)
    if row is None:
        return None, True
    return Snapshot(**dict(row)), bool(waiting or row["edition"] != edition)


async def _small_enough(database: Database) -> bool:
    async with database.read() as tx:
        if await store.edition(tx):
            return await store.pending(tx, AT_ONCE + 1) <= AT_ONCE
        return await store.count_sessions(tx, AT_ONCE + 1) <= AT_ONCE


async def _leave_to_worker(database: Database) -> None:
    try:
        async with database.write() as tx:
            await defer(tx, TASK, [{}], queue=QUEUE, queueing_lock=TASK)
    except AlreadyQueued:
        log.debug("cache_tables_queued_already")


# segments


async def refresh(database: Database) -> int:
    """Encode anew the segments of all sessions that changed; return how many segments that were."""
    done = 0
    while True:
        async with database.write() as tx:
            await store.lock(tx)
            changed = await store.take_changes(tx, SOME_CHANGES)
            firsts = await store.firsts(tx)
            if not firsts:
                return await _build_all(tx)
            number = await store.edition(tx) + 1
            for place in segments_of(changed, firsts):
                high = firsts[place + 1] if place + 1 < len(firsts) else None
                done += await _encode_between(tx, firsts[place], high, number)
        if len(changed) < SOME_CHANGES:
            return done


async def _build_all(tx: WriteTx) -> int:
    """Encode everything: the whole as one segment that has become too large. What waits in the log is in it."""
    while await store.take_changes(tx, SOME_CHANGES):
        pass
    return await _encode_between(tx, LOWEST, None, 1)


async def _encode_between(tx: WriteTx, low: UUID, high: UUID | None, number: int) -> int:
    begins = split(await store.session_ids(tx, low, high), low)
    for place, first in enumerate(begins):
        end = begins[place + 1] if place + 1 < len(begins) else high
        rows = await store.segment_rows(tx, first, end)
        await store.keep_segment(tx, first, number, await asyncio.to_thread(_encoded, rows))
    return len(begins)


def _encoded(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, bytes]:
    return {table: encode(table, some) for table, some in rows.items()}


# snapshots


async def _build(
    database: Database, objects: ObjectStore, settings: Settings, principal: Principal, tag: str | None,
    tag_id: UUID | None,
) -> Snapshot:  # fmt: skip
    created = now()
    about: dict[str, Any] = {
        "date_created": created.strftime("%Y-%m-%d %H:%M"), "origin": origin(settings),
        "min_api_version": MIN_API_VERSION, **({"database_tags": [tag]} if tag is not None else {}),
    }  # fmt: skip
    edition = await _edition(database)
    builder = Builder(about, principal.visible_labs)
    try:
        async for some in _pages(database, tag_id):
            await asyncio.to_thread(builder.add, some)
        info, file, size = await asyncio.to_thread(builder.finish)
        snapshot = Snapshot(new_id(), info, size, edition, created)
        with file:
            data = file.read()
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        await objects.put(settings.s3_bucket, snapshot.key, data, md5=md5)
    finally:
        builder.close()
    values = {"id": snapshot.id, "info": info, "size": size, "edition": edition, "created_at": created}
    async with database.write() as tx:
        await store.keep_snapshot(tx, {**values, "scope": scope_of(principal), "tag_id": tag_id})
    log.info("cache_tables_made", size=size, edition=edition, tag=tag)
    return snapshot


def origin(settings: Settings) -> str:
    """Name this installation: tables of another one must not be taken for its own."""
    return settings.cache_origin or urlsplit(settings.base_url).netloc or "bregma"


async def _pages(database: Database, tag_id: UUID | None) -> AsyncIterator[Sequence[Mapping[str, bytes]]]:
    """Yield segments; of a tag, whose datasets are few, one that is read and encoded for it."""
    if tag_id is not None:
        async with database.read() as tx:
            rows = await store.tagged_rows(tx, tag_id)
        yield [await asyncio.to_thread(_encoded, rows)]
        return
    start = LOWEST
    while True:
        async with database.read() as tx:
            page = await store.segments(tx, start, PAGE)
        if page:
            yield page
        if len(page) < PAGE:
            return
        start = UUID(int=page[-1]["first"].int + 1)


async def tidy(database: Database, objects: ObjectStore, settings: Settings) -> None:
    """Remove zips to which a newer one was made a while ago."""
    async with database.read() as tx:
        old = await store.outdated(tx, now() - KEPT)
    for one in old:
        await objects.delete(settings.s3_bucket, f".cache/{one}.zip")
    async with database.write() as tx:
        await store.forget_snapshots(tx, old)
