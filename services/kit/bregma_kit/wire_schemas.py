"""JSON schemas of fields, filters and Pydantic models in the dialect of OpenAPI 3.0.3."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import ARRAY, Boolean, Column, Date, DateTime, Float, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.types import TypeEngine

from bregma_kit import filters
from bregma_kit.fields import Choice, Computed, Field, Moment, SelfUrl, SlugList, SystemMoment, UrlRef
from bregma_kit.filters import Filter
from bregma_kit.lookups import Vocabulary
from bregma_kit.resource import Resource
from bregma_kit.writing import input_model

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/"
# never `format: date-time`: it demands an offset, and Alyx's times have none
NAIVE_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?$"
ANY_TIME = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$"
_SYSTEM_TIME = "system time: UTC, without offset"
_LAB_TIME = "lab time: the wall clock of the subject's lab, without offset"

_PLAIN: tuple[tuple[type[TypeEngine[Any]], Schema], ...] = (
    (Uuid, {"type": "string", "format": "uuid"}),
    (Boolean, {"type": "boolean"}),
    (Integer, {"type": "integer"}),
    (Float, {"type": "number"}),
    (Date, {"type": "string", "format": "date"}),
    (DateTime, {"type": "string", "pattern": NAIVE_TIME}),
    (JSON, {}),  # any JSON value, null included
    (String, {"type": "string"}),
)
_PARSED: Mapping[Callable[[str], Any], Schema] = {
    filters.parse_number: {"type": "number"},
    filters.parse_integer: {"type": "integer"},
    filters.parse_boolean: {"type": "boolean"},
    filters.parse_date: {"type": "string", "format": "date"},
    filters.parse_dates: {
        "type": "string",
        "pattern": r"^\d{4}-\d{2}-\d{2},\d{4}-\d{2}-\d{2}$",
        "example": "2020-01-01,2020-12-31",
    },
}


def reference(name: str) -> Schema:
    """Point to a named schema."""
    return {"$ref": REFERENCE + name}


def of_sql(kind: TypeEngine[Any]) -> Schema:
    """Return the schema of what PostgreSQL's JSON functions make of a type."""
    return next((dict(schema) for known, schema in _PLAIN if isinstance(kind, known)), {})


def of_annotation(annotation: Any, definitions: dict[str, Schema]) -> Schema:
    """Return the schema of a Python type as it goes out; named parts land in ``definitions``."""
    schema = TypeAdapter(annotation).json_schema(mode="serialization", ref_template=REFERENCE + "{model}")
    return older(schema, definitions)


def of_model(model: type[BaseModel], definitions: dict[str, Schema], *, answer: bool) -> Schema:
    """Return the schema of a model; named parts land in ``definitions``."""
    mode: Any = "serialization" if answer else "validation"
    return older(model.model_json_schema(mode=mode, ref_template=REFERENCE + "{model}"), definitions)


def of_record(resource: Resource, definitions: dict[str, Schema]) -> Schema:
    """Return the schema of a resource's record: lists may leave fields out, so only those always there are required."""
    shown = [one for one in resource.fields if one.in_list or one.in_detail]
    return {
        "type": "object",
        "description": f"A record of /{resource.path}.",
        "required": [one.name for one in shown if one.in_list and one.in_detail],
        "properties": {one.name: _shown(one, definitions) for one in shown},
    }


@cache
def of_input(resource: Resource, kind: str) -> Schema:
    """Return the schema of what a caller may send: ``create``, ``put`` or ``patch``."""
    unused: dict[str, Schema] = {}
    schema = older(input_model(resource, kind).model_json_schema(), unused)
    assert not unused, "a field that callers send has a plain type"
    properties = {name: _described(resource.by_name[name], one) for name, one in schema["properties"].items()}
    required = schema.get("required")
    return {
        "type": "object",
        "description": f"What a caller may send to /{resource.path}; other fields are ignored.",
        **({"required": required} if required else {}),
        "properties": properties,
    }


def of_filter(one: Filter) -> Schema:
    """Return the schema of a query parameter."""
    vocabulary = getattr(one.parse, "__self__", None)
    if isinstance(vocabulary, Vocabulary):
        return {"type": "string", "enum": list(vocabulary.members)}
    if one.each:
        return {"type": "array", "items": {"type": "string"}}
    return dict(_PARSED.get(one.parse, {"type": "string"}))


def sample(schema: Mapping[str, Any], definitions: Mapping[str, Schema], *, names: Iterable[str] | None = None) -> Any:
    """Make an example that fits a schema, out of the examples of its parts; of an object only some names if given."""
    if "example" in schema:
        return schema["example"]
    inner = schema.get("allOf") or schema.get("anyOf") or schema.get("oneOf")
    if schema.get("nullable") or "default" in schema:
        return schema.get("default")
    if inner:
        return sample(inner[0], definitions)
    if "$ref" in schema:
        return sample(definitions[schema["$ref"].removeprefix(REFERENCE)], definitions)
    if "properties" in schema:
        wanted = schema["properties"] if names is None else names
        return {name: sample(schema["properties"][name], definitions) for name in wanted}
    if schema.get("type") == "array" and "items" in schema and schema["items"].get("$ref"):
        return [sample(schema["items"], definitions)]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("pattern") in (NAIVE_TIME, ANY_TIME):
        return _SAMPLES["string", "time"]
    return _SAMPLES.get((schema.get("type"), schema.get("format")), schema.get("minimum", "text"))


_SAMPLES: Mapping[tuple[Any, Any], Any] = {
    ("string", "uuid"): "0195b7a2-8f6c-7d31-9a54-2f1c3b6d8e90",
    ("string", "date"): "2020-01-01",
    ("string", "time"): "2020-01-01T10:00:00",
    ("integer", None): 1,
    ("number", None): 1.5,
    ("boolean", None): False,
    ("array", None): [],
    ("object", None): {},
    (None, None): None,
}


