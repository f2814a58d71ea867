"""Every query about notifications."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, new_id
from sqlalchemy import DateTime, Text, Uuid, and_, bindparam, exists, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from bregma_metadata.labs.tables import LabRow
from bregma_metadata.notifications.domain import Message
from bregma_metadata.notifications.tables import DailyLookRow, NotificationRow, NotificationRuleRow
from bregma_metadata.people.tables import LabRoleRow, UserRow
from bregma_metadata.subjects.tables import SubjectRow


async def candidates(tx: ReadTx, kind: str, subject_id: UUID) -> list[asyncpg.Record]:
    """Return who may be told about an animal: its responsible user, and whoever has a rule and may see its lab."""
    in_lab = exists(
        select(LabRoleRow.user_id).where(LabRoleRow.user_id == UserRow.id, LabRoleRow.lab_id == SubjectRow.lab_id)
    )
    seen = or_(LabRow.visibility == "open", in_lab, UserRow.is_admin)
    rows = (
        select(
            UserRow.id, UserRow.email, (SubjectRow.responsible_user_id == UserRow.id).label("mine"),
            in_lab.label("same_lab"), NotificationRuleRow.scope,
        )
        .select_from(SubjectRow).join(LabRow, LabRow.id == SubjectRow.lab_id)
        .join(UserRow, and_(UserRow.is_active, UserRow.kind == "normal"))
        .outerjoin(NotificationRuleRow, and_(NotificationRuleRow.user_id == UserRow.id, NotificationRuleRow.kind == kind))
        .where(SubjectRow.id == subject_id, seen)
        .where(or_(SubjectRow.responsible_user_id == UserRow.id, NotificationRuleRow.scope.is_not(None)))
    )  # fmt: skip
    return await tx.rows(rows)


async def queue(
    tx: WriteTx, users: list[tuple[UUID, str, str]], kind: str, subject_id: UUID, cause: str, message: Message,
    at: datetime, since: datetime,
) -> list[UUID]:  # fmt: skip
    """Queue a message to people (id, status, reason), except those who were told since then; return what was queued."""
    given = arrays(id=Uuid, user_id=Uuid, status=Text, reason=Text)
    older = NotificationRow.__table__.alias("older")
    told = exists(
        select(older.c.id).where(
            older.c.user_id == given.c.user_id, older.c.kind == kind, older.c.subject_id == subject_id,
            older.c.created_at > bindparam("since", type_=DateTime(timezone=True)),
        )
    )  # fmt: skip
    columns = ["id", "user_id", "status", "reason", "subject_id", "kind", "cause", "title", "message", "created_at"]
    values = select(
        given.c.id, given.c.user_id, given.c.status, given.c.reason, literal(subject_id, Uuid), literal(kind, Text),
        literal(cause, Text), literal(message.title, Text), literal(message.text, Text),
        bindparam("at", type_=DateTime(timezone=True)),
    ).where(~told)  # fmt: skip
    statement = (
        insert(NotificationRow).from_select(columns, values)
        .on_conflict_do_nothing(constraint="notifications_cause_key").returning(NotificationRow.id, NotificationRow.status)
    )  # fmt: skip
    ids, statuses, reasons = (list(part) for part in zip(*users, strict=True))
    values_given = {
        "id": [new_id() for _ in ids],
        "user_id": ids,
        "status": statuses,
        "reason": reasons,
        "at": at,
        "since": since,
    }
    rows = await tx.rows(statement, values_given)
    return [row["id"] for row in rows if row["status"] == "to_send"]


async def to_send(tx: WriteTx, notification_id: UUID) -> asyncpg.Record | None:
    """Return a message that is still to be sent, locked, with its address."""
    return await tx.row(
        select(NotificationRow.title, NotificationRow.message, NotificationRow.tries, UserRow.email)
        .join(UserRow, UserRow.id == NotificationRow.user_id)
        .where(NotificationRow.id == notification_id, NotificationRow.status == "to_send")
        .with_for_update(of=NotificationRow)
    )  # fmt: skip


async def note(tx: WriteTx, notification_id: UUID, **values: Any) -> None:
    """Write down what became of a message."""
    await tx.execute(update(NotificationRow).where(NotificationRow.id == notification_id).values(**values))


async def labs(tx: ReadTx) -> list[asyncpg.Record]:
    """Return all labs with their time zones."""
    return await tx.rows(select(LabRow.id, LabRow.name, LabRow.timezone))


async def claim_day(tx: WriteTx, lab_id: UUID, day: date) -> bool:
    """Take a lab's day; False if somebody has it already."""
    statement = insert(DailyLookRow).values(lab_id=lab_id, day=day).on_conflict_do_nothing()
    return await tx.execute(statement) == 1


async def people(tx: ReadTx, user_ids: set[UUID]) -> list[asyncpg.Record]:
    """Return id, username and email of accounts."""
    return await tx.rows(
        select(UserRow.id, UserRow.username, UserRow.email).where(UserRow.id == any_of("ids", Uuid)),
        {"ids": list(user_ids)},
    )
