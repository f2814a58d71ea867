"""Limits over HTTP."""

from typing import Any

import orjson
from bregma_kit.http import Call, Operation, Parameter, Policy, page_numbers, page_response
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE
from starlette.responses import Response

from bregma_transfer.limits import schemas, service

TAG = "transfers"


async def list_(call: Call) -> Response:
    """List limits."""
    limit, offset = page_numbers(call.query, DEFAULT_PAGE, LARGEST_PAGE)
    count, found = await service.page(call.db, limit, offset)
    return page_response(call, count=count, results=orjson.dumps(found).decode(), limit=limit, offset=offset)


async def create(call: Call) -> dict[str, Any]:
    """Make a limit."""
    return await service.create(call.db, call.principal, call.body)


async def remove(call: Call) -> None:
    """Delete a limit."""
    await service.remove(call.db, call.principal, call.path_uuid("id", "Limit"))


_PAGING = (Parameter("limit", {"type": "integer"}), Parameter("offset", {"type": "integer"}))
OPERATIONS = [
    Operation(
        method="GET", path="/transfer-limits", handler=list_, policy=Policy.SIGNED_IN, name="transfer_limits_list", tag=TAG,
        own=True, summary="List what repositories take at the same time", parameters=_PAGING,
        answer_schema={"$ref": "#/components/schemas/TransferLimitPage"},
    ),
    Operation(
        method="POST", path="/transfer-limits", handler=create, policy=Policy.WRITER, name="transfer_limits_create", tag=TAG,
        own=True, summary="Limit the files and bytes a second of a repository, always or between two times of the day",
        body=schemas.TransferLimitIn, answer=schemas.TransferLimit, status=201,
        doc="A window counts before what always holds. All workers together keep to it.",
    ),
    Operation(
        method="DELETE", path="/transfer-limits/{id}", handler=remove, policy=Policy.WRITER, name="transfer_limits_delete",
        tag=TAG, own=True, summary="Delete a limit", status=204,
        parameters=(Parameter("id", {"type": "string"}, "id of the limit", "path"),),
    ),
]  # fmt: skip
