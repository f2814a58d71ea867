"""Rows of jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Float, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from bregma_compression.rules.tables import SCHEMA, RuleRow


class JobRow(Base):
    """A job: one raw file, how it is compressed, how far that is. The states are in ``domain.py``."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("state <> 'failed' or reason is not null", name="failure_has_reason"),
        CheckConstraint("state <> 'done' or software_version is not null", name="result_has_version"),
        CheckConstraint("progress between 0 and 1", name="progress"),
        Index("jobs_one_open_key", "dataset_id", unique=True, postgresql_where=text("state in ('queued', 'running')")),
        Index("jobs_dataset_ix", "dataset_id"),
        Index("jobs_created_ix", text("created_at desc"), text("id desc")),
        Index("jobs_state_ix", "state", text("created_at desc")),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey("files.datasets.id", ondelete="CASCADE"))
    rule_id: Mapped[UUID | None] = mapped_column(ForeignKey(RuleRow.id, ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(Text, server_default="ephys")
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    priority: Mapped[int] = mapped_column(server_default="0")
    attempts: Mapped[int] = mapped_column(server_default="0")
    tries_left: Mapped[int]
    """Attempts until it fails for good; asking again gives it new ones."""
    step: Mapped[str] = mapped_column(Text, server_default="")
    progress: Mapped[float] = mapped_column(Float, server_default="0")
    reason: Mapped[str | None] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    software: Mapped[str] = mapped_column(Text)
    software_version: Mapped[str | None] = mapped_column(Text, index=True)
    source_sha256: Mapped[str] = mapped_column(Text)
    source_size: Mapped[int] = mapped_column(BigInteger)
    result_size: Mapped[int | None] = mapped_column(BigInteger)
    objects: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    """Bucket and key of what this attempt sends and nobody has registered yet: removed if it comes to nothing."""
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    next_try_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ResultRow(Base):
    """A dataset that a job registered."""

    __tablename__ = "job_results"
    __table_args__ = ({"schema": SCHEMA},)
    job_id: Mapped[UUID] = mapped_column(ForeignKey(JobRow.id, ondelete="CASCADE"), primary_key=True)
    dataset_id: Mapped[UUID] = mapped_column(
        ForeignKey("files.datasets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    sha256: Mapped[str | None] = mapped_column(Text)
    """Of the bytes that were read back and proved."""
