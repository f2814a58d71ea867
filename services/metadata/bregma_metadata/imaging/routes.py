"""Fields of view, their locations, and stacks."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, ClassVar
from uuid import UUID

from bregma_kit.fields import Computed, Field, Slug, SystemMoment, json_list
from bregma_kit.filters import (
    Filter,
    boolean,
    containing,
    every,
    exact,
    named,
    parse_date,
    parse_integer,
    parse_list,
    parse_number,
    uuid,
)
from bregma_kit.graph import Model
from bregma_kit.http import Call, json_response, read_body
from bregma_kit.resource import Resource, read_one
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE, WriteRule
from bregma_kit.writing import change
from pydantic import BeforeValidator, StringConstraints
from pydantic import Field as Bounds
from sqlalchemy import ARRAY, BigInteger, Date, DateTime, Double, Text, cast, exists, func, literal_column, select
from starlette.responses import Response

from bregma_metadata.atlas.store import atlas_filters, stacks_in, views_in
from bregma_metadata.imaging import service, store
from bregma_metadata.imaging.tables import (
    FieldOfViewRow,
    FovLocationRow,
    FovRegionRow,
    ImagingStackRow,
    ImagingTypeRow,
)
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.sessions.attached import not_withdrawn, seen_with
from bregma_metadata.sessions.tables import SessionProjectRow, SessionRow
from bregma_metadata.subjects.tables import SubjectRow

TAG = "imaging"
PROVENANCES = {"estimate": "E", "functional": "F", "landmark": "L", "histology": "H"}
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Corners = Annotated[list[float | None], Bounds(max_length=8)]
Pixels = Annotated[list[Annotated[int, Bounds(ge=0, le=2**31 - 1)] | None], Bounds(max_length=3)]
Region = Annotated[int, Bounds(ge=-(2**31), le=2**31 - 1)]


def _provenance(given: Any) -> str:
    letter = PROVENANCES.get(str(given).lower(), str(given).upper())
    if letter not in PROVENANCES.values():
        raise ValueError(f'"{given}" is not a valid choice.')
    return letter


Provenance = Annotated[str, BeforeValidator(_provenance)]


@dataclass(frozen=True, kw_only=True)
class Datasets(Field):
    """The datasets of a field of view, by their ids."""

    type: Any = list[UUID]
    nullable: bool = True

    def read(self) -> Any:
        """List those that were chosen, or that its name tells."""
        return store.dataset_ids()


@dataclass(frozen=True, kw_only=True)
class Regions(Field):
    """Brain regions by their numbers."""

    type: Any = list[Region]
    links: ClassVar[bool] = True
    link: ClassVar[Any] = FovRegionRow.__table__
    own: ClassVar[Any] = FovRegionRow.__table__.c.location_id
    other: ClassVar[Any] = FovRegionRow.__table__.c.brain_region_id

    def read(self) -> Any:
        """List the numbers."""
        return store.regions()

    async def resolve(self, tx: Any, value: Any) -> Any:
        """Take each once."""
        return list(dict.fromkeys(value or []))


def _corner(name: str, axis: str) -> Field:
    doc = f"{axis} of the corner pixels in µm: top left, top right, bottom left, bottom right; then those of the deepest plane"
    return Field(name=name, column=getattr(FovLocationRow, name), type=Corners, required=True, doc=doc)


def _numbers(text: str) -> list[int]:
    found = [parse_integer(one) for one in parse_list(text.strip("[]()"))]
    if len(found) > 40:
        raise ValueError("Enter at most 40 numbers.")
    return found


def _covers(number_: Any) -> Any:
    return FovLocationRow.id.in_(select(FovRegionRow.location_id).where(FovRegionRow.brain_region_id == number_))


def _holding(name: str) -> Filter:
    values = cast(getattr(FovLocationRow, name), ARRAY(Double))
    return Filter(name, parse_number, Double, lambda p: p == func.any(values), "one of its numbers")


LOCATIONS = Resource(
    path="fov-location", noun="FOVLocation", table=FovLocationRow, lookup=FovLocationRow.id, parse_lookup=UUID, tag=TAG,
    order=(FovLocationRow.field_of_view_id, FovLocationRow.default_provenance.desc(), FovLocationRow.provenance),
    write=BY_SERVICE, visible=store.of_seen_session(FovLocationRow.field_of_view_id),
    shown=store.of_shown_session(FovLocationRow.field_of_view_id), before=service.complete_location,
    before_delete=service.may_delete_location,
    doc="Where fields of view lie in the brain, one for each way of finding out: E(stimate), F(unctional), L(andmark), "
        "H(istology).",
    model=Model(view="fov_locations", within="field_of_view", reverse={"field_of_view": "location"}),
    constraints={
        "fov_locations_provenance_key": (
            "non_field_errors", "The fields provenance, field_of_view must make a unique set."
        ),
        "fov_locations_default_key": ("default_provenance", "Another location of this field of view became the default."),
        "fov_locations_provenance_check": ("provenance", "Choose E, F, L or H."),
        "fov_locations_corners_check": ("x", "Give at most eight corners for each axis."),
        "fov_locations_axes_check": ("n_xyz", "Give one number of pixels for each axis."),
    },
    fields=(
        Field(name="id", column=FovLocationRow.id, read_only=True),
        Regions(name="brain_region"),
        Field(
            name="coordinate_system", column=FovLocationRow.coordinate_system, nullable=True, example=service.DEFAULT_SYSTEM
        ),
        Field(name="provenance", column=FovLocationRow.provenance, type=Provenance, example="L"),
        _corner("x", "medio-lateral place"), _corner("y", "antero-posterior place"), _corner("z", "dorso-ventral place"),
        Field(name="n_xyz", column=FovLocationRow.n_xyz, type=Pixels, required=True, doc="pixels along each axis"),
        Field(name="default_provenance", column=FovLocationRow.default_provenance, type=bool, doc="of one location only"),
        SystemMoment(name="auto_datetime", column=FovLocationRow.auto_datetime, read_only=True),
        Field(
            name="field_of_view", column=FovLocationRow.field_of_view_id, type=UUID, required=True, in_list=False
        ),
        Field(name="json", column=FovLocationRow.json, type=Any, nullable=True, in_list=False),
    ),
    filters=(
        uuid("id", FovLocationRow.id), uuid("field_of_view", FovLocationRow.field_of_view_id),
        Filter("provenance", _provenance, Text, lambda p: FovLocationRow.provenance == p, "letter or word"),
        boolean("default_provenance", FovLocationRow.default_provenance),
        exact("coordinate_system", FovLocationRow.coordinate_system, doc="name"),
        *(_holding(name) for name in ("x", "y", "z", "n_xyz")),
        Filter("brain_region", _numbers, BigInteger, _covers, "numbers, all covered", each=True),
        exact("name", literal_column("''", Text), doc="locations have none"),
        exact("auto_datetime", func.kit.naive(func.timezone("UTC", FovLocationRow.auto_datetime)), doc="as shown"),
    ),
)  # fmt: skip


def _locations() -> Any:
    records = json_list(
        LOCATIONS.record(detail=False), FovLocationRow.default_provenance.desc(), FovLocationRow.provenance
    )
    mine = select(records).where(FovLocationRow.field_of_view_id == FieldOfViewRow.id)
    return mine.correlate(FieldOfViewRow).scalar_subquery()


def _in_session(*conditions: Any) -> Any:
    return FieldOfViewRow.session_id.in_(select(SessionRow.id).where(*conditions))


def _subject(name: Any) -> Any:
    return _in_session(SessionRow.subject_id.in_(select(SubjectRow.id).where(SubjectRow.nickname == name)))


def _lab(name: Any) -> Any:
    return _in_session(SessionRow.lab_id.in_(select(LabRow.id).where(func.lower(LabRow.name) == func.lower(name))))


def _project(name: Any) -> Any:
    within = select(SessionProjectRow.session_id).join(ProjectRow, ProjectRow.id == SessionProjectRow.project_id)
    return FieldOfViewRow.session_id.in_(within.where(ProjectRow.name == name))


def _on_day(day: Any) -> Any:
    start = cast(day, DateTime)
    return _in_session(
        SessionRow.start_time >= start, SessionRow.start_time < start + literal_column("interval '1 day'")
    )


def _with_dataset(name: str) -> Any:
    def condition(value: Any) -> Any:
        one = store.datasets.alias()
        return exists(select(one.c.id).where(store.is_of_view(one), one.c[name] == value).correlate(FieldOfViewRow))

    return condition


def _of_type(pattern: Any) -> Any:
    types = select(ImagingTypeRow.id).where(ImagingTypeRow.name.ilike(pattern))
    return FieldOfViewRow.imaging_type_id.in_(types)


VIEWS = Resource(
    path="fields-of-view", noun="FOV", table=FieldOfViewRow, lookup=FieldOfViewRow.id, parse_lookup=UUID, tag=TAG,
    order=(store.session_start().desc(), FieldOfViewRow.name, FieldOfViewRow.id), write=BY_SERVICE,
    visible=seen_with(FieldOfViewRow.session_id), shown=not_withdrawn(FieldOfViewRow.session_id),
    before=service.complete_view, before_delete=service.may_delete_view,
    doc="Fields of view of imaging sessions with their locations, of the newest session first.",
    model=Model(
        view="fields_of_view", within="session",
        reverse={"session": "field_of_view", "imaging_type": "field_of_view", "stack": "slices"}, hidden=frozenset({"datasets"}),
    ),
    constraints={
        "fields_of_view_session_name_key": ("non_field_errors", "The fields session, name must make a unique set."),
        "fields_of_view_stack_id_fkey": ("stack", "This stack does not exist."),
    },
    fields=(
        Field(name="id", column=FieldOfViewRow.id, read_only=True),
        Slug(name="imaging_type", column=FieldOfViewRow.imaging_type_id, to=ImagingTypeRow.name, nullable=True, example="mesoscope"),
        Computed(name="location", expression=_locations(), doc="records of /fov-location, the default one first"),
        Field(name="name", column=FieldOfViewRow.name, type=Name, required=True, example="FOV_00"),
        Field(name="session", column=FieldOfViewRow.session_id, type=UUID, required=True),
        Datasets(name="datasets", column=FieldOfViewRow.chosen_datasets, doc="those whose collection tells the name, unless given"),
        Field(name="stack", column=FieldOfViewRow.stack_id, type=UUID, nullable=True),
        Field(name="json", column=FieldOfViewRow.json, type=Any, nullable=True),
    ),
    filters=(
        uuid("id", FieldOfViewRow.id), uuid("session", FieldOfViewRow.session_id, known=SessionRow.id),
        uuid("stack", FieldOfViewRow.stack_id, known=ImagingStackRow.id), exact("name", FieldOfViewRow.name),
        named("subject", _subject, "nickname"), named("lab", _lab, "name, any case"), named("project", _project, "name"),
        Filter("date", parse_date, Date, _on_day, "of the session, in lab time"),
        Filter("experiment_number", parse_number, Double, lambda p: _in_session(SessionRow.number == p), "the session's"),
        containing("imaging_type", _of_type, "part of its name, any case"),
        every("dataset_types", _with_dataset("dataset_type"), "comma list, all present"),
        every("datasets", _with_dataset("name"), "comma list of file names, all present"),
        *atlas_filters(partial(views_in, FieldOfViewRow.id)),
    ),
)  # fmt: skip


def _slices() -> Any:
    """Return a stack's fields of view, in the order of their names."""
    records = json_list(VIEWS.record(detail=False), FieldOfViewRow.name, FieldOfViewRow.id)
    mine = select(records).where(FieldOfViewRow.stack_id == ImagingStackRow.id)
    return mine.correlate(ImagingStackRow).scalar_subquery()


