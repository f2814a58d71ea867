"""Rules of sessions: defaults, lab time, protection, and creation that may be repeated."""

from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import Database
from bregma_kit.errors import Invalid, NotAllowed, Taken
from bregma_kit.resource import Change, Resource
from bregma_kit.writing import create

from bregma_metadata.sessions import store
from bregma_metadata.sessions.domain import can_end_at, lab_time

PLACE_RULES = frozenset({"sessions_place_key", "sessions_pkey"})


async def complete(change: Change) -> None:
    """Fill in what a session takes from its subject, and bring times to the lab's clock."""
    await _choose_subject(change)
    await _check_parent(change)
    timezone = await store.timezone_of(change.tx, change.after("lab_id"))
    for name in ("start_time", "end_time"):
        if change.values.get(name) is not None:
            change.values[name] = lab_time(change.values[name], timezone)
    if change.creating:
        if change.values.get("start_time") is None:
            change.values["start_time"] = await store.now_in(change.tx, timezone)
        if not change.links.get("users"):
            change.links["users"] = [change.principal.user_id]
    else:
        change.values["auto_datetime"] = now()
        await _keep_files_in_place(change)
    end = change.after("end_time")
    if end is not None and not can_end_at(change.after("start_time"), end, timezone):
        raise Invalid({"end_time": ["A session cannot end before it starts."]})


async def _check_parent(change: Change) -> None:
    parent_id = change.values.get("parent_session_id")
    if parent_id is not None:
        lab_id = await store.lab_of(change.tx, parent_id)
        if lab_id is None or not change.principal.may_see(lab_id):
            raise Invalid({"parent_session": ["Object does not exist."]})


async def _keep_files_in_place(change: Change) -> None:
    """The paths of a session's files tell its animal, date and number: with files it moves as a whole, or not at all."""
    assert change.current is not None
    moved = [name for name in ("subject_id", "lab_id", "number") if change.after(name) != change.current[name]]
    if change.after("start_time").date() != change.current["start_time"].date():
        moved.append("start_time")
    if not moved:
        return
    await store.lock_files(change.tx, change.current["id"])
    if await store.has_datasets(change.tx, change.current["id"]):
        text = "This session has files; move it with POST /corrections, so that their paths follow."
        raise Invalid({name.removesuffix("_id"): [text] for name in moved})


async def _choose_subject(change: Change) -> None:
    """Two labs may have an animal of the same name: say which one the name in this request means."""
    nickname, lab = change.given.get("subject"), change.given.get("lab")
    if nickname is None:
        return
    named = [row for row in await store.subjects_named(change.tx, nickname) if change.principal.may_see(row["lab_id"])]
    if not named:
        raise Invalid({"subject": [f"Object with nickname={nickname} does not exist."]})
    chosen = _meant(named, change, lab)
    if chosen is None:
        raise Invalid({"subject": [f"Several labs have an animal named {nickname}; say which lab is meant."]})
    change.values["subject_id"] = chosen["id"]
    if change.creating:
        change.values.setdefault("lab_id", chosen["lab_id"])


def _meant(named: list[asyncpg.Record], change: Change, lab: str | None) -> asyncpg.Record | None:
    """Return the animal of the lab that was given, else the session's own, else the one in the caller's labs."""
    current = None if change.current is None else change.current["subject_id"]
    for fits in (
        lambda row: row["lab"] == lab,
        lambda row: lab is None and row["id"] == current,
        lambda row: lab is None and row["lab_id"] in change.principal.lab_roles,
        lambda _row: True,
    ):
        found = [row for row in named if fits(row)]
        if len(found) == 1:
            return found[0]
    return None


KEEPERS = frozenset({"manager", "member"})


async def refuse_protected(change: Change, row_id: UUID) -> None:
    """Refuse to delete a session with protected datasets that we keep; what others only declared goes, as on Alyx."""
    assert change.current is not None
    await store.lock_files(change.tx, row_id)
    if not change.principal.may_write(change.current["lab_id"], KEEPERS) and await store.has_datasets(
        change.tx, row_id
    ):
        raise NotAllowed("A rig deletes no session that has files.", hint="ask a member of the lab")
    names = await store.protecting_tags(change.tx, row_id)
    if names:
        listed = ", ".join(f'"{name}"' for name in names)
        raise NotAllowed(f"Datasets of this session are protected by the protected tag(s) {listed}.")


async def create_session(
    resource: Resource, database: Database, principal: Principal, body: Any, *, repeatable: bool
) -> tuple[UUID, bool]:
    """Create a session and return (id, True); a repetition finds the one that an earlier call made: (id, False)."""
    try:
        async with database.write() as tx:
            return await create(resource, tx, principal, body), True
    except Taken as taken:
        if not repeatable or taken.constraint not in PLACE_RULES:
            raise
        async with database.read() as tx:
            existing = await store.like(tx, taken.values)
        if existing is None or not principal.may_see(existing["lab_id"]):
            raise
        return existing["id"], False
