"""Retire copies that others stand for: decide by facts, hide, delete after a while, or bring back (docs/design/0008-retention.md)."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import Database, ReadTx, WriteTx, new_id
from bregma_kit.errors import BregmaError, Conflict, NotAllowed, NotFound
from bregma_kit.jobs import defer
from bregma_kit.objects import ObjectStore
from bregma_kit.settings import Settings
from bregma_kit.stores import Stores

from bregma_files.retention import store
from bregma_files.retention.domain import Facts, StandIn, State, why_kept

log = structlog.get_logger("retention")
QUEUE, RETIRE = "files", "files.retire"
MANAGERS = frozenset({"manager"})
AGAIN = timedelta(days=1)
"""When to look again whether a retired copy may be deleted, after something spoke against it."""


class CannotUndo(Conflict):
    """The copy is gone, or another one took its place."""

    code = "cannot_undo"


@dataclass(frozen=True, slots=True)
class Ask:
    """A policy's wish: these datasets hold what that one holds, so its copies may go."""

    dataset: UUID
    sha256: str
    stand_ins: Mapping[UUID, str]
    """Each with its SHA-256, as whoever made it found it."""
    minimum_copies: int
    policy: str
    repository: UUID | None = None
    """Only its copy there; none: all its copies."""

    def as_job(self) -> dict[str, Any]:
        """Return it as the arguments of a job."""
        return {
            "dataset": str(self.dataset), "sha256": self.sha256, "stand_ins": {str(key): value for key, value in self.stand_ins.items()},
            "minimum_copies": self.minimum_copies, "policy": self.policy,
            "repository": None if self.repository is None else str(self.repository),
        }  # fmt: skip


async def retire(database: Database, stores: Stores, settings: Settings, ask: Ask) -> None:
    """Take a dataset's copies out of sight if nothing speaks against it; else write down what does."""
    seen = await _seen(database, stores, ask.stand_ins)
    async with database.write() as tx:
        await store.lock(tx, [ask.dataset, *ask.stand_ins])
        mine = [one for one in await store.copies(tx, [ask.dataset]) if ask.repository in (None, one["repository_id"])]
        reasons = await _reasons(tx, ask.dataset, ask.sha256, ask.stand_ins, ask.minimum_copies, seen)
        at = None if reasons else now() + timedelta(days=settings.undelete_days)
        hidden = [one["id"] for one in mine if await store.write_down(tx, _row(ask, one, reasons, at))]
        if hidden and not reasons:
            await store.hide(tx, hidden)
            log.info("retired", dataset=str(ask.dataset), copies=len(hidden), policy=ask.policy)


def _row(ask: Ask, copy: asyncpg.Record, reasons: Sequence[str], at: Any) -> Mapping[str, Any]:
    return {
        "id": new_id(), "record_id": copy["id"], "dataset_id": ask.dataset, "repository_id": copy["repository_id"],
        "lab_id": copy["lab_id"], "name": copy["name"], "object_key": copy["object_key"], "size": copy["size"],
        "sha256": copy["sha256"], "verified_at": copy["verified_at"], "stand_ins": list(ask.stand_ins),
        "stand_in_hashes": list(ask.stand_ins.values()),
        "minimum_copies": ask.minimum_copies, "asked_by": ask.policy,
        "state": (State.KEPT if reasons else State.WAITING).value, "reason": " ".join(reasons) or None, "delete_after": at,
    }  # fmt: skip


async def _seen(database: Database, stores: Stores, stand_ins: Mapping[UUID, str], *, whole: bool = False) -> set[UUID]:
    """Return the copies of stand-ins that the stores have at this moment: in their sizes, or read to their ends and hashed."""
    async with database.read() as tx:
        copies = await store.copies(tx, list(stand_ins))
    seen = set()
    for one in copies:
        place = stores.store(one["store"])
        if one["sha256"] != stand_ins[one["dataset_id"]]:
            continue
        if await place.size(one["bucket"], one["object_key"]) != one["size"]:
            continue
        if not whole or await _hash_of(place, one) == one["sha256"]:
            seen.add(one["id"])
    return seen


async def _hash_of(place: ObjectStore, copy: asyncpg.Record) -> str:
    sha256 = hashlib.sha256()
    async for piece in place.read(copy["bucket"], copy["object_key"], copy["size"]):
        await asyncio.to_thread(sha256.update, piece)
    return sha256.hexdigest()


async def _reasons(
    tx: ReadTx, dataset: UUID, sha256: str, stand_ins: Mapping[UUID, str], minimum: int, seen: set[UUID]
) -> list[str]:
    row = await store.dataset(tx, dataset)
    if row is None:
        return ["Its dataset is not registered any more."]
    names = await store.names(tx, list(stand_ins))
    places: dict[UUID, set[UUID]] = {}
    for one in await store.copies(tx, list(stand_ins)):
        # seen outside of this transaction, so asked again whether it still is what was seen
        if one["id"] in seen and one["sha256"] == stand_ins[one["dataset_id"]]:
            places.setdefault(one["dataset_id"], set()).add(one["repository_id"])
    standing = [StandIn(name, len(places.get(key, ()))) for key, name in names.items()]
    facts = Facts(
        row["sha256"] == sha256, row["withdrawn"], row["uploading"], row["protected"] or [], standing,
        len(stand_ins) - len(names),
    )  # fmt: skip
    return why_kept(facts, minimum)


