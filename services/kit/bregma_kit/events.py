"""What happened in one room, told to others as jobs, in the transaction in which it happened.

A room announces; which jobs follow is what the rooms above subscribe to, and only the composition knows both.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from bregma_kit.db import WriteTx
from bregma_kit.jobs import defer


@dataclass(frozen=True, slots=True)
class Subscription:
    """A job that follows an event. ``concerns`` spares the others a job: it sees the name of each thing."""

    event: str
    task: str
    queue: str
    concerns: Callable[[str], bool]


class Events:
    """The subscriptions of one process; every process composes all of them, for any may be the one that announces."""

    def __init__(self) -> None:
        self._by_event: dict[str, list[Subscription]] = {}

    def compose(self, subscriptions: Iterable[Subscription]) -> None:
        """Replace what is subscribed to."""
        self._by_event = {}
        for one in subscriptions:
            self._by_event.setdefault(one.event, []).append(one)

    async def announce(self, tx: WriteTx, event: str, names: Mapping[UUID, str]) -> None:
        """Queue the jobs that follow from what happened to these things; their arguments are the ids only."""
        for one in self._by_event.get(event, ()):
            ids = [str(key) for key, name in names.items() if one.concerns(name)]
            if ids:
                await defer(tx, one.task, [{"ids": ids}], queue=one.queue)


EVENTS = Events()
