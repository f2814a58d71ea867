"""Rules of trajectories and channels: they belong to what the probe's session, or the animal, belongs to."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import WriteTx, new_id
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.resource import Change, Resource
from bregma_kit.writing import explain, validate

from bregma_metadata.atlas import store
from bregma_metadata.atlas.structures import VOID

MOST_CHANNELS = 20_000
"""Channels that one call may make: 50 probes of 384."""
MOST_ERRORS = 20


async def complete_trajectory(change: Change) -> None:
    """Check whose trajectory it is and becomes, and note the time."""
    if change.current is not None:
        await _check(change.tx, change.principal, [change.current["id"]])
        change.values["datetime"] = now()
    for column, find in (
        ("probe_insertion_id", store.lab_of_insertion), ("chronic_insertion_id", store.lab_of_chronic),
    ):  # fmt: skip
        wanted = change.values.get(column)
        if wanted is None:
            continue
        lab = await find(change.tx, wanted)
        if lab is None or not change.principal.may_see(lab):
            raise Invalid({column.removesuffix("_id"): [f"Object with id={wanted} does not exist."]})
        _may_write(change.principal, lab)
    if change.creating and not any(change.values.get(name) for name in ("probe_insertion_id", "chronic_insertion_id")):
        _may_write(change.principal, None)


async def may_delete_trajectory(change: Change, row_id: UUID) -> None:
    """Deleting is writing."""
    await _check(change.tx, change.principal, [row_id])


async def complete_channel(change: Change) -> None:
    """Check whose trajectory it is on; the trajectory changes with its channels."""
    touched = [change.after("trajectory_estimate_id")]
    if change.current is not None:
        touched.append(change.current["trajectory_estimate_id"])
    await _check(change.tx, change.principal, touched)
    await store.touch(change.tx, touched)


async def may_delete_channel(change: Change, _row_id: UUID) -> None:
    """Deleting is writing."""
    assert change.current is not None
    trajectory = [change.current["trajectory_estimate_id"]]
    await _check(change.tx, change.principal, trajectory)
    await store.touch(change.tx, trajectory)


async def create_channels(resource: Resource, tx: WriteTx, principal: Principal, bodies: Sequence[Any]) -> list[UUID]:
    """Make many channels in one statement, all or none, and return their ids in the order given."""
    if len(bodies) > MOST_CHANNELS:
        raise Invalid({"non_field_errors": [f"Send at most {MOST_CHANNELS} channels at once."]})
    given = _validated(resource, bodies)
    rows = [
        {
            **dict.fromkeys(store.CHANNEL_COLUMNS), "name": "", "brain_region_id": VOID,
            **{str(resource.by_name[name].target): value for name, value in one.items()}, "id": new_id(),
        }
        for one in given
    ]  # fmt: skip
    trajectories = list(dict.fromkeys(row["trajectory_estimate_id"] for row in rows))
    if trajectories:
        await _check(tx, principal, trajectories)
        await store.touch(tx, trajectories)
        try:
            await store.add_channels(tx, rows)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise explain(resource, error, {}) from error
    return [row["id"] for row in rows]


def _validated(resource: Resource, bodies: Sequence[Any]) -> list[dict[str, Any]]:
    """Validate every channel; a mistake is told with its channel's place in the list, counted from 0."""
    given: list[dict[str, Any]] = []
    errors: dict[str, list[str]] = {}
    for place, body in enumerate(bodies):
        try:
            given.append(validate(resource, body, "create"))
        except Invalid as error:
            errors |= {f"{place}.{name}": messages for name, messages in error.fields.items()}
        if len(errors) >= MOST_ERRORS:
            break
    if errors:
        raise Invalid(errors)
    return given


async def _check(tx: WriteTx, principal: Principal, trajectories: Iterable[UUID]) -> None:
    """Refuse to write about trajectories that the caller may not see, or not change."""
    wanted = list(dict.fromkeys(trajectories))
    labs = await store.labs_of(tx, wanted)
    for one in wanted:
        if one not in labs or not principal.may_see(labs[one]):
            raise Invalid({"trajectory_estimate": [f"Object with id={one} does not exist."]})
        _may_write(principal, labs[one])


def _may_write(principal: Principal, lab: UUID | None) -> None:
    if not principal.may_write(lab):
        raise NotAllowed(hint="writing needs a role in the session's lab; ask one of its managers")
