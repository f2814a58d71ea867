"""Cache tables without a request."""

from bregma_kit.http import Process
from bregma_kit.jobs import Task
from bregma_kit.objects import ObjectStore

from bregma_files.cache_tables import service


async def bring_up_to_date(process: Process) -> None:
    """Encode what changed, and remove zips that nobody fetches any more."""
    await service.refresh(process.database)
    objects = process.extras.get("store")
    if isinstance(objects, ObjectStore):
        await service.tidy(process.database, objects, process.settings)


TASKS = [
    Task(name=service.TASK, run=bring_up_to_date, queue=service.QUEUE, attempts=5),
    Task(name=f"{service.TASK}_regularly", run=bring_up_to_date, queue=service.QUEUE, cron="*/10 * * * *", attempts=1),
]