def _shown(one: Field, definitions: dict[str, Schema]) -> Schema:
    schema = _described(one, _wire(one, definitions))
    if _may_be_null(one):
        schema = nullable(schema)
    if one.read_only:
        schema = {**_apart(schema), "readOnly": True}
    return schema


def _wire(one: Field, definitions: dict[str, Schema]) -> Schema:
    if isinstance(one, SelfUrl | UrlRef):
        return {"type": "string"}
    if isinstance(one, SlugList) or one.links:
        return {"type": "array", "items": {"type": "string"}}
    declared = one.type is not str
    if isinstance(one, Computed):
        return of_annotation(one.type, definitions) if declared else of_sql(one.expression.type)
    if one.column is None:
        return of_annotation(one.type, definitions)
    if hasattr(one, "to"):
        return {"type": "string"}
    if isinstance(one.column.type, ARRAY):
        return of_annotation(one.type, definitions)
    return of_sql(one.column.type)


def _described(one: Field, schema: Schema) -> Schema:
    """Add what the declaration knows and the type does not."""
    more: Schema = {}
    doc = one.doc
    if isinstance(one, Choice):
        names = list(one.vocabulary.members)
        schema = {"type": "string", "enum": names, "example": names[0]}
    if isinstance(one, Moment | SystemMoment):
        doc = doc or (_LAB_TIME if isinstance(one, Moment) else _SYSTEM_TIME)
        more["example"] = _SAMPLES["string", "time"]
    if isinstance(one, SelfUrl | UrlRef) and not one.nullable:
        more["example"] = f"http://127.0.0.1:8000/{one.path}/{_SAMPLES['string', 'uuid']}"
    if doc:
        more["description"] = doc
    if one.example is not None:
        more["example"] = one.example
    return {**(_apart(schema) if more else schema), **more}


def _may_be_null(one: Field) -> bool:
    if isinstance(one, SelfUrl | SlugList) or one.links:
        return False
    if isinstance(one, Computed):
        # what an expression can give is not known; lists and truth values are made never to be null
        return one.type is str and not isinstance(one.expression.type, Boolean | JSON)
    column: Column[Any] | None = None if one.column is None else one.column.property.columns[0]
    return one.nullable if column is None else bool(column.nullable)


def _apart(schema: Schema) -> Schema:
    """A reference allows nothing beside it."""
    return {"allOf": [schema]} if "$ref" in schema else schema


def nullable(schema: Schema) -> Schema:
    """Allow null as well; a schema without a type allows it already."""
    return {**_apart(schema), "nullable": True} if schema.keys() & {"type", "$ref", "allOf", "anyOf"} else schema


def older(schema: Mapping[str, Any], definitions: dict[str, Schema]) -> Schema:
    """Turn a schema of JSON Schema 2020-12, as Pydantic writes it, into the dialect of OpenAPI 3.0."""
    for name, part in schema.get("$defs", {}).items():
        add(definitions, name, older(part, definitions))
    result: Schema = {}
    for key, value in schema.items():
        if key == "anyOf":
            result.update(_alternatives(value, definitions))
        elif key in _RENAMED:
            result.update(_RENAMED[key](value))
        elif key == "properties":
            result[key] = {name: older(one, definitions) for name, one in value.items()}
        elif key in ("allOf", "oneOf"):
            result[key] = [older(one, definitions) for one in value]
        elif key in ("items", "additionalProperties", "not") and isinstance(value, Mapping):
            result[key] = older(value, definitions)
        elif key == "format" and value == "date-time":
            result["pattern"] = ANY_TIME
        elif not (key in _DROPPED or (key == "default" and value is None)):
            result[key] = value
    return {**_apart({"$ref": result.pop("$ref")}), **result} if "$ref" in result and len(result) > 1 else result


def _bound(name: str, value: Any) -> Schema:
    """The end of what a machine can count is no rule about the field."""
    return {} if abs(value) >= _MACHINE else {name: value}


_MACHINE = 2**31 - 1
_DROPPED = frozenset({"$defs", "title", "propertyNames", "contentMediaType", "$schema"})
_RENAMED: Mapping[str, Callable[[Any], Schema]] = {
    "const": lambda value: {"enum": [value]},
    "examples": lambda value: {"example": value[0]} if value else {},
    "minimum": lambda value: _bound("minimum", value),
    "maximum": lambda value: _bound("maximum", value),
    # Pydantic leaves its own words where a validator stands between a type and its bounds
    "ge": lambda value: _bound("minimum", value),
    "le": lambda value: _bound("maximum", value),
    "min_length": lambda value: {"minLength": value},
    "max_length": lambda value: {"maxLength": value},
    "exclusiveMinimum": lambda value: {"minimum": value, "exclusiveMinimum": True},
    "exclusiveMaximum": lambda value: {"maximum": value, "exclusiveMaximum": True},
    "prefixItems": lambda _value: {"items": {}},
}


def _alternatives(several: list[Schema], definitions: dict[str, Schema]) -> Schema:
    kept = [older(one, definitions) for one in several if one.get("type") != "null"]
    whole = kept[0] if len(kept) == 1 else {"anyOf": kept}
    return nullable(whole) if len(kept) < len(several) else whole


def add(definitions: dict[str, Schema], name: str, schema: Schema) -> None:
    """Name a schema; two different ones of one name would silently be one in every client."""
    if definitions.setdefault(name, schema) != schema:
        raise ValueError(f"two different schemas are called {name}: rename one of the two classes")
