"""Every query about accounts and tokens."""

from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled, new_id
from sqlalchemy import (
    ARRAY,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    column,
    delete,
    func,
    insert,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people.tables import LabRoleRow, TokenRow, UserRow

_principals = table(
    "principals", column("user_id", Uuid), column("username", Text), column("password", Text), column("is_admin"),
    column("kind", Text), column("lab_roles", Text), column("visible_labs", ARRAY(Uuid)), schema="catalog",
)  # fmt: skip
_tokens = table(
    "tokens", column("id", Uuid), column("user_id", Uuid), column("digest", LargeBinary), column("lab_id", Uuid),
    column("expires_at"), schema="catalog",
)  # fmt: skip

_BY_TOKEN = compiled(
    select(_principals, _tokens.c.id.label("token_id"), _tokens.c.lab_id.label("token_lab"))
    .join(_tokens, _tokens.c.user_id == _principals.c.user_id)
    .where(_tokens.c.digest == bindparam("digest", type_=LargeBinary))
    .where(or_(_tokens.c.expires_at.is_(None), _tokens.c.expires_at > func.now()))
)
_BY_NAME = compiled(select(_principals).where(_principals.c.username == bindparam("username", type_=Text)))
_USED = compiled(select(func.catalog.token_used(bindparam("token", type_=Uuid))))


async def by_token(tx: ReadTx, digest: bytes) -> asyncpg.Record | None:
    """Return the principal behind a token's digest."""
    return await tx.row(_BY_TOKEN, {"digest": digest})


async def by_username(tx: ReadTx, username: str) -> asyncpg.Record | None:
    """Return the principal of a user name; PostgreSQL refuses to look for a text with a NUL."""
    return None if "\0" in username else await tx.row(_BY_NAME, {"username": username})


async def token_used(tx: ReadTx, token_id: UUID) -> None:
    """Note a token's use, at most every five minutes."""
    await tx.row(_USED, {"token": token_id})


async def add_token(tx: WriteTx, user_id: UUID, digest: bytes, *, name: str, lab_id: UUID | None) -> None:
    """Keep a new token's digest."""
    await tx.execute(insert(TokenRow).values(id=new_id(), user_id=user_id, digest=digest, name=name, lab_id=lab_id))


async def drop_old_tokens(tx: WriteTx, user_id: UUID, *, keep: int) -> None:
    """Delete the longest unused tokens of a user beyond ``keep``."""
    recent = func.coalesce(TokenRow.last_used_at, TokenRow.created_at)
    old = (
        select(TokenRow.id).where(TokenRow.user_id == user_id).order_by(recent.desc(), TokenRow.id.desc()).offset(keep)
    )
    await tx.execute(delete(TokenRow).where(TokenRow.id.in_(old)))


async def user_id(tx: ReadTx, username: str) -> UUID | None:
    """Return a user's id."""
    found: UUID | None = await tx.value(select(UserRow.id).where(UserRow.username == username))
    return found


async def count_users(tx: ReadTx) -> int:
    """Return how many accounts there are."""
    return int(await tx.value(select(func.count()).select_from(UserRow)))


async def lab_id(tx: ReadTx, name: str) -> UUID | None:
    """Return a lab's id."""
    found: UUID | None = await tx.value(select(LabRow.id).where(LabRow.name == name))
    return found


async def add_user(tx: WriteTx, values: dict[str, Any]) -> UUID:
    """Create an account."""
    row_id = new_id()
    await tx.execute(insert(UserRow).values(id=row_id, **values))
    return row_id


async def change_user(tx: WriteTx, username: str, values: dict[str, Any]) -> int:
    """Change an account and return how many there were (0 or 1)."""
    return await tx.execute(update(UserRow).where(UserRow.username == username).values(**values))


async def drop_tokens(tx: WriteTx, username: str) -> int:
    """Delete every token of a user."""
    owner = select(UserRow.id).where(UserRow.username == username).scalar_subquery()
    return await tx.execute(delete(TokenRow).where(TokenRow.user_id == owner))


async def add_role(tx: WriteTx, user: UUID, lab: UUID, role: str) -> None:
    """Give an account a role in a lab; having it already is fine."""
    await tx.execute(upsert(LabRoleRow).values(user_id=user, lab_id=lab, role=role).on_conflict_do_nothing())
