"""sync-file-status: how many copies each repository should hold, and how many it does."""

from typing import Any

from bregma_kit.http import Call, Operation, Policy

from bregma_files.sync_status import service

TAG = "repositories"
_WHOLE = {"type": "integer"}
_COUNTS = {"wanted": _WHOLE, "present": _WHOLE, "missing": _WHOLE}
_STATUS: dict[str, Any] = {
    "type": "object",
    "properties": {
        **_COUNTS,
        "repositories": {
            "type": "array",
            "items": {"type": "object", "properties": {"name": {"type": "string"}, "managed": {"type": "boolean"}, **_COUNTS}},
        },
    },
}  # fmt: skip


async def status(call: Call) -> dict[str, Any]:
    """Count copies."""
    async with call.db.read() as tx:
        return await service.status(tx, call.principal)


async def sync(call: Call) -> dict[str, Any]:
    """Look for missing copies."""
    async with call.db.write() as tx:
        queued = await service.look_for_missing(tx, call.principal)
        return {**await service.status(tx, call.principal), "queued": queued}


OPERATIONS = [
    Operation(
        method="GET", path="/sync-file-status", handler=status, policy=Policy.SIGNED_IN, name="sync_file_status_list", tag=TAG,
        summary="How complete each repository is", answer_schema=_STATUS,
        doc="Of each repository: records (`wanted`), those whose file exists (`present`: verified on a managed repository, "
            "declared on another) and the difference (`missing`). Only files of labs that the caller may see count.",
    ),
    Operation(
        method="POST", path="/sync-file-status", handler=sync, policy=Policy.WRITER, name="sync_file_status_create", tag=TAG,
        summary="Look for missing files at their places",
        answer_schema={**_STATUS, "properties": {**_STATUS["properties"], "queued": _WHOLE}},
        doc=f"Queues a look at up to {service.MOST} places on managed repositories where a file of the caller's labs is missing, "
            "the newest first, and answers as GET does, with their number (`queued`). What a repository elsewhere holds is its "
            "lab's to say.",
    ),
]  # fmt: skip
