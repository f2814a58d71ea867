"""Rows behind the cache tables: what changed, what is encoded, what was put together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, LargeBinary, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_files.dataset_types.tables import SCHEMA
from bregma_files.datasets.tables import TagRow


class CacheChangeRow(Base):
    """A session of which triggers saw a change. No key but the number: writers must never wait for each other here."""

    __tablename__ = "cache_changes"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    session_id: Mapped[UUID]


class CacheSegmentRow(Base):
    """The encoded rows of some hundred sessions whose ids follow each other, from ``first`` to the next segment's."""

    __tablename__ = "cache_segments"
    __table_args__ = ({"schema": SCHEMA},)
    first: Mapped[UUID] = mapped_column(primary_key=True)
    edition: Mapped[int] = mapped_column(BigInteger)
    sessions: Mapped[bytes] = mapped_column(LargeBinary)
    datasets: Mapped[bytes] = mapped_column(LargeBinary)
    insertions: Mapped[bytes] = mapped_column(LargeBinary)
    built_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class CacheSnapshotRow(Base):
    """A zip of tables in the object store, of what callers who see the same labs may see."""

    __tablename__ = "cache_snapshots"
    __table_args__ = (
        Index("cache_snapshots_newest_ix", "scope", "tag_id", text("created_at desc")),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    scope: Mapped[str] = mapped_column(Text)
    tag_id: Mapped[UUID | None] = mapped_column(ForeignKey(TagRow.id, ondelete="CASCADE"), index=True)
    edition: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    info: Mapped[dict[str, Any]]
    size: Mapped[int] = mapped_column(BigInteger)
