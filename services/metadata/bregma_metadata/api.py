"""What other rooms may call: sign-in, and changes of sessions in the caller's transaction."""

from uuid import UUID

from bregma_kit.db import WriteTx, compiled
from sqlalchemy import Uuid, bindparam
from sqlalchemy.dialects.postgresql import insert

from bregma_metadata.people.service import People
from bregma_metadata.sessions.corrections import (
    PlaceTaken,
    merge_session,
    move_session,
    restore_session,
    withdraw_session,
)
from bregma_metadata.sessions.tables import SessionUserRow

__all__ = [
    "People",
    "PlaceTaken",
    "add_session_user",
    "merge_session",
    "move_session",
    "restore_session",
    "withdraw_session",
]


_ADD_USER = compiled(
    insert(SessionUserRow)
    .values(session_id=bindparam("session", type_=Uuid), user_id=bindparam("user", type_=Uuid))
    .on_conflict_do_nothing()
)


async def add_session_user(tx: WriteTx, session_id: UUID, user_id: UUID) -> None:
    """Note that somebody worked on a session."""
    await tx.execute(_ADD_USER, {"session": session_id, "user": user_id})
