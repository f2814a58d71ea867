"""Surgeries."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from bregma_kit.fields import Computed, Field, Moment, SelfUrl, Slug, many
from bregma_kit.filters import containing, moment, named, uuid
from bregma_kit.graph import Model
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE
from pydantic import Field as Bounds
from sqlalchemy import Text, cast, exists, func, select

from bregma_metadata.husbandry.filters import by_animal, by_days, by_users, seen_with
from bregma_metadata.labs.tables import LabRow, LocationRow, ProcedureRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.subjects.naming import Animal
from bregma_metadata.subjects.tables import SubjectRow
from bregma_metadata.surgeries import service
from bregma_metadata.surgeries.tables import SurgeryProcedureRow, SurgeryProjectRow, SurgeryRow, SurgeryUserRow


def _at(pattern: Any) -> Any:
    return SurgeryRow.location_id.in_(select(LocationRow.id).where(LocationRow.name.ilike(pattern)))


def _with_procedure(name: Any) -> Any:
    link = SurgeryProcedureRow
    return exists(
        select(link.surgery_id).join(ProcedureRow, ProcedureRow.id == link.procedure_id)
        .where(link.surgery_id == SurgeryRow.id, func.lower(ProcedureRow.name) == func.lower(name))
    )  # fmt: skip


_lab = (
    select(LabRow.name).join(SubjectRow, SubjectRow.lab_id == LabRow.id).where(SubjectRow.id == SurgeryRow.subject_id)
    .correlate(SurgeryRow).scalar_subquery()
)  # fmt: skip

SURGERIES = Resource(
    path="surgeries", noun="Surgery", table=SurgeryRow, lookup=SurgeryRow.id, parse_lookup=UUID, tag="surgeries",
    order=(SurgeryRow.start_time.desc(), SurgeryRow.id.desc()), methods="LCRUP", write=BY_SERVICE,
    visible=seen_with(SurgeryRow.subject_id), before=service.complete, after=service.saved,
    model=Model(view="surgeries", within="subject", reverse={"subject": "actions_surgerys"}),
    doc="Surgeries, newest first. Alyx reads and changes them by REST; creating them is an addition of ours.",
    constraints={
        "surgeries_implant_weight_check": ("implant_weight", "Ensure this value is greater than or equal to 0."),
        "surgeries_outcome_type_check": ("outcome_type", "Enter a (acute), r (recovery) or n (non-recovery)."),
        "surgeries_ends_after_start_check": ("end_time", "A surgery cannot end before it starts."),
    },
    fields=(
        Field(name="id", column=SurgeryRow.id, read_only=True),
        Animal(name="subject", column=SurgeryRow.subject_id, required=True, example="KS014"),
        many("users", UserRow.username, SurgeryUserRow, SurgeryRow.id),
        Slug(name="location", column=SurgeryRow.location_id, to=LocationRow.name, nullable=True),
        Computed(name="lab", expression=_lab, doc="the animal's"),
        many("procedures", ProcedureRow.name, SurgeryProcedureRow, SurgeryRow.id),
        many("projects", ProjectRow.name, SurgeryProjectRow, SurgeryRow.id),
        Field(name="narrative", column=SurgeryRow.narrative),
        Moment(name="start_time", column=SurgeryRow.start_time, type=datetime, doc="now in the animal's lab unless said"),
        Moment(name="end_time", column=SurgeryRow.end_time, type=datetime, nullable=True),
        Field(name="outcome_type", column=SurgeryRow.outcome_type,
              doc="a acute, r recovery, n non-recovery; after a and n the animal is dead from the end on"),
        Field(name="implant_weight", column=SurgeryRow.implant_weight, type=Annotated[float, Bounds(ge=0)], required=True,
              example=1.8, doc="g, of all that the animal carries from now on; 0 leaves it as it was"),
        Field(name="json", column=SurgeryRow.json, type=Any, nullable=True),
        SelfUrl(name="url", path="surgeries", column=SurgeryRow.id),
    ),
    filters=(
        *by_animal(SurgeryRow.subject_id), by_users(SurgeryUserRow, SurgeryUserRow.surgery_id, SurgeryRow.id),
        by_days(SurgeryRow.start_time), containing("location", _at, "part of the location's name"),
        named("procedure", _with_procedure, "name of a procedure, whatever the case"),
        moment("start_time", SurgeryRow.start_time), uuid("id", SurgeryRow.id),
        containing("json", lambda p: cast(SurgeryRow.json, Text).ilike(p), "part of the JSON, as text"),
    ),
)  # fmt: skip

OPERATIONS = operations_of(SURGERIES)
