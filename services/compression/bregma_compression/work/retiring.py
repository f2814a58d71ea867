"""Ask for the retirement of raw recordings, as rules say; the files room decides."""

from datetime import timedelta
from uuid import UUID

from bregma_files import api as files
from bregma_kit.clock import now
from bregma_kit.db import Database

from bregma_compression.rules import service as rules
from bregma_compression.work import service, store

SOME = 500


async def ask(database: Database) -> None:
    """Ask for each raw recording whose rule wants it gone by now; asked again every hour, which changes nothing."""
    at = now()
    async with database.read() as tx:
        active = await rules.active(tx)
        days = [one["retire_raw_after_days"] for one in active if one["retire_raw_after_days"] is not None]
        if not days:
            return
        soonest = min(days)
        done = {one["dataset_id"]: one for one in await store.latest_done(tx, at - timedelta(days=soonest))}
    ids = list(done)
    for start in range(0, len(ids), SOME):
        async with database.write() as tx:
            asks = []
            for dataset, source in (await files.find_verified(tx, ids[start : start + SOME])).items():
                # the first rule about a file has the word, also when it says that the raw file stays
                rule, job = service.first_about(active, source), done[dataset]
                if rule is None or rule["retire_raw_after_days"] is None or not service.as_wanted(rule, source, job):
                    continue
                if job["ended_at"] + timedelta(days=rule["retire_raw_after_days"]) > at:
                    continue
                asks.append(files.Ask(
                    dataset, job["source_sha256"], {UUID(key): value for key, value in job["stand_ins"].items()},
                    rule["minimum_copies"], f"compression rule {rule['name']}", rule["repository_id"],
                ))  # fmt: skip
            await files.defer_retirement(tx, asks)
