"""What workers do for this feature."""

from bregma_kit.http import Process
from bregma_kit.jobs import Task

from bregma_metadata.husbandry import today
from bregma_metadata.notifications.service import QUEUE


async def look_through(process: Process) -> None:
    """Tell people which animals still wait for water or were not weighed."""
    await today.look_through(process)


# every five minutes: each lab's day begins to be due at its own time, and is claimed once
TASKS = [Task(name="metadata.look_through_animals", run=look_through, queue=QUEUE, cron="*/5 * * * *", attempts=3)]
