"""Plans over HTTP."""

from typing import Any

from bregma_kit.http import Call, Operation, Policy

from bregma_transfer.plans import schemas, service

TAG = "transfers"


async def plan(call: Call) -> dict[str, Any]:
    """Plan now."""
    return await service.request(call.db, call.principal, call.body)


OPERATIONS = [
    Operation(
        method="POST", path="/transfers/plan", handler=plan, policy=Policy.WRITER, name="transfers_plan", tag=TAG, own=True,
        summary="Look now for what rules want and is missing", body=schemas.TransferPlanRequest,
        answer=schemas.TransferPlan,
        doc="What is on its way already is not sent again; with `dry_run` nothing is sent.",
    ),
]  # fmt: skip
