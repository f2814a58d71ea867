"""Composition: which rooms there are, which first path segments are theirs, and the application of one process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bregma_compression import room as compression
from bregma_files import room as files
from bregma_kit.db import Database
from bregma_kit.events import EVENTS
from bregma_kit.graph import GRAPH
from bregma_kit.http import Operation, Process, build_app
from bregma_kit.routes import ResourceOperation
from bregma_kit.settings import Settings
from bregma_metadata import room as metadata
from bregma_metadata.api import People
from bregma_transfer import room as transfer
from fastapi import FastAPI

from bregma_app.document import schema_operations
from bregma_app.pages.routes import pages
from bregma_app.probes import probes

ROOMS: dict[str, list[Operation]] = {
    metadata.NAME: metadata.OPERATIONS, files.NAME: files.OPERATIONS, compression.NAME: compression.OPERATIONS,
    transfer.NAME: transfer.OPERATIONS,
}  # fmt: skip
ROUTING: dict[str, str] = {one.path.split("/")[1]: name for name, operations in ROOMS.items() for one in operations}
"""First path segment → room, for whatever stands in front of a split installation."""

# look-ups walk from any room's records to any other's; every process knows all of them
GRAPH.compose(one.resource for operations in ROOMS.values() for one in operations if isinstance(one, ResourceOperation))

# who announces does not know who follows; every process may be the one that announces
EVENTS.compose([*compression.SUBSCRIPTIONS, *transfer.SUBSCRIPTIONS])


def make_process(settings: Settings, rooms: Sequence[str]) -> Process:
    """Make what the requests of a process share; a process of one room works with that room's role only."""
    role = f"bregma_{rooms[0]}" if len(rooms) == 1 else None
    database = Database(settings.database_url.get_secret_value(), role=role, pool=settings.database_pool)
    return Process(settings, database, People(database, settings))


def make_app(settings: Settings, rooms: Sequence[str] = tuple(ROOMS)) -> FastAPI:
    """Make the application that serves these rooms."""
    unknown = set(rooms) - set(ROOMS)
    if unknown:
        raise ValueError(f"no such service: {', '.join(sorted(unknown))}; there are {', '.join(ROOMS)}")
    process = make_process(settings, rooms)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await process.database.open()
        try:
            async with files.serving(process) if files.NAME in rooms else _nothing():
                yield
        finally:
            await process.database.close()

    # the document tells of every room, so that it is the same from every process
    everything = [one for operations in ROOMS.values() for one in operations]
    own = [*probes(process), *schema_operations(everything), *pages(everything)]
    operations = [*own, *(one for room in rooms for one in ROOMS[room])]
    here = {one.path.split("/")[1] for room in rooms for one in ROOMS[room]}
    elsewhere = {segment: room for segment, room in ROUTING.items() if segment not in here}
    return build_app(process, operations, title="Bregma", lifespan=lifespan, elsewhere=elsewhere)


@asynccontextmanager
async def _nothing() -> AsyncIterator[Any]:
    yield None
