"""Uploads without a request."""

from bregma_kit.http import Process
from bregma_kit.jobs import Task
from bregma_kit.objects import store_of

from bregma_files.uploads import sweeping
from bregma_files.verification.service import QUEUE


async def sweep(process: Process) -> None:
    """Tidy up."""
    await sweeping.sweep(process.database, store_of(process.extras), process.settings)


TASKS = [Task(name="files.sweep_uploads", run=sweep, queue=QUEUE, cron="17 * * * *", attempts=3)]
