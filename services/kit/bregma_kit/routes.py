"""The operations that every declared resource gets."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from bregma_kit.http import (
    Call,
    Operation,
    Parameter,
    Policy,
    fresh_response,
    json_response,
    page_numbers,
    page_response,
    read_body,
)
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE, Resource, read_one, read_page
from bregma_kit.writing import change, create, remove


@dataclass(frozen=True, kw_only=True)
class ResourceOperation(Operation):
    """An operation that was derived; the document takes its schemas from the resource."""

    resource: Resource


_WHOLE = {"type": "integer"}
_PAGING = (
    Parameter("limit", _WHOLE, f"records per page: {DEFAULT_PAGE} unless said, {LARGEST_PAGE} at most"),
    Parameter("offset", _WHOLE, "records to skip"),
)


def _list(resource: Resource) -> Any:
    async def handler(call: Call) -> Response:
        limit, offset = page_numbers(call.query, DEFAULT_PAGE, LARGEST_PAGE)
        async with call.db.read() as tx:
            page = await read_page(
                resource, tx, call.principal, call.query, base_url=call.base_url, limit=limit, offset=offset
            )
        return page_response(call, count=page.count, results=page.results, limit=limit, offset=offset)

    return handler


def _read(resource: Resource) -> Any:
    async def handler(call: Call) -> Response:
        wanted = resource.parse_id(call.path("id", resource.noun))
        async with call.db.read() as tx:
            record = await read_one(resource, tx, call.principal, wanted, base_url=call.base_url)
        return fresh_response(call.request, record)

    return handler


def _create(resource: Resource) -> Any:
    async def handler(call: Call) -> Response:
        body = await read_body(call.request)
        async with call.db.write() as tx:
            row_id = await create(resource, tx, call.principal, body)
            record = await read_one(resource, tx, call.principal, row_id, base_url=call.base_url)
        return json_response(record, 201)

    return handler


def _change(resource: Resource, kind: str) -> Any:
    async def handler(call: Call) -> Response:
        wanted = resource.parse_id(call.path("id", resource.noun))
        body = await read_body(call.request)
        async with call.db.write() as tx:
            row_id = await change(resource, tx, call.principal, wanted, body, kind=kind)
            record = await read_one(resource, tx, call.principal, row_id, base_url=call.base_url)
        return json_response(record)

    return handler


def _delete(resource: Resource) -> Any:
    async def handler(call: Call) -> None:
        wanted = resource.parse_id(call.path("id", resource.noun))
        async with call.db.write() as tx:
            await remove(resource, tx, call.principal, wanted)

    return handler


_ACTIONS = {
    "L": ("GET", "list", "List {nouns}", _list, Policy.SIGNED_IN, 200),
    "C": ("POST", "create", "Create a {noun}", _create, Policy.WRITER, 201),
    "R": ("GET", "read", "Read one {noun}", _read, Policy.SIGNED_IN, 200),
    "U": ("PUT", "update", "Replace a {noun}", lambda r: _change(r, "put"), Policy.WRITER, 200),
    "P": ("PATCH", "partial_update", "Change parts of a {noun}", lambda r: _change(r, "patch"), Policy.WRITER, 200),
    "D": ("DELETE", "delete", "Delete a {noun}", _delete, Policy.WRITER, 204),
}


def in_words(noun: str) -> str:
    """Write a record's noun as a sentence has it: ``DataFormat`` is a data format."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", noun).lower()


def operations_of(resource: Resource) -> list[Operation]:
    """Derive the operations of a resource, collection first: the stock client reads the document in order."""
    operations: list[Operation] = []
    for letter, (method, action, summary, make, policy, status) in _ACTIONS.items():
        if letter not in resource.methods:
            continue
        one = letter not in "LC"
        parameters: tuple[Parameter, ...] = ()
        if letter == "L":
            parameters = (
                *(Parameter(f.name, {"type": "string"}, f.doc) for f in resource.filter_map.values()),
                *_PAGING,
            )
        elif one:
            doc = f"{resource.lookup.key} of the {in_words(resource.noun)}"
            parameters = (Parameter("id", {"type": "string"}, doc, "path"),)
        schema = f"{resource.noun.replace(' ', '')}"
        operations.append(
            ResourceOperation(
                resource=resource, method=method, path=f"/{resource.path}" + ("/{id}" if one else ""),
                handler=make(resource), policy=policy, name=f"{resource.path}_{action}".replace("-", "_"),
                tag=resource.tag, doc=resource.doc if letter == "L" else "",
                summary=summary.format(noun=in_words(resource.noun), nouns=resource.path.replace("-", " ")),
                parameters=parameters, status=status, body_name=f"{schema}Write" if letter in "CUP" else "",
                answer_schema=_answer(letter, schema),
            )
        )  # fmt: skip
    return operations


def _answer(letter: str, schema: str) -> dict[str, Any] | None:
    if letter == "D":
        return None
    if letter == "L":
        return {"$ref": f"#/components/schemas/{schema}Page"}
    return {"$ref": f"#/components/schemas/{schema}"}
