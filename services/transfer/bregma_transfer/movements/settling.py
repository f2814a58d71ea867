"""How attempts begin to write and how they end: in the database, together where many end at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from bregma_files import api as files
from bregma_kit.db import WriteTx

from bregma_transfer.movements import store
from bregma_transfer.movements.attempt import Attempt, Lost, NotYet
from bregma_transfer.movements.carriers import Place
from bregma_transfer.movements.domain import MOST_TRIES as _TRIES
from bregma_transfer.movements.domain import Content, State, Verdict, wait_before
from bregma_transfer.movements.service import wake

log = structlog.get_logger("transfer")
_CHANGED = "The file was changed while it was sent, or another file has its place."


@dataclass(frozen=True, slots=True)
class Way:
    """Where a file comes from and goes to."""

    copy: files.Copy
    source: Place
    target: Place
    names: tuple[str, str]

    @property
    def registered(self) -> Content:
        """What the file must be."""
        return Content(self.copy.size, self.copy.md5, self.copy.sha256)


@dataclass(frozen=True, slots=True)
class ForeignWay:
    """Where a file outside of the house comes from, where it goes, and the version of it that is sent."""

    foreign: files.Foreign
    target: Place
    target_name: str
    size: int
    version: str


def _columns(attempts: Sequence[Attempt]) -> dict[str, list[Any]]:
    return {"id": [one.movement for one in attempts], "attempt": [one.number for one in attempts]}


async def note(tx: WriteTx, some: Sequence[tuple[Attempt, dict[str, Any]]]) -> list[Exception | None]:
    """Note what is sent where, before the first byte."""
    attempts = [attempt for attempt, _ in some]
    values = {name: [given[name] for _, given in some] for name in some[0][1]}
    ours = await store.sending(tx, {**_columns(attempts), **values})
    return [None if one.movement in ours else Lost() for one in attempts]


async def register(tx: WriteTx, some: Sequence[tuple[Attempt, Way]]) -> list[Exception | None]:
    """Register copies that were read back, and end their movements, in one transaction."""
    ours = await store.hold(tx, _columns([attempt for attempt, _ in some]))
    mine = [(attempt, way) for attempt, way in some if attempt.movement in ours]
    registered = await files.register_arrivals(tx, [
        files.Arrival(
            way.copy.dataset, way.copy.session, way.copy.repository, attempt.row["target_id"], way.target.key, way.copy.sha256
        )
        for attempt, way in mine
    ])  # fmt: skip
    there = {attempt.movement for attempt, way in mine if (way.copy.dataset, attempt.row["target_id"]) in registered}
    await end_well(tx, [attempt for attempt, _ in mine if attempt.movement in there])
    log.info("copies_arrived", count=len(there), size=sum(way.copy.size for one, way in mine if one.movement in there))
    return [None if one.movement in there else NotYet(_CHANGED) if one.movement in ours else Lost() for one, _ in some]


async def adopt(tx: WriteTx, some: Sequence[tuple[Attempt, ForeignWay, files.Reading]]) -> list[Exception | None]:
    """Register copies of foreign files that were read back, and end their movements, in one transaction."""
    ours = await store.hold(tx, _columns([attempt for attempt, _, _ in some]))
    mine = [one for one in some if one[0].movement in ours]
    registered = await files.register_adopted(tx, [
        files.Adopted(way.foreign, attempt.row["target_id"], way.target.key, reading) for attempt, way, reading in mine
    ])  # fmt: skip
    there = {
        attempt.movement for attempt, way, _ in mine if (way.foreign.dataset, attempt.row["target_id"]) in registered
    }
    await end_well(tx, [attempt for attempt, _, _ in mine if attempt.movement in there])
    log.info("copies_adopted", count=len(there), size=sum(read.size for one, _, read in mine if one.movement in there))
    return [
        None if one.movement in there else NotYet(_CHANGED) if one.movement in ours else Lost() for one, _, _ in some
    ]


async def end_well(tx: WriteTx, attempts: Sequence[Attempt]) -> None:
    """End attempts whose copies are registered."""
    columns = {**_columns(attempts), "sent": [one.sent for one in attempts], "rate": [one.rate for one in attempts]}
    await store.done(tx, columns)


async def done(attempt: Attempt) -> None:
    """End an attempt at what its target has already."""
    async with attempt.database.write() as tx:
        await end_well(tx, [attempt])


async def refuse(attempt: Attempt, verdict: Verdict, *, arrived: bool) -> None:
    """End an attempt whose copy is not what it must be, or let it be sent again."""
    log.warning("copy_refused", movement=str(attempt.movement), wrong=verdict.wrong, reason=verdict.reason)
    if verdict.final or attempt.row["tries_left"] <= 0:
        state = State.QUARANTINED if arrived else State.FAILED
        await end(attempt, state, verdict.reason, verdict.wrong)
        return
    await again(attempt, verdict.reason, wrong=verdict.wrong, anew=True)


async def end(attempt: Attempt, state: State, reason: str, wrong: str | None) -> None:
    """End an attempt badly, for good."""
    async with attempt.database.write() as tx:
        values = {"state": state.value, "reason": reason, "wrong": wrong, "sent": attempt.sent}
        await store.end(tx, attempt.movement, attempt.number, values)
    log.warning("movement_ended", movement=str(attempt.movement), state=state.value, reason=reason)


async def again(attempt: Attempt, reason: str, *, wrong: str | None = None, anew: bool = False) -> None:
    """Let it be tried again after a while, if it has tries left; ``anew`` with other bytes than those that were sent."""
    tries = attempt.row["tries_left"]
    if tries <= 0:
        await end(attempt, State.FAILED, reason, wrong)
        return
    async with attempt.database.write() as tx:
        await store.again(tx, attempt.movement, attempt.number, {
            "reason": reason, "wrong": wrong, "wait": wait_before(_TRIES - tries), "sent": attempt.sent, "given": 0,
            "anew": int(anew),
        })  # fmt: skip


async def give_back(attempt: Attempt) -> None:
    """Let another process go on, for ours ends: at once, and not counted as a try."""
    async with attempt.database.write() as tx:
        await store.again(tx, attempt.movement, attempt.number, {
            "reason": None, "wrong": None, "wait": timedelta(), "sent": attempt.sent, "given": 1, "anew": 0,
        })  # fmt: skip
        await wake(tx)
