"""Sources over HTTP."""

from typing import Any

import orjson
from bregma_kit.http import Call, Operation, Parameter, Policy, page_numbers, page_response
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE
from starlette.responses import Response

from bregma_transfer.sources import schemas, service

TAG = "transfers"


async def list_(call: Call) -> Response:
    """List sources."""
    limit, offset = page_numbers(call.query, DEFAULT_PAGE, LARGEST_PAGE)
    count, found = await service.page(call.db, limit, offset)
    return page_response(call, count=count, results=orjson.dumps(found).decode(), limit=limit, offset=offset)


async def create(call: Call) -> dict[str, Any]:
    """Make a source."""
    return await service.create(call.db, call.principal, call.body)


async def read(call: Call) -> dict[str, Any]:
    """Read a source."""
    return await service.read(call.db, call.path_uuid("id", "Source"))


async def remove(call: Call) -> None:
    """Delete a source."""
    await service.remove(call.db, call.principal, call.path_uuid("id", "Source"))


_ID = (Parameter("id", {"type": "string"}, "id of the source", "path"),)
_PAGING = (Parameter("limit", {"type": "integer"}), Parameter("offset", {"type": "integer"}))
OPERATIONS = [
    Operation(
        method="GET", path="/transfer-sources", handler=list_, policy=Policy.SIGNED_IN, name="transfer_sources_list", tag=TAG,
        own=True, summary="List the repositories outside that copies are made of", parameters=_PAGING,
        answer_schema={"$ref": "#/components/schemas/TransferSourcePage"},
    ),
    Operation(
        method="POST", path="/transfer-sources", handler=create, policy=Policy.WRITER, name="transfer_sources_create", tag=TAG,
        own=True, summary="Let copies be made of what is declared on a repository that is not managed",
        body=schemas.TransferSourceIn, answer=schemas.TransferSource, status=201,
        doc="Rules say which of its files are wanted where; each is read back in its new place before it counts.",
    ),
    Operation(
        method="GET", path="/transfer-sources/{id}", handler=read, policy=Policy.SIGNED_IN, name="transfer_sources_read",
        tag=TAG, own=True, summary="Read one source", answer=schemas.TransferSource, parameters=_ID,
    ),
    Operation(
        method="DELETE", path="/transfer-sources/{id}", handler=remove, policy=Policy.WRITER, name="transfer_sources_delete",
        tag=TAG, own=True, summary="Let a repository be no source any more; the copies stay", status=204, parameters=_ID,
    ),
]  # fmt: skip
