"""Rows of labs, locations and procedures."""

from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

SCHEMA = "metadata"


class LabRow(Base):
    """A lab: the tenant of subjects, sessions and data, with a clock of its own."""

    __tablename__ = "labs"
    __table_args__ = (
        CheckConstraint(r"name ~ '^\w+$'", name="name_is_word"),
        CheckConstraint("visibility in ('open', 'closed')", name="visibility"),
        CheckConstraint("reference_weight_pct between 0 and 1", name="reference_weight_is_fraction"),
        CheckConstraint("zscore_weight_pct between 0 and 1", name="zscore_weight_is_fraction"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    institution: Mapped[str] = mapped_column(Text, server_default="")
    address: Mapped[str] = mapped_column(Text, server_default="")
    timezone: Mapped[str] = mapped_column(Text, server_default="UTC")
    reference_weight_pct: Mapped[float] = mapped_column(server_default="0")
    zscore_weight_pct: Mapped[float] = mapped_column(server_default="0")
    visibility: Mapped[str] = mapped_column(Text, server_default="open")
    json: Mapped[dict[str, Any] | None]


class LocationRow(Base):
    """A rig or a room."""

    __tablename__ = "locations"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    lab_id: Mapped[UUID | None] = mapped_column(ForeignKey(LabRow.id))
    json: Mapped[dict[str, Any] | None]


class ProcedureRow(Base):
    """A kind of procedure, such as ``Behavior training/tasks``."""

    __tablename__ = "procedures"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
