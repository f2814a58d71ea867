"""Downloads over HTTP (docs/design/0001-uploads-and-downloads.md)."""

from typing import Any

from bregma_kit.http import Call, Operation, Parameter, Policy
from bregma_kit.stores import stores_of
from starlette.responses import Response

from bregma_files.downloads import schemas, service

TAG = "downloads"


async def signed_urls(call: Call) -> dict[str, Any]:
    """Sign downloads."""
    body: schemas.SignedUrlsBody = call.body
    return await service.signed_urls(call.db, stores_of(call.process.extras), call.principal, body.datasets)


async def data(call: Call) -> Response:
    """Redirect to the bytes."""
    signed = await service.signed_path(call.db, stores_of(call.process.extras), call.principal, call.path("path"))
    # not cached by others: the address is a key to the bytes
    return Response(status_code=302, headers={"Location": signed.url, "Cache-Control": "private"})


_PATH = "lab/Subjects/subject/date/number/collection/#revision#/name"
OPERATIONS = [
    Operation(
        method="POST", path="/signed-urls", handler=signed_urls, policy=Policy.SIGNED_IN, name="signed_urls_create",
        tag=TAG,
        own=True, summary="Signed URLs of up to 1,000 datasets", body=schemas.SignedUrlsBody, answer=schemas.SignedUrls,
        doc="In the order asked. A dataset that cannot be served, or that the caller may not see, has an error "
        "instead.",
    ),
    Operation(
        method="GET", path="/data/{path:path}", handler=data, policy=Policy.DATA, name="data_read", tag=TAG, own=True,
        summary="Redirect to the bytes of a file of the data tree", documented=False, status=302,
        parameters=(Parameter("path", {"type": "string"}, _PATH, "path"),),
    ),
]  # fmt: skip
