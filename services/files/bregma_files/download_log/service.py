"""Rules of logged downloads: everybody logs for themselves, and only what they may see."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bregma_kit.auth import Principal
from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.resource import Change

from bregma_files.datasets.service import visible_ids
from bregma_files.download_log import store

MOST = 10_000
"""Datasets in one call."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants to have logged."""

    user: str | None
    datasets: tuple[UUID, ...]
    projects: tuple[str, ...]


def read_downloads(body: Any) -> Wanted:
    """Read the body of new-download; lists may be texts with commas."""
    if not isinstance(body, Mapping):
        raise Invalid({"non_field_errors": ["Invalid data. Expected a dictionary."]})
    datasets, projects = _texts(body, "datasets"), _texts(body, "projects")
    if not datasets:
        raise Invalid({"datasets": ["This field is required."]})
    if len(datasets) > MOST:
        raise Invalid({"datasets": [f"Name at most {MOST} datasets in one call."]})
    user = body.get("user") or None
    if user is not None and not isinstance(user, str):
        raise Invalid({"user": ["Not a valid string."]})
    try:
        ids = tuple(UUID(one.rstrip("/")[-36:]) for one in datasets)
    except ValueError:
        raise Invalid({"datasets": ["Must be a valid UUID."]}) from None
    return Wanted(user, ids, tuple(dict.fromkeys(projects)))


def _texts(body: Mapping[str, Any], name: str) -> list[str]:
    value = body.get(name)
    entries = value.split(",") if isinstance(value, str) else [] if value is None else value
    if not isinstance(entries, Sequence) or not all(isinstance(one, str) for one in entries):
        raise Invalid({name: ["Expected a list of items."]})
    return [one.strip() for one in entries if one.strip()]


async def log_downloads(tx: WriteTx, principal: Principal, wanted: Wanted) -> dict[str, list[Any]]:
    """Count each dataset once for each time it is named; answer in the order asked."""
    user_id = await _whose(tx, principal, wanted.user)
    seen = await visible_ids(tx, principal, wanted.datasets)
    for one in wanted.datasets:
        if one not in seen:
            raise Invalid({"datasets": [f'Invalid pk "{one}" - object does not exist.']})
    projects = await store.project_ids(tx, wanted.projects)
    for name in wanted.projects:
        if name not in projects:
            raise Invalid({"projects": [f"Object with name={name} does not exist."]})
    times = Counter(wanted.datasets)
    rows = await store.count_up(tx, user_id, times)
    await store.add_projects(tx, [row["id"] for row in rows.values()], list(projects.values()))
    so_far = {one: rows[one]["count"] - times[one] for one in times}
    answer: dict[str, list[Any]] = {"download": [], "count": []}
    for one in wanted.datasets:
        so_far[one] += 1
        answer["download"].append(str(rows[one]["id"]))
        answer["count"].append(so_far[one])
    return answer


async def _whose(tx: ReadTx, principal: Principal, username: str | None) -> UUID:
    """Alyx logs for the caller whatever name is sent; an administrator may log for others, as when old logs are brought in."""
    if username is None or not principal.administers:
        return principal.user_id
    found = await store.user_id(tx, username)
    if found is None:
        raise Invalid({"user": [f"Object with username={username} does not exist."]})
    return found


async def check(change: Change) -> None:
    """A log entry is its user's, or an administrator's, to correct."""
    assert change.current is not None
    mine = change.current["user_id"] == change.principal.user_id and not change.principal.read_only
    if not mine and not change.principal.administers:
        raise NotAllowed(hint="only the user who downloaded may correct this, or an administrator")
