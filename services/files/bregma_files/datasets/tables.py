"""Rows of datasets, revisions and tags."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_files.dataset_types.tables import SCHEMA, DataFormatRow, DatasetTypeRow


class RevisionRow(Base):
    """A named revision of datasets, shown as ``#name#`` in paths."""

    __tablename__ = "revisions"
    __table_args__ = (
        CheckConstraint(r"name ~ '^[\w.-]+$'", name="name_form"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    created_datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    json: Mapped[dict[str, Any] | None]
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TagRow(Base):
    """A tag; a protected one forbids change, a public one is released."""

    __tablename__ = "tags"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    protected: Mapped[bool] = mapped_column(server_default="false")
    public: Mapped[bool] = mapped_column(server_default="false")
    hash: Mapped[str | None] = mapped_column(Text)
    json: Mapped[dict[str, Any] | None]


class DatasetRow(Base):
    """A dataset. ``servable`` is kept by a trigger: some record exists on a repository that is not personal."""

    __tablename__ = "datasets"
    __table_args__ = (
        CheckConstraint("(content_type is null) = (object_id is null)", name="object_whole"),
        CheckConstraint("session_id is null or object_id is null", name="one_owner"),
        CheckConstraint("file_size >= 0", name="size_not_negative"),
        CheckConstraint("edition in ('paper-2020', 'ibl-current')", name="edition"),
        Index(
            "datasets_place_key", "session_id", text("coalesce(collection, '')"), "name",
            text("coalesce(revision_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
            unique=True, postgresql_where=text("session_id is not null"),
        ),
        Index(
            "datasets_object_place_key", "object_id", text("coalesce(collection, '')"), "name",
            text("coalesce(revision_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
            unique=True, postgresql_where=text("object_id is not null"),
        ),
        Index("datasets_type_session_ix", "dataset_type_id", "session_id", postgresql_include=["servable"]),
        Index("datasets_name_session_ix", "name", "session_id", postgresql_include=["servable", "qc"]),
        Index("datasets_created_ix", text("created_datetime desc"), text("id desc")),
        # each of these is a filter of the list; without it one search reads the whole table
        Index("datasets_hash_ix", "hash"),
        Index("datasets_file_size_ix", "file_size"),
        Index("datasets_auto_datetime_ix", "auto_datetime"),
        Index("datasets_created_by_ix", "created_by_id"),
        Index("datasets_qc_ix", "qc"),
        Index(
            "datasets_generating_software_ix", "generating_software",
            postgresql_where=text("generating_software is not null"),
        ),
        Index("datasets_not_default_ix", "session_id", postgresql_where=text("not default_dataset")),
        {"schema": SCHEMA},
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.sessions.id", ondelete="CASCADE"))
    content_type: Mapped[str | None] = mapped_column(Text)
    object_id: Mapped[UUID | None]
    collection: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    revision_id: Mapped[UUID | None] = mapped_column(ForeignKey(RevisionRow.id), index=True)
    dataset_type_id: Mapped[UUID] = mapped_column(ForeignKey(DatasetTypeRow.id))
    data_format_id: Mapped[UUID] = mapped_column(ForeignKey(DataFormatRow.id))
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id"))
    created_datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    auto_datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(Text)
    generating_software: Mapped[str | None] = mapped_column(Text)
    default_dataset: Mapped[bool] = mapped_column(server_default="true")
    qc: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    json: Mapped[dict[str, Any] | None]
    edition: Mapped[str] = mapped_column(Text, server_default="ibl-current")
    rows: Mapped[int | None] = mapped_column(BigInteger)
    max_index: Mapped[int | None] = mapped_column(BigInteger)
    """Largest value of a cross-reference (``spikes.clusters``), for the check against its target's rows."""
    servable: Mapped[bool] = mapped_column(server_default="false")


class DatasetTagRow(Base):
    """A tag on a dataset."""

    __tablename__ = "dataset_tags"
    __table_args__ = (Index("dataset_tags_tag_ix", "tag_id", "dataset_id"), {"schema": SCHEMA})
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey(DatasetRow.id, ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(ForeignKey(TagRow.id), primary_key=True)
