"""Files that somebody declared on a repository outside of the house, and how a copy of them becomes ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, new_id
from bregma_kit.events import EVENTS
from bregma_kit.objects import ObjectStore
from dataset_types import default_registry

from bregma_files.copies import foreign_store
from bregma_files.copies.service import HeldDataset
from bregma_files.uploads import store as uploads
from bregma_files.uploads.keys import SessionFolder
from bregma_files.verification.domain import Announced, Reading, type_of
from bregma_files.verification.reading import read_object
from bregma_files.verification.service import VERIFIED


@dataclass(frozen=True, slots=True)
class Foreign:
    """A dataset as it was declared at a source; what nobody said of it is None."""

    dataset: UUID
    session: UUID
    lab_id: UUID
    folder: SessionFolder
    collection: str
    revision: str
    name: str
    type_name: str
    edition: str
    size: int | None
    md5: str | None
    sha256: str | None
    repository: UUID
    repository_name: str
    relative_path: str
    path_with_id: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """A copy of a foreign file that was read back in its new place."""

    foreign: Foreign
    repository: UUID
    key: str
    reading: Reading


def _held(row: asyncpg.Record) -> HeldDataset:
    return HeldDataset(
        row["id"], row["session_id"], row["dataset_type"], row["size"], row["md5"], row["sha256"], tuple(row["copies"]),
        foreign=True,
    )  # fmt: skip


async def declared_in_sessions(tx: ReadTx, sessions: Sequence[UUID], sources: Sequence[UUID]) -> list[HeldDataset]:
    """Return the datasets of sessions that sources have and of which there is no verified copy."""
    return [_held(row) for row in await foreign_store.in_sessions(tx, sessions, sources)]


async def declared_since(tx: ReadTx, moment: datetime, sources: Sequence[UUID]) -> list[HeldDataset]:
    """Return those of all sessions that were registered since a moment."""
    return [_held(row) for row in await foreign_store.since(tx, moment, sources)]


async def find_foreign(tx: ReadTx, datasets: Sequence[UUID], sources: Sequence[UUID]) -> dict[UUID, list[Foreign]]:
    """Return where datasets were declared, of sessions that are not withdrawn."""
    found: dict[UUID, list[Foreign]] = {}
    for row in await foreign_store.foreign(tx, datasets, sources):
        folder = SessionFolder(row["lab"], row["subject"], row["date"], row["number"])
        found.setdefault(row["id"], []).append(Foreign(
            row["id"], row["session_id"], row["lab_id"], folder, row["collection"], row["revision"], row["name"],
            row["type_name"], row["edition"], row["size"], row["md5"], row["sha256"], row["repository_id"], row["repository"],
            row["relative_path"], row["path_with_id"],
        ))  # fmt: skip
    return found


async def examine(store: ObjectStore, bucket: str, key: str, foreign: Foreign) -> Reading | None:
    """Read what arrived; None if the store does not have it. Other bytes than the registered ones are read twice."""
    announced = Announced(foreign.name, foreign.size, foreign.md5, foreign.sha256)
    kind = type_of(default_registry(), foreign.type_name, foreign.edition)
    return await read_object(store, bucket, key, announced, foreign.name, kind)


async def register_adopted(tx: WriteTx, arrived: Sequence[Adopted]) -> set[tuple[UUID, UUID]]:
    """Let copies exist that were read back; return dataset and repository of each that does now.

    The others were registered anew meanwhile, or their path in the repository is another dataset's.
    """
    await uploads.lock_sessions(tx, [one.foreign.session for one in arrived])
    present = await foreign_store.register(tx, {
        "dataset_id": [one.foreign.dataset for one in arrived], "repository_id": [one.repository for one in arrived],
        "source_id": [one.foreign.repository for one in arrived], "object_key": [one.key for one in arrived],
        "record_id": [new_id() for _ in arrived], "was_md5": [one.foreign.md5 for one in arrived],
        "was_size": [one.foreign.size for one in arrived], "size": [one.reading.size for one in arrived],
        "md5": [one.reading.md5 for one in arrived], "sha256": [one.reading.sha256 for one in arrived],
        "rows": [one.reading.rows for one in arrived], "largest": [one.reading.largest for one in arrived],
    })  # fmt: skip
    names = {
        one.foreign.dataset: one.foreign.name for one in arrived if (one.foreign.dataset, one.repository) in present
    }
    if names:
        await EVENTS.announce(tx, VERIFIED, names)
    return present
