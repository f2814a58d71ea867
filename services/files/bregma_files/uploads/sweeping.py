"""Tidy up after uploads that nobody came back for, and see that none that arrived is forgotten."""

from datetime import timedelta
from uuid import UUID

import structlog
from bregma_kit.clock import now
from bregma_kit.db import Database
from bregma_kit.objects import BucketMissing, ObjectStore
from bregma_kit.settings import Settings

from bregma_files.uploads import rows
from bregma_files.uploads.domain import Event
from bregma_files.uploads.service import at_once, discard
from bregma_files.verification.service import start

log = structlog.get_logger("uploads")
STUCK_AFTER = timedelta(hours=6)
"""Far longer than any file takes to be read; its job must have been given up."""

SWEPT_EVERY = timedelta(hours=1)
STRAY_AFTER = timedelta(days=1)
SOME = 500


async def sweep(database: Database, store: ObjectStore, settings: Settings) -> None:
    """Expire, restart and remove what is overdue; run every hour, and may be run at any time."""
    await _expire(database)
    await _remove_ended(database, store, settings)
    await _restart_stuck(database)
    await _abort_strays(database, store)


async def _expire(database: Database) -> None:
    """Only the state: bytes that somebody completes at this moment must not be removed."""
    while True:
        async with database.write() as tx:
            overdue = await rows.overdue(tx, now(), SOME)
            moved = await rows.move(tx, [one.id for one in overdue], Event.OVERDUE)
        if not overdue:
            return
        log.info("uploads_expired", count=len(moved))


async def _remove_ended(database: Database, store: ObjectStore, settings: Settings) -> None:
    """Remove what the store has of uploads that ended without their bytes.

    Those of the last hours again and again: an address that was signed before the end takes bytes until it expires.
    """
    since = now() - timedelta(seconds=settings.signed_url_seconds) - SWEPT_EVERY * 2
    last = UUID(int=0)
    while True:
        async with database.read() as tx:
            ended = await rows.ended(tx, since, last, SOME)
        if not ended:
            return
        await at_once(lambda one: discard(store, one), ended)
        last = ended[-1].id


async def _restart_stuck(database: Database) -> None:
    async with database.write() as tx:
        stuck = await rows.touch_stuck(tx, now() - STUCK_AFTER)
        await start(tx, stuck)
    if stuck:
        log.warning("uploads_restarted", count=len(stuck))


async def _abort_strays(database: Database, store: ObjectStore) -> None:
    """Abort multipart uploads at our keys that no upload knows, as a crash between two steps may leave behind."""
    async with database.read() as tx:
        buckets = await rows.managed_buckets(tx)
    for bucket in buckets:
        try:
            listed = await store.list_multiparts(bucket)
        except BucketMissing:
            log.warning("bucket_missing", bucket=bucket)  # the other buckets are tidied all the same
            continue
        old = [one for one in listed if one.initiated < now() - STRAY_AFTER]
        async with database.read() as tx:
            known = await rows.multipart_ids(tx, [one.key for one in old])
        for one in old:
            if one.key in known and known[one.key] != one.upload_id:
                await store.abort_multipart(bucket, one.key, one.upload_id)
                log.info("stray_multipart_aborted", bucket=bucket, key=one.key)
