"""Rows of uploads."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_files.dataset_types.tables import SCHEMA
from bregma_files.datasets.tables import DatasetRow
from bregma_files.repositories.tables import RepositoryRow


class UploadRow(Base):
    """Bytes on their way to one object; the state machine is in ``domain.py``."""

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint(
            "state in ('wanted', 'received', 'verifying', 'verified', 'quarantined', 'aborted', 'expired')",
            name="state",
        ),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("(state = 'quarantined') = (reason is not null)", name="quarantine_has_reason"),
        Index("uploads_object_key_key", "object_key", unique=True),
        Index("uploads_dataset_ix", "dataset_id"),
        Index("uploads_open_ix", "expires_at", postgresql_where=text("state in ('wanted', 'received', 'verifying')")),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey(DatasetRow.id, ondelete="CASCADE"))
    repository_id: Mapped[UUID] = mapped_column(ForeignKey(RepositoryRow.id))
    object_key: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    md5: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(Text)
    part_size: Mapped[int | None] = mapped_column(BigInteger)
    multipart_id: Mapped[str | None] = mapped_column(Text)
    """The store's id of the multipart upload, made when the first part is signed."""
    state: Mapped[str] = mapped_column(Text, server_default="wanted")
    reason: Mapped[str | None] = mapped_column(Text)
    client: Mapped[str] = mapped_column(Text, server_default="")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
