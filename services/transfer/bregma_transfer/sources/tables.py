"""Rows of sources."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from bregma_transfer.rules.tables import SCHEMA


class SourceRow(Base):
    """A repository that is not managed, and who brings its files."""

    __tablename__ = "sources"
    __table_args__ = (
        CheckConstraint("carrier in ('agent', 'http', 's3', 'globus')", name="carrier"),
        CheckConstraint("(carrier = 'agent') = (address = '')", name="address"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    repository_id: Mapped[UUID] = mapped_column(ForeignKey("files.repositories.id", ondelete="CASCADE"), unique=True)
    carrier: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, server_default="")
    credential: Mapped[str | None] = mapped_column(Text)
    """Name of an entry of BREGMA_SOURCES; the secret itself is never kept here."""
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
