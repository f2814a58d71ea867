"""The one document of the API (OpenAPI 3.0.3), derived from operations; the only emitter there is.

Alyx's own client reads this document by position: it takes the first path of a segment that has the method it looks
for, finds fields only behind a plain ``$ref``, and takes every key of a path for a method. What it cannot digest
stands in the extension ``x-bregma`` of an operation, for our generator.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from bregma_kit.http import JSON_TYPE, Operation, Parameter, Policy
from bregma_kit.resource import Resource
from bregma_kit.routes import ResourceOperation
from bregma_kit.wire_schemas import (
    REFERENCE,
    Schema,
    add,
    nullable,
    of_filter,
    of_input,
    of_model,
    of_record,
    of_sql,
    reference,
    sample,
)

VERSION = "3.0.3"
EXTENSION = "x-bregma"
_INPUTS = {"POST": "create", "PUT": "put", "PATCH": "patch"}
_CONVERTER = re.compile(r":\w+}")

_STATUS_CODE = {"type": "integer", "example": 400}
_LISTS = {"type": "array", "items": {"type": "string"}}
ERRORS: Mapping[str, Schema] = {
    "Error": {
        "type": "object",
        "description": "What went wrong, in Alyx's form: `detail`, or a list of sentences for each wrong field. The "
        "headers `Bregma-Error` (a stable code), `Bregma-Hint` and `X-Request-Id` say more.",
        "required": ["status_code"],
        "properties": {"detail": {"type": "string"}, "non_field_errors": _LISTS, "status_code": _STATUS_CODE},
        "additionalProperties": {},
    },
    "OwnError": {
        "type": "object",
        "description": "What went wrong; `code` is stable, `hint` says what to do next.",
        "required": ["detail", "code", "hint", "request_id", "status_code"],
        "properties": {
            "detail": {"type": "string"},
            "code": {"type": "string"},
            "hint": {"type": "string", "nullable": True},
            "request_id": {"type": "string"},
            "status_code": _STATUS_CODE,
            "fields": {"type": "object", "additionalProperties": _LISTS},
        },
    },
}
# status → (name, description, code, detail, hint)
_FAULTS: Mapping[int, tuple[str, str, str, str, str | None]] = {
    400: ("Invalid", "A field or parameter is wrong.", "invalid", "number: A valid integer is required.", None),
    401: ("Unauthorized", "No valid credentials; a Basic challenge comes with it.", "not_signed_in",
          "Authentication credentials were not provided.", "send the header 'Authorization: Token <token>'"),
    403: ("Refused", "Not signed in, or not allowed.", "not_allowed",
          "You do not have permission to perform this action.", None),
    404: ("NotFound", "There is no such record, or none that you may see.", "not_found",
          "No record matches the given query.", None),
    409: ("InTheWay", "Another record, or a change that somebody else made first, stands in the way.", "conflict",
          "This Lab is still used elsewhere (subjects) and cannot be deleted.", "delete or move what refers to it first"),
    413: ("TooLarge", "The request holds more than one call may.", "too_large", "The request is larger than 32 MiB.",
          "send fewer records in one call"),
    429: ("TooMany", "Too many failed tries; `Retry-After` says when the next makes sense.", "too_many",
          "Too many failed tries.", "try again in 30 seconds"),
    503: ("Away", "A part of the service does not answer; `Retry-After` says when to try again.", "unavailable",
          "A part of the service does not answer.", "try again in a few seconds"),
}  # fmt: skip
SECURITY: Schema = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The word `Token`, a space and the 40 hex digits that POST /auth-token answers with.",
    },
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "On the data tree only; a token is accepted as the password.",
    },
}
_TEXTS = {
    "list": "Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.",
    "create": "Answers the record as it was stored. All of it or nothing: a refused request changes nothing.",
    "read": "Answers the whole record.",
    "partial_update": "Fields that are not given stay as they are; a `json` field is replaced as a whole.",
    "update": "Fields that are not given stay as they are.",
    "delete": "Refused while other records refer to it.",
}


@dataclass(frozen=True)
class Info:
    """What the document says about itself."""

    title: str
    version: str
    description: str
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tag → what is grouped under it, in the order of the pages."""


