"""What other rooms may call: sign-in, and changes of sessions in the caller's transaction."""

from uuid import UUID

from bregma_kit.db import WriteTx
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


async def add_session_user(tx: WriteTx, session_id: UUID, user_id: UUID) -> None:
    """Note that somebody worked on a session."""
    row = insert(SessionUserRow).values(session_id=session_id, user_id=user_id)
    await tx.execute(row.on_conflict_do_nothing())
