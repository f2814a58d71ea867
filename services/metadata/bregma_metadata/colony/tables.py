"""Rows of the colony around the animals."""

from datetime import date as day
from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA, LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.subjects.tables import LineRow, SubjectRow


class SequenceRow(Base):
    """A genetic sequence that animals are tested for."""

    __tablename__ = "sequences"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    base_pairs: Mapped[str] = mapped_column(Text, server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class AlleleRow(Base):
    """An allele: its nickname in the labs and its standard name."""

    __tablename__ = "alleles"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    nickname: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class AlleleSequenceRow(Base):
    """A sequence whose test tells of an allele."""

    __tablename__ = "allele_sequences"
    __table_args__ = ({"schema": SCHEMA},)
    allele_id: Mapped[UUID] = mapped_column(ForeignKey(AlleleRow.id, ondelete="CASCADE"), primary_key=True)
    sequence_id: Mapped[UUID] = mapped_column(ForeignKey(SequenceRow.id), primary_key=True, index=True)


class LineAlleleRow(Base):
    """An allele that a line carries."""

    __tablename__ = "line_alleles"
    __table_args__ = ({"schema": SCHEMA},)
    line_id: Mapped[UUID] = mapped_column(ForeignKey(LineRow.id, ondelete="CASCADE"), primary_key=True)
    allele_id: Mapped[UUID] = mapped_column(ForeignKey(AlleleRow.id), primary_key=True, index=True)


class ZygosityRow(Base):
    """What an animal has of an allele, and how that is known."""

    __tablename__ = "zygosities"
    __table_args__ = (
        UniqueConstraint("subject_id", "allele_id", name="zygosities_subject_allele_key"),
        Index("zygosities_allele_zygosity_ix", "allele_id", "zygosity"),
        CheckConstraint("zygosity between 0 and 3", name="zygosity"),
        CheckConstraint("origin in ('entered', 'tests', 'parents')", name="origin"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"))
    allele_id: Mapped[UUID] = mapped_column(ForeignKey(AlleleRow.id))
    zygosity: Mapped[int] = mapped_column(SmallInteger)
    origin: Mapped[str] = mapped_column(Text, server_default="entered")


class ZygosityRuleRow(Base):
    """Which results of one or two tests mean which zygosity, in a line."""

    __tablename__ = "zygosity_rules"
    __table_args__ = (
        UniqueConstraint("line_id", "allele_id", "sequence0_id", "sequence0_result", "sequence1_id", "sequence1_result",
                         name="zygosity_rules_once_key", postgresql_nulls_not_distinct=True),
        CheckConstraint("sequence0_result in (0, 1) and (sequence1_result is null or sequence1_result in (0, 1))", name="result"),
        CheckConstraint("(sequence1_id is null) = (sequence1_result is null)", name="second_whole"),
        CheckConstraint("sequence0_id <> sequence1_id", name="two_sequences"),
        CheckConstraint("zygosity between 0 and 3", name="zygosity"),
        {"schema": SCHEMA},
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey(LineRow.id, ondelete="CASCADE"))
    allele_id: Mapped[UUID] = mapped_column(ForeignKey(AlleleRow.id), index=True)
    sequence0_id: Mapped[UUID] = mapped_column(ForeignKey(SequenceRow.id))
    sequence0_result: Mapped[int] = mapped_column(SmallInteger)
    sequence1_id: Mapped[UUID | None] = mapped_column(ForeignKey(SequenceRow.id))
    sequence1_result: Mapped[int | None] = mapped_column(SmallInteger)
    zygosity: Mapped[int] = mapped_column(SmallInteger)


class GenotypeTestRow(Base):
    """The result of testing an animal for a sequence."""

    __tablename__ = "genotype_tests"
    __table_args__ = (CheckConstraint("test_result in (0, 1)", name="result"), {"schema": SCHEMA})
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"), index=True)
    sequence_id: Mapped[UUID] = mapped_column(ForeignKey(SequenceRow.id), index=True)
    test_result: Mapped[int] = mapped_column(SmallInteger)
    json: Mapped[dict[str, Any] | None]


class BreedingPairRow(Base):
    """A father with one mother or two."""

    __tablename__ = "breeding_pairs"
    __table_args__ = (
        CheckConstraint("end_date >= start_date", name="ends_after_start"),
        CheckConstraint("mother1_id <> mother2_id", name="two_mothers"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey(LineRow.id), index=True)
    start_date: Mapped[day | None]
    end_date: Mapped[day | None]
    father_id: Mapped[UUID | None] = mapped_column(ForeignKey(SubjectRow.id), index=True)
    mother1_id: Mapped[UUID | None] = mapped_column(ForeignKey(SubjectRow.id), index=True)
    mother2_id: Mapped[UUID | None] = mapped_column(ForeignKey(SubjectRow.id), index=True)
    description: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class LitterRow(Base):
    """Pups of one birth."""

    __tablename__ = "litters"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey(LineRow.id), index=True)
    breeding_pair_id: Mapped[UUID | None] = mapped_column(ForeignKey(BreedingPairRow.id), index=True)
    birth_date: Mapped[day | None]
    description: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class CageRow(Base):
    """A cage and how it is kept now."""

    __tablename__ = "cages"
    __table_args__ = (
        UniqueConstraint("name", "lab_id", name="cages_name_lab_key"),
        CheckConstraint("name ~ '[^[:space:]]'", name="named"),
        CheckConstraint("light_cycle in ('', 'normal', 'inverted')", name="light_cycle"),
        CheckConstraint("cleaning_days > 0", name="cleaning_days"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id), index=True)
    cage_type: Mapped[str] = mapped_column(Text, server_default="")
    enrichment: Mapped[str] = mapped_column(Text, server_default="")
    food: Mapped[str] = mapped_column(Text, server_default="")
    light_cycle: Mapped[str] = mapped_column(Text, server_default="")
    cleaning_days: Mapped[int | None]
    json: Mapped[dict[str, Any] | None]


class HousingRow(Base):
    """An animal's stay in a cage, with the conditions of that time."""

    __tablename__ = "housings"
    __table_args__ = (
        Index("housings_one_open_key", "subject_id", unique=True, postgresql_where=text("end_time is null")),
        Index("housings_subject_start_time_ix", "subject_id", "start_time"),
        CheckConstraint("end_time >= start_time", name="ends_after_start"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"))
    cage_id: Mapped[UUID] = mapped_column(ForeignKey(CageRow.id), index=True)
    start_time: Mapped[datetime]
    end_time: Mapped[datetime | None]
    conditions: Mapped[dict[str, Any] | None]


class CullRow(Base):
    """The killing of an animal."""

    __tablename__ = "culls"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectRow.id, ondelete="CASCADE"), unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(UserRow.id))
    date: Mapped[day] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    method: Mapped[str] = mapped_column(Text, server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]


class SubjectRequestRow(Base):
    """Animals of a line that somebody asks the stock managers for."""

    __tablename__ = "subject_requests"
    __table_args__ = (CheckConstraint("count >= 1", name="count"), {"schema": SCHEMA})
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey(LineRow.id), index=True)
    count: Mapped[int]
    date: Mapped[day] = mapped_column(Date, server_default=func.current_date())
    due_date: Mapped[day | None]
    description: Mapped[str] = mapped_column(Text, server_default="")
    json: Mapped[dict[str, Any] | None]
