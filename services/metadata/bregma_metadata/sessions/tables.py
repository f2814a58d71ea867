"""Rows of sessions and their relations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA, LabRow, LocationRow, ProcedureRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.subjects.tables import SubjectRow


class SessionRow(Base):
    """A session. ``start_time`` is lab time; its date and ``number`` name the session's folder."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number_not_negative"),
        # lab time runs back when summer time ends; the service knows by how much in this lab
        CheckConstraint("end_time >= start_time - interval '3 hours'", name="ends_after_start"),
        CheckConstraint("n_trials >= 0 and n_correct_trials >= 0", name="trials_not_negative"),
        CheckConstraint("n_correct_trials <= n_trials", name="correct_at_most_all"),
        Index(
            "sessions_place_key", "subject_id", text("(start_time::date)"), "number",
            unique=True, postgresql_where=text("number is not null and withdrawn_at is null"),
        ),
        # searches find and count their matches in these alone, without the rows
        Index(
            "sessions_start_time_ix", text("start_time desc"), text("id desc"),
            postgresql_include=["lab_id", "withdrawn_at"],
        ),
        Index(
            "sessions_lab_start_time_ix", "lab_id", text("start_time desc"), text("id desc"),
            postgresql_include=["withdrawn_at"],
        ),
        Index(
            "sessions_subject_start_time_ix", "subject_id", text("start_time desc"), text("id desc"),
            postgresql_include=["lab_id", "withdrawn_at"],
        ),
        Index("sessions_date_ix", text("(start_time::date)")),
        # what hangs on sessions asks whether its own is withdrawn: nearly none is
        Index("sessions_withdrawn_ix", "id", postgresql_where=text("withdrawn_at is not null")),
        Index(
            "sessions_task_protocol_ix", "task_protocol",
            postgresql_using="gin", postgresql_ops={"task_protocol": "gin_trgm_ops"},
        ),
        {"schema": SCHEMA},
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id))
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey(LocationRow.id))
    start_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    end_time: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    number: Mapped[int | None]
    type: Mapped[str | None] = mapped_column(Text)
    task_protocol: Mapped[str] = mapped_column(Text, server_default="")
    narrative: Mapped[str] = mapped_column(Text, server_default="")
    parent_session_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.sessions.id"), index=True)
    n_trials: Mapped[int | None]
    n_correct_trials: Mapped[int | None]
    qc: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    extended_qc: Mapped[dict[str, Any] | None]
    json: Mapped[dict[str, Any] | None]
    auto_datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)


class SessionUserRow(Base):
    """Somebody who ran a session."""

    __tablename__ = "session_users"
    __table_args__ = ({"schema": SCHEMA},)
    session_id: Mapped[UUID] = mapped_column(ForeignKey(SessionRow.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id), primary_key=True, index=True)


class SessionProjectRow(Base):
    """A project that a session belongs to."""

    __tablename__ = "session_projects"
    __table_args__ = ({"schema": SCHEMA},)
    session_id: Mapped[UUID] = mapped_column(ForeignKey(SessionRow.id, ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey(ProjectRow.id), primary_key=True, index=True)


class SessionProcedureRow(Base):
    """A procedure done in a session."""

    __tablename__ = "session_procedures"
    __table_args__ = ({"schema": SCHEMA},)
    session_id: Mapped[UUID] = mapped_column(ForeignKey(SessionRow.id, ondelete="CASCADE"), primary_key=True)
    procedure_id: Mapped[UUID] = mapped_column(ForeignKey(ProcedureRow.id), primary_key=True, index=True)


class FormerPlaceRow(Base):
    """Where a session's data used to be found, before it was moved to the right subject, date or number."""

    __tablename__ = "former_places"
    __table_args__ = (
        Index("former_places_place_ix", "lab", "subject", "date", "number"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[UUID] = mapped_column(ForeignKey(SessionRow.id, ondelete="CASCADE"), index=True)
    lab: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    date: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    moved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    moved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id))
    reason: Mapped[str] = mapped_column(Text)
