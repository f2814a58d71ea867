"""Rows of retirements."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import ARRAY, BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Integer, Text, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_files.dataset_types.tables import SCHEMA
from bregma_files.datasets.tables import DatasetRow
from bregma_files.records.tables import FileRecordRow
from bregma_files.repositories.tables import RepositoryRow


class RetirementRow(Base):
    """A copy that a policy wants gone: why it is kept, or how far its going is."""

    __tablename__ = "retirements"
    __table_args__ = (
        CheckConstraint("state in ('kept', 'waiting', 'deleting', 'deleted', 'undone')", name="state"),
        CheckConstraint("minimum_copies > 0", name="copies_positive"),
        Index("retirements_record_key", "record_id", "object_key", unique=True),
        Index("retirements_due_ix", "delete_after", postgresql_where=text("state in ('waiting', 'deleting')")),
        Index("retirements_changed_ix", "changed_at"),
        Index("retirements_stand_ins_ix", "stand_ins", postgresql_using="gin"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_id: Mapped[UUID | None] = mapped_column(ForeignKey(FileRecordRow.id, ondelete="SET NULL"))
    dataset_id: Mapped[UUID | None] = mapped_column(ForeignKey(DatasetRow.id, ondelete="SET NULL"), index=True)
    repository_id: Mapped[UUID] = mapped_column(ForeignKey(RepositoryRow.id))
    lab_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(Text)
    object_key: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stand_ins: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """Datasets that hold what it held."""
    stand_in_hashes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """SHA-256 of each of them, as whoever made them found it."""
    minimum_copies: Mapped[int] = mapped_column(Integer)
    asked_by: Mapped[str] = mapped_column(Text)
    """The policy."""
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    """What speaks against it, where something does."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    delete_after: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"))
