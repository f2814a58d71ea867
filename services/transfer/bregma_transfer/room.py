"""The room as the application composes it."""

from bregma_kit.events import Subscription
from bregma_kit.http import Operation
from bregma_kit.jobs import Task

from bregma_transfer.agents import routes as agents
from bregma_transfer.certificates import routes as certificates
from bregma_transfer.limits import routes as limits
from bregma_transfer.movements import routes as movements
from bregma_transfer.movements import tasks as movement_tasks
from bregma_transfer.movements.service import WORK_QUEUE
from bregma_transfer.plans import routes as plans
from bregma_transfer.plans import tasks as plan_tasks
from bregma_transfer.rules import routes as rules
from bregma_transfer.sources import routes as sources

NAME = "transfer"
OPERATIONS: list[Operation] = [
    *movements.OPERATIONS, *plans.OPERATIONS, *rules.OPERATIONS, *limits.OPERATIONS, *sources.OPERATIONS,
    *certificates.OPERATIONS, *agents.OPERATIONS,
]  # fmt: skip
TASKS: list[Task] = [*movement_tasks.TASKS, *plan_tasks.TASKS]
SUBSCRIPTIONS: list[Subscription] = [*plan_tasks.SUBSCRIPTIONS]
CARRYING = WORK_QUEUE
"""The queue of what takes hours."""
