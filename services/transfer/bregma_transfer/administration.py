"""What an operator sees of transfers on a terminal, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from bregma_kit.db import Database, ReadTx

from bregma_transfer.movements import service as movements
from bregma_transfer.plans import service as plans
from bregma_transfer.plans import store as plan_store
from bregma_transfer.plans.service import Plan

__all__ = ["Overview", "Plan", "UnknownLab", "overview", "plan"]


@dataclass(frozen=True, slots=True)
class Overview:
    """How many movements are in which state, and those that a person wants to see first."""

    totals: Sequence[asyncpg.Record]
    shown: Sequence[asyncpg.Record]


async def overview(tx: ReadTx, limit: int) -> Overview:
    """Return what is not done: what moves, then what failed, then what waits."""
    return Overview(*await movements.overview(tx, limit))


class UnknownLab(ValueError):
    """There is no such lab."""


async def plan(database: Database, lab: str | None, *, dry_run: bool) -> tuple[Plan, dict[UUID, str]]:
    """Plan for a lab or for all; return what was found missing, and the names of the rules."""
    async with database.read() as tx:
        labs = {row["name"]: row["id"] for row in await plan_store.all_labs(tx)}
    if lab is not None and lab not in labs:
        raise UnknownLab(f"There is no lab '{lab}'; there are {', '.join(sorted(labs)) or 'none'}.")
    found, rules = await plans.plan_labs(
        database, [labs[lab]] if lab is not None else list(labs.values()), dry_run=dry_run
    )
    return found, {row["id"]: row["name"] for row in rules}
