"""Rows of weighings, water and water restrictions. Their times are lab time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA
from bregma_metadata.people.tables import UserRow
from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.subjects.tables import SubjectRow


class WeighingRow(Base):
    """A weighing (g). ``entered_by_id`` is who sent it; ``user_id`` who held the animal."""

    __tablename__ = "weighings"
    __table_args__ = (
        CheckConstraint("weight >= 0 and weight < 'infinity'", name="weight"),
        Index("weighings_subject_date_time_ix", "subject_id", text("date_time desc"), text("id desc")),
        Index("weighings_date_time_ix", text("date_time desc"), text("id desc")),
        Index("weighings_idempotency_key", "entered_by_id", "idempotency_key", unique=True),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"))
    date_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    weight: Mapped[float]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id), index=True)
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id))
    idempotency_key: Mapped[str | None] = mapped_column(Text)


class WaterTypeRow(Base):
    """What is given: water, hydrogel, with or without something in it."""

    __tablename__ = "water_types"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    json: Mapped[dict[str, Any] | None]


class WaterAdministrationRow(Base):
    """Water that an animal got (mL), in a session or beside one; free access (``adlib``) has no amount."""

    __tablename__ = "water_administrations"
    __table_args__ = (
        CheckConstraint("water_administered >= 0 and water_administered < 'infinity'", name="volume"),
        Index("water_administrations_subject_date_time_ix", "subject_id", text("date_time desc"), text("id desc")),
        Index("water_administrations_date_time_ix", text("date_time desc"), text("id desc")),
        Index("water_administrations_idempotency_key", "entered_by_id", "idempotency_key", unique=True),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"))
    date_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    water_administered: Mapped[float | None]
    water_type_id: Mapped[UUID] = mapped_column(ForeignKey(WaterTypeRow.id), index=True)
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey(SessionRow.id, ondelete="SET NULL"), index=True)
    adlib: Mapped[bool] = mapped_column(server_default="false")
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id), index=True)
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id))
    idempotency_key: Mapped[str | None] = mapped_column(Text)


class WaterRestrictionRow(Base):
    """A time without free water. Its reference weight (g) is with the implant; 0 if no weight was known."""

    __tablename__ = "water_restrictions"
    __table_args__ = (
        CheckConstraint("reference_weight >= 0 and reference_weight < 'infinity'", name="reference_weight"),
        # lab time runs back when summer time ends; the service knows by how much in this lab
        CheckConstraint("end_time >= start_time - interval '3 hours'", name="ends_after_start"),
        Index("water_restrictions_subject_start_time_ix", "subject_id", "start_time"),
        Index("water_restrictions_open_ix", "subject_id", postgresql_where=text("end_time is null")),
        Index("water_restrictions_newest_ix", text("end_time desc"), text("start_time desc"), text("id desc")),
        Index("water_restrictions_start_time_ix", "start_time"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"))
    start_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    end_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    ended_by_death: Mapped[bool] = mapped_column(server_default="false")
    water_type_id: Mapped[UUID] = mapped_column(ForeignKey(WaterTypeRow.id), index=True)
    reference_weight: Mapped[float] = mapped_column(server_default="0")
    narrative: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class WaterRestrictionUserRow(Base):
    """Somebody who answers for a restriction."""

    __tablename__ = "water_restriction_users"
    __table_args__ = ({"schema": SCHEMA},)
    restriction_id: Mapped[UUID] = mapped_column(
        ForeignKey(WaterRestrictionRow.id, ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id), primary_key=True, index=True)
