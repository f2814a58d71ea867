"""Jobs over HTTP."""

from typing import Any
from uuid import UUID

import orjson
from bregma_kit.errors import Invalid
from bregma_kit.http import Call, Operation, Parameter, Policy, page_numbers, page_response
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE
from starlette.responses import Response

from bregma_compression.work import schemas, service
from bregma_compression.work.domain import State

TAG = "compression"


async def list_(call: Call) -> Response:
    """List jobs."""
    limit, offset = page_numbers(call.query, DEFAULT_PAGE, LARGEST_PAGE)
    count, jobs = await service.page(call.db, call.principal, _filters(call.query), limit, offset)
    return page_response(call, count=count, results=orjson.dumps(jobs).decode(), limit=limit, offset=offset)


def _filters(query: dict[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: query.get(name) or None for name in ("state", "lab", "rule", "software_version")}
    if wanted["state"] not in (None, *State):
        raise Invalid({"state": [f"Choose one of {', '.join(State)}."]})
    for name in ("dataset", "session"):
        try:
            wanted[name] = UUID(query[name]) if query.get(name) else None
        except ValueError:
            raise Invalid({name: ["Must be a valid UUID."]}) from None
    return wanted


async def create(call: Call) -> dict[str, Any]:
    """Make a job."""
    return await service.request(call.db, call.principal, call.body)


async def read(call: Call) -> dict[str, Any]:
    """Read a job."""
    return await service.read(call.db, call.principal, call.path_uuid("id", "Job"))


async def cancel(call: Call) -> dict[str, Any]:
    """Cancel a job."""
    return await service.cancel(call.db, call.principal, call.path_uuid("id", "Job"))


async def retry(call: Call) -> dict[str, Any]:
    """Try a job again."""
    return await service.retry(call.db, call.principal, call.path_uuid("id", "Job"))


_TEXT = {"type": "string"}
_ID = (Parameter("id", _TEXT, "id of the job", "path"),)
_LIST_PARAMETERS = (
    Parameter("dataset", _TEXT, "id of the raw file, or of a file that was made of it"),
    Parameter("session", _TEXT, "id of a session"),
    Parameter("state", {"type": "string", "enum": [one.value for one in State]}),
    Parameter("lab", _TEXT, "name of a lab"),
    Parameter("rule", _TEXT, "name of a rule"),
    Parameter("software_version", _TEXT, "version of the codecs"),
    Parameter("limit", {"type": "integer"}),
    Parameter("offset", {"type": "integer"}),
)
OPERATIONS = [
    Operation(
        method="GET", path="/compression/jobs", handler=list_, policy=Policy.SIGNED_IN, name="compression_jobs_list",
        tag=TAG, own=True, summary="List jobs, newest first", parameters=_LIST_PARAMETERS,
        answer_schema={"$ref": "#/components/schemas/CompressionJobPage"},
        doc="Which software, in which version and how, made which files of which bytes; and what is under way.",
    ),
    Operation(
        method="POST", path="/compression/jobs", handler=create, policy=Policy.WRITER, name="compression_jobs_create",
        tag=TAG, own=True, summary="Compress a raw recording", body=schemas.CompressionRequest,
        answer=schemas.CompressionJob, status=201, faults=(409,),
        doc="The compressed files are registered beside the raw one when every sample was read back from the store. "
        "Where such files are there already the new ones are a new revision.",
    ),
    Operation(
        method="GET", path="/compression/jobs/{id}", handler=read, policy=Policy.SIGNED_IN, name="compression_jobs_read",
        tag=TAG, own=True, summary="Read one job", answer=schemas.CompressionJob, parameters=_ID,
    ),
    Operation(
        method="POST", path="/compression/jobs/{id}/cancel", handler=cancel, policy=Policy.WRITER,
        name="compression_jobs_cancel", tag=TAG, own=True, summary="Cancel a job that is queued or running",
        answer=schemas.CompressionJob, parameters=_ID, faults=(409,),
    ),
    Operation(
        method="POST", path="/compression/jobs/{id}/retry", handler=retry, policy=Policy.WRITER,
        name="compression_jobs_retry", tag=TAG, own=True, summary="Try a failed or cancelled job again",
        answer=schemas.CompressionJob, parameters=_ID, faults=(409,),
    ),
]  # fmt: skip
