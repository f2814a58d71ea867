"""Who may say where files outside of the house come from."""

from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import wire_time
from bregma_kit.db import Database, ReadTx, WriteTx, new_id
from bregma_kit.errors import Invalid, NotAllowed, NotFound

from bregma_transfer.sources import store
from bregma_transfer.sources.domain import Carrier, wrong_address
from bregma_transfer.sources.schemas import TransferSourceIn


class Mistake(ValueError):
    """Something the operator can mend; the message says how."""


async def sources(tx: ReadTx) -> dict[UUID, asyncpg.Record]:
    """Return the sources by their repositories."""
    return {row["repository_id"]: row for row in await store.everything(tx)}


async def named(tx: ReadTx, repository: str) -> asyncpg.Record | None:
    """Return the source that a repository is, if it is one."""
    return await store.named(tx, repository)


async def labs_of(tx: ReadTx, repository: UUID) -> set[UUID]:
    """Return the labs that a repository was given to."""
    return await store.labs_of(tx, [repository])


def shown(row: asyncpg.Record) -> dict[str, Any]:
    """Return a source as the wire shows it."""
    names = ("repository", "carrier", "address", "credential", "created_by")
    return {**{name: row[name] for name in names}, "id": str(row["id"]), "created_at": wire_time(row["created_at"])}


async def page(database: Database, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
    """Return one page of sources and how many there are."""
    async with database.read() as tx:
        count, rows = await store.page(tx, limit, offset)
    return count, [shown(row) for row in rows]


async def read(database: Database, source: UUID) -> dict[str, Any]:
    """Return one source."""
    async with database.read() as tx:
        return shown(await _one(tx, source))


async def create(database: Database, principal: Principal, body: TransferSourceIn) -> dict[str, Any]:
    """Make a repository a source."""
    async with database.write() as tx:
        repository = await _repository(tx, body.repository)
        # workers go where this says, with the installation's passwords: a lab's manager may only let an agent come
        if Carrier(body.carrier) is not Carrier.AGENT or body.credential is not None:
            _administrators(principal)
        await _permit(tx, principal, repository)
        try:
            source = await add(tx, body, principal.user_id)
        except Mistake as error:
            raise Invalid({"repository": [str(error)]}) from None
        return shown(await _one(tx, source))


async def add(tx: WriteTx, body: TransferSourceIn, user: UUID | None) -> UUID:
    """Make a repository a source in the caller's transaction. Raises Mistake, or Invalid for the address."""
    problem = wrong_address(Carrier(body.carrier), body.address)
    if problem is not None:
        raise Invalid({"address": [problem]})
    source, repository = new_id(), await _repository(tx, body.repository)
    try:
        async with tx.attempt():
            await store.add(tx, {
                "id": source, "repository_id": repository, "carrier": body.carrier, "address": body.address,
                "credential": body.credential, "created_by_id": user,
            })  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise Mistake(f"{body.repository} is a source already; remove it first to change it.") from None
    return source


async def remove(database: Database, principal: Principal, source: UUID) -> None:
    """Let a repository be no source any more; the copies that were made stay."""
    async with database.write() as tx:
        row = await _one(tx, source)
        await _permit(tx, principal, row["repository_id"])
        if row["carrier"] != Carrier.AGENT:
            _administrators(principal)
        await store.remove(tx, source)


async def forget(tx: WriteTx, repository: str) -> bool:
    """Let a repository be no source any more, in the caller's transaction; False if it was none."""
    row = await store.named(tx, repository)
    return row is not None and await store.remove(tx, row["id"])


async def _repository(tx: ReadTx, name: str) -> UUID:
    row = await store.repository(tx, name)
    if row is None:
        raise Invalid({"repository": [f"Object with name={name} does not exist."]})
    if row["managed"]:
        raise Invalid({"repository": [f"{name} is managed by Bregma: its copies are ours already."]})
    found: UUID = row["id"]
    return found


async def _one(tx: ReadTx, source: UUID) -> asyncpg.Record:
    row = await store.one(tx, source)
    if row is None:
        raise NotFound("Source")
    return row


def _administrators(principal: Principal) -> None:
    if not principal.administers:
        raise NotAllowed(hint="where workers fetch files from is the administrators' business")


async def _permit(tx: ReadTx, principal: Principal, repository: UUID) -> None:
    labs = await store.labs_of(tx, [repository])
    managers = frozenset({"manager"})
    if principal.administers or (labs and all(principal.may_write(lab, managers) for lab in labs)):
        return
    raise NotAllowed(hint="this needs a manager of each lab that has the repository, or an administrator")
