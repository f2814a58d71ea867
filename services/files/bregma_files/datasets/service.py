"""Rules of datasets: who may change them, the default among revisions, and protection."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from bregma_kit.clock import now
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.fields import Field
from bregma_kit.filters import parse_boolean
from bregma_kit.resource import Change
from sqlalchemy import literal_column

from bregma_files.datasets import store

parse_exists = parse_boolean


@dataclass(frozen=True, kw_only=True)
class NotAColumn(Field):
    """Something a caller may send that is no column of the record; it is not shown."""

    in_list: bool = False
    in_detail: bool = False

    def read(self) -> Any:
        """Nothing to show."""
        return literal_column("null")


async def complete(change: Change) -> None:
    """Find the session, check that the caller may write in its lab, and refuse changes to protected data."""
    change.values.pop("", None)
    if change.creating:
        await _name_session(change)
        change.values.setdefault("created_by_id", change.principal.user_id)
    session_id = change.after("session_id")
    lab_id = await store.lab_of_session(change.tx, session_id) if session_id else None
    if session_id and lab_id is None:
        raise Invalid({"session": ["Invalid hyperlink - Object does not exist."]})
    if not change.principal.may_write(lab_id):
        raise NotAllowed(hint="writing needs a role in the session's lab; ask one of its managers")
    if change.current is not None:
        content = {"name", "collection", "revision_id", "hash", "file_size", "session_id"} & set(change.values)
        if content and await store.protecting_tags(change.tx, change.current["id"]):
            await refuse_protected(change, change.current["id"])
        change.values["auto_datetime"] = now()


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
    found = await store.session_at(change.tx, subject, wanted, number)
    if found is None:
        raise Invalid({"session": [f"There is no session {number} of {subject} on {wanted}."]})
    change.values["session_id"] = found


async def settle(change: Change, row_id: UUID) -> None:
    """A default takes the flag from its siblings."""
    if change.given.get("default_dataset", change.creating):
        await store.clear_other_defaults(change.tx, row_id)


async def refuse_protected(change: Change, row_id: UUID) -> None:
    """Datasets with a protected tag cannot be deleted or changed."""
    session_id = None if change.current is None else change.current["session_id"]
    if not change.principal.may_write(await store.lab_of_session(change.tx, session_id) if session_id else None):
        raise NotAllowed
    names = await store.protecting_tags(change.tx, row_id)
    if names:
        listed = ", ".join(f'"{name}"' for name in names)
        raise NotAllowed(f"The dataset is protected by the protected tag(s) {listed} and cannot be changed or deleted.")
