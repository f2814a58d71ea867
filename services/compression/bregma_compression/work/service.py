"""Jobs as people see them: asked for or deferred by a rule, listed, cancelled, tried again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from bregma_files import api as files
from bregma_kit.auth import Principal
from bregma_kit.clock import now, wire_time
from bregma_kit.db import Database, ReadTx, WriteTx, new_id
from bregma_kit.errors import BregmaError, Conflict, Invalid, NotAllowed, NotFound
from bregma_kit.jobs import defer

from bregma_compression.rules import service as rules
from bregma_compression.work import store
from bregma_compression.work.domain import (
    CRF,
    MOST_TRIES,
    OPEN,
    PRESET,
    RESULTS,
    Concerned,
    Kind,
    concerns,
    is_raw,
    kind_of,
    means,
)
from bregma_compression.work.schemas import CompressionRequest

log = structlog.get_logger("compression")
QUEUE = "compression"
RUN, CONSIDER = "compression.run", "compression.consider"
SOFTWARE = "bregma-codecs"
SILENT = timedelta(minutes=15)
"""A job at work says so every second; one that was not heard of for so long has lost its worker, and its place in the queue."""


class AlreadyCompressed(Conflict):
    """The same software made the same of the same bytes already."""

    code = "already_compressed"


class AlreadyQueuedJob(Conflict):
    """A job of this recording is open."""

    code = "already_queued"


class CannotBeCompressed(BregmaError):
    """The dataset is no raw recording whose bytes were verified."""

    code = "cannot_be_compressed"


@cache
def software_version() -> str:
    """Return the version of the codecs that this process runs."""
    return version(SOFTWARE)


_ASKED = {Kind.EPHYS: ("profile", "sample_rate", "n_channels"), Kind.VIDEO: ("crf", "preset"), Kind.SOUND: ()}


def _parameters(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of how to make a file of this name smaller."""
    kind = kind_of(name)
    said = {one: given[one] for one in (_ASKED[kind] if kind else ()) if given[one] is not None}
    # whoever says nothing asks for these, which another job that is done may not have had
    return {"crf": CRF, "preset": PRESET, **said} if kind is Kind.VIDEO else said


def _refuse_strange(name: str, body: CompressionRequest) -> None:
    """Refuse what was said about files of other kinds."""
    kind = kind_of(name)
    given = body.model_dump(exclude={"dataset", "priority"}, exclude_unset=True, exclude_none=True)
    wrong = {one: [f"This is not about {name}."] for one in given if kind and one not in _ASKED[kind]}
    if wrong:
        raise Invalid(wrong)


