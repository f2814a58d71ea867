"""Rows of tasks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA
from bregma_metadata.sessions.tables import SessionRow


class TaskRow(Base):
    """A step of a pipeline on one session. ``data_repository_id`` is a row of the files room, which lies uphill."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("status in (20, 25, 30, 40, 45, 50, 55, 60)", name="status"),
        # of the arguments a hash: an index keeps no value longer than a third of a page
        Index(
            "tasks_name_session_arguments_key", "session_id", "name", text("md5(arguments::text)"), unique=True,
        ),
        # what a lab's server asks every minute, in the order it gets the answer
        Index("tasks_status_ix", "status", "level", text("priority desc")),
        Index("tasks_graph_ix", "graph"),
        Index("tasks_name_ix", "name"),
        Index("tasks_data_repository_ix", "data_repository_id", "status"),
        {"schema": SCHEMA},
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str | None] = mapped_column(Text)
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey(SessionRow.id, ondelete="CASCADE"))
    data_repository_id: Mapped[UUID | None]
    status: Mapped[int] = mapped_column(SmallInteger, server_default="20")
    level: Mapped[int | None] = mapped_column(SmallInteger)
    priority: Mapped[int | None] = mapped_column(SmallInteger)
    io_charge: Mapped[int | None] = mapped_column(SmallInteger)
    gpu: Mapped[int | None] = mapped_column(SmallInteger)
    cpu: Mapped[int | None] = mapped_column(SmallInteger)
    ram: Mapped[int | None] = mapped_column(SmallInteger)
    time_out_secs: Mapped[int | None]
    time_elapsed_secs: Mapped[float | None]
    executable: Mapped[str | None] = mapped_column(Text)
    graph: Mapped[str | None] = mapped_column(Text)
    log: Mapped[str | None] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(Text)
    arguments: Mapped[dict[str, Any] | None]
    datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class TaskParentRow(Base):
    """A task that must be complete before another starts."""

    __tablename__ = "task_parents"
    __table_args__ = (CheckConstraint("task_id <> parent_id", name="not_its_own"), {"schema": SCHEMA})
    task_id: Mapped[UUID] = mapped_column(ForeignKey(TaskRow.id, ondelete="CASCADE"), primary_key=True)
    parent_id: Mapped[UUID] = mapped_column(ForeignKey(TaskRow.id, ondelete="CASCADE"), primary_key=True, index=True)
