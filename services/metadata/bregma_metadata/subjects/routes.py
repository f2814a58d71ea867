"""Subjects, and the species, strains and lines that describe them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from bregma_kit.db import ReadTx
from bregma_kit.fields import Computed, Field, SelfUrl, Slug, many
from bregma_kit.filters import Filter, boolean, containing, exact, named, parse_boolean, relation
from bregma_kit.graph import Link, Model
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import OWN_LABS, WriteRule, in_visible_labs
from sqlalchemy import Boolean, Text, cast, func, literal, literal_column, select
from sqlalchemy.types import Integer

from bregma_metadata.colony import service as colony
from bregma_metadata.colony.tables import LitterRow
from bregma_metadata.husbandry import service as husbandry
from bregma_metadata.husbandry.routes import worked_out
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.subjects import service, store
from bregma_metadata.subjects.tables import (
    LineRow,
    SourceRow,
    SpeciesRow,
    StrainRow,
    SubjectProjectRow,
    SubjectRow,
)

TAG = "subjects"
COLONY = WriteRule(roles=frozenset({"manager", "member", "technician"}))
_age_weeks = cast(
    func.floor(
        (func.coalesce(SubjectRow.death_date, func.current_date()) - SubjectRow.birth_date) / literal_column("7.0")
    ),
    Integer,
)


@dataclass(frozen=True, kw_only=True)
class SpeciesName(Slug):
    """A species, shown by its nickname as on Alyx; its Latin name is understood as well."""

    to: Any = field(default_factory=lambda: SpeciesRow.nickname)

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Find it by nickname, else by name."""
        found = await tx.value(select(SpeciesRow.id).where(SpeciesRow.name == value)) if value is not None else None
        by_nickname = select(SpeciesRow.id).where(SpeciesRow.nickname == value)
        return await tx.value(by_nickname) or found or await super().resolve(tx, value)


@dataclass(frozen=True, kw_only=True)
class Cage(Field):
    """The cage that an animal lives in; giving one moves the animal there."""

    def read(self) -> Any:
        """Look up the open stay."""
        return store.cage()


def _in_project(name: Any) -> Any:
    return (
        select(SubjectProjectRow.subject_id)
        .join(ProjectRow, ProjectRow.id == SubjectProjectRow.project_id)
        .where(ProjectRow.name == name)
    )


SPECIES = Resource(
    path="species", noun="Species", table=SpeciesRow, lookup=SpeciesRow.name, tag=TAG, order=(SpeciesRow.name,), write=COLONY,
    before=colony.nickname_first, model=Model(view="species"), doc="Species that subjects are described by (not an Alyx path).",
    fields=(
        Field(name="name", column=SpeciesRow.name, required=True, example="Mus musculus"),
        Field(name="nickname", column=SpeciesRow.nickname, doc="the name unless said"),
    ),
    filters=(exact("name", SpeciesRow.name), exact("nickname", SpeciesRow.nickname)),
)  # fmt: skip
STRAINS = Resource(
    path="strains", noun="Strain", table=StrainRow, lookup=StrainRow.name, tag=TAG, order=(StrainRow.name,), write=COLONY,
    model=Model(view="strains"), doc="Strains that subjects are described by (not an Alyx path).",
    fields=(Field(name="name", column=StrainRow.name, required=True), Field(name="description", column=StrainRow.description)),
    filters=(exact("name", StrainRow.name),),
)  # fmt: skip

_of_stock_manager = func.coalesce(
    select(UserRow.is_stock_manager).where(UserRow.id == SubjectRow.responsible_user_id).scalar_subquery(),
    literal(False),
)
# these Alyx keeps and its REST interface does not show: in the full record only
HUSBANDRY: tuple[Field, ...] = (
    Cage(name="cage", nullable=True, in_list=False, doc="where it lives; giving a name moves it there, blank takes it out"),
    *(Field(name=name, column=getattr(SubjectRow, name), type=date, nullable=True, in_list=False)
      for name in ("wean_date", "genotype_date", "reduced_date")),
    *(Field(name=name, column=getattr(SubjectRow, name), in_list=False) for name in ("ear_mark", "protocol_number", "adverse_effects")),
    Field(name="actual_severity", column=SubjectRow.actual_severity, type=int, nullable=True, in_list=False,
          doc="1 sub-threshold, 2 mild, 3 moderate, 4 severe, 5 non-recovery"),
    *(Field(name=name, column=getattr(SubjectRow, name), type=bool, in_list=False) for name in ("to_be_genotyped", "to_be_culled")),
    Field(name="request", column=SubjectRow.request_id, type=UUID, nullable=True, in_list=False, doc="the request it was given for"),
)  # fmt: skip

