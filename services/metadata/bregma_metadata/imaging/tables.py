"""Rows of fields of view and their locations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA
from bregma_metadata.sessions.tables import SessionRow


class ImagingTypeRow(Base):
    """A way of imaging, such as ``mesoscope``."""

    __tablename__ = "imaging_types"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    json: Mapped[dict[str, Any] | None]


class ImagingStackRow(Base):
    """Fields of view that lie above each other; all of one session."""

    __tablename__ = "imaging_stacks"
    __table_args__ = (Index("imaging_stacks_name_ix", "name", "id"), {"schema": SCHEMA})
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    json: Mapped[dict[str, Any] | None]


class FieldOfViewRow(Base):
    """A field of view. ``chosen_datasets`` are given by the caller; without them the collections' names tell."""

    __tablename__ = "fields_of_view"
    __table_args__ = (
        UniqueConstraint("session_id", "name", name="fields_of_view_session_name_key"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[UUID] = mapped_column(ForeignKey(SessionRow.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text, index=True)
    imaging_type_id: Mapped[UUID | None] = mapped_column(ForeignKey(ImagingTypeRow.id), index=True)
    stack_id: Mapped[UUID | None] = mapped_column(ForeignKey(ImagingStackRow.id, ondelete="SET NULL"), index=True)
    chosen_datasets: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    json: Mapped[dict[str, Any] | None]


class FovLocationRow(Base):
    """Where a field of view lies: the corners' coordinates (µm), and how they were determined."""

    __tablename__ = "fov_locations"
    __table_args__ = (
        UniqueConstraint("field_of_view_id", "provenance", name="fov_locations_provenance_key"),
        Index(
            "fov_locations_default_key", "field_of_view_id", unique=True, postgresql_where=text("default_provenance"),
        ),
        CheckConstraint("provenance in ('E', 'F', 'L', 'H')", name="provenance"),
        CheckConstraint("coalesce(array_length(x, 1), 0) <= 8 and coalesce(array_length(y, 1), 0) <= 8 "
                        "and coalesce(array_length(z, 1), 0) <= 8", name="corners"),
        CheckConstraint("coalesce(array_length(n_xyz, 1), 0) <= 3", name="axes"),
        {"schema": SCHEMA},
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    field_of_view_id: Mapped[UUID] = mapped_column(ForeignKey(FieldOfViewRow.id, ondelete="CASCADE"))
    provenance: Mapped[str] = mapped_column(Text, server_default="L")
    default_provenance: Mapped[bool] = mapped_column(server_default="false")
    coordinate_system: Mapped[str | None] = mapped_column(Text, server_default="IBL-Allen")
    x: Mapped[list[float | None]] = mapped_column(ARRAY(Double))
    y: Mapped[list[float | None]] = mapped_column(ARRAY(Double))
    z: Mapped[list[float | None]] = mapped_column(ARRAY(Double))
    n_xyz: Mapped[list[int | None]] = mapped_column(ARRAY(Integer))
    json: Mapped[dict[str, Any] | None]
    auto_datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class FovRegionRow(Base):
    """A brain region that a location covers, by its number in the Allen atlas."""

    __tablename__ = "fov_location_regions"
    __table_args__ = ({"schema": SCHEMA},)
    location_id: Mapped[UUID] = mapped_column(ForeignKey(FovLocationRow.id, ondelete="CASCADE"), primary_key=True)
    brain_region_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, index=True)
