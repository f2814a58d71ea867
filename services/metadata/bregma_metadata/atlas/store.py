"""Every query about the brain that the declarations do not derive."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from bregma_kit.fields import json_list, json_object
from bregma_kit.filters import Filter, containing, named, parse_integer
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Double,
    Integer,
    Text,
    Uuid,
    bindparam,
    column,
    exists,
    func,
    insert,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from bregma_metadata.atlas.domain import HISTOLOGY_AND_EPHYS
from bregma_metadata.atlas.tables import (
    BrainRegionRow,
    ChannelRow,
    CoordinateSystemRow,
    TrajectoryRegionRow,
    TrajectoryRow,
)
from bregma_metadata.insertions.tables import ChronicInsertionRow, InsertionRow
from bregma_metadata.sessions.tables import SessionRow

Found = Callable[[ColumnElement[bool]], ColumnElement[bool]]
_views = table(
    "fields_of_view", column("id", Uuid), column("session_id", Uuid), column("stack_id", Uuid), schema="metadata"
)
_places = table(
    "fov_locations", column("id", Uuid), column("field_of_view_id", Uuid), column("default_provenance", Boolean), schema="metadata"
)  # fmt: skip
_covered = table(
    "fov_location_regions", column("location_id", Uuid), column("brain_region_id", Integer), schema="metadata"
)
_chronic_insertions = table("lookup_chronic_insertions", column("id", Uuid), column("lab_id", Uuid), schema="catalog")


def _array(statement: Any) -> Any:
    """Turn a sub-select into an array that is computed once."""
    return func.array(statement.scalar_subquery())


def _parts(chosen: ColumnElement[bool]) -> Any:
    """Return regions and everything inside them, as an array."""
    part = aliased(BrainRegionRow)
    return _array(select(part.id).where(part.lineage.op("&&")(_array(select(BrainRegionRow.id).where(chosen)))))


def _through(target: Any, chosen: ColumnElement[bool]) -> Any:
    """Select what final trajectories belong to that have a channel in a region or in a part of it."""
    region = TrajectoryRegionRow.brain_region_id
    return (
        select(target).select_from(TrajectoryRow).join(TrajectoryRegionRow, TrajectoryRegionRow.trajectory_id == TrajectoryRow.id)
        .where(region == func.any(_parts(chosen)), TrajectoryRow.provenance >= HISTOLOGY_AND_EPHYS)
    )  # fmt: skip


def imaged(target: Any, chosen: ColumnElement[bool]) -> Any:
    """Select what fields of view belong to whose default location covers a region or a part of it."""
    return (
        select(target).select_from(_covered).join(_places, _places.c.id == _covered.c.location_id)
        .join(_views, _views.c.id == _places.c.field_of_view_id)
        .where(_covered.c.brain_region_id == func.any(_parts(chosen)), _places.c.default_provenance)
    )  # fmt: skip


def views_in(view_id: Any, chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Restrict fields of view to those of a region."""
    return cast("ColumnElement[bool]", view_id == func.any(_array(imaged(_views.c.id, chosen))))


