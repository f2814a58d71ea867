"""Rules of sessions: defaults, lab time, and creation that may be repeated."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bregma_kit.auth import Principal
from bregma_kit.db import Database
from bregma_kit.errors import Invalid
from bregma_kit.resource import Change, Resource
from bregma_kit.writing import create

from bregma_metadata.sessions import store
from bregma_metadata.sessions.domain import lab_time


async def complete(change: Change) -> None:
    """Fill in what a new session takes from its subject, and bring times to the lab's clock."""
    await _choose_subject(change)
    timezone = await store.timezone_of(change.tx, change.after("lab_id"))
    for name in ("start_time", "end_time"):
        if change.values.get(name) is not None:
            change.values[name] = lab_time(change.values[name], timezone)
    if change.creating:
        if change.values.get("start_time") is None:
            change.values["start_time"] = await store.now_in(change.tx, timezone)
        if not change.links.get("users"):
            change.links["users"] = [change.principal.user_id]


async def _choose_subject(change: Change) -> None:
    """Two labs may have an animal of the same name: the session's lab says which is meant."""
    nickname, lab = change.given.get("subject"), change.given.get("lab")
    if nickname is None:
        return
    row = await store.subject_of(change.tx, nickname, lab)
    if row is None or not change.principal.may_see(row["lab_id"]):
        raise Invalid({"subject": [f"Object with nickname={nickname} does not exist."]})
    change.values["subject_id"] = row["id"]
    if change.creating and change.values.get("lab_id") is None:
        change.values["lab_id"] = row["lab_id"]


async def create_session(
    resource: Resource, database: Database, principal: Principal, body: Mapping[str, Any], *, repeatable: bool
) -> tuple[UUID, bool]:
    """Create a session and return (id, True); a repeatable call may find the one an equal call has made: (id, False)."""
    try:
        async with database.write() as tx:
            return await create(resource, tx, principal, body), True
    except Invalid:
        existing = await _existing(database, principal, body) if repeatable else None
        if existing is None:
            raise
        return existing, False


async def _existing(database: Database, principal: Principal, body: Mapping[str, Any]) -> UUID | None:
    async with database.read() as tx:
        try:
            wanted = UUID(str(body.get("id")))
        except ValueError:
            wanted = None
        if wanted is not None and await store.exists_id(tx, wanted):
            return wanted
        subject = await store.subject_of(tx, str(body.get("subject")), body.get("lab"))
        if subject is None or body.get("number") is None or not body.get("start_time"):
            return None
        day = _given_day(body, subject["timezone"])
        found = await store.at_place(tx, subject["id"], day, int(body["number"]))
        return found if found and principal.may_see(subject["lab_id"]) else None


def _given_day(body: Mapping[str, Any], timezone: str) -> date:
    return lab_time(datetime.fromisoformat(str(body["start_time"])), timezone).date()
