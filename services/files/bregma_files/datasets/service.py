"""Rules of datasets: what they belong to, who may change them, the default among revisions, and protection."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import ReadTx
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.fields import Field
from bregma_kit.resource import Change
from dataset_types import BadPath, parse_dataset_path
from sqlalchemy import func, literal_column, select

from bregma_files.dataset_types.tables import DataFormatRow
from bregma_files.datasets import store
from bregma_files.datasets.store import OWNERS
from bregma_files.records import service as records
from bregma_files.retention import service as retention

__all__ = [
    "OWNERS",
    "NotAColumn",
    "SeveralLabs",
    "complete",
    "refuse_protected",
    "session_at",
    "settle",
    "visible_ids",
    "visible_owner",
]
CONTENT = ("name", "collection", "revision_id", "hash", "file_size", "session_id")
"""What a protected tag protects."""


MANAGERS, PEOPLE = frozenset({"manager"}), frozenset({"manager", "member"})


class SeveralLabs(ValueError):
    """Animals of the same name in several labs, and nothing says which is meant."""


@dataclass(frozen=True, kw_only=True)
class NotAColumn(Field):
    """Something a caller may send that is no column of the record; it is not shown."""

    in_list: bool = False
    in_detail: bool = False

    def read(self) -> Any:
        """Nothing to show."""
        return literal_column("null")


async def visible_owner(tx: ReadTx, principal: Principal, kind: str, wanted: UUID) -> asyncpg.Record | None:
    """Return a record that may have files with its lab, or None if there is none that the caller may see."""
    found = await store.owner(tx, kind, wanted)
    return found if found is not None and principal.may_see(found["lab_id"]) else None


async def visible_ids(tx: ReadTx, principal: Principal, wanted: Sequence[UUID]) -> set[UUID]:
    """Return which of these datasets exist for the caller."""
    return await store.visible_ids(tx, wanted, principal.visible_labs) if wanted else set()


async def session_at(
    tx: ReadTx, principal: Principal, subject: str, day: date, number: int, labs: Sequence[str] = ()
) -> asyncpg.Record | None:
    """Return the session of a place; of animals of the same name the one in the given labs, else in the caller's own."""
    rows = [row for row in await store.sessions_at(tx, subject, day, number) if principal.may_see(row["lab_id"])]
    rules: tuple[Callable[[asyncpg.Record], bool], ...] = (
        lambda row: row["lab"] in labs, lambda row: row["lab_id"] in principal.lab_roles, lambda _row: True,
    )  # fmt: skip
    for fits in rules:
        chosen = [row for row in rows if fits(row)]
        if len(chosen) == 1:
            return chosen[0]
    if rows:
        raise SeveralLabs
    return None


async def complete(change: Change) -> None:
    """Find the session, check that the caller may write there, and refuse changes to protected data."""
    if change.creating:
        await _name_session(change)
        change.values["created_by_id"] = change.values.get("created_by_id") or change.principal.user_id
        await _tell_format(change)
    await _check_labs(change)
    _check_place(change)
    if change.current is not None:
        if any(change.after(name) != change.current[name] for name in CONTENT):
            await refuse_protected(change, change.current["id"])
        if "tags" in change.links:
            await _check_tags(change, change.current)
        change.values["auto_datetime"] = now()


async def _check_tags(change: Change, current: Mapping[str, Any]) -> None:
    """Who could take a protection off could undo it, and a rig publishes nothing."""
    taken, published = await store.grave_changes(change.tx, current["id"], change.links["tags"])
    if not taken and not published:
        return
    belongs = (
        ("session", current["session_id"]) if current["session_id"] else (current["content_type"], current["object_id"])
    )
    found = None if belongs[1] is None else await store.owner(change.tx, *belongs)
    lab_id = None if found is None else found["lab_id"]
    if taken and not change.principal.may_write(lab_id, MANAGERS):
        raise NotAllowed(
            f"Only a manager of the lab takes the tag(s) {', '.join(taken)} off.", hint="ask one of its managers"
        )
    if published and not change.principal.may_write(lab_id, PEOPLE):
        raise NotAllowed(f"A rig publishes nothing ({', '.join(published)}).", hint="ask a member of the lab")


