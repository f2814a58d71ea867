"""Rows of data repositories."""

from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_files.dataset_types.tables import SCHEMA


class RepositoryTypeRow(Base):
    """A kind of repository, such as ``Fileserver``."""

    __tablename__ = "repository_types"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    json: Mapped[dict[str, Any] | None]


class RepositoryRow(Base):
    """A place that holds copies. ``managed`` is set only by an administrator who binds it to a bucket."""

    __tablename__ = "repositories"
    __table_args__ = (
        CheckConstraint("not managed or bucket is not null", name="managed_has_bucket"),
        CheckConstraint("not (managed and globus_is_personal)", name="managed_is_not_personal"),
        CheckConstraint("managed or store is null", name="store_is_managed"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    timezone: Mapped[str] = mapped_column(Text, server_default="UTC")
    globus_path: Mapped[str] = mapped_column(Text, server_default="")
    hostname: Mapped[str] = mapped_column(Text, server_default="")
    data_url: Mapped[str | None] = mapped_column(Text)
    repository_type_id: Mapped[UUID | None] = mapped_column(ForeignKey(RepositoryTypeRow.id))
    globus_endpoint_id: Mapped[UUID | None]
    globus_is_personal: Mapped[bool] = mapped_column(server_default="false")
    json: Mapped[dict[str, Any] | None]
    access_keys: Mapped[dict[str, Any] | None]
    """Entries of the wire's ``json`` that let their holder into the bucket; apart, so that no list or look-up tells them."""
    managed: Mapped[bool] = mapped_column(server_default="false")
    bucket: Mapped[str | None] = mapped_column(Text)
    store: Mapped[str | None] = mapped_column(Text)
    """Name of the object store that the bucket is in, as the settings know it; none: the installation's own."""


class LabRepositoryRow(Base):
    """A repository that a lab's files go to."""

    __tablename__ = "lab_repositories"
    __table_args__ = ({"schema": SCHEMA},)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey("metadata.labs.id", ondelete="CASCADE"), primary_key=True)
    repository_id: Mapped[UUID] = mapped_column(ForeignKey(RepositoryRow.id), primary_key=True, index=True)


class LabDefaultRepositoryRow(Base):
    """The repository that a lab's uploads go to; it counts while the lab has the repository.

    Apart from the links, which a change of a lab's ``repositories`` over HTTP writes anew.
    """

    __tablename__ = "lab_default_repositories"
    __table_args__ = ({"schema": SCHEMA},)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey("metadata.labs.id", ondelete="CASCADE"), primary_key=True)
    repository_id: Mapped[UUID] = mapped_column(ForeignKey(RepositoryRow.id, ondelete="CASCADE"), index=True)
