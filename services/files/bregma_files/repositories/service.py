"""Rules of data repositories: managed ones are the administrators', and keys are for those whose labs they were made for."""

from typing import Any
from uuid import UUID

from bregma_kit.clock import is_zone
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.resource import Change

from bregma_files.repositories import store
from bregma_files.repositories.domain import split_settings


async def check(change: Change) -> None:
    """What an administrator has bound to a bucket is the administrators', and stays servable."""
    if change.values.get("timezone") is not None and not is_zone(change.values["timezone"]):
        raise Invalid(
            {"timezone": [f"'{change.values['timezone']}' is not a time zone; use a name such as Europe/London."]}
        )
    if change.current is not None and change.current["managed"]:
        await administrators_only(change, change.current["id"])
        if change.values.get("globus_is_personal"):
            raise Invalid({"globus_is_personal": ["This repository is managed by Bregma and cannot be personal."]})
    if "json" in change.values:
        await _keep_keys_apart(change)


async def _keep_keys_apart(change: Change) -> None:
    """Store keys where no list, view or look-up shows them; who cannot see them cannot erase them in passing."""
    change.values["json"], keys = split_settings(change.values["json"])
    known: dict[str, Any] = (change.current or {}).get("access_keys") or {}
    if known and not await _sees_keys(change):
        keys = {**known, **keys}
    change.values["access_keys"] = keys or None


async def _sees_keys(change: Change) -> bool:
    """Whether the caller is shown this repository's keys (the same rule is SQL in the field that shows them)."""
    assert change.current is not None
    if change.principal.administers:
        return True
    return bool(set(await store.labs_of(change.tx, change.current["id"])) & set(change.principal.lab_roles))


async def administrators_only(change: Change, _row_id: UUID) -> None:
    """Managed repositories are changed by administrators only."""
    if change.current is not None and change.current["managed"] and not change.principal.administers:
        raise NotAllowed(hint="this repository is managed by Bregma; ask an administrator of the installation")