def stacks_in(stack_id: Any, chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Restrict stacks to those with a field of view in a region."""
    return cast("ColumnElement[bool]", stack_id == func.any(_array(imaged(_views.c.stack_id, chosen))))


def insertions_in(chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Restrict insertions to those through a region."""
    return InsertionRow.id == func.any(_array(_through(TrajectoryRow.probe_insertion_id, chosen)))


def chronic_insertions_in(chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Restrict chronic insertions to those through a region."""
    return ChronicInsertionRow.id == func.any(_array(_through(TrajectoryRow.chronic_insertion_id, chosen)))


def sessions_in(chosen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Restrict sessions to those with a probe or a field of view in a region."""
    one = aliased(InsertionRow)
    probes = _through(one.session_id, chosen).join(one, one.id == TrajectoryRow.probe_insertion_id)
    return or_(
        SessionRow.id == func.any(_array(probes)),
        SessionRow.id == func.any(_array(imaged(_views.c.session_id, chosen))),
    )


def atlas_filters(found: Found) -> tuple[Filter, ...]:
    """Return the three ways to name a region; its parts count as the region."""
    region = BrainRegionRow
    return (
        named("atlas_acronym", lambda p: found(func.lower(region.acronym) == func.lower(p)), "acronym, any case"),
        Filter("atlas_id", parse_integer, BigInteger, lambda p: found(region.id == p), "number of a region"),
        containing("atlas_name", lambda p: found(region.name.ilike(p)), "part of a region's name, any case"),
    )


def related_descriptions() -> Any:
    """Return what is written about the regions around a region and inside it."""
    other = aliased(BrainRegionRow)
    level = func.cardinality(other.lineage) - 1
    record = json_object({"id": other.id, "name": other.name, "description": other.description, "level": level})
    related = or_(other.id == func.any(BrainRegionRow.lineage), BrainRegionRow.id == func.any(other.lineage))
    return (
        select(json_list(record, func.cardinality(other.lineage), other.graph_order))
        .where(other.description.is_not(None), other.id != BrainRegionRow.id, related)
        .correlate(BrainRegionRow).scalar_subquery()
    )  # fmt: skip


def around(given: Any) -> ColumnElement[bool]:
    """Restrict to a region, by acronym or number, and those that it is a part of."""
    other = aliased(BrainRegionRow)
    return _relatives(other, given, BrainRegionRow.id == func.any(other.lineage))


def inside(given: Any) -> ColumnElement[bool]:
    """Restrict to a region, by acronym or number, and its parts."""
    other = aliased(BrainRegionRow)
    return _relatives(other, given, other.id == func.any(BrainRegionRow.lineage))


def _relatives(other: Any, given: Any, related: ColumnElement[bool]) -> ColumnElement[bool]:
    named_so = or_(other.acronym == given, func.cast(other.id, Text) == given)
    # the void is the tree's root and no region
    return exists(select(other.id).where(named_so, related)) & (BrainRegionRow.id != 0)


def origin(system_id: Any, parent: Any) -> Any:
    """Return the name of the bregma that places are told from; without a system that of IBL's tools."""
    system = aliased(CoordinateSystemRow)
    chosen = select(system.origin).where(system.id == system_id).correlate(parent).scalar_subquery()
    return func.coalesce(chosen, "iblatlas", type_=Text)


def _owners(trajectory: Any) -> tuple[Any, Any]:
    """Return a trajectory's lab and the time of its session's withdrawal, as a select and its FROM."""
    one, session, chronic = aliased(InsertionRow), aliased(SessionRow), aliased(ChronicInsertionRow)
    # a trajectory of a session is the session's, whatever else it belongs to
    lab = func.coalesce(session.lab_id, chronic.lab_id, type_=Uuid)
    statement = (
        select(trajectory.id, lab.label("lab_id")).outerjoin(one, one.id == trajectory.probe_insertion_id)
        .outerjoin(session, session.id == one.session_id)
        .outerjoin(chronic, chronic.id == trajectory.chronic_insertion_id)
    )  # fmt: skip
    return statement.where(session.withdrawn_at.is_(None)), lab


def seen(trajectory_id: Any) -> ColumnElement[bool]:
    """Restrict to trajectories of labs that the caller sees; those of nothing are everybody's."""
    statement, lab = _owners(aliased_trajectory := aliased(TrajectoryRow))
    allowed = or_(lab.is_(None), lab == func.any(VISIBLE_LABS))
    return exists(statement.where(aliased_trajectory.id == trajectory_id, allowed))


def shown(trajectory_id: Any) -> ColumnElement[bool]:
    """Hide trajectories of withdrawn sessions."""
    trajectory, one, session = aliased(TrajectoryRow), aliased(InsertionRow), aliased(SessionRow)
    withdrawn = (
        select(trajectory.id).join(one, one.id == trajectory.probe_insertion_id)
        .join(session, session.id == one.session_id)
        .where(trajectory.id == trajectory_id, session.withdrawn_at.is_not(None))
    )  # fmt: skip
    return ~exists(withdrawn)


def chronic_seen(columns: Any) -> ColumnElement[bool]:
    """Restrict look-ups to trajectories whose chronic insertion, if they have one and no session, the caller sees."""
    view = _chronic_insertions.alias()
    mine = exists(
        select(view.c.id).where(view.c.id == columns.chronic_insertion_id, view.c.lab_id == func.any(VISIBLE_LABS))
    )
    return or_(columns.probe_insertion_id.is_not(None), columns.chronic_insertion_id.is_(None), mine)


_LABS = compiled(_owners(_one := aliased(TrajectoryRow))[0].where(_one.id == any_of("ids", Uuid)))
_TOUCH = (
    select(TrajectoryRow.id).where(TrajectoryRow.id == any_of("ids", Uuid)).order_by(TrajectoryRow.id)
    .with_for_update(key_share=True).cte("touched")
)  # fmt: skip
_TOUCHED = compiled(
    update(TrajectoryRow).where(TrajectoryRow.id == _TOUCH.c.id).values(datetime=func.clock_timestamp())
)


async def labs_of(tx: ReadTx, trajectories: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Return the trajectories that exist, each with its lab if it has one."""
    return {row[0]: row[1] for row in await tx.rows(_LABS, {"ids": list(trajectories)})}


async def touch(tx: WriteTx, trajectories: Sequence[UUID]) -> None:
    """Note that something about trajectories changed; other writers of their channels wait here, in one order."""
    await tx.execute(_TOUCHED, {"ids": list(trajectories)})


CHANNEL_COLUMNS: Mapping[str, Any] = {
    "id": Uuid, "trajectory_estimate_id": Uuid, "brain_region_id": Integer, "name": Text, "json": JSONB,
    "axial": Double, "lateral_um": Double, "x": Double, "y": Double, "z": Double,
}  # fmt: skip
_given = arrays(**{f"all_{name}": kind for name, kind in CHANNEL_COLUMNS.items()})
_INSERT = compiled(
    insert(ChannelRow).from_select(
        list(CHANNEL_COLUMNS), select(*(_given.c[f"all_{name}"] for name in CHANNEL_COLUMNS))
    )
)


async def add_channels(tx: WriteTx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write any number of channels in one statement."""
    await tx.execute(_INSERT, {f"all_{name}": [row[name] for row in rows] for name in CHANNEL_COLUMNS})


def records_statement(record: Any) -> Any:
    """Return the statement that lists channels in a given order."""
    wanted = arrays(ids=Uuid)
    return compiled(
        select(json_list(record, wanted.c.place)).select_from(wanted).join(ChannelRow, ChannelRow.id == wanted.c.ids)
    )


async def lab_of_insertion(tx: ReadTx, insertion_id: UUID) -> UUID | None:
    """Return an insertion's lab, or None if there is no such insertion."""
    found: UUID | None = await tx.value(
        select(SessionRow.lab_id).join(InsertionRow, InsertionRow.session_id == SessionRow.id)
        .where(InsertionRow.id == bindparam("wanted", insertion_id, Uuid), SessionRow.withdrawn_at.is_(None))
    )  # fmt: skip
    return found


async def lab_of_chronic(tx: ReadTx, chronic_id: UUID) -> UUID | None:
    """Return a chronic insertion's lab, or None if there is no such insertion."""
    found: UUID | None = await tx.value(
        select(ChronicInsertionRow.lab_id).where(ChronicInsertionRow.id == bindparam("wanted", chronic_id, Uuid))
    )
    return found
