"""Rules of file records: who may change them, and that nobody declares a managed copy to exist."""

from uuid import UUID

from bregma_kit.errors import NotAllowed
from bregma_kit.resource import Change

from bregma_files.records import store
from bregma_files.verification import service as verification


async def complete(change: Change) -> None:
    """Check the lab; on a managed repository keep ``exists`` true to what was verified."""
    await _check_lab(change, change.after("dataset_id"))
    managed = await store.is_managed(change.tx, change.after("repository_id"))
    moved = change.current is not None and change.after("repository_id") != change.current["repository_id"]
    if managed:
        if change.creating or moved:
            change.values["exists"] = False
        elif change.values.get("exists"):
            # only verification sets it; what is verified already stays so
            del change.values["exists"]
        change.values["declared"] = False
    elif "exists" in change.values or change.creating:
        change.values["declared"] = True


async def settle(change: Change, row_id: UUID) -> None:
    """A changed record is news about its dataset; a claim about a managed copy starts its verification."""
    await store.touch_dataset(change.tx, change.after("dataset_id"))
    if change.given.get("exists") and await store.is_managed(change.tx, change.after("repository_id")):
        await verification.start_for_records(change.tx, [row_id])


async def check_delete(change: Change, _row_id: UUID) -> None:
    """Deleting needs the same role as writing."""
    assert change.current is not None
    await _check_lab(change, change.current["dataset_id"])


async def _check_lab(change: Change, dataset_id: UUID) -> None:
    if not change.principal.may_write(await store.lab_of_dataset(change.tx, dataset_id)):
        raise NotAllowed(hint="writing needs a role in the session's lab; ask one of its managers")
