"""Rows of data notices."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_files.dataset_types.tables import SCHEMA
from bregma_files.datasets.tables import DatasetRow


class NoticeRow(Base):
    """A notice about the quality of some datasets: the graver the higher its importance."""

    __tablename__ = "data_notices"
    __table_args__ = (
        CheckConstraint("importance in (20, 30, 40, 50)", name="importance"),
        CheckConstraint("affected_date_end >= affected_date_start", name="dates_in_order"),
        Index("data_notices_order_ix", text("importance desc"), text("created_datetime desc"), text("id desc")),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, server_default="", index=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    importance: Mapped[int] = mapped_column(SmallInteger, server_default="20")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"), index=True)
    created_datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    version_affected: Mapped[str] = mapped_column(Text, server_default="")
    affected_date_start: Mapped[date | None]
    affected_date_end: Mapped[date | None]
    json: Mapped[dict[str, Any] | None]


class NoticeDatasetRow(Base):
    """A dataset that a notice is about."""

    __tablename__ = "data_notice_datasets"
    __table_args__ = ({"schema": SCHEMA},)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey(NoticeRow.id, ondelete="CASCADE"), primary_key=True)
    dataset_id: Mapped[UUID] = mapped_column(
        ForeignKey(DatasetRow.id, ondelete="CASCADE"), primary_key=True, index=True
    )
