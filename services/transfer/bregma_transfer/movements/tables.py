"""Rows of movements."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_transfer.rules.tables import SCHEMA, RuleRow


class MovementRow(Base):
    """A copy of a dataset on its way. The states are in ``domain.py``."""

    __tablename__ = "movements"
    __table_args__ = (
        CheckConstraint(
            "state in ('queued', 'moving', 'paused', 'done', 'failed', 'quarantined', 'cancelled')", name="state"
        ),
        CheckConstraint("state not in ('failed', 'quarantined') or reason is not null", name="failure_has_reason"),
        CheckConstraint("(state = 'moving') = (lease_until is not null)", name="lease"),
        CheckConstraint("wrong in ('source', 'target')", name="wrong"),
        CheckConstraint("source_id <> target_id", name="two_places"),
        CheckConstraint("carrier in ('store', 'agent', 'http', 's3', 'globus')", name="carrier"),
        Index("movements_one_open_key", "dataset_id", "target_id", unique=True, postgresql_where=text("state <> 'done'")),
        Index("movements_due_ix", text("priority desc"), "id", postgresql_where=text("state = 'queued'")),
        Index(
            "movements_outside_ix", "source_id", text("priority desc"), "id",
            postgresql_where=text("state in ('queued', 'moving') and carrier in ('agent', 'globus')"),
        ),
        Index("movements_leases_ix", "lease_until", postgresql_where=text("state = 'moving'")),
        Index("movements_moving_source_ix", "source_id", postgresql_where=text("state = 'moving'")),
        Index("movements_moving_target_ix", "target_id", postgresql_where=text("state = 'moving'")),
        Index("movements_dataset_ix", "dataset_id"),
        Index("movements_state_ix", "state", text("id desc")),
        Index("movements_rule_ix", "rule_id", text("id desc")),
        Index("movements_source_ix", "source_id", text("id desc")),
        Index("movements_target_ix", "target_id", text("id desc")),
        {"schema": SCHEMA},
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey("files.datasets.id", ondelete="CASCADE"))
    rule_id: Mapped[UUID | None] = mapped_column(ForeignKey(RuleRow.id, ondelete="SET NULL"))
    source_id: Mapped[UUID] = mapped_column(ForeignKey("files.repositories.id", ondelete="CASCADE"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("files.repositories.id", ondelete="CASCADE"))
    carrier: Mapped[str] = mapped_column(Text, server_default="store")
    """Who brings the bytes: our workers from store to store, or whoever the source has."""
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    priority: Mapped[int] = mapped_column(server_default="0")
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    """Of the bytes that are sent: what was registered when it was planned, or when it was last begun; '' is not known."""
    source_version: Mapped[str | None] = mapped_column(Text)
    """What a source outside said its file's version is; parts of another one do not count."""
    arrived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When whoever carries it for us said that all is there; what is left is to read it back."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    """Counts claims; whoever holds another number than this may not write any more."""
    tries_left: Mapped[int]
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    worker: Mapped[str] = mapped_column(Text, server_default="")
    next_try_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sending_id: Mapped[UUID | None]
    object_key: Mapped[str | None] = mapped_column(Text)
    """Where it is sent to; noted before the first byte, so that whoever comes after finds it."""
    multipart_id: Mapped[str | None] = mapped_column(Text)
    bytes_done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    bytes_sent: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """All that was ever sent for it, repeated parts included."""
    rate: Mapped[float | None]
    """Bytes a second of the attempt at hand."""
    wrong: Mapped[str | None] = mapped_column(Text)
    """The side that does not have the registered bytes."""
    reason: Mapped[str | None] = mapped_column(Text)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
