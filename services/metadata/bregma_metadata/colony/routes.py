"""The colony's resources: genetics, breeding, cages, culls and requests."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bregma_kit.fields import Computed, Field, Moment, Slug, many
from bregma_kit.filters import Filter, boolean, exact, iexact, integer, named, parse_boolean, relation
from bregma_kit.graph import Model
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE, OWN_LABS, WriteRule, in_visible_labs
from sqlalchemy import Boolean, Text, case, func, literal, select
from sqlalchemy.orm import aliased

from bregma_metadata.colony import service
from bregma_metadata.colony.domain import SYMBOLS
from bregma_metadata.colony.tables import (
    AlleleRow,
    AlleleSequenceRow,
    BreedingPairRow,
    CageRow,
    CullRow,
    GenotypeTestRow,
    HousingRow,
    LineAlleleRow,
    LitterRow,
    SequenceRow,
    SubjectRequestRow,
    ZygosityRow,
    ZygosityRuleRow,
)
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.subjects.naming import STAFF, Animal
from bregma_metadata.subjects.tables import LineRow, SourceRow, SpeciesRow, StrainRow, SubjectRow

TAG = "colony"
VOCABULARY = WriteRule(roles=STAFF)
IN_LAB = WriteRule(lab="lab_id", roles=STAFF)
RESULT = "Enter 0 (absent) or 1 (present)."
ZYGOSITY = "Enter 0 (absent), 1 (heterozygous), 2 (homozygous) or 3 (present)."


def _identity(row: Any) -> Field:
    return Field(name="id", column=row.id, read_only=True)


def _json(row: Any) -> Field:
    return Field(name="json", column=row.json, type=Any, nullable=True, in_list=False)


def _seen_with(subject_id: Any) -> Any:
    """Return who sees what is known of an animal: whoever sees the animal."""
    return in_visible_labs(select(SubjectRow.lab_id).where(SubjectRow.id == subject_id).scalar_subquery())


def _animal(name: str, column: Any) -> Filter:
    named = select(SubjectRow.id)
    return Filter(
        name, str, Text, lambda p: column.in_(named.where(func.lower(SubjectRow.nickname) == func.lower(p))),
        "nickname, whatever the case",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CageOfPair(Field):
    """The cage of a pair's animals: shown is where the first mother, else the father, lives; given, all move there."""

    def read(self) -> Any:
        """Look up the open stay."""
        stay, cage = aliased(HousingRow), aliased(CageRow)
        return (
            select(cage.name).join(stay, stay.cage_id == cage.id)
            .where(stay.subject_id == func.coalesce(BreedingPairRow.mother1_id, BreedingPairRow.father_id),
                   stay.end_time.is_(None))
            .correlate(BreedingPairRow).scalar_subquery()
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CageName(Slug):
    """A cage by its name in the animal's lab, which a hook finds; a new name is a new cage."""

    to: Any = field(default_factory=lambda: CageRow.name)

    async def resolve(self, tx: Any, value: Any) -> Any:
        """Leave it to the hook, which knows the lab."""
        return value


@dataclass(frozen=True, kw_only=True)
class SeverityOfCulled(Field):
    """The actual severity, which is kept with the animal."""

    def read(self) -> Any:
        """Look it up."""
        return select(SubjectRow.actual_severity).where(SubjectRow.id == CullRow.subject_id).scalar_subquery()


SOURCES = Resource(
    model=Model(view="sources"),
    path="sources", noun="Source", table=SourceRow, lookup=SourceRow.name, tag=TAG, order=(SourceRow.name,),
    write=VOCABULARY, doc="Where animals come from (not an Alyx path).",
    fields=(Field(name="name", column=SourceRow.name, required=True), Field(name="description", column=SourceRow.description)),
    filters=(exact("name", SourceRow.name),),
)  # fmt: skip

LINES = Resource(
    model=Model(view="lines"),
    path="lines", noun="Line", table=LineRow, lookup=LineRow.name, tag=TAG, order=(LineRow.name,), write=VOCABULARY,
    before=service.nickname_first, doc="Breeding lines; each names its animals, pairs and litters (not an Alyx path).",
    fields=(
        _identity(LineRow),
        Field(name="name", column=LineRow.name, required=True),
        Field(name="nickname", column=LineRow.nickname, doc="what auto-names begin with; the name unless said"),
        Field(name="description", column=LineRow.description),
        Field(name="target_phenotype", column=LineRow.target_phenotype),
        Slug(name="strain", column=LineRow.strain_id, to=StrainRow.name, nullable=True),
        Slug(name="species", column=LineRow.species_id, to=SpeciesRow.nickname, nullable=True),
        Slug(name="source", column=LineRow.source_id, to=SourceRow.name, nullable=True),
        Field(name="source_identifier", column=LineRow.source_identifier),
        Field(name="source_url", column=LineRow.source_url),
        Field(name="expression_data_url", column=LineRow.expression_data_url),
        Field(name="is_active", column=LineRow.is_active, type=bool),
        many("alleles", AlleleRow.nickname, LineAlleleRow, LineRow.id),
        _json(LineRow),
    ),
    filters=(exact("name", LineRow.name), exact("nickname", LineRow.nickname), boolean("is_active", LineRow.is_active)),
)  # fmt: skip

SEQUENCES = Resource(
    model=Model(view="sequences"),
    path="sequences", noun="Sequence", table=SequenceRow, lookup=SequenceRow.name, tag=TAG, order=(SequenceRow.name,),
    write=VOCABULARY, doc="Genetic sequences that animals are tested for.",
    fields=(
        _identity(SequenceRow), Field(name="name", column=SequenceRow.name, required=True),
        Field(name="base_pairs", column=SequenceRow.base_pairs), Field(name="description", column=SequenceRow.description),
        _json(SequenceRow),
    ),
    filters=(exact("name", SequenceRow.name),),
)  # fmt: skip

ALLELES = Resource(
    model=Model(view="alleles"),
    path="alleles", noun="Allele", table=AlleleRow, lookup=AlleleRow.nickname, tag=TAG, order=(AlleleRow.nickname,),
    write=VOCABULARY, doc="Alleles, by the nickname that labs use.",
    fields=(
        _identity(AlleleRow), Field(name="nickname", column=AlleleRow.nickname, required=True, example="Pvalb-Cre"),
        Field(name="name", column=AlleleRow.name, doc="standard name", example="Pvalb<tm1(cre)Arbr>"),
        many("sequences", SequenceRow.name, AlleleSequenceRow, AlleleRow.id), _json(AlleleRow),
    ),
    filters=(exact("nickname", AlleleRow.nickname),),
)  # fmt: skip

ZYGOSITIES = Resource(
    model=Model(view="zygosities", within="subject"),
    path="zygosities", noun="Zygosity", table=ZygosityRow, lookup=ZygosityRow.id, parse_lookup=UUID, tag=TAG,
    order=(ZygosityRow.id,), write=BY_SERVICE, visible=_seen_with(ZygosityRow.subject_id), before=service.entered,
    before_delete=service.own_subject_deleted,
    doc="What animals have of an allele: entered, told by tests, or following from the parents.",
    constraints={
        "zygosities_subject_allele_key": ("allele", "The zygosity of this allele is known already; change that record."),
        "zygosities_zygosity_check": ("zygosity", ZYGOSITY),
    },
    fields=(
        _identity(ZygosityRow),
        Animal(name="subject", column=ZygosityRow.subject_id, required=True, example="KS014"),
        Slug(name="allele", column=ZygosityRow.allele_id, to=AlleleRow.nickname, required=True),
        Field(name="zygosity", column=ZygosityRow.zygosity, type=int, required=True, least=0, doc=ZYGOSITY, example=1),
        Computed(name="symbol", expression=case(dict(enumerate(SYMBOLS)), value=ZygosityRow.zygosity, else_=literal("?"))),
        Field(name="origin", column=ZygosityRow.origin, read_only=True, doc="entered, tests or parents"),
    ),
    filters=(
        _animal("subject", ZygosityRow.subject_id), relation("allele", ZygosityRow.allele_id, AlleleRow.nickname),
        integer("zygosity", ZygosityRow.zygosity),
    ),
)  # fmt: skip

ZYGOSITY_RULES = Resource(
    model=Model(view="zygosity_rules", reverse={"sequence0": "zygosity_rule_sequence0", "sequence1": "zygosity_rule_sequence1"}),
    path="zygosity-rules", noun="ZygosityRule", table=ZygosityRuleRow, lookup=ZygosityRuleRow.id, parse_lookup=UUID, tag=TAG,
    order=(ZygosityRuleRow.id,), write=VOCABULARY, after=service.rule_saved, after_delete=service.rule_saved,
    doc="Which results of one or two tests mean which zygosity in a line; saving one works out its tested animals anew.",
    constraints={
        "zygosity_rules_once_key": ("allele", "This rule exists already."),
        "zygosity_rules_result_check": ("sequence0_result", RESULT),
        "zygosity_rules_second_whole_check": ("sequence1_result", "Give the second sequence with its result, or neither."),
        "zygosity_rules_two_sequences_check": ("sequence1", "The two sequences must differ."),
        "zygosity_rules_zygosity_check": ("zygosity", ZYGOSITY),
    },
    fields=(
        _identity(ZygosityRuleRow),
        Slug(name="line", column=ZygosityRuleRow.line_id, to=LineRow.name, required=True),
        Slug(name="allele", column=ZygosityRuleRow.allele_id, to=AlleleRow.nickname, required=True),
        Slug(name="sequence0", column=ZygosityRuleRow.sequence0_id, to=SequenceRow.name, required=True),
        Field(name="sequence0_result", column=ZygosityRuleRow.sequence0_result, type=int, required=True, least=0, doc=RESULT),
        Slug(name="sequence1", column=ZygosityRuleRow.sequence1_id, to=SequenceRow.name, nullable=True),
        Field(name="sequence1_result", column=ZygosityRuleRow.sequence1_result, type=int, nullable=True, least=0, doc=RESULT),
        Field(name="zygosity", column=ZygosityRuleRow.zygosity, type=int, required=True, least=0, doc=ZYGOSITY),
    ),
    filters=(relation("line", ZygosityRuleRow.line_id, LineRow.name), relation("allele", ZygosityRuleRow.allele_id, AlleleRow.nickname)),
)  # fmt: skip

GENOTYPE_TESTS = Resource(
    model=Model(view="genotype_tests", within="subject"),
    path="genotype-tests", noun="GenotypeTest", table=GenotypeTestRow, lookup=GenotypeTestRow.id, parse_lookup=UUID, tag=TAG,
    order=(GenotypeTestRow.id,), write=BY_SERVICE, visible=_seen_with(GenotypeTestRow.subject_id), before=service.own_subject,
    after=service.result_saved, before_delete=service.own_subject_deleted, after_delete=service.result_deleted,
    doc="Results of genotype tests; saving or deleting one works out the animal's zygosities anew.",
    constraints={"genotype_tests_result_check": ("test_result", RESULT)},
    fields=(
        _identity(GenotypeTestRow),
        Animal(name="subject", column=GenotypeTestRow.subject_id, required=True, example="KS014"),
        Slug(name="sequence", column=GenotypeTestRow.sequence_id, to=SequenceRow.name, required=True),
        Field(name="test_result", column=GenotypeTestRow.test_result, type=int, required=True, least=0, doc=RESULT, example=1),
        _json(GenotypeTestRow),
    ),
    filters=(_animal("subject", GenotypeTestRow.subject_id), relation("sequence", GenotypeTestRow.sequence_id, SequenceRow.name)),
)  # fmt: skip

_pair = (
    Animal(name=name, column=getattr(BreedingPairRow, f"{name}_id"), nullable=True)
    for name in ("father", "mother1", "mother2")
)
BREEDING_PAIRS = Resource(
    model=Model(view="breeding_pairs", lab="lab_id", reverse={"father": "litter_father", "mother1": "mother1", "mother2": "mother2"}),
    path="breeding-pairs", noun="BreedingPair", table=BreedingPairRow, lookup=BreedingPairRow.name, tag=TAG,
    order=(BreedingPairRow.name,), write=IN_LAB, visible=in_visible_labs(BreedingPairRow.lab_id),
    before=service.complete_pair, after=service.pair_saved,
    doc="A father and one mother or two; without a name (or with '-') the line names the pair: LINE_BP_001.",
    constraints={
        "breeding_pairs_ends_after_start_check": ("end_date", "A pair cannot end before it starts."),
        "breeding_pairs_two_mothers_check": ("mother2", "The two mothers must differ."),
    },
    fields=(
        _identity(BreedingPairRow),
        Field(name="name", column=BreedingPairRow.name, nullable=True, doc="given by the line unless said"),
        Slug(name="lab", column=BreedingPairRow.lab_id, to=LabRow.name, example="cortexlab"),
        Slug(name="line", column=BreedingPairRow.line_id, to=LineRow.name, nullable=True),
        Field(name="start_date", column=BreedingPairRow.start_date, type=date, nullable=True),
        Field(name="end_date", column=BreedingPairRow.end_date, type=date, nullable=True), *_pair,
        CageOfPair(name="cage", nullable=True, doc="moves the pair's animals there"),
        Field(name="description", column=BreedingPairRow.description), _json(BreedingPairRow),
    ),
    filters=(
        exact("name", BreedingPairRow.name), relation("lab", BreedingPairRow.lab_id, LabRow.name),
        relation("line", BreedingPairRow.line_id, LineRow.name), _animal("father", BreedingPairRow.father_id),
        _animal("mother1", BreedingPairRow.mother1_id), _animal("mother2", BreedingPairRow.mother2_id),
        Filter("current", parse_boolean, Boolean, lambda p: BreedingPairRow.end_date.is_(None) == p, "has not ended"),
    ),
)  # fmt: skip

_pairs = select(BreedingPairRow.id)
LITTERS = Resource(
    model=Model(view="litters", lab="lab_id"),
    path="litters", noun="Litter", table=LitterRow, lookup=LitterRow.name, tag=TAG, order=(LitterRow.name,), write=IN_LAB,
    visible=in_visible_labs(LitterRow.lab_id), before=service.complete_litter,
    doc="Pups of one birth; without a name (or with '-') the line names the litter: LINE_L_001.",
    fields=(
        _identity(LitterRow),
        Field(name="name", column=LitterRow.name, nullable=True, doc="given by the line unless said"),
        Slug(name="lab", column=LitterRow.lab_id, to=LabRow.name, example="cortexlab"),
        Slug(name="line", column=LitterRow.line_id, to=LineRow.name, nullable=True),
        Slug(name="breeding_pair", column=LitterRow.breeding_pair_id, to=BreedingPairRow.name, nullable=True),
        Field(name="birth_date", column=LitterRow.birth_date, type=date, nullable=True),
        Field(name="description", column=LitterRow.description), _json(LitterRow),
    ),
    filters=(
        exact("name", LitterRow.name), relation("lab", LitterRow.lab_id, LabRow.name), relation("line", LitterRow.line_id, LineRow.name),
        named("breeding_pair", lambda p: LitterRow.breeding_pair_id.in_(_pairs.where(BreedingPairRow.name == p)), "its name"),
    ),
)  # fmt: skip

CAGES = Resource(
    model=Model(view="cages", lab="lab_id"),
    path="cages", noun="Cage", table=CageRow, lookup=CageRow.name, tag=TAG, order=(CageRow.name, CageRow.id), write=IN_LAB,
    visible=in_visible_labs(CageRow.lab_id), preferred=CageRow.lab_id == func.any(OWN_LABS),
    before=service.default_lab, after=service.cage_saved,
    doc="Cages; when one is kept differently its animals begin a new stay, so that former conditions stay known.",
    constraints={
        "cages_name_lab_key": ("name", "This lab has a cage of this name already."),
        "cages_named_check": ("name", "This field may not be blank."),
        "cages_light_cycle_check": ("light_cycle", "Enter normal or inverted."),
        "cages_cleaning_days_check": ("cleaning_days", "Enter a number of days above 0."),
    },
    fields=(
        _identity(CageRow), Field(name="name", column=CageRow.name, required=True),
        Slug(name="lab", column=CageRow.lab_id, to=LabRow.name, example="cortexlab"),
        *(Field(name=name, column=getattr(CageRow, name)) for name in ("cage_type", "enrichment", "food")),
        Field(name="light_cycle", column=CageRow.light_cycle, doc="normal or inverted"),
        Field(name="cleaning_days", column=CageRow.cleaning_days, type=int, nullable=True, doc="days between cleanings"),
        _json(CageRow),
    ),
    filters=(exact("name", CageRow.name), relation("lab", CageRow.lab_id, LabRow.name)),
)  # fmt: skip

HOUSINGS = Resource(
    model=Model(view="housings", within="subject", reverse={"subject": "housing_subjects"}),
    path="housings", noun="Housing", table=HousingRow, lookup=HousingRow.id, parse_lookup=UUID, tag=TAG,
    order=(HousingRow.id.desc(),), write=BY_SERVICE, visible=_seen_with(HousingRow.subject_id),
    before=service.complete_housing, before_delete=service.own_subject_deleted,
    doc="Stays of animals in cages, newest first; a new one closes the former.",
    constraints={
        "housings_ends_after_start_check": ("end_time", "A stay cannot end before it starts."),
        "housings_one_open_key": ("end_time", "The animal lives somewhere already."),
    },
    fields=(
        _identity(HousingRow),
        Animal(name="subject", column=HousingRow.subject_id, required=True, create_only=True, example="KS014"),
        CageName(name="cage", column=HousingRow.cage_id, required=True, doc="name in the animal's lab; a new name is a new cage"),
        Moment(name="start_time", column=HousingRow.start_time, type=datetime, example="2020-01-01T10:00:00"),
        Moment(name="end_time", column=HousingRow.end_time, type=datetime, nullable=True),
        Field(name="conditions", column=HousingRow.conditions, type=Any, read_only=True, doc="how the cage was kept"),
    ),
    filters=(
        _animal("subject", HousingRow.subject_id),
        Filter("cage", str, Text, lambda p: HousingRow.cage_id.in_(select(CageRow.id).where(CageRow.name == p))),
        Filter("current", parse_boolean, Boolean, lambda p: HousingRow.end_time.is_(None) == p, "has not ended"),
    ),
)  # fmt: skip

CULLS = Resource(
    model=Model(view="culls", within="subject"),
    path="culls", noun="Cull", table=CullRow, lookup=CullRow.id, parse_lookup=UUID, tag=TAG, order=(CullRow.id.desc(),),
    write=BY_SERVICE, visible=_seen_with(CullRow.subject_id), before=service.complete_cull, after=service.cull_saved,
    before_delete=service.cull_deleted,
    doc="Culls: the day becomes the animal's day of death; deleting a cull takes it back.",
    constraints={"culls_subject_id_key": ("subject", "This animal was culled already.")},
    fields=(
        _identity(CullRow),
        Animal(name="subject", column=CullRow.subject_id, required=True, example="KS014"),
        Slug(name="user", column=CullRow.user_id, to=UserRow.username, nullable=True),
        Field(name="date", column=CullRow.date, type=date, doc="today in the lab unless said"),
        Field(name="reason", column=CullRow.reason), Field(name="method", column=CullRow.method),
        SeverityOfCulled(name="severity", type=int, nullable=True, doc="1 sub-threshold to 5 non-recovery; kept with the animal"),
        Field(name="description", column=CullRow.description), _json(CullRow),
    ),
    filters=(_animal("subject", CullRow.subject_id), iexact("reason", CullRow.reason), iexact("method", CullRow.method)),
)  # fmt: skip

_delivered = (
    select(func.count()).select_from(SubjectRow)
    .where(SubjectRow.request_id == SubjectRequestRow.id, SubjectRow.responsible_user_id == SubjectRequestRow.user_id,
           SubjectRow.line_id.is_not_distinct_from(SubjectRequestRow.line_id), SubjectRow.death_date.is_(None))
    .correlate(SubjectRequestRow).scalar_subquery()
)  # fmt: skip
SUBJECT_REQUESTS = Resource(
    model=Model(view="subject_requests", lab="lab_id", reverse={"user": "subjects_requested"}),
    path="subject-requests", noun="SubjectRequest", table=SubjectRequestRow, lookup=SubjectRequestRow.id, parse_lookup=UUID,
    tag=TAG, order=(SubjectRequestRow.id.desc(),), write=IN_LAB, visible=in_visible_labs(SubjectRequestRow.lab_id),
    before=service.complete_request, doc="Animals that people ask for, newest first; open while some remain to be given.",
    constraints={"subject_requests_count_check": ("count", "Enter a number above 0.")},
    fields=(
        _identity(SubjectRequestRow),
        Slug(name="lab", column=SubjectRequestRow.lab_id, to=LabRow.name, example="cortexlab"),
        Slug(name="user", column=SubjectRequestRow.user_id, to=UserRow.username),
        Slug(name="line", column=SubjectRequestRow.line_id, to=LineRow.name, nullable=True),
        Field(name="count", column=SubjectRequestRow.count, type=int, required=True, least=1, example=4),
        Field(name="date", column=SubjectRequestRow.date, type=date),
        Field(name="due_date", column=SubjectRequestRow.due_date, type=date, nullable=True),
        Computed(name="remaining", expression=func.greatest(SubjectRequestRow.count - _delivered, 0), type=int),
        Computed(name="status", expression=case((SubjectRequestRow.count > _delivered, "open"), else_="closed")),
        Field(name="description", column=SubjectRequestRow.description), _json(SubjectRequestRow),
    ),
    filters=(
        relation("lab", SubjectRequestRow.lab_id, LabRow.name), relation("user", SubjectRequestRow.user_id, UserRow.username),
        relation("line", SubjectRequestRow.line_id, LineRow.name),
    ),
)  # fmt: skip

OURS = (SEQUENCES, ALLELES, ZYGOSITIES, ZYGOSITY_RULES, GENOTYPE_TESTS, BREEDING_PAIRS, LITTERS, CAGES, HOUSINGS, CULLS,
        SUBJECT_REQUESTS)  # fmt: skip
OPERATIONS = [
    *operations_of(SOURCES), *operations_of(LINES),
    *(replace(op, own=True) for resource in OURS for op in operations_of(resource)),
]  # fmt: skip
