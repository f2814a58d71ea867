"""Uploads over HTTP (docs/design/0001-uploads-and-downloads.md)."""

from typing import Any
from uuid import UUID

import orjson
from bregma_kit.errors import Invalid
from bregma_kit.http import Call, Operation, Parameter, Policy, json_response, page_numbers, page_response
from bregma_kit.objects import presigner_of, store_of
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE
from starlette.responses import Response

from bregma_files.uploads import registering, schemas, service, signing
from bregma_files.uploads.domain import State

TAG = "uploads"


async def register(call: Call) -> Response:
    """Register files."""
    signer = presigner_of(call.process.extras)
    body: schemas.RegisterBody = call.body
    return json_response(await registering.register(call.db, call.principal, signer, call.process.settings, body), 201)


async def sign(call: Call) -> dict[str, Any]:
    """Sign URLs."""
    store, signer = store_of(call.process.extras), presigner_of(call.process.extras)
    return await signing.sign(call.db, store, signer, call.process.settings, call.principal, call.body)


async def read(call: Call) -> dict[str, Any]:
    """Read one upload."""
    return await service.read(call.db, store_of(call.process.extras), call.principal, call.path_uuid("id", "Upload"))


async def list_(call: Call) -> Response:
    """List uploads."""
    limit, offset = page_numbers(call.query, DEFAULT_PAGE, LARGEST_PAGE)
    session, state = _filters(call.query)
    async with call.db.read() as tx:
        count, uploads = await service.page(tx, call.principal, session, state, limit, offset)
    return page_response(call, count=count, results=orjson.dumps(uploads).decode(), limit=limit, offset=offset)


def _filters(query: dict[str, str]) -> tuple[UUID | None, State | None]:
    try:
        session = UUID(query["session"]) if query.get("session") else None
    except ValueError:
        raise Invalid({"session": ["Must be a valid UUID."]}) from None
    try:
        state = State(query["state"]) if query.get("state") else None
    except ValueError:
        raise Invalid({"state": [f"Choose one of {', '.join(State)}."]}) from None
    return session, state


async def complete(call: Call) -> dict[str, Any]:
    """Complete uploads."""
    body: schemas.UploadsBody = call.body
    return await service.complete(call.db, store_of(call.process.extras), call.principal, body.uploads)


async def abort(call: Call) -> dict[str, Any]:
    """Abort uploads."""
    body: schemas.UploadsBody = call.body
    return await service.abort(call.db, store_of(call.process.extras), call.principal, body.uploads)


_LIST_PARAMETERS = (
    Parameter("session", {"type": "string"}, "id of a session"),
    Parameter("state", {"type": "string", "enum": [one.value for one in State]}),
    Parameter("limit", {"type": "integer"}),
    Parameter("offset", {"type": "integer"}),
)
OPERATIONS = [
    Operation(
        method="GET", path="/uploads", handler=list_, policy=Policy.SIGNED_IN, name="uploads_list", tag=TAG, own=True,
        summary="List uploads, newest first", parameters=_LIST_PARAMETERS,
        answer_schema={"$ref": "#/components/schemas/UploadOutPage"},
    ),
    Operation(
        method="POST", path="/uploads", handler=register, policy=Policy.WRITER, name="uploads_create", tag=TAG,
        own=True, summary="Register files and say whose bytes are needed", body=schemas.RegisterBody,
        answer=schemas.Registered,
        status=201, faults=(404,),
        doc="At most 1,000 files of one session in one transaction. One bad file does not stop the others. A call may "
        "be repeated: a file on its way keeps its upload, and one that is verified needs nothing.",
    ),
    Operation(
        method="POST", path="/uploads/sign", handler=sign, policy=Policy.WRITER, name="uploads_sign", tag=TAG, own=True,
        summary="Sign PUTs and parts, at any time and again", body=schemas.SignBody, answer=schemas.SignedAll,
    ),
    Operation(
        method="POST", path="/uploads/complete", handler=complete, policy=Policy.WRITER, name="uploads_complete",
        tag=TAG,
        own=True, summary="Say that all bytes were sent", body=schemas.UploadsBody, answer=schemas.UploadStates,
        doc="The store is asked what it has. The files become visible when verification has read them back.",
    ),
    Operation(
        method="POST", path="/uploads/abort", handler=abort, policy=Policy.WRITER, name="uploads_abort", tag=TAG,
        own=True,
        summary="Give uploads up", body=schemas.UploadsBody, answer=schemas.UploadStates,
    ),
    Operation(
        method="GET", path="/uploads/{id}", handler=read, policy=Policy.SIGNED_IN, name="uploads_read", tag=TAG,
        own=True,
        summary="Read one upload, with the parts that the store has", answer=schemas.UploadOut,
        parameters=(Parameter("id", {"type": "string"}, "id of the upload", "path"),),
    ),
]  # fmt: skip
