"""Rows of subjects and of the colony around them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, SmallInteger, Text, UniqueConstraint, func, text
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
    nickname: Mapped[str] = mapped_column(Text, unique=True)
    json: Mapped[dict[str, Any] | None]


class StrainRow(Base):
    """A strain."""

    __tablename__ = "strains"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")


class SourceRow(Base):
    """Where animals come from: a supplier, another colony."""

    __tablename__ = "sources"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")


class LineRow(Base):
    """A breeding line, and how many names of each kind it has given."""

    __tablename__ = "lines"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    nickname: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    target_phenotype: Mapped[str] = mapped_column(Text, server_default="")
    strain_id: Mapped[UUID | None] = mapped_column(ForeignKey(StrainRow.id))
    species_id: Mapped[UUID | None] = mapped_column(ForeignKey(SpeciesRow.id))
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey(SourceRow.id))
    source_identifier: Mapped[str] = mapped_column(Text, server_default="")
    source_url: Mapped[str] = mapped_column(Text, server_default="")
    expression_data_url: Mapped[str] = mapped_column(Text, server_default="")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    subject_index: Mapped[int] = mapped_column(server_default="0")
    breeding_pair_index: Mapped[int] = mapped_column(server_default="0")
    litter_index: Mapped[int] = mapped_column(server_default="0")
    json: Mapped[dict[str, Any] | None]


class SubjectRow(Base):
    """An animal. Its nickname is unique in its lab and is a part of every path of its data."""

    __tablename__ = "subjects"
    __table_args__ = (
        UniqueConstraint("nickname", "lab_id", name="subjects_nickname_lab_key"),
        Index("subjects_lower_nickname_ix", text("lower(nickname)")),
        CheckConstraint(r"nickname ~ '^[\w.-]+$' and nickname !~ '^[.]+$'", name="nickname_form"),
        CheckConstraint("sex in ('M', 'F', 'U')", name="sex"),
        CheckConstraint("death_date >= birth_date", name="dies_after_birth"),
        CheckConstraint("reduced_date >= birth_date and reduced_date >= death_date", name="reduced_last"),
        CheckConstraint("wean_date >= birth_date", name="weaned_after_birth"),
        CheckConstraint("actual_severity between 1 and 5", name="severity"),
        CheckConstraint("protocol_number in ('1', '2', '3', '4')", name="protocol_number"),
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
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey(LineRow.id), index=True)
    # litters and requests are declared in terms of animals, so these two go by name
    litter_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.litters.id", use_alter=True, name="subjects_litter_id_fkey"), index=True
    )
    request_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.subject_requests.id", use_alter=True, name="subjects_request_id_fkey"), index=True
    )
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey(SourceRow.id))
    wean_date: Mapped[date | None]
    genotype_date: Mapped[date | None]
    reduced_date: Mapped[date | None]
    ear_mark: Mapped[str] = mapped_column(Text, server_default="")
    protocol_number: Mapped[str] = mapped_column(Text, server_default="1")
    adverse_effects: Mapped[str] = mapped_column(Text, server_default="")
    actual_severity: Mapped[int | None] = mapped_column(SmallInteger)
    to_be_genotyped: Mapped[bool] = mapped_column(server_default="false")
    to_be_culled: Mapped[bool] = mapped_column(server_default="false")
    description: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class SubjectProjectRow(Base):
    """A project that a subject belongs to."""

    __tablename__ = "subject_projects"
    __table_args__ = ({"schema": SCHEMA},)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey(ProjectRow.id), primary_key=True, index=True)


class SubjectOwnerRow(Base):
    """A change of the user who is responsible for an animal: its history."""

    __tablename__ = "subject_owners"
    __table_args__ = (Index("subject_owners_subject_changed_at_ix", "subject_id", "changed_at"), {"schema": SCHEMA})
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"))
    former_user_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id))
    changed_by_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
