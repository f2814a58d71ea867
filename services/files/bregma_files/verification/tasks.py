"""Verification without a request."""

from uuid import UUID

from bregma_kit.http import Process
from bregma_kit.jobs import Task
from bregma_kit.objects import store_of

from bregma_files.verification import service


async def verify(process: Process, uploads: list[str]) -> None:
    """Verify received uploads."""
    ids = [UUID(one) for one in uploads]
    await service.verify(process.database, store_of(process.extras), process.settings, ids)


async def verify_records(process: Process, records: list[str]) -> None:
    """Verify what lies at the places of records."""
    await service.verify_records(process.database, store_of(process.extras), [UUID(one) for one in records])


TASKS = [
    Task(name=service.VERIFY, run=verify, queue=service.QUEUE),
    Task(name=service.VERIFY_RECORDS, run=verify_records, queue=service.QUEUE),
]
