"""The process that runs jobs of all rooms."""

import asyncio
import signal
import threading
from collections.abc import Sequence

from bregma_compression import room as compression
from bregma_files import room as files
from bregma_kit.jobs import Task, run_worker
from bregma_kit.settings import Settings
from bregma_metadata import room as metadata
from bregma_transfer import room as transfer

from bregma_app.main import make_process

TASKS: list[Task] = [*metadata.TASKS, *files.TASKS, *compression.TASKS, *transfer.TASKS]
GRACE, GRACE_LONG_JOBS = 30, 5
"""Seconds that jobs get to end when the process must: one that takes hours begins anew elsewhere in any case."""


async def work(settings: Settings, queues: Sequence[str] = ()) -> None:
    """Run jobs until the process is told to end."""
    process = make_process(settings, _room_of(queues))
    chosen = list(queues) or sorted({task.queue for task in TASKS})
    others = [name for name in chosen if name not in (compression.NAME, transfer.CARRYING)]
    await process.database.open()
    try:
        async with files.serving(process), asyncio.TaskGroup() as group:
            running = []
            if others:
                running.append(run_worker(process, TASKS, others, signals=False, grace=GRACE))
            if compression.NAME in chosen:
                # places of their own: a recording takes hours, and verification must not wait behind it
                running.append(run_worker(
                    process, TASKS, [compression.NAME], concurrency=settings.compression_jobs, signals=False,
                    grace=GRACE_LONG_JOBS,
                ))  # fmt: skip
            if transfer.CARRYING in chosen:
                running.append(run_worker(
                    process, TASKS, [transfer.CARRYING], concurrency=settings.transfer_files, signals=False,
                    grace=GRACE_LONG_JOBS,
                ))  # fmt: skip
            _end_on_signals([group.create_task(one) for one in running])
    finally:
        await process.database.close()


def _room_of(queues: Sequence[str]) -> list[str]:
    """Return the room whose role suffices, if there is one."""
    rooms = {transfer.NAME if name == transfer.CARRYING else name for name in queues}
    return list(rooms) if rooms in ({files.NAME}, {compression.NAME}, {transfer.NAME}) else []


def _end_on_signals(workers: Sequence[asyncio.Task[None]]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return  # Python hears signals in the main thread only; whoever runs a worker beside it ends it by cancelling
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, lambda: [worker.cancel() for worker in workers])
