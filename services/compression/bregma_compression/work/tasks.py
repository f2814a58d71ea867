"""Jobs without a request."""

from uuid import UUID

from bregma_kit.events import Subscription
from bregma_kit.http import Process
from bregma_kit.jobs import Task
from bregma_kit.objects import store_of

from bregma_compression.work import retiring, running, service
from bregma_compression.work.domain import is_raw


async def run(process: Process, job: str) -> None:
    """Do a job."""
    await running.run(process.database, store_of(process.extras), process.settings, UUID(job))


async def consider(process: Process, ids: list[str]) -> None:
    """Make jobs for files that were just verified."""
    await service.consider(process.database, [UUID(one) for one in ids])


async def sweep(process: Process) -> None:
    """Queue again what was lost."""
    await service.restart_stuck(process.database)


async def retire(process: Process) -> None:
    """Ask for the retirement of raw copies."""
    await retiring.ask(process.database)


TASKS = [
    Task(name=service.RUN, run=run, queue=service.QUEUE),
    Task(name=service.CONSIDER, run=consider, queue=service.QUEUE),
    Task(name="compression.sweep", run=sweep, queue=service.QUEUE, cron="*/10 * * * *", attempts=3),
    Task(name="compression.retire_raw", run=retire, queue=service.QUEUE, cron="31 * * * *", attempts=3),
]
SUBSCRIPTIONS = [Subscription("files.verified", service.CONSIDER, service.QUEUE, is_raw)]
