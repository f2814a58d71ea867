"""Every query about jobs. Each change says which state, and which attempt, it is a change of: another worker may have it by now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import (
    BigInteger,
    DateTime,
    Float,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    exists,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from bregma_compression.work.domain import OPEN, State
from bregma_compression.work.tables import JobRow, ResultRow

sessions = table(
    "sessions", column("id", Uuid), column("lab_id", Uuid), column("lab", Text),
    column("withdrawn_at", DateTime(timezone=True)), schema="catalog",
)  # fmt: skip
datasets = table(
    "session_datasets", column("id", Uuid), column("session_id", Uuid), column("name", Text), column("revision", Text),
    schema="catalog",
)  # fmt: skip
users = table("users", column("id", Uuid), column("username", Text), schema="catalog")
rules = table("rules", column("id", Uuid), column("name", Text), schema="compression")
_made = datasets.alias("made")

_results = (
    select(func.coalesce(
        func.jsonb_agg(func.jsonb_build_object(
            literal_column("'dataset'"), _made.c.id, literal_column("'name'"), _made.c.name,
            literal_column("'revision'"), func.coalesce(_made.c.revision, literal_column("''")),
        )),
        literal_column("'[]'::jsonb"),
    ))
    .select_from(ResultRow.__table__.join(_made, _made.c.id == ResultRow.dataset_id))
    .where(ResultRow.job_id == JobRow.id).correlate(JobRow).scalar_subquery()
)  # fmt: skip
_from = (
    JobRow.__table__.join(datasets, datasets.c.id == JobRow.dataset_id)
    .join(sessions, sessions.c.id == datasets.c.session_id)
)  # fmt: skip
_shown = select(
    *(getattr(JobRow, name) for name in (
        "id", "kind", "state", "priority", "attempts", "step", "progress", "reason", "parameters", "software",
        "software_version", "source_sha256", "source_size", "result_size", "created_at", "started_at", "ended_at",
        "next_try_at",
    )),
    JobRow.dataset_id.label("dataset"), datasets.c.name.label("dataset_name"), datasets.c.session_id.label("session"),
    sessions.c.lab, sessions.c.lab_id, rules.c.name.label("rule"), users.c.username.label("created_by"),
    _results.label("results"),
).select_from(
    _from.outerjoin(rules, rules.c.id == JobRow.rule_id).outerjoin(users, users.c.id == JobRow.created_by_id)
)  # fmt: skip
_seen = and_(
    sessions.c.withdrawn_at.is_(None), or_(VISIBLE_LABS.is_(None), sessions.c.lab_id == func.any(VISIBLE_LABS))
)
_dataset, _session = bindparam("dataset", type_=Uuid), bindparam("session", type_=Uuid)
_text = {name: bindparam(name, type_=Text) for name in ("state", "lab", "rule", "software_version")}
_made_by = exists(select(ResultRow.job_id).where(ResultRow.job_id == JobRow.id, ResultRow.dataset_id == _dataset))
_matching = and_(
    _seen,
    or_(_dataset.is_(None), JobRow.dataset_id == _dataset, _made_by),
    or_(_session.is_(None), datasets.c.session_id == _session),
    or_(_text["state"].is_(None), JobRow.state == _text["state"]),
    or_(_text["lab"].is_(None), sessions.c.lab == _text["lab"]),
    or_(_text["rule"].is_(None), JobRow.rule_id == select(rules.c.id).where(rules.c.name == _text["rule"]).scalar_subquery()),
    or_(_text["software_version"].is_(None), JobRow.software_version == _text["software_version"]),
)  # fmt: skip
_COUNT = compiled(select(func.count()).select_from(_from).where(_matching))
_PAGE = compiled(
    _shown.where(_matching).order_by(JobRow.created_at.desc(), JobRow.id.desc())
    .limit(bindparam("limit", type_=BigInteger)).offset(bindparam("offset", type_=BigInteger))
)  # fmt: skip
_id, _attempt = bindparam("id", type_=Uuid), bindparam("attempt", type_=Integer)
_ONE = compiled(_shown.where(JobRow.id == _id, _seen))
_open = JobRow.state.in_([literal_column(f"'{one}'") for one in OPEN])
_BEFORE = compiled(
    select(
        JobRow.id, JobRow.dataset_id, JobRow.state, JobRow.source_sha256, JobRow.parameters, JobRow.software,
        JobRow.software_version,
    ).where(
        JobRow.dataset_id == any_of("datasets", Uuid), or_(_open, JobRow.state == literal_column("'done'"))
    ).order_by(JobRow.created_at, JobRow.id)
)  # fmt: skip
_CLAIM = compiled(
    update(JobRow)
    # when it is due is the queue's to say, by one clock: the workers' clocks may differ
    .where(JobRow.id == _id, _open)
    .values(
        state=State.RUNNING.value, attempts=JobRow.attempts + 1, tries_left=JobRow.tries_left - 1, step="", progress=0,
        started_at=func.now(), changed_at=func.now(), next_try_at=null(), software_version=bindparam("version", type_=Text),
    )
    .returning(
        JobRow.dataset_id, JobRow.attempts, JobRow.tries_left, JobRow.parameters, JobRow.source_sha256, JobRow.objects,
        JobRow.source_size, JobRow.software, JobRow.software_version, JobRow.created_by_id, JobRow.kind,
    )
)  # fmt: skip
_mine = and_(JobRow.id == _id, JobRow.state == literal_column("'running'"), JobRow.attempts == _attempt)
_TELL = compiled(
    update(JobRow)
    .where(_mine)
    .values(step=bindparam("step", type_=Text), progress=bindparam("progress", type_=Float), changed_at=func.now())
)
_SENDING = compiled(
    update(JobRow).where(_mine).values(objects=bindparam("objects", type_=JSONB), changed_at=func.now())
)
_DONE = compiled(
    update(JobRow).where(_mine).values(
        state=State.DONE.value, step="", progress=1, reason=null(), result_size=bindparam("size", type_=BigInteger),
        parameters=bindparam("parameters", type_=JSONB), objects=literal_column("'[]'::jsonb"), ended_at=func.now(),
        changed_at=func.now(),
    )
)  # fmt: skip
_AGAIN = compiled(
    update(JobRow).where(_mine).values(
        state=State.QUEUED.value, reason=bindparam("reason", type_=Text), step="", progress=0, changed_at=func.now(),
        next_try_at=bindparam("at", type_=DateTime(timezone=True)), tries_left=JobRow.tries_left + bindparam("given", type_=Integer),
    ).returning(JobRow.priority)
)  # fmt: skip
_FAILED = compiled(
    update(JobRow)
    .where(_mine)
    .values(
        state=State.FAILED.value,
        reason=bindparam("reason", type_=Text),
        step="",
        changed_at=func.now(),
        ended_at=func.now(),
    )
)
_CANCEL = compiled(
    update(JobRow).where(JobRow.id == _id, _open).values(
        state=State.CANCELLED.value, reason=bindparam("reason", type_=Text), step="", changed_at=func.now(), ended_at=func.now(),
        next_try_at=null(),
    )
)  # fmt: skip
_RETRY = compiled(
    update(JobRow).where(JobRow.id == _id, JobRow.state.in_([literal_column("'failed'"), literal_column("'cancelled'")])).values(
        state=State.QUEUED.value, reason=null(), progress=0, changed_at=func.now(), ended_at=null(), next_try_at=null(),
        tries_left=bindparam("tries", type_=Integer), source_sha256=bindparam("sha256", type_=Text),
        source_size=bindparam("size", type_=BigInteger),
    ).returning(JobRow.priority)
)  # fmt: skip
_LEFT_OVER = compiled(select(JobRow.objects, JobRow.attempts, JobRow.state).where(JobRow.id == _id).with_for_update())
_FORGET = compiled(
    update(JobRow).where(JobRow.id == _id, JobRow.attempts == _attempt, JobRow.state != literal_column("'done'"))
    .values(objects=literal_column("'[]'::jsonb"))
)  # fmt: skip
_stand_ins = (
    select(func.jsonb_object_agg(ResultRow.dataset_id, ResultRow.sha256))
    .where(ResultRow.job_id == JobRow.id, ResultRow.sha256.is_not(None))
    .correlate(JobRow)
    .scalar_subquery()
)
_MADE_HERE = compiled(select(ResultRow.dataset_id).where(ResultRow.dataset_id == any_of("datasets", Uuid)))
_LATEST_DONE = compiled(
    select(
        JobRow.dataset_id, JobRow.kind, JobRow.parameters, JobRow.source_sha256, JobRow.ended_at, _stand_ins.label("stand_ins")
    )
    .where(JobRow.state == literal_column("'done'"), JobRow.ended_at < bindparam("before", type_=DateTime(timezone=True)))
    .distinct(JobRow.dataset_id).order_by(JobRow.dataset_id, JobRow.ended_at.desc())
)  # fmt: skip
_RUNNING = compiled(select(JobRow.id).where(JobRow.state == literal_column("'running'")))
_STUCK = compiled(
    update(JobRow).where(_open, JobRow.changed_at < bindparam("before", type_=DateTime(timezone=True)), or_(
        JobRow.next_try_at.is_(None), JobRow.next_try_at < bindparam("before", type_=DateTime(timezone=True))))
    .values(changed_at=func.now()).returning(JobRow.id, JobRow.priority)
)  # fmt: skip
_found = arrays(dataset_id=Uuid, sha256=Text)
_ADD_RESULTS = compiled(
    upsert(ResultRow).from_select(["job_id", "dataset_id", "sha256"], select(_id, _found.c.dataset_id, _found.c.sha256))
)


async def page(
    tx: ReadTx, visible: Sequence[UUID] | None, wanted: Mapping[str, Any], limit: int, offset: int
) -> tuple[int, list[asyncpg.Record]]:
    """Return how many jobs match, and one page of them, newest first."""
    values = {**wanted, "visible_labs": None if visible is None else list(visible)}
    return await tx.value(_COUNT, values), await tx.rows(_PAGE, {**values, "limit": limit, "offset": offset})


async def one(tx: ReadTx, job: UUID, visible: Sequence[UUID] | None) -> asyncpg.Record | None:
    """Return a job that the caller sees."""
    return await tx.row(_ONE, {"id": job, "visible_labs": None if visible is None else list(visible)})


async def before(tx: ReadTx, datasets: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the jobs of some datasets that are open or done."""
    return await tx.rows(_BEFORE, {"datasets": list(datasets)})


