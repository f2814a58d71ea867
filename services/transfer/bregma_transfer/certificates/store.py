"""Every query about certificates."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    insert,
    or_,
    select,
    table,
)

from bregma_transfer.certificates.tables import CertificateRow

sessions = table(
    "sessions", column("id", Uuid), column("lab_id", Uuid), column("lab", Text), column("subject", Text), column("date", Text),
    column("number", Integer), column("withdrawn_at", DateTime(timezone=True)), schema="catalog",
)  # fmt: skip
users = table("users", column("id", Uuid), column("username", Text), schema="catalog")
_visible = or_(VISIBLE_LABS.is_(None), sessions.c.lab_id == func.any(VISIBLE_LABS))
_session = select(
    sessions.c.id, sessions.c.lab_id, sessions.c.lab, sessions.c.subject, sessions.c.date, sessions.c.number
).where(_visible, sessions.c.withdrawn_at.is_(None))  # fmt: skip
_BY_ID = compiled(_session.where(sessions.c.id == bindparam("id", type_=Uuid)))
_lab = bindparam("lab", type_=Text)
_BY_PLACE = compiled(
    _session.where(
        sessions.c.subject == bindparam("subject", type_=Text), sessions.c.date == bindparam("date", type_=Text),
        sessions.c.number == bindparam("number", type_=Integer), or_(_lab.is_(None), sessions.c.lab == _lab),
    ).limit(2)
)  # fmt: skip
_shown = select(
    CertificateRow.id, CertificateRow.session_id, CertificateRow.document, CertificateRow.signature, CertificateRow.key,
    CertificateRow.files, users.c.username.label("issued_to"), CertificateRow.issued_at,
).join(users, users.c.id == CertificateRow.issued_to_id)  # fmt: skip
_wanted = bindparam("session", type_=Uuid)
_seen = and_(
    or_(VISIBLE_LABS.is_(None), CertificateRow.lab_id == func.any(VISIBLE_LABS)),
    or_(_wanted.is_(None), CertificateRow.session_id == _wanted),
)
_ONE = compiled(
    _shown.where(
        CertificateRow.id == bindparam("id", type_=Uuid),
        or_(VISIBLE_LABS.is_(None), CertificateRow.lab_id == func.any(VISIBLE_LABS)),
    )
)
_COUNT = compiled(select(func.count()).select_from(CertificateRow).where(_seen))
_PAGE = compiled(
    _shown.where(_seen).order_by(CertificateRow.id.desc()).limit(bindparam("limit", type_=BigInteger))
    .offset(bindparam("offset", type_=BigInteger))
)  # fmt: skip


def _labs(visible: Sequence[UUID] | None) -> dict[str, Any]:
    return {"visible_labs": None if visible is None else list(visible)}


async def session_by_id(tx: ReadTx, session: UUID, visible: Sequence[UUID] | None) -> asyncpg.Record | None:
    """Return a session that the caller sees."""
    return await tx.row(_BY_ID, {"id": session, **_labs(visible)})


async def sessions_at(
    tx: ReadTx, lab: str | None, subject: str, date: dt.date, number: int, visible: Sequence[UUID] | None
) -> list[asyncpg.Record]:
    """Return up to two sessions of this place that the caller sees."""
    values = {"lab": lab, "subject": subject, "date": date.isoformat(), "number": number}
    return await tx.rows(_BY_PLACE, {**values, **_labs(visible)})


async def add(tx: WriteTx, values: Mapping[str, Any]) -> None:
    """Keep a certificate."""
    await tx.execute(insert(CertificateRow).values(**values))


async def one(tx: ReadTx, certificate: UUID, visible: Sequence[UUID] | None) -> asyncpg.Record | None:
    """Return a certificate that the caller sees."""
    return await tx.row(_ONE, {"id": certificate, **_labs(visible)})


async def page(
    tx: ReadTx, visible: Sequence[UUID] | None, session: UUID | None, limit: int, offset: int
) -> tuple[int, list[asyncpg.Record]]:
    """Return how many certificates the caller sees, and some of them, newest first."""
    values = {"session": session, **_labs(visible)}
    return await tx.value(_COUNT, values), await tx.rows(_PAGE, {**values, "limit": limit, "offset": offset})
