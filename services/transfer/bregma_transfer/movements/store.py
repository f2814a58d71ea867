"""Every query about movements. What an attempt writes names its number: another worker may have the movement by now."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Float,
    Integer,
    Interval,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bregma_transfer.movements.tables import MovementRow

_LOCK = 4_207_849_485
"""Any fixed number: where repositories have limits two workers must not count at once."""
_id, _attempt = bindparam("id", type_=Uuid), bindparam("attempt", type_=Integer)


def _is(state: str) -> Any:
    # written out, not as a parameter: only so does PostgreSQL see that a partial index fits
    return MovementRow.state == literal_column(f"'{state}'")


def _is_still(attempts: Any) -> Any:
    return and_(_is("moving"), MovementRow.attempts == attempts.c.attempt)


# made by plans

_new = arrays(
    id=Uuid,
    dataset_id=Uuid,
    rule_id=Uuid,
    source_id=Uuid,
    target_id=Uuid,
    priority=Integer,
    size=BigInteger,
    sha256=Text,
    carrier=Text,
)
_add = insert(MovementRow).from_select(
    [
        "id", "dataset_id", "rule_id", "source_id", "target_id", "priority", "size", "sha256", "carrier", "tries_left",
        "created_by_id",
    ],
    select(
        _new.c.id, _new.c.dataset_id, _new.c.rule_id, _new.c.source_id, _new.c.target_id, _new.c.priority, _new.c.size,
        _new.c.sha256, _new.c.carrier, bindparam("tries", type_=Integer), bindparam("user", type_=Uuid),
    ),
)  # fmt: skip
_ADD = compiled(
    _add.on_conflict_do_update(
        index_elements=["dataset_id", "target_id"], index_where=text("state <> 'done'"),
        set_={
            "state": literal_column("'queued'"), "tries_left": _add.excluded.tries_left, "next_try_at": null(),
            "rule_id": _add.excluded.rule_id, "priority": _add.excluded.priority, "changed_at": func.now(), "ended_at": null(),
            "source_id": _add.excluded.source_id, "carrier": _add.excluded.carrier, "arrived_at": null(),
        },
        # the row's hash stays: whoever moves it sees by that whether what was sent so far counts
        where=or_(_is("failed"), and_(or_(_is("cancelled"), _is("quarantined")), MovementRow.sha256 != _add.excluded.sha256)),
    ).returning(MovementRow.id)
)  # fmt: skip
_IN_FLIGHT = compiled(
    select(MovementRow.dataset_id, MovementRow.target_id, MovementRow.state, MovementRow.sha256).where(
        MovementRow.dataset_id == any_of("ids", Uuid), MovementRow.state != literal_column("'done'")
    )
)


async def add(tx: WriteTx, columns: Mapping[str, Sequence[Any]], tries: int, user: UUID | None) -> int:
    """Insert movements, or queue failed ones again; return how many that are."""
    return len(await tx.rows(_ADD, {**columns, "tries": tries, "user": user}))


async def in_flight(tx: ReadTx, datasets: Sequence[UUID]) -> list[asyncpg.Record]:
    """Return the movements of some datasets that are not done."""
    return await tx.rows(_IN_FLIGHT, {"ids": list(datasets)})


# taken by workers

_time_has_come = or_(MovementRow.next_try_at.is_(None), MovementRow.next_try_at <= func.now())
_for_workers = or_(
    MovementRow.carrier == literal_column("'store'"), MovementRow.carrier == literal_column("'http'"),
    MovementRow.carrier == literal_column("'s3'"), MovementRow.arrived_at.is_not(None),
)  # fmt: skip
_due = and_(_is("queued"), _time_has_come, _for_workers)
_left = and_(_is("moving"), MovementRow.lease_until < func.now(), _for_workers)
_waiting = select(MovementRow.id, MovementRow.size, MovementRow.source_id, MovementRow.target_id)
_rank = (MovementRow.priority.desc(), MovementRow.id)
_limit = bindparam("limit", type_=BigInteger)
_has_room = and_(
    MovementRow.source_id != func.all(bindparam("full", type_=ARRAY(Uuid))),
    MovementRow.target_id != func.all(bindparam("full", type_=ARRAY(Uuid))),
)
_LEFT = compiled(_waiting.where(_left).order_by(*_rank).limit(_limit).with_for_update(skip_locked=True))
_DUE = compiled(_waiting.where(_due, _has_room).order_by(*_rank).limit(_limit).with_for_update(skip_locked=True))
_moving = select(MovementRow.source_id.label("place")).where(_is("moving"), MovementRow.lease_until >= func.now()).union_all(
    select(MovementRow.target_id).where(_is("moving"), MovementRow.lease_until >= func.now())
).subquery()  # fmt: skip
_BUSY = compiled(
    select(_moving.c.place, func.count().label("count")).where(_moving.c.place == any_of("places", Uuid))
    .group_by(_moving.c.place)
)  # fmt: skip
_CLAIM_LOCK = compiled(select(func.pg_advisory_xact_lock(literal_column(str(_LOCK)))))
_IS_DUE = compiled(select(or_(
    select(MovementRow.id).where(_due).exists(), select(MovementRow.id).where(_left).exists()
)))  # fmt: skip
_lease = func.now() + bindparam("lease", type_=Interval)
ATTEMPT = (
    MovementRow.id, MovementRow.dataset_id, MovementRow.source_id, MovementRow.target_id, MovementRow.size,
    MovementRow.sha256, MovementRow.attempts, MovementRow.tries_left, MovementRow.sending_id, MovementRow.object_key,
    MovementRow.multipart_id, MovementRow.bytes_sent, MovementRow.priority, MovementRow.rule_id, MovementRow.carrier,
    MovementRow.arrived_at, MovementRow.source_version,
)  # fmt: skip
"""What an attempt must know of its movement."""
_CLAIM = compiled(
    update(MovementRow).where(MovementRow.id == any_of("ids", Uuid)).values(
        state=literal_column("'moving'"), attempts=MovementRow.attempts + 1, tries_left=MovementRow.tries_left - 1,
        lease_until=_lease, worker=bindparam("worker", type_=Text), started_at=func.now(), changed_at=func.now(),
        ended_at=null(), next_try_at=null(), rate=null(),
    ).returning(*ATTEMPT)
)  # fmt: skip
_mine = and_(MovementRow.id == _id, _is("moving"), MovementRow.attempts == _attempt)
_TELL = compiled(
    update(MovementRow).where(_mine).values(
        bytes_done=bindparam("done", type_=BigInteger), bytes_sent=bindparam("sent", type_=BigInteger),
        rate=bindparam("rate", type_=Float), lease_until=_lease, changed_at=func.now(),
    )
)  # fmt: skip
_sent = arrays(
    id=Uuid, attempt=Integer, source=Uuid, size=BigInteger, sha256=Text, version=Text, sending=Uuid, key=Text
)
_SENDING = compiled(
    update(MovementRow).where(MovementRow.id == _sent.c.id, _is_still(_sent)).values(
        source_id=_sent.c.source, size=_sent.c.size, sha256=_sent.c.sha256, sending_id=_sent.c.sending,
        object_key=_sent.c.key, source_version=_sent.c.version, multipart_id=null(), changed_at=func.now(),
    ).returning(MovementRow.id)
)  # fmt: skip
_MULTIPART = compiled(update(MovementRow).where(_mine).values(multipart_id=bindparam("multipart", type_=Text)))
_held = arrays(id=Uuid, attempt=Integer)
_ARRIVED = compiled(
    update(MovementRow).where(MovementRow.id == _held.c.id, _is_still(_held)).values(
        state=literal_column("'queued'"), arrived_at=func.now(), bytes_done=MovementRow.size, lease_until=null(),
        next_try_at=null(), rate=null(), changed_at=func.now(), tries_left=func.greatest(MovementRow.tries_left, 1),
    ).returning(MovementRow.id)
)  # fmt: skip
_HOLD = compiled(
    select(MovementRow.id).join(_held, _held.c.id == MovementRow.id).where(_is_still(_held)).order_by(MovementRow.id)
    .with_for_update(of=MovementRow)
)  # fmt: skip
_settled = {"lease_until": null(), "changed_at": func.now()}
_arrived = arrays(id=Uuid, attempt=Integer, sent=BigInteger, rate=Float)
_DONE = compiled(
    update(MovementRow).where(MovementRow.id == _arrived.c.id, _is_still(_arrived)).values(
        state=literal_column("'done'"), reason=null(), wrong=null(), bytes_done=MovementRow.size, bytes_sent=_arrived.c.sent,
        rate=_arrived.c.rate, multipart_id=null(), ended_at=func.now(), **_settled,
    )
)  # fmt: skip
_END = compiled(
    update(MovementRow).where(_mine).values(
        state=bindparam("state", type_=Text), reason=bindparam("reason", type_=Text), wrong=bindparam("wrong", type_=Text),
        bytes_sent=bindparam("sent", type_=BigInteger), rate=null(), ended_at=func.now(), **_settled,
    )
)  # fmt: skip
_anew = bindparam("anew", type_=Integer) == literal_column("1")
_AGAIN = compiled(
    update(MovementRow).where(_mine).values(
        state=literal_column("'queued'"), reason=bindparam("reason", type_=Text), wrong=bindparam("wrong", type_=Text),
        next_try_at=func.now() + bindparam("wait", type_=Interval), bytes_sent=bindparam("sent", type_=BigInteger),
        tries_left=MovementRow.tries_left + bindparam("given", type_=Integer), rate=null(),
        sending_id=case((_anew, null()), else_=MovementRow.sending_id),
        arrived_at=case((_anew, null()), else_=MovementRow.arrived_at),
        **_settled,
    )
)  # fmt: skip


async def waiting(tx: WriteTx, limit: int, full: Sequence[UUID]) -> list[asyncpg.Record]:
    """Lock what may be taken: first what dead workers left, then what is due, in rank; not of repositories without room."""
    found = await tx.rows(_LEFT, {"limit": limit})
    if len(found) == limit:
        return found
    return [*found, *await tx.rows(_DUE, {"limit": limit - len(found), "full": list(full)})]


async def busy(tx: ReadTx, places: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many files move at each of some repositories."""
    return {row["place"]: row["count"] for row in await tx.rows(_BUSY, {"places": list(places)})}


