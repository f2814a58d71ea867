"""Retire copies that others stand for: decide by facts, hide, delete after a while, or bring back (docs/design/0008-retention.md)."""

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
    stand_ins: Sequence[UUID]
    minimum_copies: int
    policy: str

    def as_job(self) -> dict[str, Any]:
        """Return it as the arguments of a job."""
        return {
            "dataset": str(self.dataset), "sha256": self.sha256, "stand_ins": [str(one) for one in self.stand_ins],
            "minimum_copies": self.minimum_copies, "policy": self.policy,
        }  # fmt: skip


async def retire(database: Database, stores: Stores, settings: Settings, ask: Ask) -> None:
    """Take a dataset's copies out of sight if nothing speaks against it; else write down what does."""
    seen = await _seen(database, stores, ask.stand_ins)
    async with database.write() as tx:
        await store.lock(tx, ask.dataset)
        mine = await store.copies(tx, [ask.dataset])
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
        "minimum_copies": ask.minimum_copies, "asked_by": ask.policy,
        "state": (State.KEPT if reasons else State.WAITING).value, "reason": " ".join(reasons) or None, "delete_after": at,
    }  # fmt: skip


async def _seen(database: Database, stores: Stores, datasets: Sequence[UUID]) -> set[UUID]:
    """Return the copies that the stores have at this moment, in their sizes."""
    async with database.read() as tx:
        copies = await store.copies(tx, datasets)
    return {
        one["id"]
        for one in copies
        if await stores.store(one["store"]).size(one["bucket"], one["object_key"]) == one["size"]
    }


async def _reasons(
    tx: ReadTx, dataset: UUID, sha256: str, stand_ins: Sequence[UUID], minimum: int, seen: set[UUID]
) -> list[str]:
    row = await store.dataset(tx, dataset)
    if row is None:
        return ["Its dataset is not registered any more."]
    names = await store.names(tx, stand_ins)
    places: dict[UUID, set[UUID]] = {}
    for one in await store.copies(tx, stand_ins):
        if one["id"] in seen:
            places.setdefault(one["dataset_id"], set()).add(one["repository_id"])
    standing = [StandIn(name, len(places.get(key, ()))) for key, name in names.items()]
    facts = Facts(
        row["sha256"] == sha256, row["withdrawn"], row["uploading"], row["protected"] or [], standing,
        len(set(stand_ins)) - len(names),
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
    if row is None:
        return
    if row["state"] == State.WAITING and not await _condemn(database, stores, row):
        return
    await stores.store(row["store"]).discard(row["bucket"], row["object_key"])
    async with database.write() as tx:
        await store.move(tx, retirement, State.DELETED, ended=now())
    log.info("deleted", retirement=str(retirement), name=row["name"], size=row["size"])


async def _condemn(database: Database, stores: Stores, row: asyncpg.Record) -> bool:
    """Look once more; from the moment that this says yes nobody can undo it."""
    seen = await _seen(database, stores, row["stand_ins"])
    async with database.write() as tx:
        now_ = await store.one(tx, row["id"])
        if now_ is None or now_["state"] != State.WAITING:
            return False
        reasons = ["Its dataset is not registered any more."]
        if row["dataset_id"] is not None:
            await store.lock(tx, row["dataset_id"])
            reasons = await _reasons(
                tx, row["dataset_id"], row["sha256"], row["stand_ins"], row["minimum_copies"], seen
            )
        if reasons:
            await store.move(tx, row["id"], State.WAITING, reason=" ".join(reasons), after=now() + AGAIN)
            return False
        await store.move(tx, row["id"], State.DELETING, after=row["delete_after"])
    return True


async def undo(database: Database, stores: Stores, principal: Principal, retirement: UUID) -> None:
    """Bring a retired copy back; no policy retires it again."""
    async with database.write() as tx:
        row = await store.one(tx, retirement)
        if row is None or not principal.may_see(row["lab_id"]):
            raise NotFound("Retirement")
        if not principal.may_write(row["lab_id"], MANAGERS):
            raise NotAllowed(hint="ask a manager of the lab")
        if row["state"] == State.KEPT:
            # nothing to bring back, but a word that it shall stay
            await store.move(tx, retirement, State.UNDONE, ended=now(), by=principal.user_id)
            return
        if row["state"] != State.WAITING:
            raise CannotUndo(f"This copy is {row['state']}.")
        found = await stores.store(row["store"]).size(row["bucket"], row["object_key"])
        if found != row["size"]:
            raise CannotUndo("The store does not have the object any more.", hint="tell an administrator")
        if row["record_id"] is None or not await store.show(
            tx, row["record_id"], row["object_key"], row["verified_at"]
        ):
            raise CannotUndo("Another copy took its place, or its dataset is not registered any more.")
        await store.move(tx, retirement, State.UNDONE, ended=now(), by=principal.user_id)


async def defer_retirement(tx: WriteTx, asks: Sequence[Ask]) -> None:
    """Ask for retirements, in the caller's transaction."""
    await defer(tx, RETIRE, [one.as_job() for one in asks], queue=QUEUE)
