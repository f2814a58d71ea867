"""Rules of data notices: they name datasets that their writer may see."""

from uuid import UUID

from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.resource import Change

from bregma_files.datasets.service import visible_ids
from bregma_files.notices import store

NO_SUCH = 'Invalid pk "{}" - object does not exist.'


async def complete(change: Change) -> None:
    """Note who writes; a dataset that the caller may not see does not exist."""
    if change.creating:
        change.values["created_by_id"] = change.principal.user_id
    else:
        await _check_writer(change)
    wanted = change.links.get("datasets", [])
    seen = await visible_ids(change.tx, change.principal, wanted)
    for one in wanted:
        if one not in seen:
            raise Invalid({"datasets": [NO_SUCH.format(one)]})


async def may_delete(change: Change, _row_id: UUID) -> None:
    """Deleting needs what changing needs."""
    await _check_writer(change)


async def _check_writer(change: Change) -> None:
    """Change a notice if you wrote it, or manage a lab whose datasets it is about."""
    assert change.current is not None
    caller = change.principal
    if caller.administers or change.current["created_by_id"] == caller.user_id:
        return
    labs = await store.labs_of(change.tx, change.current["id"])
    if not any(lab is not None and caller.may_write(lab, frozenset({"manager"})) for lab in labs):
        raise NotAllowed(hint="its writer, and managers of the labs whose datasets it is about, change a notice")
