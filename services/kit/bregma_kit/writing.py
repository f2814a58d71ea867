"""Create, update and delete a record of a declared resource, in the caller's transaction."""

import re
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from sqlalchemy import delete, insert, select, update

from bregma_kit.auth import Principal
from bregma_kit.db import WriteTx, new_id
from bregma_kit.errors import BregmaError, Conflict, Invalid, NotFound
from bregma_kit.fields import Field, Unknown
from bregma_kit.resource import Change, Resource, is_scoped
from bregma_kit.scope import scope_values

_MESSAGES = {
    "missing": "This field is required.",
    "string_type": "Not a valid string.",
    "bool_type": "Must be a valid boolean.",
    "bool_parsing": "Must be a valid boolean.",
    "float_type": "A valid number is required.",
    "float_parsing": "A valid number is required.",
    "int_type": "A valid integer is required.",
    "int_parsing": "A valid integer is required.",
    "int_from_float": "A valid integer is required.",
    "datetime_parsing": "Datetime has wrong format. Use YYYY-MM-DDThh:mm[:ss[.uuuuuu]].",
    "datetime_from_date_parsing": "Datetime has wrong format. Use YYYY-MM-DDThh:mm[:ss[.uuuuuu]].",
    "datetime_type": "Datetime has wrong format. Use YYYY-MM-DDThh:mm[:ss[.uuuuuu]].",
    "date_from_datetime_parsing": "Date has wrong format. Use YYYY-MM-DD.",
    "date_from_datetime_inexact": "Date has wrong format. Use YYYY-MM-DD.",
    "date_parsing": "Date has wrong format. Use YYYY-MM-DD.",
    "date_type": "Date has wrong format. Use YYYY-MM-DD.",
    "uuid_parsing": "Must be a valid UUID.",
    "uuid_type": "Must be a valid UUID.",
    "list_type": "Expected a list of items.",
    "dict_type": "Expected a JSON object.",
}


def messages_of(error: ValidationError) -> dict[str, list[str]]:
    """Turn Pydantic's errors into Alyx's form: a list of sentences per field."""
    fields: dict[str, list[str]] = {}
    for one in error.errors(include_url=False):
        where = ".".join(str(part) for part in one["loc"][:2] if isinstance(part, int) or not str(part)[:1].isupper())
        if one["type"] == "string_pattern_mismatch":
            text = f"Enter a valid value: it must match {one['ctx']['pattern']}"
        elif one["input"] is None and one["type"] != "missing":
            text = "This field may not be null."
        else:
            text = _MESSAGES.get(one["type"], one["msg"].removeprefix("Value error, "))
        fields.setdefault(where or "non_field_errors", []).append(text)
    return fields


@cache
def input_model(resource: Resource, kind: str) -> type[BaseModel]:
    """Build the Pydantic model of what a caller may send: ``create``, ``put`` or ``patch``."""
    shape: dict[str, Any] = {}
    for one in resource.fields:
        if one.read_only or (one.create_only and kind != "create"):
            continue
        required = one.required if kind == "create" else kind == "put" and _put_requires(resource, one)
        annotation = one.type | None if one.nullable else one.type
        shape[one.name] = (annotation, ... if required else None)
    config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)
    with warnings.catch_warnings():
        # Alyx's field `json` shadows a method that Pydantic deprecated and that nobody calls here
        warnings.simplefilter("ignore", UserWarning)
        return create_model(f"{resource.noun}_{kind}", __config__=config, **shape)


def _put_requires(resource: Resource, one: Field) -> bool:
    return one.required if resource.put_requires is None else one.name in resource.put_requires


def validate(resource: Resource, body: Any, kind: str) -> dict[str, Any]:
    """Return the writable fields that were given, typed; raise Invalid with a list per field."""
    if not isinstance(body, Mapping):
        raise Invalid({"non_field_errors": ["Invalid data. Expected a dictionary."]})
    if _holds_nul(body):
        raise Invalid({"non_field_errors": ["Null characters are not allowed."]})
    try:
        model = input_model(resource, kind).model_validate(dict(body))
    except ValidationError as error:
        raise Invalid(messages_of(error)) from None
    return {name: getattr(model, name) for name in model.model_fields_set}


