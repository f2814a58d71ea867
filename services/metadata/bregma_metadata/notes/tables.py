"""Rows of notes and their images."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA
from bregma_metadata.people.tables import UserRow


class NoteRow(Base):
    """A note on a record of any kind; ``date_time`` is lab time."""

    __tablename__ = "notes"
    __table_args__ = (
        Index("notes_object_ix", "object_id", "content_type"),
        Index("notes_date_time_ix", text("date_time desc"), text("id desc")),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id), index=True)
    date_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    text: Mapped[str] = mapped_column(Text, server_default="")
    content_type: Mapped[str] = mapped_column(Text)
    object_id: Mapped[UUID]
    json: Mapped[dict[str, Any] | None]


class NoteImageRow(Base):
    """A note's image. It lies here and not in the object store, so that a site without one keeps its notebook whole."""

    __tablename__ = "note_images"
    __table_args__ = (
        CheckConstraint("octet_length(content) between 1 and 16777216", name="size"),
        CheckConstraint("media_type in ('image/png', 'image/jpeg', 'image/gif', 'image/webp')", name="media_type"),
        {"schema": SCHEMA},
    )
    note_id: Mapped[UUID] = mapped_column(ForeignKey(NoteRow.id, ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
