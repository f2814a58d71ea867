"""Liveness, readiness and metrics of one process."""

from bregma_kit.http import Call, Operation, Policy, Process, json_response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import literal, select
from starlette.responses import Response


async def _alive(_call: Call) -> dict[str, str]:
    return {"status": "ok"}


async def _ready(call: Call) -> Response:
    """Ready means that the database answers; the store is asked where it is needed."""
    async with call.db.read() as tx:
        await tx.value(select(literal(1)))
    return json_response({"status": "ready"})


async def _metrics(_call: Call) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def probes(_process: Process) -> list[Operation]:
    """Return the operations that every process has; they are not part of the API's document."""
    return [
        Operation(
            method="GET", path=path, handler=handler, policy=Policy.OPEN, name=path[1:], summary=path[1:], documented=False
        )
        for path, handler in (("/healthz", _alive), ("/readyz", _ready), ("/metrics", _metrics))
    ]  # fmt: skip