def _holds_nul(value: Any) -> bool:
    """PostgreSQL keeps no NUL in texts, nor in JSON."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(_holds_nul(k) or _holds_nul(v) for k, v in value.items())
    return isinstance(value, list) and any(_holds_nul(one) for one in value)


async def _resolve(
    resource: Resource, tx: WriteTx, given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[UUID]]]:
    values: dict[str, Any] = {}
    links: dict[str, list[UUID]] = {}
    errors: dict[str, list[str]] = {}
    for name, value in given.items():
        one = resource.by_name[name]
        try:
            resolved = await one.resolve(tx, value)
        except Unknown as error:
            errors[name] = [str(error)]
            continue
        except ValueError as error:
            errors[name] = [str(error)]
            continue
        if one.links:
            links[name] = resolved
        elif one.target:
            values[one.target] = resolved
    if errors:
        raise Invalid(errors)
    return values, links


async def create(resource: Resource, tx: WriteTx, principal: Principal, body: Any) -> UUID:
    """Create a record and return its id; the caller's transaction decides whether it stays."""
    given = validate(resource, body, "create")
    values, links = await _resolve(resource, tx, given)
    change = Change(tx, principal, values, links, given)
    if resource.before is not None:
        await resource.before(change)
    resource.write.check(principal, change.values)
    row_id: UUID = change.values.setdefault("id", new_id())
    try:
        await tx.execute(insert(resource.table).values(**change.values))
        await _write_links(resource, change, row_id)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise explain(resource, error) from error
    if resource.after is not None:
        await resource.after(change, row_id)
    return row_id


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
        raise explain(resource, error) from error
    if resource.after is not None:
        await resource.after(under_way, row_id)
    return row_id


async def remove(resource: Resource, tx: WriteTx, principal: Principal, wanted: Any) -> None:
    """Delete a record."""
    current = await _locked(resource, tx, principal, wanted)
    resource.write.check(principal, {}, current)
    if resource.before_delete is not None:
        await resource.before_delete(Change(tx, principal, {}, {}, {}, current), current["id"])
    try:
        await tx.execute(delete(resource.table).where(resource.table.id == current["id"]))
    except asyncpg.ForeignKeyViolationError as error:
        raise Conflict(
            f"This {resource.noun} is still used elsewhere ({error.table_name}) and cannot be deleted.",
            hint="delete or move what refers to it first",
        ) from error


async def _locked(resource: Resource, tx: WriteTx, principal: Principal, wanted: Any) -> Mapping[str, Any]:
    statement = select(*resource.table.__table__.columns).where(resource.lookup == wanted)
    if resource.shown is not None:
        statement = statement.where(resource.shown)
    if is_scoped(principal) and resource.visible is not None:
        statement = statement.where(resource.visible)
    row = await tx.row(statement.with_for_update(), scope_values(principal))
    if row is None:
        raise NotFound(resource.noun)
    return dict(row.items())


async def _write_links(resource: Resource, under_way: Change, row_id: UUID) -> None:
    """Replace the rows of each many-to-many relation that was given."""
    for name, others in under_way.links.items():
        one: Any = resource.by_name[name]
        if not under_way.creating:
            await under_way.tx.execute(delete(one.link).where(one.own == row_id))
        if others:
            rows = [{one.own.key: row_id, one.other.key: other} for other in others]
            await under_way.tx.execute(insert(one.link).values(rows))


def explain(resource: Resource, error: asyncpg.IntegrityConstraintViolationError) -> BregmaError:
    """Say which rule of the database a change breaks, in the caller's words."""
    name = error.constraint_name or ""
    if name in resource.constraints:
        where, text = resource.constraints[name]
        return Invalid({where: [text]})
    if isinstance(error, asyncpg.UniqueViolationError):
        # DETAIL: Key (lab_id, nickname)=(..., ...) already exists.
        columns = re.search(r"\(([^)]*)\)=", error.detail or "")
        named = [part.strip() for part in columns.group(1).split(",")] if columns else []
        where = next((f.name for f in resource.fields if f.target in named), "non_field_errors")
        return Invalid({where: [f"{resource.noun.lower()} with this {where.replace('_', ' ')} already exists."]})
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        columns = re.search(r"\(([^)]*)\)=", error.detail or "")
        named = [columns.group(1)] if columns else []
        where = next((f.name for f in resource.fields if f.target in named), "non_field_errors")
        return Invalid({where: ["Object does not exist."]})
    if isinstance(error, asyncpg.NotNullViolationError):
        where = next((f.name for f in resource.fields if f.target == error.column_name), "non_field_errors")
        return Invalid({where: ["This field may not be null."]})
    return Invalid({"non_field_errors": [f"This breaks the rule {name or type(error).__name__}."]})
