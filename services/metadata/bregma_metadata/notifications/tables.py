"""Rows of notifications, of people's rules about them, and of the days whose daily look was done."""

from datetime import date, datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA, LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.subjects.tables import SubjectRow

_KINDS = "kind in ('mouse_underweight', 'mouse_water', 'mouse_not_weighed', 'responsible_user_change')"


class NotificationRow(Base):
    """A message to one person. ``cause`` is what it is about, so that the same is never queued twice."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("status in ('to_send', 'sent', 'no_send')", name="status"),
        UniqueConstraint("user_id", "kind", "subject_id", "cause", name="notifications_cause_key"),
        Index("notifications_user_created_ix", "user_id", "created_at", "id"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class NotificationRuleRow(Base):
    """What a person wants to be told about a kind: nothing, their own animals, their labs', or all."""

    __tablename__ = "notification_rules"
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("scope in ('none', 'mine', 'lab', 'all')", name="scope"),
        UniqueConstraint("user_id", "kind", name="notification_rules_user_kind_key"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)


class DailyLookRow(Base):
    """A lab's day on which the animals were looked through already."""

    __tablename__ = "daily_looks"
    __table_args__ = ({"schema": SCHEMA},)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id, ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    done_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
