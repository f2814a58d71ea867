"""Cache tables over HTTP: what there is, and the zip itself."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from bregma_kit.http import Call, Operation, Parameter, Policy, json_response
from bregma_kit.objects import store_of
from starlette.responses import Response, StreamingResponse

from bregma_files.cache_tables import service

TAG = "cache tables"
_COUNTS = {"type": "object", "properties": {"nrecs": {"type": "integer"}, "size": {"type": "integer"}}}
_INFO: dict[str, Any] = {
    "type": "object",
    "properties": {
        "date_created": {"type": "string", "description": "UTC, to the minute"},
        "origin": {"type": "string", "description": "name of the installation"},
        "min_api_version": {"type": "string", "description": "lowest version of ONE-api that reads the tables"},
        "tables": {"type": "object", "additionalProperties": _COUNTS},
        "database_tags": {"type": "array", "items": {"type": "string"}},
        "location": {"type": "string", "description": "where the zip of a tag's tables is; otherwise at /cache.zip"},
    },
}  # fmt: skip
_NAME = Parameter("tag", {"type": "string"}, "name of a tag of datasets", "path")


async def info(call: Call) -> Response:
    """Say what the tables hold."""
    return json_response((await service.current(call.process, call.principal)).info)


async def tag_info(call: Call) -> Response:
    """Say what a tag's tables hold, and where they are."""
    tag = call.path("tag")
    snapshot = await service.current(call.process, call.principal, tag)
    # our own address and no signed one: the stock client names its file by all that follows the last slash, and no
    # file system takes a name as long as a signature
    location = f"{call.base_url}/cache/tags/{quote(tag, safe='')}/cache.zip"
    return json_response({**snapshot.info, "location": location})


async def tables(call: Call) -> Response:
    """Send the zip."""
    tag = call.request.path_params.get("tag")
    snapshot = await service.current(call.process, call.principal, tag)
    objects, bucket = store_of(call.process.extras), call.process.settings.s3_bucket

    async def pieces() -> AsyncIterator[bytes]:
        async for one in objects.read(bucket, snapshot.key, snapshot.size):
            yield bytes(one)

    # streamed and not redirected: urllib would send the token on to the store, which refuses two kinds of credentials;
    # the stock client cannot do without the length
    headers = {"Content-Length": str(snapshot.size), "Content-Disposition": 'attachment; filename="cache.zip"',
               "Cache-Control": "private", "ETag": f'"{snapshot.id}"'}  # fmt: skip
    return StreamingResponse(pieces(), media_type="application/zip", headers=headers)


OPERATIONS = [
    Operation(
        method="GET", path="/cache/info", handler=info, policy=Policy.SIGNED_IN, name="cache_info", tag=TAG,
        summary="What the cache tables hold", answer_schema=_INFO, faults=(503,),
        doc="ONE-api's tables of all sessions, datasets and insertions that the caller may see. The tables are made anew "
        "when something changed since they were last asked for.",
    ),
    Operation(
        method="GET", path="/cache/info/{tag:path}", handler=tag_info, policy=Policy.SIGNED_IN, name="cache_info_tag", tag=TAG,
        summary="What the cache tables of a tag hold", answer_schema=_INFO, parameters=(_NAME,), documented=False,
        faults=(503,),
    ),
    Operation(
        method="GET", path="/cache.zip", handler=tables, policy=Policy.SIGNED_IN, name="cache_zip", tag=TAG,
        summary="The cache tables: a zip of parquet files", documented=False, faults=(503,),
    ),
    Operation(
        method="GET", path="/cache/tags/{tag:path}/cache.zip", handler=tables, policy=Policy.SIGNED_IN, name="cache_tag_zip",
        tag=TAG, summary="The cache tables of a tag", documented=False, parameters=(_NAME,), faults=(503,),
    ),
]  # fmt: skip
