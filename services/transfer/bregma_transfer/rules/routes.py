"""Rules over HTTP."""

from typing import Any

import orjson
from bregma_kit.http import Call, Operation, Parameter, Policy, page_numbers, page_response
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE
from starlette.responses import Response

from bregma_transfer.rules import schemas, service

TAG = "transfers"


async def list_(call: Call) -> Response:
    """List rules."""
    limit, offset = page_numbers(call.query, DEFAULT_PAGE, LARGEST_PAGE)
    count, rules = await service.page(call.db, call.principal, limit, offset)
    return page_response(call, count=count, results=orjson.dumps(rules).decode(), limit=limit, offset=offset)


async def create(call: Call) -> dict[str, Any]:
    """Make a rule."""
    return await service.create(call.db, call.principal, call.body)


async def read(call: Call) -> dict[str, Any]:
    """Read a rule."""
    return await service.read(call.db, call.principal, call.path_uuid("id", "Rule"))


async def change(call: Call) -> dict[str, Any]:
    """Change a rule."""
    return await service.change(call.db, call.principal, call.path_uuid("id", "Rule"), call.body)


async def remove(call: Call) -> None:
    """Delete a rule."""
    await service.remove(call.db, call.principal, call.path_uuid("id", "Rule"))


_ID = (Parameter("id", {"type": "string"}, "id of the rule", "path"),)
_PAGING = (Parameter("limit", {"type": "integer"}), Parameter("offset", {"type": "integer"}))
OPERATIONS = [
    Operation(
        method="GET", path="/transfer-rules", handler=list_, policy=Policy.SIGNED_IN, name="transfer_rules_list", tag=TAG,
        own=True, summary="List rules, the first in rank first", parameters=_PAGING,
        answer_schema={"$ref": "#/components/schemas/TransferRulePage"},
    ),
    Operation(
        method="POST", path="/transfer-rules", handler=create, policy=Policy.WRITER, name="transfer_rules_create",
        tag=TAG, own=True, summary="Say which datasets shall have a verified copy where", body=schemas.TransferRuleIn,
        answer=schemas.TransferRule, status=201,
        doc="At 02:00 in each lab's time zone, and where the rule says so as soon as a dataset is verified, what is missing is sent.",
    ),
    Operation(
        method="GET", path="/transfer-rules/{id}", handler=read, policy=Policy.SIGNED_IN, name="transfer_rules_read",
        tag=TAG, own=True, summary="Read one rule", answer=schemas.TransferRule, parameters=_ID,
    ),
    Operation(
        method="PATCH", path="/transfer-rules/{id}", handler=change, policy=Policy.WRITER,
        name="transfer_rules_partial_update", tag=TAG, own=True, summary="Change parts of a rule",
        body=schemas.TransferRuleChange, answer=schemas.TransferRule, parameters=_ID,
    ),
    Operation(
        method="DELETE", path="/transfer-rules/{id}", handler=remove, policy=Policy.WRITER, name="transfer_rules_delete",
        tag=TAG, own=True, summary="Delete a rule; its movements stay", status=204, parameters=_ID,
    ),
]  # fmt: skip
