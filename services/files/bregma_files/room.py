"""The room as the application composes it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from bregma_kit.errors import Unavailable
from bregma_kit.http import Operation, Process

from bregma_files import bytes_room
from bregma_files.cache_tables import routes as cache_tables
from bregma_files.cache_tables import tasks as cache_tasks
from bregma_files.corrections import routes as corrections
from bregma_files.dataset_types import routes as dataset_types
from bregma_files.datasets import routes as datasets
from bregma_files.download_log import routes as download_log
from bregma_files.notices import routes as notices
from bregma_files.records import routes as records
from bregma_files.registration import routes as registration
from bregma_files.repositories import routes as repositories
from bregma_files.sync_status import routes as sync_status

log = structlog.get_logger("files")
NAME = "files"
OPERATIONS: list[Operation] = [
    *dataset_types.OPERATIONS, *repositories.OPERATIONS, *datasets.OPERATIONS, *records.OPERATIONS, *registration.OPERATIONS,
    *notices.OPERATIONS, *download_log.OPERATIONS, *sync_status.OPERATIONS, *corrections.OPERATIONS, *cache_tables.OPERATIONS,
    *bytes_room.OPERATIONS,
]  # fmt: skip

TASKS = [*bytes_room.TASKS, *cache_tasks.TASKS]


@asynccontextmanager
async def serving(process: Process) -> AsyncIterator[None]:
    """Hold what the room's routes and jobs need while a process serves or works."""
    bytes_room.attach(process)
    try:
        try:
            await bytes_room.check_store(process)
        except Unavailable:
            # the catalogue can be read meanwhile; what needs the store answers 503 until it is back
            log.warning("store_away_at_start")
        yield
    finally:
        bytes_room.detach(process)
