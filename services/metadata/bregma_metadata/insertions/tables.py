"""Rows of probe models and insertions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA, LabRow
from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.subjects.tables import SubjectRow


class ProbeModelRow(Base):
    """A kind of probe; ``probe_model`` is its maker's part number."""

    __tablename__ = "probe_models"
    __table_args__ = (CheckConstraint("probe_model <> ''", name="has_number"), {"schema": SCHEMA})
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, server_default="")
    probe_manufacturer: Mapped[str] = mapped_column(Text)
    probe_model: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str | None] = mapped_column(Text)
    json: Mapped[dict[str, Any] | None]


class ChronicInsertionRow(Base):
    """A probe that stays in an animal over many sessions."""

    __tablename__ = "chronic_insertions"
    __table_args__ = (Index("chronic_insertions_serial_ix", "serial"), {"schema": SCHEMA})
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, server_default="")
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id), index=True)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id), index=True)
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey(ProbeModelRow.id))
    start_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    serial: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class InsertionRow(Base):
    """A probe in the brain during one session; its name is the folder of its data."""

    __tablename__ = "probe_insertions"
    __table_args__ = (
        UniqueConstraint("session_id", "name", name="probe_insertions_name_key"),
        CheckConstraint("name <> ''", name="named"),
        Index("probe_insertions_name_ix", "name"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[UUID] = mapped_column(ForeignKey(SessionRow.id, ondelete="CASCADE"))
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey(ProbeModelRow.id), index=True)
    name: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(Text, server_default="")
    chronic_insertion_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(ChronicInsertionRow.id, ondelete="SET NULL"), index=True
    )
    json: Mapped[dict[str, Any] | None]
    auto_datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
