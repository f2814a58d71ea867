"""Find verified copies for whoever sends them elsewhere, and register those that arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, new_id
from dataset_types import DatasetPath

from bregma_files.copies import store
from bregma_files.uploads import store as uploads
from bregma_files.uploads.keys import SessionFolder, object_key


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy of a dataset, and where its object lies."""

    dataset: UUID
    session: UUID
    lab_id: UUID
    folder: SessionFolder
    collection: str
    name: str
    size: int
    md5: str
    sha256: str
    repository: UUID
    repository_name: str
    store: str
    """Name of the object store; '' is the installation's own."""
    bucket: str
    key: str
    path_with_id: str


@dataclass(frozen=True, slots=True)
class Target:
    """A managed repository that copies may go to."""

    repository: UUID
    name: str
    store: str
    bucket: str
    mirror: bool
    prefix: str
    timezone: str

    def key_of(self, copy: Copy, sending: UUID) -> str:
        """Return the key that a copy gets here: a new one for each sending, or on a mirror Alyx's path."""
        if self.mirror:
            return str(PurePosixPath(self.prefix, copy.path_with_id))
        return object_key(copy.folder, DatasetPath(copy.collection, None, copy.name), copy.dataset, sending)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A copy that was read back in its new place and has these very bytes."""

    dataset: UUID
    session: UUID
    source: UUID
    repository: UUID
    key: str
    sha256: str


@dataclass(slots=True)  # not frozen: a million of them are made in half the time
class HeldDataset:
    """A verified dataset and the repositories that have it, the best to read from first."""

    dataset: UUID
    session: UUID
    dataset_type: str
    size: int
    md5: str
    sha256: str
    copies: tuple[UUID, ...]


async def held_in_sessions(tx: ReadTx, sessions: Sequence[UUID], complete: Sequence[UUID]) -> list[HeldDataset]:
    """Return the verified datasets of some sessions, without those of which each of these repositories has a copy."""
    return [_held(row) for row in await store.held_in_sessions(tx, sessions, complete)]


async def held(tx: ReadTx, datasets: Sequence[UUID]) -> list[HeldDataset]:
    """Return those of the datasets that belong to a session and are verified."""
    return [_held(row) for row in await store.held(tx, datasets)]


def _held(row: asyncpg.Record) -> HeldDataset:
    return HeldDataset(
        row["id"], row["session_id"], row["dataset_type"], row["size"], row["md5"], row["sha256"], tuple(row["copies"])
    )


def _copy(row: asyncpg.Record) -> Copy:
    folder = SessionFolder(row["lab"], row["subject"], row["date"], row["number"])
    return Copy(
        row["id"], row["session_id"], row["lab_id"], folder, row["collection"], row["name"], row["size"], row["md5"],
        row["sha256"], row["repository_id"], row["repository"], row["store"] or "", row["bucket"], row["object_key"], row["path_with_id"],
    )  # fmt: skip


async def find_copies(tx: ReadTx, datasets: Sequence[UUID]) -> dict[UUID, list[Copy]]:
    """Return the verified copies of datasets of sessions that are not withdrawn, the best to read from first."""
    found: dict[UUID, list[Copy]] = {}
    for row in await store.copies(tx, datasets):
        found.setdefault(row["id"], []).append(_copy(row))
    return found


async def find_targets(tx: ReadTx, repositories: Sequence[UUID]) -> dict[UUID, Target]:
    """Return those of the repositories that are managed."""
    return {
        row["id"]: Target(
            row["id"],
            row["name"],
            row["store"] or "",
            row["bucket"],
            row["mirror"],
            row["globus_path"],
            row["timezone"],
        )
        for row in await store.targets(tx, repositories)
    }


async def register_arrivals(tx: WriteTx, arrived: Sequence[Arrival]) -> set[tuple[UUID, UUID]]:
    """Let copies exist that were read back; return dataset and repository of each that does now.

    The others have new content by now, or their path in the repository is another dataset's.
    """
    await uploads.lock_sessions(tx, [one.session for one in arrived])
    return await store.register(tx, {
        "dataset_id": [one.dataset for one in arrived], "repository_id": [one.repository for one in arrived],
        "source_id": [one.source for one in arrived], "object_key": [one.key for one in arrived],
        "record_id": [new_id() for _ in arrived], "sha256": [one.sha256 for one in arrived],
    })  # fmt: skip