async def add(tx: WriteTx, values: Mapping[str, Any]) -> None:
    """Insert a job."""
    await tx.execute(insert(JobRow).values(**values))


async def claim(tx: WriteTx, job: UUID, version: str) -> asyncpg.Record | None:
    """Begin an attempt; None if there is nothing to do any more."""
    return await tx.row(_CLAIM, {"id": job, "version": version})


async def tell(tx: WriteTx, job: UUID, attempt: int, step: str, progress: float) -> bool:
    """Write how far an attempt is; False if it is not the one that counts any more."""
    return await tx.execute(_TELL, {"id": job, "attempt": attempt, "step": step, "progress": progress}) > 0


async def sending(tx: WriteTx, job: UUID, attempt: int, objects: Sequence[Mapping[str, str]]) -> bool:
    """Note what is about to be sent, so that whoever comes after us can remove it."""
    return await tx.execute(_SENDING, {"id": job, "attempt": attempt, "objects": [dict(o) for o in objects]}) > 0


async def done(
    tx: WriteTx, job: UUID, attempt: int, results: Mapping[UUID, str], size: int, parameters: Mapping[str, Any]
) -> bool:
    """End an attempt well; False if it is not the one that counts any more."""
    values = {"id": job, "attempt": attempt, "size": size, "parameters": dict(parameters)}
    if not await tx.execute(_DONE, values):
        return False
    await tx.execute(_ADD_RESULTS, {"id": job, "dataset_id": list(results), "sha256": list(results.values())})
    return True


