"""The room as the application composes it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bregma_kit.http import Operation, Process

NAME = "files"
OPERATIONS: list[Operation] = []


@asynccontextmanager
async def serving(_process: Process) -> AsyncIterator[None]:
    """Hold what the room's routes need while a process serves."""
    yield
