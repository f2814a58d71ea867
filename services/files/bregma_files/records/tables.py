"""Rows of file records."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_files.dataset_types.tables import SCHEMA
from bregma_files.datasets.tables import DatasetRow
from bregma_files.repositories.tables import RepositoryRow


class FileRecordRow(Base):
    """A copy of a dataset in a repository. ``declared``: somebody said that it exists; we did not look."""

    __tablename__ = "file_records"
    __table_args__ = (
        # the colon first: SQLAlchemy would take a backslash before it for an escape of its own
        CheckConstraint(r"relative_path ~ '^\w' and relative_path !~ '[:\\]'", name="path_form"),
        Index(
            "file_records_place_key", "repository_id", "relative_path",
            text("coalesce(lab_id, '00000000-0000-0000-0000-000000000000'::uuid)"), unique=True,
        ),
        Index("file_records_dataset_ix", "dataset_id"),
        Index("file_records_missing_ix", "dataset_id", postgresql_where=text('not "exists"')),
        {"schema": SCHEMA},
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey(DatasetRow.id, ondelete="CASCADE"))
    repository_id: Mapped[UUID] = mapped_column(ForeignKey(RepositoryRow.id))
    relative_path: Mapped[str] = mapped_column(Text)
    lab_id: Mapped[UUID | None]
    """On a managed repository the lab in whose data tree the path lies; two labs may have an animal of the same name."""
    exists: Mapped[bool] = mapped_column(server_default="false")
    declared: Mapped[bool] = mapped_column(server_default="false")
    object_key: Mapped[str | None] = mapped_column(Text)
    """Key of the verified object in a managed repository's bucket."""
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    json: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
