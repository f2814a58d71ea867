"""Corrections of sessions."""

from bregma_kit.http import Call, Operation, Policy

from bregma_files.corrections import service
from bregma_files.corrections.schemas import Correction, Report


async def correct(call: Call) -> Report:
    """Move, merge, withdraw or restore a session."""
    return await service.correct(call.db, call.principal, call.body)


OPERATIONS = [
    Operation(
        method="POST", path="/corrections", handler=correct, policy=Policy.WRITER, name="corrections_create", tag="sessions",
        summary="Move, merge, withdraw or restore a session", body=Correction, answer=Report, own=True, faults=(404,),
        doc="For a session under the wrong animal, date or number, one that was started twice, or a test run. Ids and bytes "
            "stay, old paths redirect, protected data refuse. A dry run unless `dry_run` is false.",
    ),
]  # fmt: skip
