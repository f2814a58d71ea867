"""Invitations: a person without a password gets a link, opens it and chooses one. The link works once, for some days."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.errors import Invalid
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bregma_metadata.people import tokens
from bregma_metadata.people.tables import InvitationRow, UserRow

SHORTEST_PASSWORD = 8
_SPENT = "This link was used already, has been replaced by a newer one, or is too old. Ask your operator for another."


async def waiting(tx: ReadTx) -> list[str]:
    """Return the people who have no password yet; a rig's account has tokens only."""
    rows = await tx.rows(
        select(UserRow.username)
        .where(UserRow.password.is_(None), UserRow.is_active, UserRow.kind == "normal")
        .order_by(UserRow.username)
    )
    return [row["username"] for row in rows]


async def invite(tx: WriteTx, username: str, until: datetime) -> str | None:
    """Make a key for an account, in place of an earlier one, and return it; None if there is no such open account."""
    user_id: UUID | None = await tx.value(
        select(UserRow.id).where(UserRow.username == username, UserRow.is_active, UserRow.kind == "normal")
    )
    if user_id is None:
        return None
    key = tokens.new_token()
    values = {"digest": tokens.digest(key), "expires_at": until}
    await tx.execute(
        upsert(InvitationRow)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=[InvitationRow.user_id], set_=values)
    )
    return key


async def redeem(tx: WriteTx, key: str, hashed: str) -> str:
    """Set the password of the account that a key belongs to, spend the key and return the user name."""
    user_id = await tx.value(
        delete(InvitationRow)
        .where(InvitationRow.digest == tokens.digest(key), InvitationRow.expires_at > func.now())
        .returning(InvitationRow.user_id)
    )
    username: str | None = None
    if user_id is not None:
        username = await tx.value(
            update(UserRow)
            .where(UserRow.id == user_id, UserRow.is_active)
            .values(password=hashed)
            .returning(UserRow.username)
        )
    if username is None:
        raise Invalid({"key": [_SPENT]})
    return username
