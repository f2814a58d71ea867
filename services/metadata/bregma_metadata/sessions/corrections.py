"""Changes of a session's place that other rooms make in their own transaction."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.clock import now
from bregma_kit.db import WriteTx, new_id
from bregma_kit.errors import Invalid
from sqlalchemy import func, insert, select, update

from bregma_metadata.labs.tables import LabRow
from bregma_metadata.sessions import store
from bregma_metadata.sessions.tables import FormerPlaceRow, SessionRow
from bregma_metadata.subjects.tables import SubjectRow


class PlaceTaken(ValueError):
    """Another session is at the place that a correction wants."""


async def _place(tx: WriteTx, session_id: UUID) -> asyncpg.Record:
    row = await tx.row(
        select(
            SessionRow.subject_id, SessionRow.lab_id, SessionRow.start_time, SessionRow.end_time, SessionRow.number,
            LabRow.name.label("lab"), SubjectRow.nickname.label("subject"),
        )
        .join(LabRow, LabRow.id == SessionRow.lab_id).join(SubjectRow, SubjectRow.id == SessionRow.subject_id)
        .where(SessionRow.id == session_id).with_for_update(of=SessionRow)
    )  # fmt: skip
    assert row is not None, "the caller has looked the session up"
    return row


async def _remember(tx: WriteTx, session_id: UUID, row: asyncpg.Record, points_to: UUID, by: UUID, reason: str) -> None:
    """Keep the old place, so that paths that people have written down still lead somewhere."""
    await tx.execute(
        insert(FormerPlaceRow).values(
            id=new_id(), session_id=points_to, lab=row["lab"], subject=row["subject"],
            date=row["start_time"].date().isoformat(), number=row["number"] or 0, moved_by_id=by, reason=reason,
        )
    )  # fmt: skip
    if points_to != session_id:
        await tx.execute(
            update(FormerPlaceRow).where(FormerPlaceRow.session_id == session_id).values(session_id=points_to)
        )


async def move_session(
    tx: WriteTx, session_id: UUID, *, subject: str | None, lab: str | None, day: date | None, number: int | None,
    by: UUID, reason: str, may_see: Callable[[UUID | None], bool],
) -> UUID:  # fmt: skip
    """Move a session to its right subject, date or number and return the lab it is in afterwards."""
    row = await _place(tx, session_id)
    values: dict[str, Any] = {"auto_datetime": now()}
    if subject is not None:
        named = [one for one in await store.subjects_named(tx, subject) if may_see(one["lab_id"])]
        meant = [one for one in named if one["lab"] == (lab or row["lab"])] or ([] if lab else named)
        if len(meant) != 1:
            several = f"{len(meant)} animals are named {subject}; say which lab is meant."
            raise Invalid({"subject": [several if meant else f"Object with nickname={subject} does not exist."]})
        values |= {"subject_id": meant[0]["id"], "lab_id": meant[0]["lab_id"]}
    if day is not None:
        for name in ("start_time", "end_time"):
            if row[name] is not None:
                # a session that crossed midnight ends a day after it starts, wherever it is moved
                shift = datetime.combine(day, row["start_time"].time()) - row["start_time"]
                values[name] = row[name] + shift
    if number is not None:
        values["number"] = number
    await _remember(tx, session_id, row, session_id, by, reason)
    try:
        await tx.execute(update(SessionRow).where(SessionRow.id == session_id).values(**values))
    except asyncpg.UniqueViolationError:
        raise PlaceTaken("There is another session of this subject, date and number.") from None
    lab_id: UUID = values.get("lab_id", row["lab_id"])
    return lab_id


async def merge_session(tx: WriteTx, session_id: UUID, into: UUID, *, by: UUID, reason: str) -> None:
    """Withdraw an emptied session; its place leads to the one that stays."""
    row = await _place(tx, session_id)
    await _remember(tx, session_id, row, into, by, reason)
    await withdraw_session(tx, session_id, reason=f"merged into {into}: {reason}")


async def withdraw_session(tx: WriteTx, session_id: UUID, *, reason: str) -> None:
    """Hide a session and all that belongs to it."""
    values = {"withdrawn_at": now(), "withdrawn_reason": reason}
    await tx.execute(update(SessionRow).where(SessionRow.id == session_id).values(**values))


async def restore_session(tx: WriteTx, session_id: UUID) -> None:
    """Show a withdrawn session again."""
    values = {"withdrawn_at": None, "withdrawn_reason": None, "auto_datetime": func.now()}
    try:
        await tx.execute(update(SessionRow).where(SessionRow.id == session_id).values(**values))
    except asyncpg.UniqueViolationError:
        raise PlaceTaken("Another session has taken this session's subject, date and number.") from None
