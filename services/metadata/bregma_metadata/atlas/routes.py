"""Brain regions, coordinate systems, trajectories and channels."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from bregma_kit.fields import Choice, Computed, Field, Slug, SystemMoment
from bregma_kit.filters import (
    Filter,
    choice,
    exact,
    icontains,
    iexact,
    integer,
    named,
    number,
    parse_date,
    parse_integer,
    parse_number,
    parse_uuid,
    uuid,
)
from bregma_kit.graph import Model
from bregma_kit.http import Call, json_response, read_body
from bregma_kit.resource import Resource, read_one
from bregma_kit.routes import operations_of
from bregma_kit.scope import ANY_WRITER, BY_SERVICE, WriteRule
from bregma_kit.writing import create
from sqlalchemy import BigInteger, Date, Double, Uuid, cast, func, select
from sqlalchemy.orm import aliased
from starlette.responses import Response

from bregma_metadata.atlas import service, store
from bregma_metadata.atlas.domain import PROVENANCE
from bregma_metadata.atlas.tables import BrainRegionRow, ChannelRow, CoordinateSystemRow, TrajectoryRow
from bregma_metadata.insertions.store import session_info
from bregma_metadata.insertions.tables import ChronicInsertionRow, InsertionRow
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.projects.tables import ProjectRow
from bregma_metadata.sessions.tables import SessionProjectRow, SessionRow
from bregma_metadata.subjects.tables import SubjectRow

TAG = "atlas"
LARGEST_NUMBER = 2**31 - 1


def _number(text: str) -> int:
    value = parse_integer(text)
    if abs(value) > LARGEST_NUMBER:
        raise ValueError(text)
    return value


REGIONS = Resource(
    path="brain-regions", noun="BrainRegion", table=BrainRegionRow, lookup=BrainRegionRow.id, parse_lookup=_number, tag=TAG,
    order=(BrainRegionRow.graph_order, BrainRegionRow.id), methods="LRUP", write=ANY_WRITER,
    doc="The structures of the Allen atlas, in the order of its tree. Only the description can be changed.",
    model=Model(view="brain_regions", reverse={"parent": "children"}),
    fields=(
        Field(name="id", column=BrainRegionRow.id, type=int, read_only=True, example=385),
        Field(name="acronym", column=BrainRegionRow.acronym, read_only=True, example="VISp"),
        Field(name="name", column=BrainRegionRow.name, read_only=True, example="Primary visual area"),
        Field(name="description", column=BrainRegionRow.description, nullable=True),
        Field(name="parent", column=BrainRegionRow.parent_id, type=int, read_only=True, nullable=True, example=669),
        Computed(name="related_descriptions", expression=store.related_descriptions(), type=list[Any],
                 doc="descriptions of the regions around it and inside it: {id, name, description, level}"),
    ),
    filters=(
        integer("id", BrainRegionRow.id), iexact("acronym", BrainRegionRow.acronym, "any case"),
        icontains("name", BrainRegionRow.name, "part of it, any case"),
        icontains("description", BrainRegionRow.description, "part of it, any case"),
        Filter("parent", parse_integer, BigInteger, lambda p: BrainRegionRow.parent_id == p, "number", known=BrainRegionRow.id),
        named("ancestors", store.around, "number or acronym: the region and those around it"),
        named("descendants", store.inside, "number or acronym: the region and its parts"),
    ),
)  # fmt: skip

SYSTEMS = Resource(
    path="coordinate-systems", noun="CoordinateSystem", table=CoordinateSystemRow, lookup=CoordinateSystemRow.name, tag=TAG,
    order=(CoordinateSystemRow.name,), write=WriteRule(roles=frozenset({"manager", "member"})),
    doc="Systems that places in the brain are told in (not an Alyx path).", model=Model(view="coordinate_systems"),
    constraints={"coordinate_systems_origin_check": ("origin", "Enter paper-2020 or iblatlas.")},
    fields=(
        Field(name="id", column=CoordinateSystemRow.id, read_only=True),
        Field(name="name", column=CoordinateSystemRow.name, required=True, example="IBL-Allen"),
        Field(name="origin", column=CoordinateSystemRow.origin, example="iblatlas", doc="whose bregma is its zero: paper-2020 or iblatlas"),
        Field(name="description", column=CoordinateSystemRow.description),
        Field(name="json", column=CoordinateSystemRow.json, type=Any, nullable=True),
    ),
    filters=(exact("name", CoordinateSystemRow.name), exact("origin", CoordinateSystemRow.origin)),
)  # fmt: skip


def _in_session(*conditions: Any) -> Any:
    mine = select(InsertionRow.id).join(SessionRow, SessionRow.id == InsertionRow.session_id).where(*conditions)
    return TrajectoryRow.probe_insertion_id.in_(mine)


def _subject(name: Any) -> Any:
    return _in_session(SessionRow.subject_id.in_(select(SubjectRow.id).where(SubjectRow.nickname == name)))


def _project(name: Any) -> Any:
    within = select(SessionProjectRow.session_id).join(ProjectRow, ProjectRow.id == SessionProjectRow.project_id)
    return _in_session(SessionRow.id.in_(within.where(ProjectRow.name == name)))


def _probe_name() -> Any:
    probe, chronic = aliased(InsertionRow), aliased(ChronicInsertionRow)
    named_ = select(probe.name).where(probe.id == TrajectoryRow.probe_insertion_id).scalar_subquery()
    other = select(chronic.name).where(chronic.id == TrajectoryRow.chronic_insertion_id).scalar_subquery()
    return func.coalesce(named_, other)


def _session() -> Any:
    probe = aliased(InsertionRow)
    mine = select(probe.session_id).where(probe.id == TrajectoryRow.probe_insertion_id).correlate(TrajectoryRow)
    return session_info(mine.scalar_subquery(), TrajectoryRow)


def _measure(name: str, doc: str, *, required: bool = False) -> Field:
    column = getattr(TrajectoryRow, name)
    return Field(name=name, column=column, type=float, required=required, nullable=True, doc=doc)


TRAJECTORIES = Resource(
    path="trajectories", noun="TrajectoryEstimate", table=TrajectoryRow, lookup=TrajectoryRow.id, parse_lookup=UUID, tag=TAG,
    order=(TrajectoryRow.id,), write=BY_SERVICE, visible=store.seen(TrajectoryRow.id), shown=store.shown(TrajectoryRow.id),
    before=service.complete_trajectory, before_delete=service.may_delete_trajectory,
    doc="Straight ways of probes through the brain, one for each way of finding out.",
    model=Model(
        view="trajectories", within="probe_insertion", visible=store.chronic_seen,
        reverse={"probe_insertion": "trajectory_estimate", "chronic_insertion": "trajectory_estimate"},
    ),
    constraints={
        "trajectories_theta_check": ("theta", "Enter an angle from 0 to 180 degrees."),
        "trajectories_phi_check": ("phi", "Enter an angle from -180 to 360 degrees."),
        "trajectories_roll_check": ("roll", "Enter an angle from 0 to 360 degrees."),
        "trajectories_depth_check": ("depth", "Enter a depth of 0 µm or more."),
        "trajectories_provenance_check": ("provenance", "Enter the name of a provenance."),
        "trajectories_insertion_provenance_key": (
            "non_field_errors", "The fields provenance, probe_insertion must make a unique set."
        ),
        "trajectories_chronic_provenance_key": (
            "non_field_errors", "The fields provenance, chronic_insertion must make a unique set."
        ),
    },
    fields=(
        Field(name="id", column=TrajectoryRow.id, read_only=True),
        Field(name="probe_insertion", column=TrajectoryRow.probe_insertion_id, type=UUID, nullable=True),
        _measure("x", "medio-lateral place of the entry in µm from bregma, right positive", required=True),
        _measure("y", "antero-posterior place of the entry in µm from bregma, front positive", required=True),
        _measure("z", "dorso-ventral place of the entry in µm from bregma, up positive"),
        _measure("depth", "of the tip below the entry along the probe in µm, 0 or more", required=True),
        _measure("theta", "angle from vertical in degrees, 0 to 180", required=True),
        _measure("phi", "azimuth in degrees from the right, anti-clockwise, -180 to 360", required=True),
        _measure("roll", "turn about the probe's own axis in degrees, 0 to 360"),
        Choice(name="provenance", column=TrajectoryRow.provenance, vocabulary=PROVENANCE, required=True),
        Computed(name="session", expression=_session(), type=dict[str, Any] | None),
        Computed(name="probe_name", expression=_probe_name()),
        Slug(name="coordinate_system", column=TrajectoryRow.coordinate_system_id, to=CoordinateSystemRow.name, nullable=True),
        Computed(name="origin", expression=store.origin(TrajectoryRow.coordinate_system_id, TrajectoryRow),
                 doc="whose bregma is zero: iblatlas or paper-2020"),
        SystemMoment(name="datetime", column=TrajectoryRow.datetime, read_only=True),
        Field(name="json", column=TrajectoryRow.json, type=Any, nullable=True),
        Field(name="chronic_insertion", column=TrajectoryRow.chronic_insertion_id, type=UUID, nullable=True),
    ),
    filters=(
        choice("provenance", TrajectoryRow.provenance, PROVENANCE, "name, any case"),
        named("subject", _subject, "nickname"), named("project", _project, "name"),
        Filter("date", parse_date, Date, lambda p: _in_session(cast(SessionRow.start_time, Date) == p), "of the session"),
        Filter("experiment_number", parse_number, Double, lambda p: _in_session(SessionRow.number == p), "the session's"),
        Filter("session", parse_uuid, Uuid, lambda p: _in_session(SessionRow.id == p), "id", known=SessionRow.id),
        named("probe", lambda p: _in_session(InsertionRow.name == p), "name of the insertion"),
        uuid("probe_insertion", TrajectoryRow.probe_insertion_id, "id", known=InsertionRow.id),
        uuid("chronic_insertion", TrajectoryRow.chronic_insertion_id, "id", known=ChronicInsertionRow.id),
        uuid("coordinate_system", TrajectoryRow.coordinate_system_id, "id", known=CoordinateSystemRow.id),
    ),
)  # fmt: skip


def _on_trajectory(*conditions: Any) -> Any:
    return ChannelRow.trajectory_estimate_id.in_(
        select(TrajectoryRow.id).join(InsertionRow, InsertionRow.id == TrajectoryRow.probe_insertion_id)
        .join(SessionRow, SessionRow.id == InsertionRow.session_id).where(*conditions)
    )  # fmt: skip


def _of_subject(name: Any) -> Any:
    return _on_trajectory(SessionRow.subject_id.in_(select(SubjectRow.id).where(SubjectRow.nickname == name)))


def _of_lab(name: Any) -> Any:
    return _on_trajectory(SessionRow.lab_id.in_(select(LabRow.id).where(LabRow.name == name)))


def _channel_origin() -> Any:
    one = aliased(TrajectoryRow)
    system = select(one.coordinate_system_id).where(one.id == ChannelRow.trajectory_estimate_id).correlate(ChannelRow)
    return store.origin(system.scalar_subquery(), ChannelRow)


def _place(name: str, doc: str, column: Any = None) -> Field:
    column = getattr(ChannelRow, name) if column is None else column
    return Field(name=name, column=column, type=float, nullable=True, doc=doc)


CHANNELS = Resource(
    path="channels", noun="Channel", table=ChannelRow, lookup=ChannelRow.id, parse_lookup=UUID, tag=TAG,
    order=(ChannelRow.trajectory_estimate_id, ChannelRow.axial, ChannelRow.lateral_um, ChannelRow.id), write=BY_SERVICE,
    visible=store.seen(ChannelRow.trajectory_estimate_id), shown=store.shown(ChannelRow.trajectory_estimate_id),
    before=service.complete_channel, before_delete=service.may_delete_channel,
    doc="Recording sites along trajectories, and the regions they lie in.",
    model=Model(
        view="channels", within="trajectory_estimate",
        reverse={"trajectory_estimate": "channels", "brain_region": "channels"},
    ),
    constraints={
        "channels_place_key": (
            "non_field_errors", "The fields axial, lateral, trajectory_estimate must make a unique set."
        ),
        "channels_brain_region_id_fkey": ("brain_region", "Object does not exist; GET /brain-regions lists the numbers."),
    },
    fields=(
        Field(name="id", column=ChannelRow.id, read_only=True),
        Field(name="trajectory_estimate", column=ChannelRow.trajectory_estimate_id, type=UUID, required=True),
        Field(name="brain_region", column=ChannelRow.brain_region_id, type=int, nullable=True, example=385, doc="number; 0 unless said"),
        Field(name="name", column=ChannelRow.name),
        Field(name="json", column=ChannelRow.json, type=Any, nullable=True),
        _place("axial", "µm along the probe from its tip"), _place("lateral", "µm across the probe", ChannelRow.lateral_um),
        _place("x", "µm from bregma, right positive"), _place("y", "µm from bregma, front positive"),
        _place("z", "µm from bregma, up positive"),
        Computed(name="origin", expression=_channel_origin(), doc="whose bregma is zero: iblatlas or paper-2020"),
    ),
    filters=(
        Filter("session", parse_uuid, Uuid, lambda p: _on_trajectory(SessionRow.id == p), "id", known=SessionRow.id),
        Filter("probe_insertion", parse_uuid, Uuid, lambda p: _on_trajectory(InsertionRow.id == p), "id", known=InsertionRow.id),
        named("subject", _of_subject, "nickname"), named("lab", _of_lab, "name"),
        uuid("trajectory_estimate", ChannelRow.trajectory_estimate_id, "id", known=TrajectoryRow.id),
        Filter("brain_region", parse_integer, BigInteger, lambda p: ChannelRow.brain_region_id == p, "number", known=BrainRegionRow.id),
        # asked within a trajectory, whose index finds its 384 channels; alone they read the table
        number("lateral", ChannelRow.lateral_um),
    ),
)  # fmt: skip
_RECORDS = store.records_statement(CHANNELS.record(detail=True))


async def create_channels(call: Call) -> Response:
    """Create a channel, or of a list each; all or none, in one statement."""
    body = await read_body(call.request)
    async with call.db.write() as tx:
        if isinstance(body, list):
            ids = await service.create_channels(CHANNELS, tx, call.principal, body)
            record = await tx.value(_RECORDS, {"ids": ids, "base_url": call.base_url})
        else:
            row_id = await create(CHANNELS, tx, call.principal, body)
            record = await read_one(CHANNELS, tx, call.principal, row_id, base_url=call.base_url)
    return json_response(record, 201)


_CHANNEL = {"$ref": "#/components/schemas/Channel"}
OPERATIONS = [
    replace(one, handler=create_channels, many=True, answer_schema={"anyOf": [_CHANNEL, {"type": "array", "items": _CHANNEL}]})
    if one.name == "channels_create" else one
    for resource in (REGIONS, TRAJECTORIES, CHANNELS) for one in operations_of(resource)
]  # fmt: skip
OPERATIONS += [replace(one, own=True) for one in operations_of(SYSTEMS)]
