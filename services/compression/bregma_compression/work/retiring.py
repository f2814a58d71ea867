"""Ask for the retirement of raw recordings, as rules say; the files room decides."""

from datetime import timedelta

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
        active = [one for one in await rules.active(tx) if one["retire_raw_after_days"] is not None]
        if not active:
            return
        soonest = min(one["retire_raw_after_days"] for one in active)
        done = {one["dataset_id"]: one for one in await store.latest_done(tx, at - timedelta(days=soonest))}
    ids = list(done)
    for start in range(0, len(ids), SOME):
        async with database.write() as tx:
            asks = []
            for dataset, source in (await files.find_verified(tx, ids[start : start + SOME])).items():
                rule = service.first_about(active, source)
                if rule is None or done[dataset]["ended_at"] + timedelta(days=rule["retire_raw_after_days"]) > at:
                    continue
                asks.append(files.Ask(
                    dataset, done[dataset]["source_sha256"], done[dataset]["stand_ins"] or [], rule["minimum_copies"],
                    f"compression rule {rule['name']}",
                ))  # fmt: skip
            await files.defer_retirement(tx, asks)
