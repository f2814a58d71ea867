"""Rows of rules."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, Float, ForeignKey, Integer, Text, func
from sqlalchemy.orm import Mapped, mapped_column

SCHEMA = "compression"


class RuleRow(Base):
    """A rule: verified files of a type, in a lab's or anybody's repository, are compressed so. Null means any."""

    __tablename__ = "rules"
    __table_args__ = (
        CheckConstraint("profile in ('balanced', 'fast', 'small')", name="profile"),
        CheckConstraint("sample_rate > 0", name="rate_positive"),
        CheckConstraint("n_channels > 0", name="channels_positive"),
        CheckConstraint("crf between 0 and 51", name="crf"),
        CheckConstraint("retire_raw_after_days >= 0", name="days_positive"),
        CheckConstraint("minimum_copies > 0", name="copies_positive"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    lab_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.labs.id", ondelete="CASCADE"), index=True)
    repository_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.repositories.id", ondelete="CASCADE"))
    dataset_type: Mapped[str] = mapped_column(Text)
    """Pattern of the type's name, such as ``ephysData.raw.*Bin``."""
    profile: Mapped[str] = mapped_column(Text, server_default="balanced")
    sample_rate: Mapped[float | None] = mapped_column(Float)
    n_channels: Mapped[int | None]
    crf: Mapped[float | None] = mapped_column(Float)
    preset: Mapped[str | None] = mapped_column(Text)
    retire_raw_after_days: Mapped[int | None]
    """Days after which the raw copies are asked to go, once the compressed ones are verified; null: never."""
    minimum_copies: Mapped[int] = mapped_column(Integer, server_default="1")
    active: Mapped[bool] = mapped_column(server_default="true")
    priority: Mapped[int] = mapped_column(Integer, server_default="0")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
