"""The day's work with restricted animals: the board that is worked off, and what people are told."""

from datetime import date
from typing import Any
from uuid import UUID

from bregma_kit.auth import Principal
from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.http import Process
from bregma_kit.resource import Change
from pydantic import BaseModel, Field

from bregma_metadata.husbandry import service, store
from bregma_metadata.husbandry.service import Present
from bregma_metadata.notifications import domain as words
from bregma_metadata.notifications import service as notifications


class Tile(BaseModel):
    """A restricted animal today. Weights in g, implant included; water in mL; times are the lab's."""

    id: UUID
    nickname: str
    lab: str
    responsible_user: str | None
    restriction: UUID | None = Field(description="the restriction that runs; PATCH its end_time to end it")
    now: str = Field(description="the lab's clock", examples=["2026-03-10T17:05:00"])
    weight: float | None = Field(description="of the last weighing")
    weighed_at: str | None
    weighed_today: bool
    weight_before: float | None = Field(description="of the last weighing before today")
    percentage_weight: float | None = Field(description="of the expected weight, both without the implant")
    limit: float = Field(description="percent that it must not fall below; 0 if the lab set none")
    colour: str | None = Field(description="red below the limit, orange up to two percent points above it, else green")
    expected_water: float | None
    given_water_total: float
    due: float | None = Field(description="what it must still get today")
    last_water_at: str | None
    trained_today: bool


class Board(BaseModel):
    """Every restricted living animal that the caller sees, those with water due first."""

    animals: list[Tile]


async def board(tx: ReadTx, principal: Principal) -> Board:
    """Return the animals to look after today: four statements, however many they are."""
    found = await service.restricted_today(tx, principal)
    more = await store.day_so_far(tx, {one.animal["id"]: one.now.date() for one in found})
    tiles = [_tile(one, more[one.animal["id"]]) for one in found]
    return Board(animals=sorted(tiles, key=lambda one: (not one.due, one.lab, one.nickname)))


def _tile(one: Present, more: Any) -> Tile:
    weighed = one.last_weighing
    return Tile(
        id=one.animal["id"], nickname=one.animal["nickname"], lab=one.animal["lab"],
        responsible_user=one.animal["responsible_user"], restriction=more["restriction"], now=one.now.isoformat(),
        weight=None if weighed is None else weighed[1], weighed_at=None if weighed is None else weighed[0].isoformat(),
        weighed_today=weighed is not None and weighed[0].date() == one.now.date(), weight_before=more["weight_before"],
        percentage_weight=one.day.percentage_weight, limit=one.limit, colour=one.day.colour,
        expected_water=one.day.expected_water, given_water_total=one.day.given_water_total, due=one.due,
        last_water_at=None if one.last_dose is None else one.last_dose.moment.isoformat(), trained_today=more["trained"],
    )  # fmt: skip


async def weighed(change: Change, weighing_id: UUID) -> None:
    """Tell people when the animal's newest weighing shows it too light; a weight that is added late alarms nobody."""
    if not change.creating:
        return
    subject_id = change.after("subject_id")
    one = (await service.present(change.tx, [subject_id]))[subject_id]
    moment = change.after("date_time")
    if (
        one.restriction is None
        or moment.date() != one.now.date()
        or one.last_weighing != (moment, change.after("weight"))
    ):
        return
    message = words.underweight(one.animal["nickname"], one.day.percentage_weight, one.limit)
    if message is not None:
        await notifications.notify(change.tx, "mouse_underweight", subject_id, message, cause=f"weighing {weighing_id}")


async def look(tx: WriteTx, lab_id: UUID, day: date) -> int:
    """Tell people which restricted animals of a lab wait for water or were not weighed; return how many were told."""
    told = 0
    for one in await service.restricted_today(tx, lab_id=lab_id):
        name, subject_id, restriction = one.animal["nickname"], one.animal["id"], one.restriction
        if restriction is None:
            continue
        started = restriction.start.date()
        last_water = None if one.last_dose is None else one.last_dose.moment
        last_weight = None if one.last_weighing is None else one.last_weighing[0].date()
        for kind, message in (
            ("mouse_water", words.water_due(name, one.due or 0.0, last_water, one.now, started)),
            ("mouse_not_weighed",
             words.not_weighed(name, last_weight, one.now, started, referenced=restriction.reference_weight > 0)),
        ):  # fmt: skip
            if message is not None:
                told += await notifications.notify(tx, kind, subject_id, message, cause=f"{kind} {day}")
    return told


async def look_through(process: Process) -> None:
    """Look through every lab whose day is due; each once a day, whenever a worker runs."""
    await notifications.daily_looks(process, look)
