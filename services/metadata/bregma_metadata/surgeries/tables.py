"""Rows of surgeries. Their times are lab time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA, LocationRow, ProcedureRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.subjects.tables import SubjectRow


class SurgeryRow(Base):
    """A surgery. ``implant_weight`` (g) is what the animal carries from then on; 0 leaves it as it was."""

    __tablename__ = "surgeries"
    __table_args__ = (
        CheckConstraint("implant_weight >= 0 and implant_weight < 'infinity'", name="implant_weight"),
        CheckConstraint("outcome_type in ('', 'a', 'r', 'n')", name="outcome_type"),
        CheckConstraint("end_time >= start_time - interval '3 hours'", name="ends_after_start"),
        Index("surgeries_subject_start_time_ix", "subject_id", "start_time"),
        Index("surgeries_start_time_ix", text("start_time desc"), text("id desc")),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey(LocationRow.id), index=True)
    start_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    end_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    outcome_type: Mapped[str] = mapped_column(Text, server_default="")
    implant_weight: Mapped[float]
    narrative: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class SurgeryUserRow(Base):
    """Somebody who operated."""

    __tablename__ = "surgery_users"
    __table_args__ = ({"schema": SCHEMA},)
    surgery_id: Mapped[UUID] = mapped_column(ForeignKey(SurgeryRow.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id), primary_key=True, index=True)


class SurgeryProcedureRow(Base):
    """What was done in a surgery."""

    __tablename__ = "surgery_procedures"
    __table_args__ = ({"schema": SCHEMA},)
    surgery_id: Mapped[UUID] = mapped_column(ForeignKey(SurgeryRow.id, ondelete="CASCADE"), primary_key=True)
    procedure_id: Mapped[UUID] = mapped_column(ForeignKey(ProcedureRow.id), primary_key=True, index=True)


class SurgeryProjectRow(Base):
    """A project that a surgery was done for."""

    __tablename__ = "surgery_projects"
    __table_args__ = ({"schema": SCHEMA},)
    surgery_id: Mapped[UUID] = mapped_column(ForeignKey(SurgeryRow.id, ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey(ProjectRow.id), primary_key=True, index=True)
