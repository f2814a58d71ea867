"""Find verified files for a program to read, and register what it made of them in its own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.clock import now
from bregma_kit.db import ReadTx, WriteTx, new_id
from bregma_kit.errors import Conflict
from dataset_types import DatasetPath

from bregma_files.dataset_types.service import MATCHERS
from bregma_files.derived import store
from bregma_files.derived.domain import next_revision
from bregma_files.uploads import store as uploads
from bregma_files.uploads.keys import SessionFolder, object_key


class SourceChanged(Conflict):
    """What a program read is not what the dataset holds any more; nothing was registered."""

    code = "source_changed"


@dataclass(frozen=True, slots=True)
class Source:
    """A verified file with where its object lies."""

    dataset: UUID
    dataset_type: str
    session: UUID
    lab_id: UUID
    folder: SessionFolder
    collection: str
    revision: str
    name: str
    edition: str
    size: int
    md5: str
    sha256: str
    repository: UUID
    bucket: str
    key: str
    mirror: bool
    generated: bool
    """Whether a program of ours made it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a program made: its object was sent, and read back with these hashes."""

    dataset: UUID
    name: str
    key: str
    size: int
    md5: str
    sha256: str


def _source(row: asyncpg.Record) -> Source:
    folder = SessionFolder(row["lab"], row["subject"], row["date"], row["number"])
    return Source(
        row["id"], row["dataset_type"], row["session_id"], row["lab_id"], folder, row["collection"], row["revision"],
        row["name"], row["edition"], row["size"], row["md5"], row["sha256"], row["repository_id"], row["bucket"],
        row["object_key"], row["mirror"], row["generated"],
    )  # fmt: skip


async def find_verified(tx: ReadTx, datasets: Sequence[UUID]) -> dict[UUID, Source]:
    """Return those of the datasets that have a verified copy in a bucket of ours."""
    found: dict[UUID, Source] = {}
    for row in await store.verified(tx, datasets):
        found.setdefault(row["id"], _source(row))
    return found


async def find_beside(tx: ReadTx, source: Source, name: str) -> Source | None:
    """Return a verified file of the same folder by its name."""
    row = await store.beside(tx, source.session, source.collection, name, source.revision)
    return None if row is None else _source(row)


def new_key(source: Source, name: str, dataset: UUID, sending: UUID) -> str:
    """Return the key for an object beside a source; ``sending`` makes it one that was never used."""
    return object_key(source.folder, DatasetPath(source.collection, None, name), dataset, sending)


async def register_made(
    tx: WriteTx,
    source: Source,
    made: Sequence[Made],
    *,
    user: UUID | None,
    software: str,
    version: str,
    note: Mapping[str, Any],
) -> str:
    """Register files beside the one they were made of, existing from the start; return their revision, '' for none.

    Where one of the names is taken all of them go into a new revision, which becomes the default: nothing is ever
    overwritten. Raises SourceChanged if the source has other bytes by now, or is nowhere any more.
    """
    await uploads.lock_sessions(tx, [source.session])
    current = (await find_verified(tx, [source.dataset])).get(source.dataset)
    if current is None or current.sha256 != source.sha256:
        raise SourceChanged("The file was changed, moved out of reach or withdrawn while it was read.")
    if current.session != source.session:
        # the lock that we hold is that of another session; whoever repeats finds it where it is
        raise SourceChanged("The file went to another session while it was read.")
    revision = await _revision(tx, current, [one.name for one in made])
    place = [
        part for part in (current.folder.relative, current.collection, f"#{revision}#" if revision else "") if part
    ]
    matcher = await MATCHERS.get(tx)
    columns: dict[str, list[Any]] = {
        "id": [one.dataset for one in made], "record_id": [new_id() for _ in made], "name": [one.name for one in made],
        "dataset_type_id": [matcher.type_of(one.name) for one in made],
        "data_format_id": [matcher.format_of(one.name) for one in made], "size": [one.size for one in made],
        "md5": [one.md5 for one in made], "sha256": [one.sha256 for one in made],
        "relative_path": ["/".join([*place, one.name]) for one in made], "object_key": [one.key for one in made],
        "json": [dict(note) for _ in made],
    }  # fmt: skip
    revisions = await uploads.revision_ids(tx, [revision], [new_id()]) if revision else {}
    await store.add(tx, columns, {
        "session": current.session, "collection": current.collection, "revision_id": revisions.get(revision), "user": user,
        "version": version, "software": f"{software} {version}",
        "edition": current.edition, "repository": current.repository, "lab": current.lab_id,
    })  # fmt: skip
    await uploads.clear_siblings(tx, [one.dataset for one in made])
    return revision


async def _revision(tx: ReadTx, source: Source, names: Sequence[str]) -> str:
    taken = await store.revisions(tx, source.session, source.collection, names)
    return next_revision(taken, now().date()) if source.revision in taken else source.revision
