"""Agents over HTTP."""

from typing import Any

from bregma_kit.http import Call, Operation, Policy

from bregma_transfer.agents import schemas, service
from bregma_transfer.movements.tasks import worker_of

TAG = "transfers"


async def claim(call: Call) -> dict[str, Any]:
    """Give an agent work."""
    return await service.claim(worker_of(call.process), call.principal, call.body)


async def start(call: Call) -> dict[str, Any]:
    """Begin to send files."""
    return await service.start(worker_of(call.process), call.principal, call.body)


async def sign(call: Call) -> dict[str, Any]:
    """Sign parts."""
    return await service.sign(worker_of(call.process), call.principal, call.body)


async def sent(call: Call) -> dict[str, Any]:
    """Note what was sent."""
    return await service.sent(worker_of(call.process), call.principal, call.body)


async def beat(call: Call) -> dict[str, Any]:
    """Renew leases."""
    return await service.beat(worker_of(call.process), call.principal, call.body)


async def fail(call: Call) -> dict[str, Any]:
    """Note what cannot be sent."""
    return await service.fail(worker_of(call.process), call.principal, call.body)


OPERATIONS = [
    Operation(
        method="POST", path="/agent-claims", handler=claim, policy=Policy.WRITER, name="agent_claims_create", tag=TAG,
        own=True, summary="Take files to send from a lab", body=schemas.AgentClaim, answer=schemas.AgentClaimed, faults=(404,),
        doc="The files are this agent's until the lease ends; beats renew it. Every later call names the attempt, and what "
        "an older attempt says counts no more.",
    ),
    Operation(
        method="POST", path="/agent-starts", handler=start, policy=Policy.WRITER, name="agent_starts_create", tag=TAG,
        own=True, summary="Begin to send files, or go on", body=schemas.AgentStarts, answer=schemas.AgentReadies,
    ),
    Operation(
        method="POST", path="/agent-parts", handler=sign, policy=Policy.WRITER, name="agent_parts_create", tag=TAG,
        own=True, summary="Sign parts of a file", body=schemas.AgentParts, answer=schemas.AgentPuts, faults=(409,),
    ),
    Operation(
        method="POST", path="/agent-sent", handler=sent, policy=Policy.WRITER, name="agent_sent_create", tag=TAG, own=True,
        summary="Say that all bytes of files were sent", body=schemas.AgentSent, answer=schemas.AgentWords,
        doc="They are read back before they count.",
    ),
    Operation(
        method="POST", path="/agent-beats", handler=beat, policy=Policy.WRITER, name="agent_beats_create", tag=TAG,
        own=True, summary="Say how far files are and keep them", body=schemas.AgentBeats, answer=schemas.AgentWords,
    ),
    Operation(
        method="POST", path="/agent-failures", handler=fail, policy=Policy.WRITER, name="agent_failures_create", tag=TAG,
        own=True, summary="Say which files cannot be sent as they are", body=schemas.AgentFailures, answer=schemas.AgentWords,
    ),
]  # fmt: skip
