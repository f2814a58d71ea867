"""What is missing where, and a new look at it."""

from typing import Any

from bregma_kit.auth import WRITERS, Principal
from bregma_kit.db import ReadTx, WriteTx

from bregma_files.sync_status import store
from bregma_files.verification import service as verification

MOST = 1000
"""Places that one call has looked at."""


async def status(tx: ReadTx, principal: Principal) -> dict[str, Any]:
    """Count wanted and present copies of each repository, and of all."""
    rows = [dict(row) for row in await store.counts(tx, principal.visible_labs)]
    for row in rows:
        row["missing"] = row["wanted"] - row["present"]
    totals = {name: sum(row[name] for row in rows) for name in ("wanted", "present", "missing")}
    return {**totals, "repositories": rows}


async def look_for_missing(tx: WriteTx, principal: Principal) -> int:
    """Queue the verification of missing copies in the caller's labs; return how many."""
    mine = [lab_id for lab_id in principal.lab_roles if principal.may_write(lab_id, WRITERS)]
    missing = await store.missing(tx, None if principal.administers else mine, MOST)
    await verification.start_for_records(tx, missing, once=f"missing of {principal.user_id}")
    return len(missing)