SUBJECTS = Resource(
    path="subjects", noun="Subject", table=SubjectRow, lookup=SubjectRow.nickname, tag=TAG,
    order=(SubjectRow.nickname, SubjectRow.id),
    write=WriteRule(lab="lab_id", roles=frozenset({"manager", "member", "technician"})),
    visible=in_visible_labs(SubjectRow.lab_id), preferred=SubjectRow.lab_id == func.any(OWN_LABS),
    before=service.complete, after=service.saved,
    before_delete=service.refuse_with_data, finish=husbandry.fill_in, put_requires=(),
    model=Model(
        view="subjects", lab="lab_id", reverse={"responsible_user": "subjects_responsible"},
        extra={"genotype": Link(to="alleles", table="zygosities", own="subject_id", other="allele_id")},
    ),
    doc="Animals. Two labs may have one of the same name: the one in the caller's lab is meant; an id names any.",
    constraints={
        "subjects_nickname_form_check": ("nickname", "Enter letters, digits, '_', '-' and '.' only."),
        "subjects_nickname_lab_key": ("nickname", "subject with this nickname already exists in this lab."),
        "subjects_sex_check": ("sex", "Enter M, F or U."),
        "subjects_dies_after_birth_check": ("death_date", "An animal cannot die before its birth."),
        "subjects_reduced_last_check": ("reduced_date", "An animal is reduced after its birth and its cull."),
        "subjects_weaned_after_birth_check": ("wean_date", "An animal is weaned after its birth."),
        "subjects_severity_check": ("actual_severity", "Enter a severity from 1 (sub-threshold) to 5 (non-recovery)."),
        "subjects_protocol_number_check": ("protocol_number", "Enter 1, 2, 3 or 4."),
    },
    fields=(
        Field(name="nickname", column=SubjectRow.nickname, example="KS014", doc="given by the line if it is left out or '-'"),
        SelfUrl(name="url", path="subjects", column=SubjectRow.nickname),
        Field(name="id", column=SubjectRow.id, read_only=True),
        Slug(name="responsible_user", column=SubjectRow.responsible_user_id, to=UserRow.username, nullable=True),
        Field(name="birth_date", column=SubjectRow.birth_date, type=date, nullable=True),
        Computed(name="age_weeks", expression=_age_weeks),
        Field(name="death_date", column=SubjectRow.death_date, type=date, nullable=True),
        SpeciesName(name="species", column=SubjectRow.species_id, nullable=True),
        Field(name="sex", column=SubjectRow.sex, example="M"),
        Slug(name="litter", column=SubjectRow.litter_id, to=LitterRow.name, nullable=True),
        Slug(name="strain", column=SubjectRow.strain_id, to=StrainRow.name, nullable=True),
        Slug(name="source", column=SubjectRow.source_id, to=SourceRow.name, nullable=True),
        Slug(name="line", column=SubjectRow.line_id, to=LineRow.name, nullable=True),
        many("projects", ProjectRow.name, SubjectProjectRow, SubjectRow.id),
        Computed(name="session_projects", expression=store.session_projects(), doc="of all its sessions"),
        Slug(name="lab", column=SubjectRow.lab_id, to=LabRow.name, example="cortexlab"),
        Computed(name="genotype", expression=store.genotype(written=True), type=list[Any], in_detail=False, doc="lists: 'Pvalb-Cre +/-'"),
        Computed(name="genotype", expression=store.genotype(written=False), type=list[Any], in_list=False,
                 doc="zygosities: in lists as text such as 'Pvalb-Cre +/-', else {allele, zygosity}"),
        Field(name="description", column=SubjectRow.description),
        Computed(name="alive", expression=SubjectRow.death_date.is_(None)),
        *worked_out(),
        Field(name="json", column=SubjectRow.json, type=Any, nullable=True, in_list=False),
        *HUSBANDRY,
        Computed(name="weighings", expression=husbandry.recent_weighings(), type=list[Any], in_list=False,
                 doc=f"the newest {husbandry.RECENT}, newest first; /weighings has all"),
        Computed(name="water_administrations", expression=husbandry.recent_water(), type=list[Any], in_list=False,
                 doc=f"the newest {husbandry.RECENT}, newest first; /water-administrations has all"),
    ),
    filters=(
        exact("nickname", SubjectRow.nickname),
        Filter("alive", parse_boolean, Boolean, lambda p: SubjectRow.death_date.is_(None) == p),
        relation("lab", SubjectRow.lab_id, LabRow.name),
        relation("responsible_user", SubjectRow.responsible_user_id, UserRow.username),
        exact("sex", SubjectRow.sex),
        named("project", lambda p: SubjectRow.id.in_(_in_project(p)), "name of a project"),
        Filter("stock", parse_boolean, Boolean, lambda p: _of_stock_manager == p, "its responsible user manages the stock"),
        relation("species", SubjectRow.species_id, SpeciesRow.nickname), relation("strain", SubjectRow.strain_id, StrainRow.name),
        relation("line", SubjectRow.line_id, LineRow.name),
        # no 400 for an unknown one: that would tell of litters of other labs
        named("litter", lambda p: SubjectRow.litter_id.in_(select(LitterRow.id).where(LitterRow.name == p)), "name of its litter"),

        relation("source", SubjectRow.source_id, SourceRow.name),
        boolean("to_be_culled", SubjectRow.to_be_culled), boolean("to_be_genotyped", SubjectRow.to_be_genotyped),
        Filter("water_restricted", parse_boolean, Boolean, lambda p: (husbandry.restricted_now() == p) & SubjectRow.death_date.is_(None),
               "of living animals"),
        containing("json", lambda p: cast(SubjectRow.json, Text).ilike(p), "part of the JSON, as text"),
        named("cage", lambda p: SubjectRow.id.in_(store.living_in(p)), "name of the cage it lives in"),
        named("genotype", lambda p: SubjectRow.id.in_(store.with_allele(p)), "nickname of an allele that it has or lacks"),
        named("genotype_test", lambda p: SubjectRow.id.in_(store.tested_for(p)), "name of a sequence that it was tested for"),
        named("cull_method", lambda p: SubjectRow.id.in_(store.culled_by(p)), "how it was culled"),
        Filter("reduced", parse_boolean, Boolean, lambda p: SubjectRow.reduced_date.is_not(None) == p, "was reduced"),
    ),
)  # fmt: skip

OPERATIONS = [op for one in (SUBJECTS, SPECIES, STRAINS) for op in operations_of(one)]