# the end of a copy


async def purge(database: Database, stores: Stores) -> None:
    """Delete the objects of copies that were retired long enough ago; run every hour, and may be run at any time."""
    async with database.read() as tx:
        due = await store.due(tx, now())
    for retirement in due:
        try:
            await _delete(database, stores, retirement)
        except BregmaError as error:  # one store that is away keeps no other from being tidied
            log.warning("not_deleted", retirement=str(retirement), reason=error.detail)


async def _delete(database: Database, stores: Stores, retirement: UUID) -> None:
    async with database.write() as tx:
        row = await store.one(tx, retirement)
    if row is None or row["state"] not in (State.WAITING, State.DELETING):
        return
    # also where somebody said so before and then died: days may have gone by
    if not await _condemn(database, stores, row):
        return
    async with database.read() as tx:
        used = await store.in_use(tx, row["store"], row["bucket"], row["object_key"])
    if used:
        await _leave(database, retirement)
        return
    await stores.store(row["store"]).discard(row["bucket"], row["object_key"])
    async with database.write() as tx:
        await store.move(tx, retirement, State.DELETED, ended=now())
    log.info("deleted", retirement=str(retirement), name=row["name"], size=row["size"])


async def _leave(database: Database, retirement: UUID) -> None:
    """Another record names the object: it is not ours to delete."""
    async with database.write() as tx:
        await store.move(
            tx, retirement, State.UNDONE, reason="Another record names the same object, which stays.", ended=now()
        )
    log.warning("retired_object_in_use", retirement=str(retirement))


def _stand_ins(row: asyncpg.Record) -> dict[UUID, str]:
    return dict(zip(row["stand_ins"], row["stand_in_hashes"], strict=True))


async def _condemn(database: Database, stores: Stores, row: asyncpg.Record) -> bool:
    """Look once more, reading what stands for it to its end; from the moment that this says yes nobody can undo it."""
    seen = await _seen(database, stores, _stand_ins(row), whole=True)
    async with database.write() as tx:
        now_ = await store.one(tx, row["id"])
        if now_ is None or now_["state"] not in (State.WAITING, State.DELETING):
            return False
        reasons = ["Its dataset is not registered any more."]
        if row["dataset_id"] is not None:
            await store.lock(tx, [row["dataset_id"], *row["stand_ins"]])
            reasons = await _reasons(tx, row["dataset_id"], row["sha256"], _stand_ins(row), row["minimum_copies"], seen)
            if await store.in_use(tx, row["store"], row["bucket"], row["object_key"]):
                reasons.append("Another record names the same object.")
        if reasons:
            await store.move(tx, row["id"], State.WAITING, reason=" ".join(reasons), after=now() + AGAIN)
            return False
        await store.move(tx, row["id"], State.DELETING, after=row["delete_after"])
    return True


async def undo(database: Database, stores: Stores, principal: Principal, retirement: UUID) -> None:
    """Bring a retired copy back; no policy retires it again."""
    async with database.write() as tx:
        row = await store.one(tx, retirement)
        dataset = None if row is None or row["dataset_id"] is None else await store.dataset(tx, row["dataset_id"])
        # the lab that it is in now: a session may have moved since
        if row is None or dataset is None or dataset["withdrawn"] or not principal.may_see(dataset["lab_id"]):
            raise NotFound("Retirement")
        if not principal.may_write(dataset["lab_id"], MANAGERS):
            raise NotAllowed(hint="ask a manager of the lab")
        if row["state"] == State.KEPT:
            # nothing to bring back, but a word that it shall stay
            await store.move(tx, retirement, State.UNDONE, ended=now(), by=principal.user_id)
            return
        if row["state"] != State.WAITING:
            raise CannotUndo(f"This copy is {row['state']}.")
        if (dataset["sha256"], dataset["size"]) != (row["sha256"], row["size"]):
            raise CannotUndo("Its dataset was registered with other bytes since.")
        found = await stores.store(row["store"]).size(row["bucket"], row["object_key"])
        if found != row["size"]:
            raise CannotUndo("The store does not have the object any more.", hint="tell an administrator")
        if row["record_id"] is None or not await store.show(
            tx, row["record_id"], row["object_key"], row["verified_at"]
        ):
            raise CannotUndo("Another copy took its place, or its dataset is not registered any more.")
        await store.move(tx, retirement, State.UNDONE, ended=now(), by=principal.user_id)


async def refuse_stand_in(tx: ReadTx, principal: Principal, dataset: UUID) -> None:
    """Refuse to delete what stands for a raw file whose own copies are gone or going."""
    names = await store.standing_for(tx, dataset)
    if names and not principal.administers:
        raise NotAllowed(
            f"This dataset stands for {', '.join(names)}, whose raw copies were retired.",
            hint="undo the retirement first, while that is possible: GET /retirements; or ask an administrator",
        )


async def defer_retirement(tx: WriteTx, asks: Sequence[Ask]) -> None:
    """Ask for retirements, in the caller's transaction."""
    await defer(tx, RETIRE, [one.as_job() for one in asks], queue=QUEUE)