async def again(
    tx: WriteTx, job: UUID, attempt: int, reason: str | None, at: datetime | None, given: int
) -> int | None:
    """Queue an attempt's job again and return its priority; ``given`` gives tries back that were not its fault."""
    row = await tx.row(_AGAIN, {"id": job, "attempt": attempt, "reason": reason, "at": at, "given": given})
    return None if row is None else row["priority"]


async def failed(tx: WriteTx, job: UUID, attempt: int, reason: str) -> None:
    """Give a job up."""
    await tx.execute(_FAILED, {"id": job, "attempt": attempt, "reason": reason})


async def cancel(tx: WriteTx, job: UUID, reason: str) -> bool:
    """Cancel an open job."""
    return await tx.execute(_CANCEL, {"id": job, "reason": reason}) > 0


async def retry(tx: WriteTx, job: UUID, tries: int, sha256: str, size: int) -> int | None:
    """Queue an ended job again and return its priority."""
    row = await tx.row(_RETRY, {"id": job, "tries": tries, "sha256": sha256, "size": size})
    return None if row is None else row["priority"]


async def left_over(tx: WriteTx, job: UUID) -> asyncpg.Record | None:
    """Return what a job's last attempt sent, with its number and the state, once no other transaction is about to change it."""
    return await tx.row(_LEFT_OVER, {"id": job})


async def forget(tx: WriteTx, job: UUID, attempt: int) -> None:
    """Note that what an attempt sent was removed."""
    await tx.execute(_FORGET, {"id": job, "attempt": attempt})


async def made_here(tx: ReadTx, datasets: Sequence[UUID]) -> set[UUID]:
    """Return those of the datasets that a job made."""
    return {row["dataset_id"] for row in await tx.rows(_MADE_HERE, {"datasets": list(datasets)})}


async def latest_done(tx: ReadTx, before: datetime) -> list[asyncpg.Record]:
    """Return the latest job of each dataset that was done before a time, with the datasets that it made."""
    return await tx.rows(_LATEST_DONE, {"before": before})


async def running(tx: ReadTx) -> set[UUID]:
    """Return the jobs that are worked on."""
    return {row["id"] for row in await tx.rows(_RUNNING)}


async def stuck(tx: WriteTx, before: datetime) -> list[tuple[UUID, int]]:
    """Return open jobs that nothing was heard of since, with their priorities, noting that they are looked at now."""
    return [(row["id"], row["priority"]) for row in await tx.rows(_STUCK, {"before": before})]
