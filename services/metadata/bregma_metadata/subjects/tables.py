"""Rows of subjects and of the colony around them."""

from datetime import date
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA, LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow


class SpeciesRow(Base):
    """A species."""

    __tablename__ = "species"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    nickname: Mapped[str] = mapped_column(Text, server_default="")


class StrainRow(Base):
    """A strain."""

    __tablename__ = "strains"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")


class LineRow(Base):
    """A breeding line."""

    __tablename__ = "lines"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    nickname: Mapped[str] = mapped_column(Text, server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")


class SubjectRow(Base):
    """An animal. Its nickname is unique in its lab and is a part of every path of its data."""

    __tablename__ = "subjects"
    __table_args__ = (
        UniqueConstraint("nickname", "lab_id", name="subjects_nickname_lab_key"),
        Index("subjects_lower_nickname_ix", text("lower(nickname)")),
        CheckConstraint(r"nickname ~ '^[\w.-]+$' and nickname !~ '^[.]+$'", name="nickname_form"),
        CheckConstraint("sex in ('M', 'F', 'U')", name="sex"),
        CheckConstraint("death_date >= birth_date", name="dies_after_birth"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    nickname: Mapped[str] = mapped_column(Text)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id), index=True)
    responsible_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id))
    birth_date: Mapped[date | None]
    death_date: Mapped[date | None]
    sex: Mapped[str] = mapped_column(Text, server_default="U")
    species_id: Mapped[UUID | None] = mapped_column(ForeignKey(SpeciesRow.id))
    strain_id: Mapped[UUID | None] = mapped_column(ForeignKey(StrainRow.id))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey(LineRow.id))
    description: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class SubjectProjectRow(Base):
    """A project that a subject belongs to."""

    __tablename__ = "subject_projects"
    __table_args__ = ({"schema": SCHEMA},)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey(ProjectRow.id), primary_key=True, index=True)
