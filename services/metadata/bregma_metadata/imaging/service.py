"""Rules of imaging: stacks are of one session, and one location of a field of view is the default."""

from uuid import UUID

from bregma_kit.clock import now
from bregma_kit.errors import Invalid
from bregma_kit.resource import Change

from bregma_metadata.imaging import store
from bregma_metadata.sessions.attached import check_writer

COORDINATE_SYSTEMS = ("IBL-Allen", "Needles-Allen")
DEFAULT_SYSTEM = "IBL-Allen"


async def complete_view(change: Change) -> None:
    """Check session, stack and datasets."""
    if change.current is not None:
        await check_writer(change.tx, change.principal, change.current["session_id"])
    session_id = change.after("session_id")
    if change.creating or "session_id" in change.values:
        await check_writer(change.tx, change.principal, session_id)
    stack_id, own = change.values.get("stack_id"), None if change.current is None else change.current["id"]
    if change.after("stack_id") is not None and (stack_id is not None or "session_id" in change.values):
        others = await store.sessions_of_stack(change.tx, change.after("stack_id"), own)
        if any(one != session_id for one in others):
            raise Invalid({"stack": ["Stack fields of view must belong to the same session"]})
    chosen = change.values.get("chosen_datasets")
    if chosen is not None:
        known = await store.datasets_of_session(change.tx, session_id, chosen)
        for one in chosen:
            if one not in known:
                raise Invalid({"datasets": [f'Invalid pk "{one}" - object does not exist.']})


async def may_delete_view(change: Change, _row_id: UUID) -> None:
    """Deleting is writing."""
    assert change.current is not None
    await check_writer(change.tx, change.principal, change.current["session_id"])


async def may_make_stack(change: Change) -> None:
    """A stack is of no lab until a field of view names it; a rig makes it first."""
    await check_writer(change.tx, change.principal, None)


async def complete_location(change: Change) -> None:
    """Check the field of view and the system; a new default takes the flag from the earlier one."""
    if change.current is not None:
        await _check_view(change, change.current["field_of_view_id"])
        change.values["auto_datetime"] = now()
    view_id = change.after("field_of_view_id")
    if change.current is None or view_id != change.current["field_of_view_id"]:
        await _check_view(change, view_id)
    system = change.values.get("coordinate_system", DEFAULT_SYSTEM)
    if system is not None and system not in COORDINATE_SYSTEMS:
        raise Invalid({"coordinate_system": [f"Object with name={system} does not exist."]})
    if change.after("default_provenance"):
        await store.clear_default(change.tx, view_id)


async def may_delete_location(change: Change, _row_id: UUID) -> None:
    """Deleting is writing."""
    assert change.current is not None
    await _check_view(change, change.current["field_of_view_id"])


async def _check_view(change: Change, view_id: UUID) -> None:
    found = await store.session_of(change.tx, view_id)
    if found is None:
        raise Invalid({"field_of_view": [f'Invalid pk "{view_id}" - object does not exist.']})
    await check_writer(change.tx, change.principal, found["session_id"], "field_of_view")
