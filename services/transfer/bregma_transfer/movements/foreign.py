"""Do movements of files from outside of the house: what reaches a bucket is read back like any other copy, whoever brought it.

Of such a file we may know no hash. Then it is read at its source a second time, and both readings must agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from bregma_files import api as files
from bregma_kit.db import ReadTx, new_id

from bregma_transfer.movements import settling
from bregma_transfer.movements.attempt import Attempt, CannotMove
from bregma_transfer.movements.domain import SOURCE, Claimed, Content, judge_foreign
from bregma_transfer.movements.sending import send
from bregma_transfer.movements.settling import ForeignWay
from bregma_transfer.movements.worker import OutsideFile, Worker

log = structlog.get_logger("transfer")


@dataclass(frozen=True, slots=True)
class Known:
    """Where files outside were declared, and the sources that they may come from."""

    places: Mapping[UUID, Sequence[files.Foreign]]
    sources: Mapping[UUID, Mapping[str, Any]]

    def of(self, row: Mapping[str, Any]) -> tuple[files.Foreign, Mapping[str, Any]]:
        """Return where a movement's file was declared, and its source. Raises CannotMove."""
        source = self.sources.get(row["source_id"])
        if source is None:
            raise CannotMove("The repository that it comes from is no source of transfers any more.", SOURCE)
        found = next(
            (one for one in self.places.get(row["dataset_id"], ()) if one.repository == row["source_id"]), None
        )
        if found is None:
            raise CannotMove("Nobody says any more that its source has the file, or its session is withdrawn.", SOURCE)
        return found, source


async def look_up(tx: ReadTx, datasets: Sequence[UUID], sources: Mapping[UUID, asyncpg.Record]) -> Known:
    """Return what is known of files outside."""
    return Known(await files.find_foreign(tx, datasets, list(sources)) if datasets else {}, sources)


def claimed(foreign: files.Foreign) -> Claimed:
    """Return what was registered of a file."""
    return Claimed(foreign.size, foreign.md5, foreign.sha256)


async def carry(worker: Worker, attempt: Attempt, known: Known, target: files.Target) -> None:
    """Bring a file into a bucket if that was not done yet, read it back, and register it."""
    row = attempt.row
    foreign, source = known.of(row)
    file: OutsideFile | None = None
    if row["arrived_at"] is None:
        outside = worker.outside.get(row["carrier"])
        if outside is None:
            raise CannotMove(f"This worker cannot fetch by {row['carrier']}.")
        file = await outside.look(source, foreign)
        if foreign.size not in (None, file.size):
            raise CannotMove(
                f"The file in {foreign.repository_name} is wrong: it has {file.size:,} bytes, registered are {claimed(foreign)}.",
                SOURCE,
            )
        way = await prepare(worker, attempt, foreign, target, size=file.size, version=file.version, sha256="")
        await send(worker, attempt, file, way.target, file.size, {"dataset": str(foreign.dataset)})
    else:
        place = worker.place(target.store, target.bucket, row["object_key"])
        way = ForeignWay(foreign, place, target.name, row["size"], row["source_version"] or "")
    await _settle(worker, attempt, way, file)


async def prepare(
    worker: Worker,
    attempt: Attempt,
    foreign: files.Foreign,
    target: files.Target,
    *,
    size: int,
    version: str,
    sha256: str,
) -> ForeignWay:
    """Mint the key that a file goes to and note it, unless the same version of it is on its way already."""
    row = attempt.row
    sending, key = row["sending_id"], row["object_key"]
    if sending is None or row["source_version"] != version or row["size"] != size:
        if key is not None:
            await worker.stores.store(target.store).discard(target.bucket, key)
        sending = new_id()
        key = target.key_of(foreign, sending)
        await worker.sendings.write((attempt, {
            "source": foreign.repository, "size": size, "sha256": sha256, "version": version, "sending": sending, "key": key,
        }))  # fmt: skip
    return ForeignWay(foreign, worker.place(target.store, target.bucket, key), target.name, size, version)


async def _settle(worker: Worker, attempt: Attempt, way: ForeignWay, file: OutsideFile | None) -> None:
    reading = await files.examine(way.target.store, way.target.bucket, way.target.key, way.foreign)
    arrived = None if reading is None else Content(reading.size, reading.md5, reading.sha256)
    registered = claimed(way.foreign)
    told = Claimed(way.size, None, attempt.row["sha256"] or None) if file is None else Claimed(file.size, None, None)
    doubtful = arrived is not None and (registered.contradicts(arrived) or not (registered.proves or told.proves))
    again = await file.content() if doubtful and file is not None else None
    verdict = judge_foreign(registered, told, arrived, again, (way.foreign.repository_name, way.target_name))
    if verdict.wrong is not None or reading is None:
        await settling.refuse(attempt, verdict, arrived=arrived is not None)
        return
    await worker.adoptions.write((attempt, way, reading))
    log.debug("copy_adopted", movement=str(attempt.movement), dataset=str(way.foreign.dataset), size=reading.size)