def of_session() -> Any:
    """Return the fields of view in a session's detail."""
    records = json_list(VIEWS.record(detail=False), FieldOfViewRow.name, FieldOfViewRow.id)
    return select(records).where(FieldOfViewRow.session_id == SessionRow.id).correlate(SessionRow).scalar_subquery()


STACKS = Resource(
    path="imaging-stack", noun="ImagingStack", table=ImagingStackRow, lookup=ImagingStackRow.id, parse_lookup=UUID, tag=TAG,
    order=(ImagingStackRow.name, ImagingStackRow.id), write=BY_SERVICE, methods="LCR", before=service.may_make_stack,
    visible=store.stack_there(ImagingStackRow.id, seen_with), shown=store.stack_there(ImagingStackRow.id, not_withdrawn),
    doc="Fields of view that lie above each other along one axis; a field of view names its stack.",
    model=Model(view="imaging_stacks"),
    fields=(
        Field(name="id", column=ImagingStackRow.id, read_only=True),
        Field(name="name", column=ImagingStackRow.name, type=Name, required=True, in_list=False),
        Computed(name="slices", expression=_slices(), doc="records of /fields-of-view"),
        Field(name="json", column=ImagingStackRow.json, type=Any, nullable=True, in_list=False),
    ),
    filters=(
        uuid("id", ImagingStackRow.id), exact("name", ImagingStackRow.name),
        *atlas_filters(partial(stacks_in, ImagingStackRow.id)),
    ),
)  # fmt: skip

