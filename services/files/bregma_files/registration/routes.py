"""register-file and check-protected, as Alyx has them."""

from typing import Any

from bregma_kit.http import Call, Operation, Parameter, Policy, json_response
from starlette.responses import Response

from bregma_files.registration import service
from bregma_files.registration.domain import read_registration

TAG = "registration"
_TEXT = {"type": "string"}
_BODY: dict[str, Any] = {
    "type": "object",
    "required": ["path", "filenames"],
    "properties": {
        "path": {**_TEXT, "example": "KS014/2020-01-01/001/alf", "description": "subject/YYYY-MM-DD/number[/collection[/#revision#]]"},
        "filenames": {"type": "array", "items": _TEXT, "example": ["spikes.times.npy", "spikes.clusters.npy"]},
        "created_by": {**_TEXT, "description": "user name; default: the caller"},
        "name": {**_TEXT, "description": "repository where the files are now"},
        "hostname": {**_TEXT, "description": "the same by the repository's host name"},
        "labs": {"type": "array", "items": _TEXT, "description": "labs whose repositories get records; default: the subject's"},
        "hashes": {"type": "array", "items": {**_TEXT, "nullable": True}},
        "filesizes": {"type": "array", "items": {"type": "integer", "nullable": True}},
        "versions": {"type": "array", "items": {**_TEXT, "nullable": True}},
        "qc": {"type": "array", "items": _TEXT},
        "server_only": {"type": "boolean", "default": False},
        "default": {"type": "boolean", "default": True},
        "exists": {"type": "boolean", "default": True},
        "check_protected": {"type": "boolean", "default": False},
        "content_type": {**_TEXT, "description": "with object_id: files of a record other than a session"},
        "object_id": _TEXT,
    },
}  # fmt: skip


async def register_file(call: Call) -> Response:
    """Register files."""
    request = read_registration(call.body)
    async with call.db.write() as tx:
        answer = await service.register(tx, call.principal, request)
    return json_response(answer, 201)


async def check_protected(call: Call) -> Response:
    """Say which files are protected; the request comes in the body of the GET, or in its query."""
    request = read_registration({**call.query, **call.body} if isinstance(call.body, dict) else call.body)
    async with call.db.read() as tx:
        details = await service.protected_details(tx, call.principal, request)
    if details:
        return json_response({"status_code": 403, "error": "One or more datasets is protected", "details": details})
    return json_response({"status_code": 200, "details": "None of the datasets are protected"})


OPERATIONS = [
    Operation(
        method="POST", path="/register-file", handler=register_file, policy=Policy.WRITER, name="register_file_create", tag=TAG,
        summary="Register files that lie in a repository already", reads_body=True, body_schema=_BODY, status=201,
        doc="All files or none. On a managed repository `exists` stays false until Bregma has verified the bytes.",
    ),
    Operation(
        method="GET", path="/check-protected", handler=check_protected, policy=Policy.SIGNED_IN, name="check_protected_list",
        tag=TAG, summary="Are these files protected?", reads_body=True,
        parameters=(Parameter("path", _TEXT), Parameter("filenames", _TEXT, "comma list"), Parameter("created_by", _TEXT)),
    ),
]  # fmt: skip
