"""Find verified copies for whoever sends them elsewhere, and register those that arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Protocol
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
    verified_at: datetime | None
    """When it was last read whole."""
    mirror: bool
    """It lies at Alyx's own path, where other bytes may lie tomorrow."""


class Named(Protocol):
    """What names a file in a repository."""

    @property
    def dataset(self) -> UUID:
        """Id of the dataset."""
        ...

    @property
    def folder(self) -> SessionFolder:
        """Folder of its session."""
        ...

    @property
    def collection(self) -> str:
        """Folder below that one."""
        ...

    @property
    def name(self) -> str:
        """Name of the file."""
        ...

    @property
    def path_with_id(self) -> str:
        """Its path as Alyx's data servers have it."""
        ...


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

    def key_of(self, copy: "Named", sending: UUID) -> str:
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
    foreign: bool = False
    """Declared there by somebody; verified nowhere."""


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
        row["verified_at"], row["mirror"],
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


@dataclass(frozen=True, slots=True)
class Registered:
    """A dataset of a session; what is not known of it is None."""

    dataset: UUID
    path: str
    size: int | None
    sha256: str | None


async def find_registered(tx: ReadTx, session: UUID) -> list[Registered]:
    """Return the datasets of a session with their paths below its folder."""
    return [
        Registered(
            row["id"],
            DatasetPath(row["collection"], row["revision"] or None, row["name"]).print(),
            row["size"],
            row["sha256"],
        )
        for row in await store.registered(tx, session)
    ]


async def find_stand_ins(tx: ReadTx, datasets: Sequence[UUID]) -> dict[tuple[UUID, str], dict[UUID, str]]:
    """Return what holds losslessly what retired datasets of these hashes held: (dataset, SHA-256) → dataset → SHA-256."""
    return {
        (row["dataset_id"], row["sha256"]): dict(zip(row["stand_ins"], row["stand_in_hashes"], strict=True))
        for row in await store.stand_ins(tx, datasets)
    }


async def find_timezones(tx: ReadTx, repositories: Sequence[UUID]) -> dict[UUID, str]:
    """Return the time zones of repositories, managed or not."""
    return {row["id"]: row["timezone"] for row in await store.timezones(tx, repositories)}


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