TYPES = Resource(
    path="imaging-types", noun="ImagingType", table=ImagingTypeRow, lookup=ImagingTypeRow.name, tag=TAG,
    order=(ImagingTypeRow.name,), write=WriteRule(roles=frozenset({"manager", "member"})),
    doc="Ways of imaging (not an Alyx path).", model=Model(view="imaging_types"),
    fields=(
        Field(name="id", column=ImagingTypeRow.id, read_only=True),
        Field(name="name", column=ImagingTypeRow.name, type=Name, required=True, example="mesoscope"),
        Field(name="json", column=ImagingTypeRow.json, type=Any, nullable=True),
    ),
    filters=(exact("name", ImagingTypeRow.name),),
)  # fmt: skip


def _changing(kind: str) -> Any:
    async def change_location(call: Call) -> Response:
        wanted, body = LOCATIONS.parse_id(call.path("id")), await read_body(call.request)
        async with call.db.write() as tx:
            await store.lock_view_of(tx, wanted)
            await change(LOCATIONS, tx, call.principal, wanted, body, kind=kind)
            record = await read_one(LOCATIONS, tx, call.principal, wanted, base_url=call.base_url)
        return json_response(record)

    return change_location


_HANDLERS = {"fov_location_update": _changing("put"), "fov_location_partial_update": _changing("patch")}
OPERATIONS = [
    replace(op, handler=_HANDLERS.get(op.name, op.handler))
    for one in (VIEWS, LOCATIONS, STACKS)
    for op in operations_of(one)
] + [replace(op, own=True) for op in operations_of(TYPES)]
