"""Rows of certificates."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_transfer.rules.tables import SCHEMA


class CertificateRow(Base):
    """A certificate as it was given away; nobody changes it."""

    __tablename__ = "certificates"
    __table_args__ = (
        Index("certificates_session_ix", "session_id", text("id desc")),
        Index("certificates_lab_ix", "lab_id", text("id desc")),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[UUID]
    """Not a foreign key: what was said stays when the session is gone."""
    lab_id: Mapped[UUID]
    document: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    files: Mapped[int]
    issued_to_id: Mapped[UUID] = mapped_column(ForeignKey("metadata.users.id"))
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
