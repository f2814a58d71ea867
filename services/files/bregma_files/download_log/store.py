"""Every query of logged downloads."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled, new_id
from sqlalchemy import Integer, Text, Uuid, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from bregma_files.catalog import projects, users
from bregma_files.download_log.tables import DownloadProjectRow, DownloadRow

_USER = compiled(select(users.c.id).where(users.c.username == bindparam("username", type_=Text)))
_PROJECTS = compiled(select(projects.c.id, projects.c.name).where(projects.c.name == any_of("names", Text)))
_times = arrays(id=Uuid, dataset_id=Uuid, count=Integer)
_new = insert(DownloadRow).from_select(
    ["id", "user_id", "dataset_id", "count"],
    select(_times.c.id, bindparam("user", type_=Uuid), _times.c.dataset_id, _times.c["count"]),
)
_COUNT_UP = compiled(
    _new.on_conflict_do_update(
        index_elements=[DownloadRow.user_id, DownloadRow.dataset_id],
        set_={"count": DownloadRow.count + _new.excluded["count"], "last_download": func.now()},
    ).returning(DownloadRow.id, DownloadRow.dataset_id, DownloadRow.count)
)
_downloads, _for = arrays(download=Uuid).alias("d"), arrays(project=Uuid).alias("p")
_ADD_PROJECTS = compiled(
    insert(DownloadProjectRow).from_select(
        ["download_id", "project_id"],
        select(_downloads.c.download, _for.c.project).select_from(_downloads.join(_for, literal(True))),
    ).on_conflict_do_nothing()
)  # fmt: skip


async def user_id(tx: ReadTx, username: str) -> UUID | None:
    """Return a user's id."""
    found: UUID | None = await tx.value(_USER, {"username": username})
    return found


async def project_ids(tx: ReadTx, names: Sequence[str]) -> dict[str, UUID]:
    """Return the ids of projects by name."""
    return {row["name"]: row["id"] for row in await tx.rows(_PROJECTS, {"names": list(names)})} if names else {}


async def count_up(tx: WriteTx, user: UUID, times: Mapping[UUID, int]) -> dict[UUID, asyncpg.Record]:
    """Add to a user's counts; calls for the same datasets go in one order, so that none waits for the other in a circle."""
    order = sorted(times)
    columns: dict[str, Any] = {
        "id": [new_id() for _ in order], "dataset_id": order, "count": [times[one] for one in order], "user": user,
    }  # fmt: skip
    return {row["dataset_id"]: row for row in await tx.rows(_COUNT_UP, columns)}


async def add_projects(tx: WriteTx, downloads: Sequence[UUID], wanted: Sequence[UUID]) -> None:
    """Note what downloads were for."""
    if downloads and wanted:
        await tx.execute(_ADD_PROJECTS, {"download": list(downloads), "project": list(wanted)})