def _same(done: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether a job that is done was asked for the same; it may have found out more from the .meta file."""
    return all(done.get(name) == value for name, value in asked.items())


async def start(tx: WriteTx, job: UUID, priority: int, at: datetime | None = None) -> None:
    """Queue a job's work; of one job at most one piece runs at a time."""
    await defer(tx, RUN, [{"job": str(job)}], queue=QUEUE, priority=priority, lock=f"compression:{job}", at=at)


async def _add(
    tx: WriteTx,
    source: files.Source,
    parameters: Mapping[str, Any],
    priority: int,
    *,
    rule: UUID | None,
    user: UUID | None,
) -> UUID:
    job = new_id()
    await store.add(tx, {
        "id": job, "kind": kind_of(source.name), "dataset_id": source.dataset,
        "rule_id": rule, "priority": priority, "tries_left": MOST_TRIES,
        "parameters": dict(parameters), "software": SOFTWARE, "source_sha256": source.sha256, "source_size": source.size,
        "created_by_id": user,
    })  # fmt: skip
    await start(tx, job, priority)
    return job


# by rules


async def consider(database: Database, datasets: Sequence[UUID]) -> None:
    """Make jobs for files whose bytes were just verified, where a rule is about them; may run twice."""
    async with database.write() as tx:
        active = await rules.active(tx)
        if not active:
            return
        found = await files.find_verified(tx, datasets)
        earlier = await store.before(tx, list(found))
        ours = await store.made_here(tx, list(found))
        for source in found.values():
            rule = first_about(active, source)
            if rule is None or not is_raw(source.name) or source.dataset in ours or source.generated:
                continue
            known = [one for one in earlier if one["dataset_id"] == source.dataset]
            if any(one["state"] in OPEN or one["source_sha256"] == source.sha256 for one in known):
                continue
            try:
                async with tx.attempt():
                    await _add(tx, source, _parameters(source.name, rule), rule["priority"], rule=rule["id"], user=None)
            except asyncpg.UniqueViolationError:
                log.info("job_there_already", dataset=str(source.dataset))


def first_about(active: Sequence[asyncpg.Record], source: files.Source) -> asyncpg.Record | None:
    """Return the first of the rules that is about a file."""
    return next((one for one in active if _is_about(one, source)), None)


def as_wanted(rule: asyncpg.Record, source: files.Source, job: asyncpg.Record) -> bool:
    """Whether a job's results are whole, and made as a rule wants them: only then may they stand for the raw file."""
    kind = kind_of(source.name)
    if kind is None or len(job["stand_ins"] or {}) != RESULTS[kind]:
        return False
    return kind is not Kind.VIDEO or _same(job["parameters"], _parameters(source.name, rule))


def _is_about(rule: asyncpg.Record, source: files.Source) -> bool:
    asks = Concerned(rule["lab_id"], rule["repository_id"], rule["dataset_type"])
    return means(rule["dataset_type"], kind_of(source.name)) and concerns(
        asks, Concerned(source.lab_id, source.repository, source.dataset_type)
    )


# by request


async def request(database: Database, principal: Principal, body: CompressionRequest) -> dict[str, Any]:
    """Make a job for one recording."""
    try:
        async with database.write() as tx:
            source = await _source(tx, principal, body.dataset)
            _refuse_strange(source.name, body)
            parameters = _parameters(source.name, body.model_dump())
            _refuse_repeated(await store.before(tx, [source.dataset]), source, parameters)
            job = await _add(tx, source, parameters, body.priority, rule=None, user=principal.user_id)
            return shown(await _seen(tx, principal, job))
    except asyncpg.UniqueViolationError:
        raise AlreadyQueuedJob("A job of this recording is open already.") from None


async def _source(tx: ReadTx, principal: Principal, dataset: UUID) -> files.Source:
    source = (await files.find_verified(tx, [dataset])).get(dataset)
    if source is None or not principal.may_see(source.lab_id):
        raise Invalid(
            {"dataset": [f"There is no dataset {dataset} with verified bytes in a bucket."]},
            hint="GET /datasets/{id} shows its copies; only managed repositories are read",
        )
    if not principal.may_write(source.lab_id):
        raise NotAllowed(hint="compressing needs a role in the session's lab; ask one of its managers")
    if not is_raw(source.name):
        raise CannotBeCompressed(
            f"{source.name} is no raw file by its name.",
            hint=".bin becomes .cbin; movies (.avi, .mkv, .mov, .mp4) become .mp4; .wav becomes .flac",
        )
    if source.generated or await store.made_here(tx, [dataset]):
        raise CannotBeCompressed(f"{source.name} was made by a job; ask for the raw file that it was made of.")
    return source


def _refuse_repeated(earlier: Sequence[asyncpg.Record], source: files.Source, parameters: Mapping[str, Any]) -> None:
    for one in earlier:
        if one["state"] in OPEN:
            raise AlreadyQueuedJob(
                "A job of this recording is open already.", hint=f"GET /compression/jobs/{one['id']}"
            )
        same = one["source_sha256"] == source.sha256 and _same(one["parameters"], parameters)
        if same and one["software_version"] == software_version():
            raise AlreadyCompressed(
                f"{SOFTWARE} {software_version()} has compressed these very bytes so already.",
                hint=f"GET /compression/jobs/{one['id']} names the results; a newer version makes a new revision",
            )


# what there is


async def page(
    database: Database, principal: Principal, wanted: Mapping[str, Any], limit: int, offset: int
) -> tuple[int, list[dict[str, Any]]]:
    """Return one page of jobs and how many there are."""
    async with database.read() as tx:
        count, rows = await store.page(tx, principal.visible_labs, wanted, limit, offset)
    return count, [shown(row) for row in rows]


async def read(database: Database, principal: Principal, job: UUID) -> dict[str, Any]:
    """Return one job."""
    async with database.read() as tx:
        return shown(await _seen(tx, principal, job))


async def cancel(database: Database, principal: Principal, job: UUID) -> dict[str, Any]:
    """Cancel an open job; a worker that is at it stops within seconds and leaves nothing behind."""
    async with database.write() as tx:
        row = await _writable(tx, principal, job)
        if not await store.cancel(tx, job, f"{principal.username} cancelled it."):
            raise Conflict(f"The job is {row['state']}, there is nothing to cancel.")
        return shown(await _seen(tx, principal, job))


async def retry(database: Database, principal: Principal, job: UUID) -> dict[str, Any]:
    """Try a failed or cancelled job again, with what its recording holds now."""
    try:
        async with database.write() as tx:
            row = await _writable(tx, principal, job)
            source = await _source(tx, principal, row["dataset"])
            others = [one for one in await store.before(tx, [source.dataset]) if one["id"] != job]
            _refuse_repeated(others, source, row["parameters"])
            priority = await store.retry(tx, job, MOST_TRIES, source.sha256, source.size)
            if priority is None:
                raise Conflict(f"The job is {row['state']}; only failed and cancelled ones are tried again.")
            await start(tx, job, priority)
            return shown(await _seen(tx, principal, job))
    except asyncpg.UniqueViolationError:
        raise AlreadyQueuedJob("Another job of this recording is open.") from None


async def _seen(tx: ReadTx, principal: Principal, job: UUID) -> asyncpg.Record:
    row = await store.one(tx, job, principal.visible_labs)
    if row is None:
        raise NotFound("Job")
    return row


async def _writable(tx: ReadTx, principal: Principal, job: UUID) -> asyncpg.Record:
    row = await _seen(tx, principal, job)
    if not principal.may_write(row["lab_id"]):
        raise NotAllowed(hint="this needs a role in the session's lab; ask one of its managers")
    return row


def shown(row: asyncpg.Record) -> dict[str, Any]:
    """Return a job as the wire shows it."""
    ratio = round(row["source_size"] / row["result_size"], 3) if row["result_size"] else None
    times = {
        name: row[name] and wire_time(row[name]) for name in ("created_at", "started_at", "ended_at", "next_try_at")
    }
    return {
        **{name: value for name, value in row.items() if name != "lab_id"}, **times, "ratio": ratio,
        "progress": round(row["progress"], 3),
        "id": str(row["id"]), "dataset": str(row["dataset"]), "session": str(row["session"]),
    }  # fmt: skip


async def restart_stuck(database: Database) -> None:
    """Queue open jobs again that nothing was heard of: their worker died, or their place in the queue was lost."""
    async with database.write() as tx:
        found = await store.stuck(tx, now() - SILENT)
        for job, priority in found:
            await start(tx, job, priority)
    if found:
        log.warning("compression_restarted", count=len(found))
