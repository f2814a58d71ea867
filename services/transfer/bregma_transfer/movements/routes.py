"""Movements over HTTP."""

from typing import Any
from uuid import UUID

import orjson
from bregma_kit.errors import Invalid
from bregma_kit.http import Call, Operation, Parameter, Policy, page_numbers, page_response
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE
from starlette.responses import Response

from bregma_transfer.movements import schemas, service
from bregma_transfer.movements.domain import Action, State

TAG = "transfers"


async def list_(call: Call) -> Response:
    """List movements."""
    limit, offset = page_numbers(call.query, DEFAULT_PAGE, LARGEST_PAGE)
    count, found = await service.page(call.db, call.principal, _filters(call.query), limit, offset)
    return page_response(call, count=count, results=orjson.dumps(found).decode(), limit=limit, offset=offset)


def _filters(query: dict[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: query.get(name) or None for name in ("state", "lab", "rule", "source", "target")}
    if wanted["state"] not in (None, *State):
        raise Invalid({"state": [f"Choose one of {', '.join(State)}."]})
    for name in ("dataset", "session"):
        try:
            wanted[name] = UUID(query[name]) if query.get(name) else None
        except ValueError:
            raise Invalid({name: ["Must be a valid UUID."]}) from None
    return wanted


async def read(call: Call) -> dict[str, Any]:
    """Read a movement."""
    return await service.read(call.db, call.principal, call.path_uuid("id", "Transfer"))


def _action(action: Action, summary: str) -> Operation:
    async def handler(call: Call) -> dict[str, Any]:
        return await service.act(call.db, call.principal, call.path_uuid("id", "Transfer"), action)

    return Operation(
        method="POST", path=f"/transfers/{{id}}/{action.value}", handler=handler, policy=Policy.WRITER,
        name=f"transfers_{action.value}", tag=TAG, own=True, summary=summary, answer=schemas.Transfer, parameters=_ID,
        faults=(409,),
    )  # fmt: skip


_TEXT = {"type": "string"}
_ID = (Parameter("id", _TEXT, "id of the transfer", "path"),)
_LIST_PARAMETERS = (
    Parameter("dataset", _TEXT, "id of a dataset"),
    Parameter("session", _TEXT, "id of a session"),
    Parameter("state", {"type": "string", "enum": [one.value for one in State]}),
    Parameter("lab", _TEXT, "name of a lab"),
    Parameter("rule", _TEXT, "name of a rule"),
    Parameter("source", _TEXT, "name of the repository it comes from"),
    Parameter("target", _TEXT, "name of the repository it goes to"),
    Parameter("limit", {"type": "integer"}),
    Parameter("offset", {"type": "integer"}),
)
OPERATIONS = [
    Operation(
        method="GET", path="/transfers", handler=list_, policy=Policy.SIGNED_IN, name="transfers_list", tag=TAG, own=True,
        summary="List transfers, newest first", parameters=_LIST_PARAMETERS,
        answer_schema={"$ref": "#/components/schemas/TransferPage"},
        doc="Which files are on their way to where, how far they are, and why some did not arrive.",
    ),
    Operation(
        method="GET", path="/transfers/{id}", handler=read, policy=Policy.SIGNED_IN, name="transfers_read", tag=TAG,
        own=True, summary="Read one transfer", answer=schemas.Transfer, parameters=_ID,
    ),
    _action(Action.PAUSE, "Let a transfer wait; what was sent stays"),
    _action(Action.RESUME, "Go on with a paused transfer"),
    _action(Action.CANCEL, "Cancel a transfer and remove what was sent"),
    _action(Action.RETRY, "Try a failed, quarantined or cancelled transfer again"),
]  # fmt: skip
