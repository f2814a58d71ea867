"""Every query about rules."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import (
    BigInteger,
    Boolean,
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

from bregma_transfer.rules.tables import RuleRow

labs = table("labs", column("id", Uuid), column("name", Text), schema="catalog")
projects = table("lookup_projects", column("id", Uuid), column("name", Text), schema="catalog")
sources = table("sources", column("repository_id", Uuid), schema="transfer")
users = table("users", column("id", Uuid), column("username", Text), schema="catalog")
repositories = table(
    "repositories", column("id", Uuid), column("name", Text), column("managed", Boolean), schema="catalog"
)
_source, _target = repositories.alias("source"), repositories.alias("target")

_shown = (
    select(
        RuleRow.id, RuleRow.name, RuleRow.lab_id, labs.c.name.label("lab"), RuleRow.project_id,
        projects.c.name.label("project"), RuleRow.dataset_type, RuleRow.source_id, _source.c.name.label("source"),
        RuleRow.target_id, _target.c.name.label("target"), RuleRow.timing, RuleRow.minimum_copies, RuleRow.active,
        RuleRow.priority, users.c.username.label("created_by"), RuleRow.created_at,
    )
    .join(_target, _target.c.id == RuleRow.target_id).outerjoin(_source, _source.c.id == RuleRow.source_id)
    .outerjoin(labs, labs.c.id == RuleRow.lab_id).outerjoin(projects, projects.c.id == RuleRow.project_id)
    .outerjoin(users, users.c.id == RuleRow.created_by_id)
)  # fmt: skip
_seen = or_(RuleRow.lab_id.is_(None), VISIBLE_LABS.is_(None), RuleRow.lab_id == func.any(VISIBLE_LABS))
_rank = (RuleRow.priority.desc(), RuleRow.name)
_COUNT = compiled(select(func.count()).select_from(RuleRow).where(_seen))
_PAGE = compiled(
    _shown.where(_seen)
    .order_by(*_rank)
    .limit(bindparam("limit", type_=BigInteger))
    .offset(bindparam("offset", type_=BigInteger))
)
_ONE = compiled(_shown.where(RuleRow.id == bindparam("id", type_=Uuid), _seen))
_ACTIVE = compiled(_shown.where(RuleRow.active).order_by(*_rank))
_NAMED = {
    "lab": compiled(select(labs.c.id).where(labs.c.name == bindparam("name", type_=Text))),
    "project": compiled(select(projects.c.id).where(projects.c.name == bindparam("name", type_=Text))),
    "source": compiled(
        select(repositories.c.id).where(
            repositories.c.name == bindparam("name", type_=Text),
            or_(repositories.c.managed, repositories.c.id.in_(select(sources.c.repository_id))),
        )
    ),
    "repository": compiled(
        select(repositories.c.id).where(repositories.c.name == bindparam("name", type_=Text), repositories.c.managed)
    ),
}


def _labs(visible: Sequence[UUID] | None) -> dict[str, Any]:
    return {"visible_labs": None if visible is None else list(visible)}


async def page(tx: ReadTx, visible: Sequence[UUID] | None, limit: int, offset: int) -> tuple[int, list[asyncpg.Record]]:
    """Return how many rules the caller sees, and some of them."""
    values = _labs(visible)
    return await tx.value(_COUNT, values), await tx.rows(_PAGE, {**values, "limit": limit, "offset": offset})


async def one(tx: ReadTx, rule: UUID, visible: Sequence[UUID] | None) -> asyncpg.Record | None:
    """Return a rule that the caller sees."""
    return await tx.row(_ONE, {"id": rule, **_labs(visible)})


async def active(tx: ReadTx) -> list[asyncpg.Record]:
    """Return the rules that work, the first in rank first."""
    return await tx.rows(_ACTIVE)


async def named(tx: ReadTx, kind: str, name: str) -> UUID | None:
    """Return the id of a lab, a project or a managed repository."""
    found: UUID | None = await tx.value(_NAMED[kind], {"name": name})
    return found


async def add(tx: WriteTx, values: Mapping[str, Any]) -> None:
    """Insert a rule."""
    await tx.execute(insert(RuleRow).values(**values))


async def change(tx: WriteTx, rule: UUID, values: Mapping[str, Any]) -> None:
    """Change a rule."""
    await tx.execute(update(RuleRow).where(RuleRow.id == rule).values(**values))


async def remove(tx: WriteTx, rule: UUID) -> None:
    """Delete a rule; its movements stay."""
    await tx.execute(delete(RuleRow).where(RuleRow.id == rule))
