"""Probe models, insertions and chronic insertions."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from bregma_kit.fields import Computed, Field, Moment, Slug, SystemMoment, json_list
from bregma_kit.filters import (
    Filter,
    containing,
    every,
    exact,
    named,
    parse_date,
    parse_number,
    parse_uuid,
    relation,
    uuid,
)
from bregma_kit.graph import Link, Model
from bregma_kit.lookups import QC
from bregma_kit.resource import Resource
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE, WriteRule, in_visible_labs
from pydantic import StringConstraints
from sqlalchemy import BigInteger, Date, Double, Uuid, cast, func, or_, select

from bregma_metadata.atlas.store import atlas_filters, chronic_insertions_in, insertions_in
from bregma_metadata.insertions import service, store
from bregma_metadata.insertions.tables import ChronicInsertionRow, InsertionRow, ProbeModelRow
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.sessions.attached import not_withdrawn, seen_with
from bregma_metadata.sessions.search import WORST_QC
from bregma_metadata.sessions.tables import SessionProjectRow, SessionRow
from bregma_metadata.subjects.naming import Animal
from bregma_metadata.subjects.tables import SubjectRow

TAG = "insertions"
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]

MODELS = Resource(
    path="probe-models", noun="ProbeModel", table=ProbeModelRow, lookup=ProbeModelRow.probe_model, tag=TAG,
    order=(ProbeModelRow.probe_model,), write=WriteRule(roles=frozenset({"manager", "member"})),
    doc="Kinds of probes, by their makers' part numbers (not an Alyx path).", model=Model(view="probe_models"),
    constraints={"probe_models_has_number_check": ("probe_model", "This field may not be blank.")},
    fields=(
        Field(name="id", column=ProbeModelRow.id, read_only=True),
        Field(name="name", column=ProbeModelRow.name, example="Neuropixel 3B2"),
        Field(name="probe_manufacturer", column=ProbeModelRow.probe_manufacturer, required=True, example="Imec"),
        Field(name="probe_model", column=ProbeModelRow.probe_model, type=Name, required=True, example="3B2"),
        Field(name="description", column=ProbeModelRow.description, nullable=True),
        Field(name="json", column=ProbeModelRow.json, type=Any, nullable=True),
    ),
    filters=(exact("name", ProbeModelRow.name), exact("probe_model", ProbeModelRow.probe_model)),
)  # fmt: skip


def _in_session(*conditions: Any) -> Any:
    return InsertionRow.session_id.in_(select(SessionRow.id).where(*conditions))


def _subject(name: Any) -> Any:
    return _in_session(SessionRow.subject_id.in_(select(SubjectRow.id).where(SubjectRow.nickname == name)))


def _lab(name: Any) -> Any:
    return _in_session(SessionRow.lab_id.in_(select(LabRow.id).where(func.lower(LabRow.name) == func.lower(name))))


def _project(pattern: Any) -> Any:
    within = select(SessionProjectRow.session_id).join(ProjectRow, ProjectRow.id == SessionProjectRow.project_id)
    return InsertionRow.session_id.in_(within.where(ProjectRow.name.ilike(pattern)))


def _models(name: Any) -> Any:
    # Alyx shows part numbers and filters by names: people try either
    return select(ProbeModelRow.id).where(or_(ProbeModelRow.name == name, ProbeModelRow.probe_model == name))


INSERTIONS = Resource(
    path="insertions", noun="ProbeInsertion", table=InsertionRow, lookup=InsertionRow.id, parse_lookup=UUID, tag=TAG,
    order=(store.session_start().desc(), InsertionRow.name, InsertionRow.id), write=BY_SERVICE,
    visible=seen_with(InsertionRow.session_id), shown=not_withdrawn(InsertionRow.session_id),
    before=service.complete_insertion, before_delete=service.may_delete_insertion,
    doc="Probes in the brain during a session, those of the newest session first.",
    model=Model(
        view="probe_insertions", within="session",
        reverse={
            "session": "probe_insertion", "model": "probe_insertion", "chronic_insertion": "probe_insertion",
            "datasets": "probe_insertion",
        },
        extra={"datasets": Link(to="datasets", table="insertion_datasets", own="insertion_id", other="dataset_id")},
    ),
    constraints={
        "probe_insertions_name_key": ("non_field_errors", "The fields name, session must make a unique set."),
        "probe_insertions_named_check": ("name", "This field may not be blank."),
    },
    fields=(
        Field(name="id", column=InsertionRow.id, read_only=True),
        Field(name="session", column=InsertionRow.session_id, type=UUID, required=True),
        Slug(name="model", column=InsertionRow.model_id, to=ProbeModelRow.probe_model, nullable=True, example="3B2"),
        Computed(name="session_info", expression=store.session_info(InsertionRow.session_id, InsertionRow), type=dict[str, Any],
                 doc="{subject, start_time, number, lab, id, projects, task_protocol}"),
        Field(name="name", column=InsertionRow.name, type=Name, required=True, example="probe00"),
        Field(name="json", column=InsertionRow.json, type=Any, nullable=True),
        Field(name="serial", column=InsertionRow.serial, doc="the probe's serial number"),
        SystemMoment(name="auto_datetime", column=InsertionRow.auto_datetime, read_only=True),
        Field(name="chronic_insertion", column=InsertionRow.chronic_insertion_id, type=UUID, nullable=True),
        Computed(name="datasets", expression=store.dataset_ids(), type=list[Any], in_detail=False),
        Computed(name="datasets", expression=store.dataset_records(), type=list[Any], in_list=False,
                 doc="those of the session whose collection tells the name: ids in lists, else records of existing ones"),
    ),
    filters=(
        named("subject", _subject, "nickname"),
        Filter("date", parse_date, Date, lambda p: _in_session(cast(SessionRow.start_time, Date) == p), "of the session"),
        Filter("experiment_number", parse_number, Double, lambda p: _in_session(SessionRow.number == p), "the session's"),
        exact("name", InsertionRow.name), uuid("session", InsertionRow.session_id, "id", known=SessionRow.id),
        named("model", lambda p: InsertionRow.model_id.in_(_models(p)), "name or part number"),
        every("dataset_types", store.of_type, "comma list of dataset types, all present"),
        every("datasets", lambda p: store.with_dataset(store.files.c.name == p, store.files.c.qc <= WORST_QC),
              "comma list of file names, all present, none worse than dataset_qc_lte"),
        Filter("dataset_qc_lte", QC.number, BigInteger, lambda p: store.with_dataset(store.files.c.qc <= p),
               "some dataset this good or better"),
        named("lab", _lab, "name, any case"), containing("project", _project, "part of its name, any case"),
        containing("task_protocol", lambda p: _in_session(SessionRow.task_protocol.ilike(p)), "part of it, any case"),
        containing("tag", store.tagged, "part of the name of a tag on any dataset"),
        *atlas_filters(insertions_in),
        uuid("chronic_insertion", InsertionRow.chronic_insertion_id, "id", known=ChronicInsertionRow.id),
    ),
)  # fmt: skip


def of_session() -> Any:
    """Return the insertions in a session's detail."""
    listed = json_list(INSERTIONS.record(detail=False), InsertionRow.name)
    return select(listed).where(InsertionRow.session_id == SessionRow.id).correlate(SessionRow).scalar_subquery()


