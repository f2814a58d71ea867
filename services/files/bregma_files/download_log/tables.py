"""Rows of logged downloads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_files.dataset_types.tables import SCHEMA
from bregma_files.datasets.tables import DatasetRow


class DownloadRow(Base):
    """How often a user has downloaded a dataset."""

    __tablename__ = "downloads"
    __table_args__ = (
        UniqueConstraint("user_id", "dataset_id", name="downloads_user_dataset_key"),
        Index("downloads_order_ix", text("last_download desc"), text("id desc")),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("metadata.users.id", ondelete="CASCADE"))
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey(DatasetRow.id, ondelete="CASCADE"), index=True)
    first_download: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_download: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    count: Mapped[int] = mapped_column(server_default="0", index=True)
    json: Mapped[dict[str, Any] | None]


class DownloadProjectRow(Base):
    """A project that a download was for."""

    __tablename__ = "download_projects"
    __table_args__ = ({"schema": SCHEMA},)
    download_id: Mapped[UUID] = mapped_column(ForeignKey(DownloadRow.id, ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(
        ForeignKey("metadata.projects.id", ondelete="CASCADE"), primary_key=True, index=True
    )
