"""Rules over HTTP."""

from typing import Any

import orjson
from bregma_kit.http import Call, Operation, Parameter, Policy, page_numbers, page_response
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE
from starlette.responses import Response

from bregma_compression.rules import schemas, service

TAG = "compression"


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
        method="GET", path="/compression/rules", handler=list_, policy=Policy.SIGNED_IN, name="compression_rules_list",
        tag=TAG, own=True, summary="List rules, the first in rank first", parameters=_PAGING,
        answer_schema={"$ref": "#/components/schemas/CompressionRulePage"},
    ),
    Operation(
        method="POST", path="/compression/rules", handler=create, policy=Policy.WRITER, name="compression_rules_create",
        tag=TAG, own=True, summary="Say which raw recordings are compressed by themselves", body=schemas.RuleIn,
        answer=schemas.CompressionRule, status=201,
        doc="A recording whose bytes are verified from now on is compressed by the first rule that is about it.",
    ),
    Operation(
        method="GET", path="/compression/rules/{id}", handler=read, policy=Policy.SIGNED_IN,
        name="compression_rules_read", tag=TAG, own=True, summary="Read one rule", answer=schemas.CompressionRule,
        parameters=_ID,
    ),
    Operation(
        method="PATCH", path="/compression/rules/{id}", handler=change, policy=Policy.WRITER,
        name="compression_rules_partial_update", tag=TAG, own=True, summary="Change parts of a rule",
        body=schemas.RuleChange, answer=schemas.CompressionRule, parameters=_ID,
    ),
    Operation(
        method="DELETE", path="/compression/rules/{id}", handler=remove, policy=Policy.WRITER,
        name="compression_rules_delete", tag=TAG, own=True, summary="Delete a rule; its jobs stay", status=204,
        parameters=_ID,
    ),
]  # fmt: skip