def _has_insertion(*conditions: Any) -> Any:
    return ChronicInsertionRow.id.in_(select(InsertionRow.chronic_insertion_id).where(*conditions))


CHRONIC_INSERTIONS = Resource(
    path="chronic-insertions", noun="ChronicInsertion", table=ChronicInsertionRow, lookup=ChronicInsertionRow.id,
    parse_lookup=UUID, tag=TAG, order=(ChronicInsertionRow.start_time.desc(), ChronicInsertionRow.id),
    write=service.WRITERS, visible=in_visible_labs(ChronicInsertionRow.lab_id), before=service.complete_chronic,
    doc="Probes that stay in an animal over many sessions; each session's insertion names its chronic one.",
    model=Model(
        view="chronic_insertions", lab="lab_id",
        reverse={"subject": "experiments_chronicinsertions", "model": "chronic_insertion"},
    ),
    fields=(
        Field(name="id", column=ChronicInsertionRow.id, read_only=True),
        Field(name="name", column=ChronicInsertionRow.name, example="probe00"),
        Animal(name="subject", column=ChronicInsertionRow.subject_id, required=True, example="KS014"),
        Slug(name="lab", column=ChronicInsertionRow.lab_id, to=LabRow.name, doc="the animal's unless said"),
        Slug(name="model", column=ChronicInsertionRow.model_id, to=ProbeModelRow.probe_model, nullable=True),
        Moment(name="start_time", column=ChronicInsertionRow.start_time, type=datetime, nullable=True, doc="lab time; now unless said"),
        Field(name="serial", column=ChronicInsertionRow.serial, doc="the probe's serial number"),
        Field(name="json", column=ChronicInsertionRow.json, type=Any, nullable=True),
        Computed(name="probe_insertion", expression=store.of_chronic(), type=list[Any], doc="{id, name, model, serial, session_info}"),
    ),
    filters=(
        named("subject", lambda p: ChronicInsertionRow.subject_id.in_(select(SubjectRow.id).where(SubjectRow.nickname == p)), "nickname"),
        relation("lab", ChronicInsertionRow.lab_id, LabRow.name, "name"),
        named("model", lambda p: ChronicInsertionRow.model_id.in_(_models(p)), "name or part number"),
        Filter("probe", parse_uuid, Uuid, lambda p: _has_insertion(InsertionRow.id == p), "id of an insertion"),
        Filter("session", parse_uuid, Uuid, lambda p: _has_insertion(InsertionRow.session_id == p), "id"),
        *atlas_filters(chronic_insertions_in),
    ),
)  # fmt: skip

OPERATIONS = [
    *operations_of(INSERTIONS), *operations_of(CHRONIC_INSERTIONS),
    *(replace(op, own=True) for op in operations_of(MODELS)),
]  # fmt: skip
