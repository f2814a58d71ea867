"""Rules of file records: who may change them, and that nobody declares a managed copy to exist."""

from uuid import UUID

from bregma_kit.db import WriteTx
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.resource import Change

from bregma_files.records import store
from bregma_files.verification import service as verification


async def complete(change: Change) -> None:
    """Check the lab; on a managed repository keep ``exists`` true to what was verified."""
    lab_id = await _check_labs(change)
    _check_path(change.values.get("relative_path"))
    managed = await store.is_managed(change.tx, change.after("repository_id"))
    if managed and not await store.takes(change.tx, change.after("repository_id"), lab_id):
        raise Invalid({"data_repository": ["This repository takes no files of the dataset's lab."]})
    change.values["lab_id"] = lab_id if managed else None
    moved = change.current is not None and any(
        change.after(name) != change.current[name] for name in ("repository_id", "dataset_id")
    )
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


async def look_again(tx: WriteTx, dataset_id: UUID) -> None:
    """Somebody says that a dataset's content is another: what we verified is not served as that before we looked."""
    await verification.start_for_records(tx, await store.doubt(tx, dataset_id))


async def check_delete(change: Change, _row_id: UUID) -> None:
    """Deleting needs the same role as writing."""
    assert change.current is not None
    await _check_labs(change)


async def _check_labs(change: Change) -> UUID | None:
    """Writing needs a role both where the record is and where it goes; return the lab of the latter."""
    wanted = change.after("dataset_id")
    owner = await store.owner_of(change.tx, wanted)
    if owner is None or not change.principal.may_see(owner["lab_id"]):
        raise Invalid({"dataset": ["Object does not exist."]})
    owners = [owner]
    if change.current is not None and change.current["dataset_id"] != wanted:
        owners.append(await store.owner_of(change.tx, change.current["dataset_id"]))
    if not all(one is not None and change.principal.may_write(one["lab_id"]) for one in owners):
        raise NotAllowed(hint="writing needs a role in the session's lab; ask one of its managers")
    lab_id: UUID | None = owner["lab_id"]
    return lab_id


def _check_path(path: str | None) -> None:
    if path is not None and ({"", ".", ".."} & set(path.split("/")) or not path.isprintable()):
        raise Invalid(
            {
                "relative_path": [
                    "Give a path below the repository's root, without '..', empty parts and control characters."
                ]
            }
        )
