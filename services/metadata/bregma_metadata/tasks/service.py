"""Rules of tasks: who may change them, and that no task waits for itself."""

from typing import Any
from uuid import UUID

from bregma_kit.clock import now
from bregma_kit.errors import Invalid
from bregma_kit.resource import Change

from bregma_metadata.sessions.attached import check_writer
from bregma_metadata.tasks import store


async def complete(change: Change) -> None:
    """Check the session and the parents; a change is noted with its time, which tells that a runner is alive."""
    if change.current is not None:
        await check_writer(change.tx, change.principal, change.current["session_id"])
        change.values["datetime"] = now()
    if change.creating or "session_id" in change.values:
        await check_writer(change.tx, change.principal, change.values.get("session_id"))
    parents = change.links.get("parents")
    if parents:
        await _check_parents(change, parents)


async def may_delete(change: Change, _row_id: UUID) -> None:
    """Deleting is writing."""
    assert change.current is not None
    await check_writer(change.tx, change.principal, change.current["session_id"])


async def _check_parents(change: Change, parents: list[UUID]) -> None:
    labs: dict[UUID, Any] = await store.labs_of(change.tx, parents)
    for one in parents:
        if one not in labs or not change.principal.may_see(labs[one]):
            raise Invalid({"parents": [f"Object with id={one} does not exist."]})
    own = None if change.current is None else change.current["id"]
    if own is not None and (own in parents or await store.waits_for(change.tx, parents, own)):
        raise Invalid({"parents": ["A task cannot wait for itself, nor for one that waits for it."]})
