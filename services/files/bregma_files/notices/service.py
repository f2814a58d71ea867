"""Rules of data notices: they name datasets that their writer may see."""

from bregma_kit.errors import Invalid
from bregma_kit.resource import Change

from bregma_files.datasets.service import visible_ids

NO_SUCH = 'Invalid pk "{}" - object does not exist.'


async def complete(change: Change) -> None:
    """Note who writes; a dataset that the caller may not see does not exist."""
    if change.creating:
        change.values["created_by_id"] = change.principal.user_id
    wanted = change.links.get("datasets", [])
    seen = await visible_ids(change.tx, change.principal, wanted)
    for one in wanted:
        if one not in seen:
            raise Invalid({"datasets": [NO_SUCH.format(one)]})
