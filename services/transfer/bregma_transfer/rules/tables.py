"""Rows of rules."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

SCHEMA = "transfer"


class RuleRow(Base):
    """Datasets like this shall have a verified copy there. The empty columns mean any."""

    __tablename__ = "rules"
    __table_args__ = (
        CheckConstraint("timing in ('at_once', 'night')", name="timing"),
        CheckConstraint("minimum_copies between 1 and 9", name="copies"),
        CheckConstraint("source_id <> target_id", name="two_places"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    lab_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.labs.id", ondelete="CASCADE"), index=True)
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.projects.id", ondelete="CASCADE"))
    dataset_type: Mapped[str] = mapped_column(Text, server_default="*")
    """Pattern of the type's name, such as ``ephysData.raw.*``."""
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.repositories.id", ondelete="CASCADE"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("files.repositories.id", ondelete="CASCADE"))
    timing: Mapped[str] = mapped_column(Text, server_default="night")
    minimum_copies: Mapped[int | None]
    """The rule is content where so many verified copies lie in other places."""
    active: Mapped[bool] = mapped_column(server_default="true")
    priority: Mapped[int] = mapped_column(server_default="0")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
