"""The process that runs jobs of all rooms."""

from collections.abc import Sequence

from bregma_files import room as files
from bregma_kit.jobs import run_worker
from bregma_kit.settings import Settings
from bregma_metadata import room as metadata

from bregma_app.main import make_process


async def work(settings: Settings, queues: Sequence[str] = ()) -> None:
    """Run jobs until the process is told to end."""
    process = make_process(settings, [files.NAME] if list(queues) == [files.NAME] else [])
    await process.database.open()
    try:
        async with files.serving(process):
            await run_worker(process, [*metadata.TASKS, *files.TASKS], list(queues) or None)
    finally:
        await process.database.close()