def document(operations: Iterable[Operation], info: Info) -> dict[str, Any]:
    """Return the document of these operations; the same ones always give the same bytes."""
    emitter = _Emitter()
    told = in_order([one for one in operations if one.documented])
    paths: dict[str, Schema] = {}
    for one in told:
        emitter.declare(one)
    for one in told:
        paths.setdefault(path_of(one), {})[one.method.lower()] = emitter.operation(one)
    schemas = emitter.finished()
    used = list(dict.fromkeys(one.tag for one in told if one.tag))
    tags = [tag for tag in info.tags if tag in used] + [tag for tag in used if tag not in info.tags]
    return {
        "openapi": VERSION,
        "info": {"title": info.title, "version": info.version, "description": info.description},
        "tags": [{"name": tag, "description": info.tags.get(tag, "")} for tag in tags],
        "paths": paths,
        "components": {"schemas": schemas, "responses": _faults(), "securitySchemes": SECURITY},
    }


def path_of(one: Operation) -> str:
    """Return the path without the router's converters."""
    return _CONVERTER.sub("}", one.path)


def in_order(operations: Sequence[Operation]) -> list[Operation]:
    """Order operations for readers that take the first fit: /x before /x/{id} before helpers below /x."""
    segments = list(dict.fromkeys(_segment(one) for one in operations))
    return sorted(operations, key=lambda one: (segments.index(_segment(one)), _depth(one)))


def _segment(one: Operation) -> str:
    return one.path.split("/")[1]


def _depth(one: Operation) -> int:
    parts = one.path.split("/")[2:]
    if not parts:
        return 0
    return 1 if len(parts) == 1 and parts[0].startswith("{") else 2


