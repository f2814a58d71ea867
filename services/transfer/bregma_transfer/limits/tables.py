"""Rows of limits."""

from datetime import datetime, time
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Time, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_transfer.rules.tables import SCHEMA


class LimitRow(Base):
    """What a repository takes or gives; with a window, between these times on its own clocks."""

    __tablename__ = "limits"
    __table_args__ = (
        CheckConstraint("(begins is null) = (ends is null) and begins <> ends", name="window"),
        CheckConstraint("max_files >= 0", name="files"),
        CheckConstraint("bytes_per_second > 0", name="rate"),
        CheckConstraint("max_files is not null or bytes_per_second is not null", name="says_something"),
        Index(
            "limits_window_key",
            "repository_id",
            text("coalesce(begins, '24:00:00'::time without time zone)"),
            unique=True,
        ),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    repository_id: Mapped[UUID] = mapped_column(ForeignKey("files.repositories.id", ondelete="CASCADE"))
    begins: Mapped[time | None] = mapped_column(Time)
    ends: Mapped[time | None] = mapped_column(Time)
    max_files: Mapped[int | None]
    bytes_per_second: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
