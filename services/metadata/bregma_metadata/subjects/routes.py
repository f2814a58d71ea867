"""Subjects, and the species, strains and lines that describe them."""

from datetime import date
from typing import Any

from bregma_kit.errors import Invalid
from bregma_kit.fields import Computed, Field, SelfUrl, Slug, many
from bregma_kit.filters import Filter, exact, named, parse_boolean, relation, unavailable
from bregma_kit.resource import Change, Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import OWN_LABS, WriteRule, in_visible_labs
from sqlalchemy import Boolean, cast, func, literal_column, select
from sqlalchemy.types import Integer

from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.subjects import store
from bregma_metadata.subjects.tables import LineRow, SpeciesRow, StrainRow, SubjectProjectRow, SubjectRow

TAG = "subjects"
COLONY = WriteRule(roles=frozenset({"manager", "member", "technician"}))
_age_weeks = cast(
    func.floor(
        (func.coalesce(SubjectRow.death_date, func.current_date()) - SubjectRow.birth_date) / literal_column("7.0")
    ),
    Integer,
)


async def _complete(change: Change) -> None:
    """Without a lab the animal belongs to the caller's only lab; with files it keeps its name."""
    if change.creating and "lab_id" not in change.values:
        labs = list(change.principal.lab_roles)
        if len(labs) != 1:
            raise Invalid({"lab": ["This field is required."]})
        change.values["lab_id"] = labs[0]
    if change.creating and "responsible_user_id" not in change.values:
        change.values["responsible_user_id"] = change.principal.user_id
    renamed = change.current is not None and change.after("nickname") != change.current["nickname"]
    if renamed and change.current and await store.has_files(change.tx, change.current["id"]):
        raise Invalid({"nickname": ["This animal has files, whose paths tell its name; it cannot be renamed."]})


def _in_project(name: Any) -> Any:
    return (
        select(SubjectProjectRow.subject_id)
        .join(ProjectRow, ProjectRow.id == SubjectProjectRow.project_id)
        .where(ProjectRow.name == name)
    )


def _named_table(path: str, noun: str, row: Any, *, described: bool) -> Resource:
    extra = (Field(name="description", column=row.description),) if described else ()
    return Resource(
        path=path, noun=noun, table=row, lookup=row.name, tag=TAG, order=(row.name,), write=COLONY,
        doc=f"{noun}s that subjects are described by (not an Alyx path).",
        fields=(Field(name="name", column=row.name, required=True), *extra),
        filters=(exact("name", row.name),),
    )  # fmt: skip


SPECIES = _named_table("species", "Species", SpeciesRow, described=False)
STRAINS = _named_table("strains", "Strain", StrainRow, described=True)
LINES = _named_table("lines", "Line", LineRow, described=True)

SUBJECTS = Resource(
    path="subjects", noun="Subject", table=SubjectRow, lookup=SubjectRow.nickname, tag=TAG,
    order=(SubjectRow.nickname, SubjectRow.id), write=WriteRule(lab="lab_id", roles=frozenset({"manager", "member", "technician"})),
    visible=in_visible_labs(SubjectRow.lab_id), preferred=SubjectRow.lab_id == func.any(OWN_LABS), before=_complete,
    doc="Animals. Two labs may have one of the same name: the one in the caller's lab is meant; an id names any.",
    constraints={
        "subjects_nickname_form_check": ("nickname", "Enter letters, digits, '_', '-' and '.' only."),
        "subjects_nickname_lab_key": ("nickname", "subject with this nickname already exists in this lab."),
        "subjects_sex_check": ("sex", "Enter M, F or U."),
        "subjects_dies_after_birth_check": ("death_date", "An animal cannot die before its birth."),
    },
    fields=(
        Field(name="nickname", column=SubjectRow.nickname, required=True, example="KS014"),
        SelfUrl(name="url", path="subjects", column=SubjectRow.nickname),
        Field(name="id", column=SubjectRow.id, read_only=True),
        Slug(name="responsible_user", column=SubjectRow.responsible_user_id, to=UserRow.username, nullable=True),
        Field(name="birth_date", column=SubjectRow.birth_date, type=date, nullable=True),
        Computed(name="age_weeks", expression=_age_weeks),
        Field(name="death_date", column=SubjectRow.death_date, type=date, nullable=True),
        Slug(name="species", column=SubjectRow.species_id, to=SpeciesRow.name, nullable=True),
        Field(name="sex", column=SubjectRow.sex, example="M"),
        Slug(name="strain", column=SubjectRow.strain_id, to=StrainRow.name, nullable=True),
        Slug(name="line", column=SubjectRow.line_id, to=LineRow.name, nullable=True),
        many("projects", ProjectRow.name, SubjectProjectRow, SubjectRow.id),
        Computed(name="session_projects", expression=store.session_projects(), doc="of all its sessions"),
        Slug(name="lab", column=SubjectRow.lab_id, to=LabRow.name, example="cortexlab"),
        Field(name="description", column=SubjectRow.description),
        Computed(name="alive", expression=SubjectRow.death_date.is_(None)),
        Field(name="json", column=SubjectRow.json, type=Any, nullable=True, in_list=False),
    ),
    filters=(
        exact("nickname", SubjectRow.nickname),
        Filter("alive", parse_boolean, Boolean, lambda p: SubjectRow.death_date.is_(None) == p),
        relation("lab", SubjectRow.lab_id, LabRow.name),
        relation("responsible_user", SubjectRow.responsible_user_id, UserRow.username),
        exact("sex", SubjectRow.sex),
        named("project", lambda p: SubjectRow.id.in_(_in_project(p)), "name of a project"),
        unavailable("stock"), unavailable("water_restricted"),
    ),
)  # fmt: skip

OPERATIONS = [op for one in (SUBJECTS, SPECIES, STRAINS, LINES) for op in operations_of(one)]
