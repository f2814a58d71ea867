"""Who may say which copies are wanted."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import wire_time
from bregma_kit.db import Database, ReadTx, WriteTx, new_id
from bregma_kit.errors import Invalid, NotAllowed, NotFound

from bregma_transfer.rules import store
from bregma_transfer.rules.schemas import TransferRuleChange, TransferRuleIn

MANAGERS = frozenset({"manager"})
_KINDS = {"lab": "lab", "project": "project", "source": "source", "target": "repository"}
_NULLABLE = {"project", "source", "minimum_copies"}


async def active(tx: ReadTx) -> list[asyncpg.Record]:
    """Return the rules that work, the first in rank first."""
    return await store.active(tx)


def shown(row: asyncpg.Record) -> dict[str, Any]:
    """Return a rule as the wire shows it."""
    hidden = {f"{name}_id" for name in _KINDS}
    values = {name: value for name, value in row.items() if name not in hidden}
    return {**values, "id": str(row["id"]), "created_at": wire_time(row["created_at"])}


async def page(database: Database, principal: Principal, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
    """Return one page of rules and how many there are."""
    async with database.read() as tx:
        count, rows = await store.page(tx, principal.visible_labs, limit, offset)
    return count, [shown(row) for row in rows]


async def read(database: Database, principal: Principal, rule: UUID) -> dict[str, Any]:
    """Return one rule."""
    async with database.read() as tx:
        return shown(await _seen(tx, principal, rule))


async def create(database: Database, principal: Principal, body: TransferRuleIn) -> dict[str, Any]:
    """Make a rule."""
    rule = new_id()
    async with _writing(database) as tx:
        values = await _resolved(tx, body.model_dump())
        _permit(principal, values["lab_id"])
        await store.add(tx, {**values, "id": rule, "created_by_id": principal.user_id})
        return shown(await _seen(tx, principal, rule))


async def change(database: Database, principal: Principal, rule: UUID, body: TransferRuleChange) -> dict[str, Any]:
    """Change a rule; the movements that it made stay as they are."""
    given = body.model_dump(exclude_unset=True)
    wrong = [name for name, value in given.items() if value is None and name not in _NULLABLE]
    if wrong:
        raise Invalid({name: ["This field may not be null."] for name in wrong})
    async with _writing(database) as tx:
        row = await _seen(tx, principal, rule)
        _permit(principal, row["lab_id"])
        if given:
            await store.change(tx, rule, await _resolved(tx, given))
        return shown(await _seen(tx, principal, rule))


async def remove(database: Database, principal: Principal, rule: UUID) -> None:
    """Delete a rule."""
    async with database.write() as tx:
        row = await _seen(tx, principal, rule)
        _permit(principal, row["lab_id"])
        await store.remove(tx, rule)


@asynccontextmanager
async def _writing(database: Database) -> AsyncIterator[WriteTx]:
    try:
        async with database.write() as tx:
            yield tx
    except asyncpg.UniqueViolationError:
        raise Invalid({"name": ["A rule of this name exists already."]}) from None
    except asyncpg.CheckViolationError:
        raise Invalid({"target": ["A copy cannot go to where it comes from."]}) from None


async def _resolved(tx: ReadTx, given: Mapping[str, Any]) -> dict[str, Any]:
    """Replace names by ids."""
    values = dict(given)
    for field, kind in _KINDS.items():
        if field in values:
            values[f"{field}_id"] = await _named(tx, field, kind, values.pop(field))
    return values


async def _named(tx: ReadTx, field: str, kind: str, name: str | None) -> UUID | None:
    if name is None:
        return None
    found = await store.named(tx, kind, name)
    if found is None:
        what = {"repository": "Managed repository", "source": "Managed repository or source"}.get(kind, "Object")
        raise Invalid({field: [f"{what} with name={name} does not exist."]})
    return found


async def _seen(tx: ReadTx, principal: Principal, rule: UUID) -> asyncpg.Record:
    row = await store.one(tx, rule, principal.visible_labs)
    if row is None:
        raise NotFound("Rule")
    return row


def _permit(principal: Principal, lab: UUID | None) -> None:
    if principal.administers or (lab is not None and principal.may_write(lab, MANAGERS)):
        return
    raise NotAllowed(hint="rules of a lab are its managers' business, rules of all labs the administrators'")
