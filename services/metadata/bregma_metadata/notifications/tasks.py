"""What workers do for this feature."""

from bregma_kit.http import Process
from bregma_kit.jobs import Task

from bregma_metadata.notifications import service


async def send(process: Process, notification: str) -> None:
    """Send one message."""
    await service.send(process, notification)


TASKS = [Task(name=service.SEND, run=send, queue=service.QUEUE, attempts=service.MOST_TRIES)]
