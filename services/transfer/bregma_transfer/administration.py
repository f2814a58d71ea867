"""What an operator sees of transfers on a terminal, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from bregma_kit.db import Database, ReadTx, WriteTx
from bregma_kit.errors import Invalid
from pydantic import ValidationError

from bregma_transfer.movements import service as movements
from bregma_transfer.plans import service as plans
from bregma_transfer.plans import store as plan_store
from bregma_transfer.plans.service import Plan
from bregma_transfer.sources import service as source_service
from bregma_transfer.sources.schemas import TransferSourceIn
from bregma_transfer.sources.service import Mistake

__all__ = [
    "Mistake",
    "Overview",
    "Plan",
    "UnknownLab",
    "add_source",
    "list_sources",
    "overview",
    "plan",
    "remove_source",
    "source_of",
]


@dataclass(frozen=True, slots=True)
class Overview:
    """How many movements are in which state, and those that a person wants to see first."""

    totals: Sequence[asyncpg.Record]
    shown: Sequence[asyncpg.Record]


async def overview(tx: ReadTx, limit: int) -> Overview:
    """Return what is not done: what moves, then what failed, then what waits."""
    return Overview(*await movements.overview(tx, limit))


def source_of(repository: str, carrier: str, address: str, credential: str | None) -> TransferSourceIn:
    """Return what an operator said of a source. Raises Mistake."""
    try:
        given = {"repository": repository, "carrier": carrier, "address": address, "credential": credential}
        return TransferSourceIn.model_validate(given)
    except ValidationError as error:
        raise Mistake("; ".join(str(one["msg"]) for one in error.errors())) from None


async def add_source(tx: WriteTx, body: TransferSourceIn) -> None:
    """Make a repository a source. Raises Mistake."""
    try:
        await source_service.add(tx, body, None)
    except Invalid as error:
        raise Mistake(" ".join(text for many in error.fields.values() for text in many)) from None


async def list_sources(tx: ReadTx) -> list[asyncpg.Record]:
    """Return the sources."""
    return list((await source_service.sources(tx)).values())


async def remove_source(tx: WriteTx, repository: str) -> None:
    """Let a repository be no source any more. Raises Mistake."""
    if not await source_service.forget(tx, repository):
        raise Mistake(f"{repository} is no source; `bregma source list` shows what there is.")


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
