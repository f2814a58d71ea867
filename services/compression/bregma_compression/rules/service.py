"""Who may say what is compressed, and which rule is about a file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import wire_time
from bregma_kit.db import Database, ReadTx, new_id
from bregma_kit.errors import Invalid, NotAllowed, NotFound

from bregma_compression.rules import store
from bregma_compression.rules.schemas import RuleChange, RuleIn

MANAGERS = frozenset({"manager"})
_NAME_TAKEN = {"name": ["A rule of this name exists already."]}


async def active(tx: ReadTx) -> list[asyncpg.Record]:
    """Return the rules that work, the first in rank first."""
    return await store.active(tx)


def shown(row: asyncpg.Record) -> dict[str, Any]:
    """Return a rule as the wire shows it."""
    hidden = {"lab_id", "repository_id"}
    return {
        **{name: value for name, value in row.items() if name not in hidden},
        "id": str(row["id"]), "created_at": wire_time(row["created_at"]),
    }  # fmt: skip


async def page(database: Database, principal: Principal, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
    """Return one page of rules and how many there are."""
    async with database.read() as tx:
        count, rows = await store.page(tx, principal.visible_labs, limit, offset)
    return count, [shown(row) for row in rows]


async def read(database: Database, principal: Principal, rule: UUID) -> dict[str, Any]:
    """Return one rule."""
    async with database.read() as tx:
        return shown(await _seen(tx, principal, rule))


async def create(database: Database, principal: Principal, body: RuleIn) -> dict[str, Any]:
    """Make a rule."""
    values = body.model_dump(exclude={"lab", "repository"})
    rule = new_id()
    try:
        async with database.write() as tx:
            lab = await _lab(tx, body.lab)
            _permit(principal, lab)
            repository = await _repository(tx, body.repository)
            await store.add(tx, {
                **values, "id": rule, "lab_id": lab, "repository_id": repository, "created_by_id": principal.user_id,
            })  # fmt: skip
            return shown(await _seen(tx, principal, rule))
    except asyncpg.UniqueViolationError:
        raise Invalid(_NAME_TAKEN) from None


async def change(database: Database, principal: Principal, rule: UUID, body: RuleChange) -> dict[str, Any]:
    """Change a rule; the jobs that it made stay as they are."""
    given = body.model_dump(exclude_unset=True)
    _refuse_nulls(given)
    try:
        async with database.write() as tx:
            row = await _seen(tx, principal, rule)
            _permit(principal, row["lab_id"])
            if "repository" in given:
                given["repository_id"] = await _repository(tx, given.pop("repository"))
            if given:
                await store.change(tx, rule, given)
            return shown(await _seen(tx, principal, rule))
    except asyncpg.UniqueViolationError:
        raise Invalid(_NAME_TAKEN) from None


async def remove(database: Database, principal: Principal, rule: UUID) -> None:
    """Delete a rule."""
    async with database.write() as tx:
        row = await _seen(tx, principal, rule)
        _permit(principal, row["lab_id"])
        await store.remove(tx, rule)


def _refuse_nulls(given: Mapping[str, Any]) -> None:
    """Only what may be unknown may become null again."""
    nullable = {"repository", "sample_rate", "n_channels", "crf", "preset", "retire_raw_after_days"}
    wrong = {name: ["This field may not be null."] for name, value in given.items() if value is None} if given else {}
    wrong = {name: text for name, text in wrong.items() if name not in nullable}
    if wrong:
        raise Invalid(wrong)


async def _seen(tx: ReadTx, principal: Principal, rule: UUID) -> asyncpg.Record:
    row = await store.one(tx, rule, principal.visible_labs)
    if row is None:
        raise NotFound("Rule")
    return row


def _permit(principal: Principal, lab: UUID | None) -> None:
    if principal.administers or (lab is not None and principal.may_write(lab, MANAGERS)):
        return
    raise NotAllowed(hint="rules of a lab are its managers' business, rules of all labs the administrators'")


async def _lab(tx: ReadTx, name: str | None) -> UUID | None:
    if name is None:
        return None
    found = await store.lab_id(tx, name)
    if found is None:
        raise Invalid({"lab": [f"Object with name={name} does not exist."]})
    return found


async def _repository(tx: ReadTx, name: str | None) -> UUID | None:
    if name is None:
        return None
    found = await store.repository_id(tx, name)
    if found is None:
        raise Invalid({"repository": [f"Object with name={name} does not exist."]})
    return found
