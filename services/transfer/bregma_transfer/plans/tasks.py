"""Plans without a request."""

from datetime import date
from uuid import UUID

from bregma_kit.events import Subscription
from bregma_kit.http import Process
from bregma_kit.jobs import Task

from bregma_transfer.movements.service import QUEUE
from bregma_transfer.plans import service


async def tick(process: Process) -> None:
    """See whose night began."""
    await service.tick(process.database)


async def plan_night(process: Process, lab: str, day: str) -> None:
    """Plan a lab's night."""
    await service.plan_night(process.database, UUID(lab), date.fromisoformat(day))


async def consider(process: Process, ids: list[str]) -> None:
    """Send at once what was just verified, where a rule says so."""
    await service.consider(process.database, [UUID(one) for one in ids])


def _any(_name: str) -> bool:
    return True


TASKS = [
    Task(name="transfer.tick", run=tick, queue=QUEUE, cron="* * * * *", attempts=2),
    Task(name=service.PLAN_NIGHT, run=plan_night, queue=QUEUE),
    Task(name=service.CONSIDER, run=consider, queue=QUEUE),
]
SUBSCRIPTIONS = [Subscription("files.verified", service.CONSIDER, QUEUE, _any)]