async def count_alone(tx: WriteTx) -> None:
    """Let other workers that take movements wait until this transaction ends."""
    await tx.rows(_CLAIM_LOCK)


async def is_due(tx: ReadTx) -> bool:
    """Whether anything may be taken."""
    return bool(await tx.value(_IS_DUE))


async def claim(tx: WriteTx, ids: Sequence[UUID], worker: str, lease: timedelta) -> list[asyncpg.Record]:
    """Begin an attempt at each of these."""
    return await tx.rows(_CLAIM, {"ids": list(ids), "worker": worker, "lease": lease})


async def tell(
    tx: WriteTx, movement: UUID, attempt: int, done: int, sent: int, rate: float | None, lease: timedelta
) -> bool:
    """Write how far an attempt is and renew its lease; False if it is not the one that counts any more."""
    values = {"id": movement, "attempt": attempt, "done": done, "sent": sent, "rate": rate, "lease": lease}
    return await tx.execute(_TELL, values) > 0


Columns = Mapping[str, Sequence[Any]]


async def sending(tx: WriteTx, columns: Columns) -> set[UUID]:
    """Note what is sent and where to; return those that are still the attempts that count."""
    return {row["id"] for row in await tx.rows(_SENDING, columns)}


async def arrived(tx: WriteTx, columns: Columns) -> set[UUID]:
    """Note that all bytes of these are there, for a worker to read them back; return those that still counted."""
    return {row["id"] for row in await tx.rows(_ARRIVED, columns)}


