"""Rows of dataset types and data formats."""

from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

SCHEMA = "files"


class DatasetTypeRow(Base):
    """A dataset type; ``filename_pattern`` (lower-case) says which files are of it, else its name does."""

    __tablename__ = "dataset_types"
    __table_args__ = (
        Index(
            "dataset_types_pattern_key",
            "filename_pattern",
            unique=True,
            postgresql_where=text("filename_pattern <> ''"),
        ),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    filename_pattern: Mapped[str] = mapped_column(Text, server_default="")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("metadata.users.id", ondelete="SET NULL"))


class DataFormatRow(Base):
    """A file format, known by its last extension."""

    __tablename__ = "data_formats"
    __table_args__ = (
        CheckConstraint("file_extension ~ '^[.][^.]+$'", name="extension_form"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    file_extension: Mapped[str] = mapped_column(Text, unique=True)
    matlab_loader_function: Mapped[str] = mapped_column(Text, server_default="")
    python_loader_function: Mapped[str] = mapped_column(Text, server_default="")
