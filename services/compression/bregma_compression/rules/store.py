"""Every query about rules."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import BigInteger, Text, Uuid, bindparam, column, delete, func, insert, or_, select, table, update

from bregma_compression.rules.tables import RuleRow

labs = table("labs", column("id", Uuid), column("name", Text), schema="catalog")
repositories = table("repositories", column("id", Uuid), column("name", Text), schema="catalog")
users = table("users", column("id", Uuid), column("username", Text), schema="catalog")

_shown = (
    select(
        RuleRow.id, RuleRow.name, RuleRow.lab_id, labs.c.name.label("lab"), repositories.c.name.label("repository"),
        RuleRow.repository_id, RuleRow.dataset_type, RuleRow.profile, RuleRow.sample_rate, RuleRow.n_channels,
        RuleRow.active, RuleRow.priority, RuleRow.crf,
        RuleRow.preset,
        RuleRow.retire_raw_after_days,
        RuleRow.minimum_copies, users.c.username.label("created_by"), RuleRow.created_at,
    )
    .outerjoin(labs, labs.c.id == RuleRow.lab_id).outerjoin(repositories, repositories.c.id == RuleRow.repository_id)
    .outerjoin(users, users.c.id == RuleRow.created_by_id)
)  # fmt: skip
_seen = or_(RuleRow.lab_id.is_(None), VISIBLE_LABS.is_(None), RuleRow.lab_id == func.any(VISIBLE_LABS))
_COUNT = compiled(select(func.count()).select_from(RuleRow).where(_seen))
_PAGE = compiled(
    _shown.where(_seen).order_by(RuleRow.priority.desc(), RuleRow.name)
    .limit(bindparam("limit", type_=BigInteger)).offset(bindparam("offset", type_=BigInteger))
)  # fmt: skip
_ONE = compiled(_shown.where(RuleRow.id == bindparam("id", type_=Uuid), _seen))
_ACTIVE = compiled(_shown.where(RuleRow.active).order_by(RuleRow.priority.desc(), RuleRow.name))
_DELETE = compiled(delete(RuleRow).where(RuleRow.id == bindparam("id", type_=Uuid)))
_LAB = compiled(select(labs.c.id).where(labs.c.name == bindparam("name", type_=Text)))
_REPOSITORY = compiled(select(repositories.c.id).where(repositories.c.name == bindparam("name", type_=Text)))


async def page(tx: ReadTx, visible: Sequence[UUID] | None, limit: int, offset: int) -> tuple[int, list[asyncpg.Record]]:
    """Return how many rules the caller sees, and some of them."""
    values = {"visible_labs": None if visible is None else list(visible)}
    return await tx.value(_COUNT, values), await tx.rows(_PAGE, {**values, "limit": limit, "offset": offset})


async def one(tx: ReadTx, rule: UUID, visible: Sequence[UUID] | None) -> asyncpg.Record | None:
    """Return a rule that the caller sees."""
    return await tx.row(_ONE, {"id": rule, "visible_labs": None if visible is None else list(visible)})


async def active(tx: ReadTx) -> list[asyncpg.Record]:
    """Return the rules that work, the first in rank first."""
    return await tx.rows(_ACTIVE)


async def lab_id(tx: ReadTx, name: str) -> UUID | None:
    """Return a lab's id."""
    found: UUID | None = await tx.value(_LAB, {"name": name})
    return found


async def repository_id(tx: ReadTx, name: str) -> UUID | None:
    """Return a repository's id."""
    found: UUID | None = await tx.value(_REPOSITORY, {"name": name})
    return found


async def add(tx: WriteTx, values: Mapping[str, Any]) -> None:
    """Insert a rule."""
    await tx.execute(insert(RuleRow).values(**values))


async def change(tx: WriteTx, rule: UUID, values: Mapping[str, Any]) -> None:
    """Change a rule."""
    await tx.execute(update(RuleRow).where(RuleRow.id == rule).values(**values))


async def remove(tx: WriteTx, rule: UUID) -> None:
    """Delete a rule; its jobs stay."""
    await tx.execute(_DELETE, {"id": rule})
