"""Create, update and delete a record of a declared resource, in the caller's transaction."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import delete, insert, select, update

from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import WriteTx, new_id
from bregma_kit.errors import BregmaError, Conflict, Invalid, Taken
from bregma_kit.fields import Unknown
from bregma_kit.incoming import input_model, messages_of, validate
from bregma_kit.resource import Change, Resource, is_scoped
from bregma_kit.scope import scope_values

__all__ = ["change", "create", "explain", "input_model", "messages_of", "remove", "validate"]


async def _resolve(
    resource: Resource, tx: WriteTx, given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[UUID]]]:
    values: dict[str, Any] = {}
    links: dict[str, list[UUID]] = {}
    errors: dict[str, list[str]] = {}
    hint = ""
    for name, value in given.items():
        one = resource.by_name[name]
        try:
            resolved = await one.resolve(tx, value)
        except Unknown as error:
            errors[name] = [str(error)]
            hint = "check the spelling; what is new is made first, by somebody who may"
            continue
        except ValueError as error:
            errors[name] = [str(error)]
            continue
        if one.links:
            links[name] = resolved
        elif one.target:
            values[one.target] = resolved
    if errors:
        raise Invalid(errors, hint=hint)
    return values, links


async def create(
    resource: Resource, tx: WriteTx, principal: Principal, body: Any, carried: Mapping[str, Any] | None = None
) -> UUID:
    """Create a record and return its id; the caller's transaction decides whether it stays.

    ``carried`` are columns that no caller may send and that a record brings along from elsewhere, such as its id.
    """
    given = validate(resource, body, "create")
    values, links = await _resolve(resource, tx, given)
    change = Change(tx, principal, values, links, given, carried=carried or {})
    if resource.before is not None:
        await resource.before(change)
    change.values |= carried or {}
    resource.write.check(principal, change.values)
    back = await _brought_back(resource, tx, change.values)
    row_id: UUID = back or change.values.setdefault("id", new_id())
    try:
        if back is None:
            await tx.execute(insert(resource.table).values(**change.values))
        await _write_links(resource, change, row_id)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise explain(resource, error, change.values) from error
    if resource.after is not None:
        await resource.after(change, row_id)
    return row_id


async def _brought_back(resource: Resource, tx: WriteTx, values: Mapping[str, Any]) -> UUID | None:
    """Show a retired record of this name again, with what was given now; None if there is none."""
    if resource.retired is None:
        return None
    again = {name: value for name, value in values.items() if name != "id"} | {resource.retired.key: None}
    found: UUID | None = await tx.value(
        update(resource.table).where(resource.lookup == values[resource.lookup.key], resource.retired.is_not(None))
        .values(**again).returning(resource.table.id)
    )  # fmt: skip
    return found


async def change(resource: Resource, tx: WriteTx, principal: Principal, wanted: Any, body: Any, *, kind: str) -> UUID:
    """Change a record (``put`` or ``patch``) and return its id; fields that are not given stay as they are."""
    current = await _locked(resource, tx, principal, wanted)
    given = validate(resource, body, kind)
    values, links = await _resolve(resource, tx, given)
    under_way = Change(tx, principal, values, links, given, current)
    if resource.before is not None:
        await resource.before(under_way)
    resource.write.check(principal, under_way.values, current)
    row_id: UUID = current["id"]
    try:
        if under_way.values:
            await tx.execute(update(resource.table).where(resource.table.id == row_id).values(**under_way.values))
        await _write_links(resource, under_way, row_id)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise explain(resource, error, under_way.values) from error
    if resource.after is not None:
        await resource.after(under_way, row_id)
    return row_id


async def remove(resource: Resource, tx: WriteTx, principal: Principal, wanted: Any) -> None:
    """Delete a record."""
    current = await _locked(resource, tx, principal, wanted)
    resource.write.check(principal, {}, current)
    under_way = Change(tx, principal, {}, {}, {}, current)
    if resource.before_delete is not None:
        await resource.before_delete(under_way, current["id"])
    try:
        async with tx.attempt():
            await tx.execute(delete(resource.table).where(resource.table.id == current["id"]))
    except asyncpg.ForeignKeyViolationError as error:
        if resource.retired is not None:
            retire = update(resource.table).where(resource.table.id == current["id"])
            await tx.execute(retire.values(**{resource.retired.key: now()}))
            return
        raise Conflict(
            f"This {resource.noun} is still used elsewhere ({error.table_name}) and cannot be deleted.",
            hint="delete or move what refers to it first",
        ) from error
    if resource.after_delete is not None:
        await resource.after_delete(under_way, current["id"])


async def _locked(resource: Resource, tx: WriteTx, principal: Principal, wanted: Any) -> Mapping[str, Any]:
    """Return the row that is meant, which nobody else changes or deletes until this transaction ends."""
    statement = select(*resource.table.__table__.columns, resource.preference)
    statement = statement.where(resource.lookup_column(wanted) == wanted)
    if resource.shown is not None:
        statement = statement.where(resource.shown)
    if is_scoped(principal) and resource.visible is not None:
        statement = statement.where(resource.visible)
    # no key update: whoever adds rows that point here, such as a session's first files, need not wait
    rows = await tx.rows(statement.with_for_update(key_share=True), scope_values(principal))
    return dict(resource.only(rows, wanted).items())


async def _write_links(resource: Resource, under_way: Change, row_id: UUID) -> None:
    """Replace the rows of each many-to-many relation that was given."""
    for name, others in under_way.links.items():
        one: Any = resource.by_name[name]
        if not under_way.creating:
            await under_way.tx.execute(delete(one.link).where(one.own == row_id))
        if others:
            rows = [{one.own.key: row_id, one.other.key: other} for other in others]
            await under_way.tx.execute(insert(one.link).values(rows))


def explain(
    resource: Resource, error: asyncpg.IntegrityConstraintViolationError, values: Mapping[str, Any]
) -> BregmaError:
    """Say which rule of the database a change breaks, in the caller's words."""
    rule = error.constraint_name or type(error).__name__
    if isinstance(error, asyncpg.NotNullViolationError):
        columns, text = [error.column_name], "This field may not be null."
    else:
        # DETAIL: Key (lab_id, nickname)=(..., ...) already exists.
        named = re.search(r"\(([^)]*)\)=", error.detail or "")
        columns = [part.strip() for part in named.group(1).split(",")] if named else []
        text = f"This breaks the rule {rule}."
    where = next((one.name for one in resource.fields if one.target in columns), "non_field_errors")
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        text = "Object does not exist."
    if isinstance(error, asyncpg.UniqueViolationError):
        text = f"{resource.noun.lower()} with this {where.replace('_', ' ')} already exists."
    where, text = resource.constraints.get(rule, (where, text))
    if isinstance(error, asyncpg.UniqueViolationError):
        return Taken({where: [text]}, rule, values)
    return Invalid({where: [text]})
