"""Retention without a request."""

from uuid import UUID

from bregma_kit.http import Process
from bregma_kit.jobs import Task
from bregma_kit.stores import stores_of

from bregma_files.retention import service


async def retire(
    process: Process,
    dataset: str,
    sha256: str,
    stand_ins: dict[str, str],
    minimum_copies: int,
    policy: str,
    repository: str | None = None,
) -> None:
    """Retire a dataset's copies, if nothing speaks against it."""
    ask = service.Ask(
        UUID(dataset), sha256, {UUID(one): value for one, value in stand_ins.items()}, minimum_copies, policy,
        UUID(repository) if repository else None,
    )  # fmt: skip
    await service.retire(process.database, stores_of(process.extras), process.settings, ask)


async def purge(process: Process) -> None:
    """Delete what was retired long enough ago."""
    await service.purge(process.database, stores_of(process.extras))


TASKS = [
    Task(name=service.RETIRE, run=retire, queue=service.QUEUE),
    Task(name="files.purge_retired", run=purge, queue=service.QUEUE, cron="43 * * * *", attempts=3),
]