async def _tell_format(change: Change) -> None:
    if change.values.get("data_format_id") is not None:
        return
    extension = "." + str(change.values.get("name", "")).rpartition(".")[2]
    found = await change.tx.value(
        select(DataFormatRow.id).where(func.lower(DataFormatRow.file_extension) == extension.lower())
    )
    if found is None:
        raise Invalid({"data_format": [f"No format is known by the extension {extension}; name one of /data-formats."]})
    change.values["data_format_id"] = found


async def _check_labs(change: Change) -> None:
    """Writing needs a role both where the dataset is and where it goes."""
    session_id = change.after("session_id")
    if session_id is not None and await visible_owner(change.tx, change.principal, "session", session_id) is None:
        raise Invalid({"session": ["Invalid hyperlink - Object does not exist."]})
    if change.current is not None:
        await _check_role(change, change.current)
    await _check_role(change, {name: change.after(name) for name in ("session_id", "content_type", "object_id")})


async def _check_role(change: Change, row: Any) -> None:
    kind, wanted = ("session", row["session_id"]) if row["session_id"] else (row["content_type"], row["object_id"])
    found = None if wanted is None else await store.owner(change.tx, kind, wanted)
    if not change.principal.may_write(None if found is None else found["lab_id"]):
        raise NotAllowed(hint="writing needs a role in the session's lab; ask one of its managers")


def _check_place(change: Change) -> None:
    if not {"name", "collection"} & set(change.values):
        return
    collection, name = change.after("collection") or "", change.after("name")
    try:
        place = parse_dataset_path(f"{collection}/{name}" if collection else name)
    except BadPath as error:
        raise Invalid({"name": [str(error)]}) from None
    if (place.collection, place.name) != (collection, name):
        raise Invalid({"name": ["Give the folders as 'collection' and the revision as 'revision'."]})


async def _name_session(change: Change) -> None:
    if change.values.get("session_id") is not None:
        return
    subject, day, number = (change.given.get(name) for name in ("subject", "date", "number"))
    if subject is None or day is None or number is None:
        return
    try:
        wanted = date.fromisoformat(str(day)[:10])
    except ValueError:
        raise Invalid({"date": ["Date has wrong format. Use YYYY-MM-DD."]}) from None
    try:
        found = await session_at(change.tx, change.principal, subject, wanted, number)
    except SeveralLabs:
        raise Invalid(
            {"subject": [f"Several labs have an animal named {subject}; give the session instead."]}
        ) from None
    if found is None:
        raise Invalid({"session": [f"There is no session {number} of {subject} on {wanted}."]})
    change.values["session_id"] = found["id"]


async def settle(change: Change, row_id: UUID) -> None:
    """A default takes the flag from its siblings; other content is verified before it is seen."""
    if change.given.get("default_dataset", change.creating):
        await store.clear_other_defaults(change.tx, row_id)
    if change.current is not None and any(change.after(name) != change.current[name] for name in ("hash", "file_size")):
        await records.look_again(change.tx, row_id)


async def before_delete(change: Change, row_id: UUID) -> None:
    """Deleting needs the same role as writing, and no protected tag."""
    assert change.current is not None
    await _check_role(change, change.current)
    await refuse_protected(change, row_id)
    await retention.refuse_stand_in(change.tx, change.principal, row_id)


async def refuse_protected(change: Change, row_id: UUID) -> None:
    """Datasets with a protected tag cannot be deleted or changed."""
    names = await store.protecting_tags(change.tx, row_id)
    if names:
        listed = ", ".join(f'"{name}"' for name in names)
        raise NotAllowed(f"The dataset cannot be changed or deleted because of the protected tag(s) {listed}")