def misread(paths: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Name what Alyx's client would misread: keys that are no methods, helpers that answer for another path."""
    first: dict[tuple[str, str], str] = {}
    faults = []
    for path, methods in paths.items():
        segment, _, rest = path.strip("/").partition("/")
        for method in methods:
            if method not in ("get", "post", "put", "patch", "delete"):
                faults.append(f"{path}: the key {method!r} is no method")
            action = "read" if method == "get" and "{" in path else method
            taken = first.setdefault((segment, action), path)
            if taken != path and (not rest or (action == "read" and rest.startswith("{"))):
                faults.append(f"{path}: {taken} stands before it and answers for {action}")
    return faults


class _Emitter:
    """Collects the named schemas while operations are written."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {name: dict(schema) for name, schema in ERRORS.items()}

    def declare(self, one: Operation) -> None:
        """Name the schemas of one operation; examples are made of them once all are there."""
        resource = _resource_of(one)
        if resource is not None:
            noun = schema_name(resource)
            if noun not in self.schemas:
                add(self.schemas, noun, of_record(resource, self.schemas))
            if one.method in _INPUTS:
                add(self.schemas, *_input(resource, one.method))
        self._body_schema(one)
        self._answer_schema(one)

    def operation(self, one: Operation) -> Schema:
        """Write one operation."""
        resource = _resource_of(one)
        result: Schema = {
            "operationId": one.name,
            "tags": [one.tag] if one.tag else [],
            "summary": one.summary,
            "description": _description(one),
        }
        parameters = [_parameter(each, resource) for each in one.parameters]
        if parameters:
            result["parameters"] = parameters
        body = self._body(one)
        if body is not None:
            digestible = one.method != "GET" and "$ref" in body["content"][JSON_TYPE]["schema"]
            result.update({"requestBody": body} if digestible else {EXTENSION: {"requestBody": body}})
        if body is not None and one.many:
            result[EXTENSION] = {"requestBody": _list_of(body)}
        result["responses"] = {str(one.status): self._success(one), **_fault_answers(one, has_body=body is not None)}
        result["security"] = _security(one.policy)
        return result

    def finished(self) -> dict[str, Schema]:
        """Return the named schemas with a page for each list, sorted; a reference to nothing is a mistake."""
        for name in sorted(_references(self.schemas)):
            if name not in self.schemas:
                raise ValueError(f"an operation refers to the schema {name}, which nothing declares")
        return dict(sorted(self.schemas.items()))

    def _body_schema(self, one: Operation) -> Schema | None:
        resource = _resource_of(one)
        if resource is not None and one.method in _INPUTS:
            return reference(_input(resource, one.method)[0])
        if one.body is not None:
            return self._model(one.body, answer=False)
        if one.body_schema is not None:
            name = one.body_name or f"{_camel(one.name.removesuffix('_create'))}Body"
            return self._named(name, dict(one.body_schema))
        if one.reads_body:
            return {"type": "object", "description": "The parameters of the query, as JSON.", "example": {}}
        return None

    def _body(self, one: Operation) -> Schema | None:
        schema, resource, example = self._body_schema(one), _resource_of(one), one.example
        if schema is None:
            return None
        if example is None and resource is not None:
            example = _input_example(_input(resource, one.method)[1], resource, one.method)
        if example is None:
            example = sample(schema, self.schemas)
        return {"required": one.method != "GET", "content": {JSON_TYPE: {"schema": schema, "example": example}}}

    def _model(self, model: Any, *, answer: bool) -> Schema:
        return self._named(model.__name__, of_model(model, self.schemas, answer=answer))

    def _named(self, name: str, schema: Schema) -> Schema:
        """Give objects a name; anything else stands where it is used."""
        if "properties" not in schema:
            return schema
        add(self.schemas, name, schema)
        return reference(name)

    def _success(self, one: Operation) -> Schema:
        schema, resource = self._answer_schema(one), _resource_of(one)
        phrase = HTTPStatus(one.status).phrase
        if schema is None and one.status in (HTTPStatus.NO_CONTENT, HTTPStatus.FOUND):
            return {"description": "Deleted." if one.method == "DELETE" else f"{phrase}."}
        binary = {one.media: {"schema": {"type": "string", "format": "binary"}}} if one.media else {}
        if schema is None and binary:
            return {"description": f"{phrase}.", "content": binary}
        content: Schema = {"schema": schema if schema is not None else {}}
        if resource is not None:
            content["example"] = self._record_example(resource, one)
        elif schema is not None:
            content["example"] = sample(schema, self.schemas)
        return {"description": f"{phrase}.", "content": {JSON_TYPE: content, **binary}}

    def _answer_schema(self, one: Operation) -> Schema | None:
        if one.answer is not None:
            return self._model(one.answer, answer=True)
        if one.answer_schema is None:
            return None
        schema = dict(one.answer_schema)
        name = str(schema.get("$ref", "")).removeprefix(REFERENCE)
        if name.endswith("Page") and name not in self.schemas:
            add(self.schemas, name, page_of(name.removesuffix("Page")))
        return schema

    def _record_example(self, resource: Resource, one: Operation) -> Any:
        schema = self.schemas[schema_name(resource)]
        whole = not str((one.answer_schema or {}).get("$ref", "")).endswith("Page")
        record = sample(
            schema, self.schemas, names=[f.name for f in resource.fields if (f.in_detail if whole else f.in_list)]
        )
        return record if whole else {"count": 1, "next": None, "previous": None, "results": [record]}


def _list_of(body: Schema) -> Schema:
    content = body["content"][JSON_TYPE]
    listed = {"schema": {"type": "array", "items": content["schema"]}, "example": [content["example"]]}
    return {**body, "content": {JSON_TYPE: listed}}


def _resource_of(one: Operation) -> Resource | None:
    return one.resource if isinstance(one, ResourceOperation) else None


def page_of(record: str) -> Schema:
    """Return the schema of one page of a list."""
    link = nullable({"type": "string"})
    return {
        "type": "object",
        "description": "One page of a list.",
        "required": ["count", "next", "previous", "results"],
        "properties": {
            "count": {"type": "integer", "description": "records on all pages"},
            "next": {**link, "description": "address of the next page; null on the last one"},
            "previous": {**link, "description": "address of the page before; null on the first one"},
            "results": {"type": "array", "items": reference(record)},
        },
    }


def schema_name(resource: Resource) -> str:
    """Return the name of a resource's record in the document."""
    return resource.noun.replace(" ", "")


def _input(resource: Resource, method: str) -> tuple[str, Schema]:
    """Name what callers send; PUT takes the same as POST unless it asks for other fields."""
    noun, create, put = schema_name(resource), of_input(resource, "create"), of_input(resource, "put")
    if method == "PATCH":
        return f"{noun}Patch", of_input(resource, "patch")
    if method == "PUT" and put.get("required") != create.get("required"):
        return f"{noun}Put", put
    return f"{noun}Write", create


def _input_example(schema: Schema, resource: Resource, method: str) -> Any:
    """Show what is required and what has an example of its own; of a change just one field."""
    told = [name for name, one in schema["properties"].items() if resource.by_name[name].required or "example" in one]
    if method == "PATCH":
        told = next(([name] for name in told if not resource.by_name[name].required), list(schema["properties"])[-1:])
    return sample(schema, {}, names=told)


def _description(one: Operation) -> str:
    derived = isinstance(one, ResourceOperation)
    text = one.doc or ("" if derived else one.handler.__doc__ or "")
    more = next((said for action, said in _TEXTS.items() if one.name.endswith(f"_{action}")), "") if derived else ""
    parts = [" ".join(text.split()), more, f"May be called by: {one.policy.value}."]
    return "\n\n".join(part for part in parts if part)


def _parameter(one: Parameter, resource: Resource | None) -> Schema:
    schema = dict(one.schema)
    chosen = None if resource is None or one.where != "query" else resource.filter_map.get(one.name)
    if chosen is not None:
        schema = of_filter(chosen)
    elif resource is not None and one.where == "path":
        schema = of_sql(resource.lookup.type)
    result: Schema = {"name": one.name, "in": one.where, "schema": schema}
    if one.where == "path":
        result["required"] = True
    if one.doc:
        result["description"] = one.doc
    if schema.get("type") == "array":
        result.update({"style": "form", "explode": False})
    return result


def _security(policy: Policy) -> list[Schema]:
    if policy is Policy.OPEN:
        return []
    return [{"token": []}, *([{"basic": []}] if policy is Policy.DATA else [])]


def _fault_answers(one: Operation, *, has_body: bool) -> dict[str, Schema]:
    statuses = [400] if has_body or one.parameters else []
    if one.policy is not Policy.OPEN:
        statuses.append(401 if one.policy is Policy.DATA else 403)
    if "{" in one.path:
        statuses.append(404)
    if one.method != "GET" or "{" in one.path:
        statuses.append(409)
    if has_body:
        statuses.append(413)
    statuses += one.faults
    statuses.append(503)
    form = "Own" if one.own else ""
    return {
        str(status): {"$ref": f"#/components/responses/{form}{_FAULTS[status][0]}"} for status in sorted(set(statuses))
    }


def _faults() -> dict[str, Schema]:
    """Return the answers to mistakes, in Alyx's form and in ours."""
    answers: dict[str, Schema] = {}
    for status, (name, description, code, detail, hint) in _FAULTS.items():
        alyx: Schema = {"number": ["A valid integer is required."]} if code == "invalid" else {"detail": detail}
        own = {"detail": detail, "code": code, "hint": hint, "request_id": "5f0c1c5c9d0b4d6f"}
        for prefix, body in (("", alyx), ("Own", own)):
            content = {"schema": reference(f"{prefix}Error"), "example": {**body, "status_code": status}}
            answers[prefix + name] = {"description": description, "content": {JSON_TYPE: content}}
    return answers


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _references(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        own = {str(value["$ref"]).removeprefix(REFERENCE)} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()
