"""Rows of brain regions, coordinate systems, trajectories and channels."""

from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.insertions.tables import ChronicInsertionRow, InsertionRow
from bregma_metadata.labs.tables import SCHEMA


class BrainRegionRow(Base):
    """A structure of the Allen atlas. ``lineage`` leads from the root of the tree to the region itself."""

    __tablename__ = "brain_regions"
    __table_args__ = (
        Index("brain_regions_lower_acronym_ix", text("lower(acronym)")),
        Index("brain_regions_lineage_ix", "lineage", postgresql_using="gin"),
        Index("brain_regions_order_ix", "graph_order", "id"),
        Index("brain_regions_described_ix", "id", postgresql_where=text("description is not null")),
        {"schema": SCHEMA},
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    acronym: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey(f"{SCHEMA}.brain_regions.id"), index=True)
    lineage: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    graph_order: Mapped[int]
    description: Mapped[str | None] = mapped_column(Text)


class CoordinateSystemRow(Base):
    """A way to tell places. ``origin`` names the bregma that its zero is (see ``dataset_types.coordinates``)."""

    __tablename__ = "coordinate_systems"
    __table_args__ = (CheckConstraint("origin in ('paper-2020', 'iblatlas')", name="origin"), {"schema": SCHEMA})
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    origin: Mapped[str] = mapped_column(Text, server_default="iblatlas")
    description: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class TrajectoryRow(Base):
    """Where a probe went, as found out in one way: three coordinates (µm), three angles (degrees) and a depth (µm)."""

    __tablename__ = "trajectories"
    __table_args__ = (
        CheckConstraint("theta between 0 and 180", name="theta"),
        CheckConstraint("phi between -180 and 360", name="phi"),
        CheckConstraint("roll between 0 and 360", name="roll"),
        CheckConstraint("depth >= 0", name="depth"),
        CheckConstraint("provenance in (10, 30, 50, 70)", name="provenance"),
        Index(
            "trajectories_insertion_provenance_key", "probe_insertion_id", "provenance", unique=True,
            postgresql_where=text("probe_insertion_id is not null"),
        ),
        Index(
            "trajectories_chronic_provenance_key", "chronic_insertion_id", "provenance", unique=True,
            postgresql_where=text("probe_insertion_id is null"),
        ),
        Index("trajectories_chronic_insertion_ix", "chronic_insertion_id"),
        Index("trajectories_provenance_ix", "provenance"),
        {"schema": SCHEMA},
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    probe_insertion_id: Mapped[UUID | None] = mapped_column(ForeignKey(InsertionRow.id, ondelete="CASCADE"))
    chronic_insertion_id: Mapped[UUID | None] = mapped_column(ForeignKey(ChronicInsertionRow.id, ondelete="CASCADE"))
    x: Mapped[float | None]
    y: Mapped[float | None]
    z: Mapped[float | None]
    depth: Mapped[float | None]
    theta: Mapped[float | None]
    phi: Mapped[float | None]
    roll: Mapped[float | None]
    provenance: Mapped[int] = mapped_column(SmallInteger, server_default="10")
    coordinate_system_id: Mapped[UUID | None] = mapped_column(ForeignKey(CoordinateSystemRow.id))
    datetime: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    json: Mapped[dict[str, Any] | None]


class ChannelRow(Base):
    """A recording site on a trajectory, and the region that it lies in."""

    __tablename__ = "channels"
    __table_args__ = (
        Index("channels_place_key", "trajectory_estimate_id", "axial", "lateral_um", unique=True),
        Index("channels_brain_region_ix", "brain_region_id", "trajectory_estimate_id"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    trajectory_estimate_id: Mapped[UUID] = mapped_column(ForeignKey(TrajectoryRow.id, ondelete="CASCADE"))
    brain_region_id: Mapped[int | None] = mapped_column(ForeignKey(BrainRegionRow.id), server_default="0")
    name: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]
    axial: Mapped[float | None]
    # LATERAL is a word of SQL
    lateral_um: Mapped[float | None]
    x: Mapped[float | None]
    y: Mapped[float | None]
    z: Mapped[float | None]


class TrajectoryRegionRow(Base):
    """A region that some channel of a trajectory lies in; a trigger keeps it true to the channels.

    A search by region meets a dozen rows of a trajectory here instead of 384 channels.
    """

    __tablename__ = "trajectory_regions"
    __table_args__ = ({"schema": SCHEMA},)
    brain_region_id: Mapped[int] = mapped_column(ForeignKey(BrainRegionRow.id), primary_key=True)
    trajectory_id: Mapped[UUID] = mapped_column(
        ForeignKey(TrajectoryRow.id, ondelete="CASCADE"), primary_key=True, index=True
    )