async def note_multipart(tx: WriteTx, movement: UUID, attempt: int, multipart: str) -> bool:
    """Note the store's id of what is sent; False as above."""
    return await tx.execute(_MULTIPART, {"id": movement, "attempt": attempt, "multipart": multipart}) > 0


async def hold(tx: WriteTx, columns: Columns) -> set[UUID]:
    """Keep others from changing movements until this transaction ends; return those as above."""
    return {row["id"] for row in await tx.rows(_HOLD, columns)}


async def done(tx: WriteTx, columns: Columns) -> None:
    """End attempts well."""
    await tx.execute(_DONE, columns)


async def end(tx: WriteTx, movement: UUID, attempt: int, values: Mapping[str, Any]) -> bool:
    """End an attempt badly."""
    return await tx.execute(_END, {"id": movement, "attempt": attempt, **values}) > 0


async def again(tx: WriteTx, movement: UUID, attempt: int, values: Mapping[str, Any]) -> bool:
    """Queue an attempt's movement again; ``given`` gives tries back that were not its fault."""
    return await tx.execute(_AGAIN, {"id": movement, "attempt": attempt, **values}) > 0


# what people do with them

_states = any_of("states", Text)
_fresh = bindparam("fresh", type_=Integer) == literal_column("1")
_ACT = compiled(
    update(MovementRow).where(MovementRow.id == _id, MovementRow.state == _states).values(
        state=bindparam("state", type_=Text), reason=bindparam("reason", type_=Text), lease_until=null(), next_try_at=null(),
        tries_left=bindparam("tries", type_=Integer), changed_at=func.now(), rate=null(),
        wrong=case((_fresh, null()), else_=MovementRow.wrong),
        # the key stays: whoever sends it anew removes first what lies there
        sending_id=case((_fresh, null()), else_=MovementRow.sending_id),
        arrived_at=case((_fresh, null()), else_=MovementRow.arrived_at),
        ended_at=case((bindparam("ended", type_=Integer) == literal_column("1"), func.now()), else_=null()),
    )
)  # fmt: skip
_LEFT_OVER = compiled(
    select(
        MovementRow.state, MovementRow.object_key, MovementRow.target_id, MovementRow.attempts
    ).where(MovementRow.id == _id)
)  # fmt: skip
_FORGET = compiled(
    update(MovementRow).where(MovementRow.id == _id, MovementRow.attempts == _attempt, _is("cancelled")).values(
        object_key=null(), sending_id=null(), multipart_id=null(), bytes_done=literal_column("0")
    )
)  # fmt: skip


async def act(tx: WriteTx, movement: UUID, values: Mapping[str, Any]) -> bool:
    """Change a movement's state by a person's wish; False if it is in none of the states that this is possible from."""
    return await tx.execute(_ACT, {"id": movement, **values}) > 0


async def left_over(tx: ReadTx, movement: UUID) -> asyncpg.Record | None:
    """Return where a movement was sent to and its state."""
    return await tx.row(_LEFT_OVER, {"id": movement})


async def forget(tx: WriteTx, movement: UUID, attempt: int) -> None:
    """Note that what was sent for a cancelled movement is removed."""
    await tx.execute(_FORGET, {"id": movement, "attempt": attempt})
