"""Rows of nights."""

from datetime import date, datetime
from uuid import UUID

from bregma_kit.db import Base
from sqlalchemy import Date, DateTime, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from bregma_transfer.rules.tables import SCHEMA


class NightRow(Base):
    """A lab's night was planned; the key lets it be claimed once, whatever clocks do."""

    __tablename__ = "nights"
    __table_args__ = ({"schema": SCHEMA},)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey("metadata.labs.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    """Date in the lab's time zone."""
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    claimed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    planned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    movements: Mapped[int | None]
    """How many the plan made."""
