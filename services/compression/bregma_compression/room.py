"""The room as the application composes it."""

from bregma_kit.events import Subscription
from bregma_kit.http import Operation
from bregma_kit.jobs import Task

from bregma_compression.rules import routes as rules
from bregma_compression.slices import routes as slices
from bregma_compression.work import routes as work
from bregma_compression.work import tasks as work_tasks

NAME = "compression"
OPERATIONS: list[Operation] = [*work.OPERATIONS, *rules.OPERATIONS, *slices.OPERATIONS]
TASKS: list[Task] = [*work_tasks.TASKS]
SUBSCRIPTIONS: list[Subscription] = [*work_tasks.SUBSCRIPTIONS]
