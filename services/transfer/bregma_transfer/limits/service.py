"""Who may say what a repository takes, and what it takes now."""

from datetime import time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from bregma_files import api as files
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import Database, ReadTx, new_id
from bregma_kit.errors import Invalid, NotAllowed, NotFound

from bregma_transfer.limits import store
from bregma_transfer.limits.domain import Limit, in_force
from bregma_transfer.limits.schemas import TransferLimitIn

_SENTENCES = {
    "limits_window_check": {"ends": ["A window needs a beginning and another end."]},
    "limits_says_something_check": {"max_files": ["Say max_files, bytes_per_second, or both."]},
}


async def current(tx: ReadTx) -> dict[UUID, Limit]:
    """Return what holds now, of each repository that has a limit."""
    rows = await store.everything(tx)
    if not rows:
        return {}
    many: dict[UUID, list[Limit]] = {}
    for row in rows:
        limit = Limit(row["max_files"], row["bytes_per_second"], row["begins"], row["ends"])
        many.setdefault(row["repository_id"], []).append(limit)
    zones = await files.find_timezones(tx, list(many))
    moment = now()
    return {key: in_force(many[key], moment.astimezone(ZoneInfo(zone)).time()) for key, zone in zones.items()}


def _clock(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


async def _shown(tx: ReadTx, rows: list[asyncpg.Record]) -> list[dict[str, Any]]:
    zones = await files.find_timezones(tx, [row["repository_id"] for row in rows])
    return [
        {
            "id": str(row["id"]), "repository": row["repository"], "timezone": zones[row["repository_id"]],
            "begins": row["begins"] and f"{row['begins']:%H:%M}", "ends": row["ends"] and f"{row['ends']:%H:%M}",
            "max_files": row["max_files"], "bytes_per_second": row["bytes_per_second"],
        }
        for row in rows if row["repository_id"] in zones
    ]  # fmt: skip


async def page(database: Database, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
    """Return one page of limits and how many there are."""
    async with database.read() as tx:
        count, rows = await store.page(tx, limit, offset)
        return count, await _shown(tx, rows)


async def create(database: Database, principal: Principal, body: TransferLimitIn) -> dict[str, Any]:
    """Make a limit."""
    _permit(principal)
    limit = new_id()
    try:
        async with database.write() as tx:
            repository = await store.repository_id(tx, body.repository)
            if repository is None:
                raise Invalid({"repository": [f"Object with name={body.repository} does not exist."]})
            await store.add(tx, {
                "id": limit, "repository_id": repository, "begins": _clock(body.begins), "ends": _clock(body.ends),
                "max_files": body.max_files, "bytes_per_second": body.bytes_per_second,
            })  # fmt: skip
            return (await _shown(tx, [row for row in await store.everything(tx) if row["id"] == limit]))[0]
    except asyncpg.UniqueViolationError:
        raise Invalid({"begins": ["The repository has a limit that begins then; delete that one first."]}) from None
    except asyncpg.CheckViolationError as error:
        raise Invalid(_SENTENCES[str(error.constraint_name)]) from None


async def remove(database: Database, principal: Principal, limit: UUID) -> None:
    """Delete a limit."""
    _permit(principal)
    async with database.write() as tx:
        if not await store.remove(tx, limit):
            raise NotFound("Limit")


def _permit(principal: Principal) -> None:
    if not principal.administers:
        raise NotAllowed(hint="what a repository takes is the administrators' business")
