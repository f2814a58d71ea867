"""Movements without a request."""

import asyncio
from datetime import timedelta
from uuid import UUID

from bregma_kit.http import Process
from bregma_kit.jobs import Task
from bregma_kit.stores import stores_of

from bregma_transfer.movements import carrying, service
from bregma_transfer.movements.carriers import Hands
from bregma_transfer.movements.worker import Worker

_WORKER = "transfer_worker"


def worker_of(process: Process) -> Worker:
    """Return what this process carries files with, made when it is first asked for."""
    stores, found = stores_of(process.extras), process.extras.get(_WORKER)
    if not isinstance(found, Worker) or found.stores is not stores:
        settings = process.settings
        found = process.extras[_WORKER] = Worker(
            process.database, stores, Hands(asyncio.Semaphore(settings.transfer_parts)),
            timedelta(seconds=settings.transfer_lease_seconds),
        )  # fmt: skip
    return found


async def work(process: Process) -> None:
    """Carry until nothing is due."""
    await carrying.work(worker_of(process))


async def tidy(process: Process, movement: str) -> None:
    """Remove what was sent for a cancelled movement."""
    await carrying.tidy(worker_of(process), [UUID(movement)])


TASKS = [
    Task(name=service.WORK, run=work, queue=service.WORK_QUEUE),
    Task(name=service.TIDY, run=tidy, queue=service.QUEUE),
]
