"""What a caller may send: the model of a record's writable fields, and sentences for what does not fit it."""

import warnings
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    create_model,
)
from pydantic import Field as Bounds
from pydantic_core import ErrorDetails
from sqlalchemy import BigInteger, SmallInteger, UniqueConstraint

from bregma_kit.errors import Invalid
from bregma_kit.fields import Field, Slug
from bregma_kit.resource import Resource

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""A year outside of these is a slip of the pen (0202 for 2020)."""
_MESSAGES = {
    "missing": "This field is required.",
    "string_type": "Not a valid string.",
    "bool_type": "Must be a valid boolean.",
    "bool_parsing": "Must be a valid boolean.",
    "float_type": "A valid number is required.",
    "float_parsing": "A valid number is required.",
    "finite_number": "A valid number is required.",
    "int_type": "A valid integer is required.",
    "int_parsing": "A valid integer is required.",
    "int_parsing_size": "A valid integer is required.",
    "int_from_float": "A valid integer is required.",
    "uuid_parsing": "Must be a valid UUID.",
    "uuid_type": "Must be a valid UUID.",
    "list_type": "Expected a list of items.",
    "dict_type": "Expected a JSON object.",
}
LONGEST_TEXT = 1000
"""Characters of a text that an index holds; PostgreSQL refuses entries of more than a third of a page."""
_PLAIN = frozenset({"str", "int", "float", "bool"})
_BOUNDS = {
    "greater_than_equal": "Ensure this value is greater than or equal to {ge}.",
    "string_too_long": "Ensure this field has no more than {max_length} characters.",
    "less_than_equal": "Ensure this value is less than or equal to {le}.",
    "string_pattern_mismatch": "Enter a valid value: it must match {pattern}",
}


def messages_of(error: ValidationError) -> dict[str, list[str]]:
    """Turn Pydantic's errors into Alyx's form: a list of sentences per field."""
    fields: dict[str, list[str]] = {}
    for one in error.errors(include_url=False):
        # neither models nor the alternatives of a type are names that a caller knows
        told = (part for part in one["loc"][:2] if isinstance(part, int) or not (part[:1].isupper() or part in _PLAIN))
        where = ".".join(map(str, told))
        sentences = fields.setdefault(where or "non_field_errors", [])
        if _sentence(one) not in sentences:
            sentences.append(_sentence(one))
    return fields


def _sentence(error: ErrorDetails) -> str:
    kind = error["type"]
    if error["input"] is None and kind != "missing":
        return "This field may not be null."
    if kind == "string_too_short" and error["ctx"]["min_length"] == 1:
        return "This field may not be blank."
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**error["ctx"])
    return _MESSAGES.get(kind, error["msg"].removeprefix("Value error, "))


def _moment(value: Any) -> Any:
    """Read a time from text; Pydantic alone would take a number for seconds since 1970."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("Datetime has wrong format. Use YYYY-MM-DDThh:mm[:ss[.uuuuuu]].") from None
    return _in_our_time(found)


def _day(value: Any) -> Any:
    """Read a date from text; a midnight after it is fine."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        found = None
    if found is None or found.time() != time():
        raise ValueError("Date has wrong format. Use YYYY-MM-DD.")
    return _in_our_time(found).date()


def _in_our_time(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"Enter a year between {FIRST_YEAR} and {LAST_YEAR}.")
    return moment


def _whole(value: Any) -> Any:
    """Refuse true and false, which Python takes for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("A valid integer is required.")  # noqa: TRY004  Pydantic reports ValueErrors
    return value


def _names(value: Any) -> Any:
    """A form cannot tell a list of one entry from a text."""
    return ([value] if value else []) if isinstance(value, str) else value


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("A name has no line breaks and other control characters.")
    return value


# as Alyx does, what stands around a name is not part of it
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT), AfterValidator(_one_line)
]  # fmt: skip
_READERS = {datetime: _moment, date: _day, int: _whole, list[str]: _names}


def _annotation(one: Field) -> Any:
    """Return the annotation of a field: its declared type, read as the wire means it, in the bounds of its column."""
    kind = Annotated[one.type, BeforeValidator(_READERS[one.type])] if one.type in _READERS else one.type
    if one.type is int:
        bits = {SmallInteger: 16, BigInteger: 64}.get(type(one.column.type), 32) if one.column is not None else 32
        least = -(2 ** (bits - 1)) if one.least is None else one.least
        kind = Annotated[kind, Bounds(ge=least, le=2 ** (bits - 1) - 1)]
    elif one.type is str and one.column is not None and not isinstance(one, Slug) and _is_indexed(one.column):
        kind = Annotated[kind, StringConstraints(max_length=LONGEST_TEXT)]
    return kind | None if one.nullable else kind


def _is_indexed(column: Any) -> bool:
    """Whether an index holds a column's text itself."""
    own = column.property.columns[0]
    if own.unique or own.index or own.primary_key:
        return True
    keys = [one.columns for one in own.table.constraints if isinstance(one, UniqueConstraint)]
    return any(own.name in one for one in (*keys, *(index.columns for index in own.table.indexes)))


@cache
def input_model(resource: Resource, kind: str) -> type[BaseModel]:
    """Build the Pydantic model of what a caller may send: ``create``, ``put`` or ``patch``."""
    shape: dict[str, Any] = {}
    for one in resource.fields:
        if one.read_only or (one.create_only and kind != "create"):
            continue
        required = one.required if kind == "create" else kind == "put" and _put_requires(resource, one)
        # a record without a name could not be asked for
        named = one.column is resource.lookup and one.type is str
        shape[one.name] = (Name if named else _annotation(one), ... if required else None)
    config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, allow_inf_nan=False)
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
    try:
        model = input_model(resource, kind).model_validate(dict(body))
    except ValidationError as error:
        raise Invalid(messages_of(error)) from None
    return {name: getattr(model, name) for name in model.model_fields_set}
