"""Every query about weights and water; surgeries are looked at by their table's name only."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.db import ReadTx, WriteTx, any_of, arrays, compiled
from bregma_kit.fields import BASE_URL, json_list, json_object, naive
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Double,
    String,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    table,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from bregma_metadata.husbandry.tables import (
    WaterAdministrationRow,
    WaterRestrictionRow,
    WaterTypeRow,
    WeighingRow,
)
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.sessions.tables import SessionRow
from bregma_metadata.subjects.tables import SubjectRow

RECENT = 250
"""Weighings and doses that an animal's own record shows; the lists have them all."""
_surgeries = table(
    "surgeries", column("id", Uuid), column("subject_id", Uuid), column("start_time", DateTime),
    column("implant_weight", Double), schema="metadata",
)  # fmt: skip
_IDS = any_of("ids", Uuid)
_LAB = bindparam("lab", type_=Uuid)


def restricted_now() -> Any:
    """Return the condition that an animal is water restricted now."""
    one = aliased(WaterRestrictionRow)
    return exists(select(one.id).where(one.subject_id == SubjectRow.id, one.end_time.is_(None)).correlate(SubjectRow))


async def lock_subject(tx: WriteTx, subject_id: UUID) -> None:
    """Let changes to one animal's restrictions go one after the other."""
    await tx.row(select(SubjectRow.id).where(SubjectRow.id == subject_id).with_for_update())


async def open_restrictions(tx: ReadTx, subject_id: UUID) -> list[asyncpg.Record]:
    """Return the restrictions of an animal that have no end, the first one first."""
    row = WaterRestrictionRow
    return await tx.rows(
        select(row.id, row.start_time, row.reference_weight)
        .where(row.subject_id == subject_id, row.end_time.is_(None)).order_by(row.start_time, row.id)
    )  # fmt: skip


# --- what weights and water are worked out from

_ANIMAL = (
    select(
        SubjectRow.id, SubjectRow.nickname, SubjectRow.sex, SubjectRow.birth_date, SubjectRow.death_date, SubjectRow.reduced_date,
        SubjectRow.lab_id,        LabRow.name.label("lab"), LabRow.timezone, LabRow.reference_weight_pct, LabRow.zscore_weight_pct,
        UserRow.username.label("responsible_user"),
    )
    .join(LabRow, LabRow.id == SubjectRow.lab_id).outerjoin(UserRow, UserRow.id == SubjectRow.responsible_user_id)
)  # fmt: skip
_ANIMALS = compiled(_ANIMAL.where(SubjectRow.id == _IDS))
_RESTRICTED = compiled(
    _ANIMAL.where(restricted_now(), SubjectRow.death_date.is_(None))
    .where(or_(VISIBLE_LABS.is_(None), SubjectRow.lab_id == func.any(VISIBLE_LABS)))
    .where(or_(_LAB.is_(None), SubjectRow.lab_id == _LAB))
    .order_by(LabRow.name, SubjectRow.nickname, SubjectRow.id)
)  # fmt: skip


def _events(kind: str, row: Any, moment: Any, value: Any, *, ends: Any = None, in_session: Any = None) -> Any:
    """Select rows of one kind in the common form, in which all kinds come in one answer."""
    return select(
        literal_column(f"'{kind}'", Text).label("kind"), row.subject_id.label("subject_id"), row.id.label("id"),
        moment.label("moment"), (cast(null(), DateTime) if ends is None else ends).label("ends"),
        cast(value, Double).label("value"),
        (literal_column("false", Boolean) if in_session is None else in_session).label("in_session"),
    )  # fmt: skip


def _weighings() -> Any:
    return _events("weighing", WeighingRow, WeighingRow.date_time, WeighingRow.weight)


def _implants() -> Any:
    # nothing implanted: the animal carries on with what it had
    one = _surgeries.c
    return _events("implant", one, one.start_time, one.implant_weight).where(one.implant_weight > 0)


def _restrictions() -> Any:
    row = WaterRestrictionRow
    return _events("restriction", row, row.start_time, row.reference_weight, ends=row.end_time)


def _doses() -> Any:
    row = WaterAdministrationRow
    return _events("dose", row, row.date_time, row.water_administered, in_session=row.session_id.is_not(None))


def _in_order(*parts: Any) -> Any:
    events = union_all(*parts).subquery("events")
    return select(events).order_by(events.c.moment, events.c.id)


_HISTORY = compiled(
    _in_order(
        _weighings().where(WeighingRow.subject_id == _IDS), _implants().where(_surgeries.c.subject_id == _IDS),
        _restrictions().where(WaterRestrictionRow.subject_id == _IDS), _doses().where(WaterAdministrationRow.subject_id == _IDS),
    )
)  # fmt: skip


def _present() -> Any:
    """Select what today is worked out from: few rows for each animal, however long its history."""
    given = arrays(subject=Uuid, today=Date)
    tomorrow = cast(given.c.today + 1, DateTime)
    weighing, dose = WeighingRow, WaterAdministrationRow
    restriction = aliased(WaterRestrictionRow)
    here = weighing.subject_id == given.c.subject
    newest = _weighings().where(here, weighing.date_time < tomorrow)
    newest = newest.order_by(weighing.date_time.desc(), weighing.id.desc()).limit(1).lateral("newest")
    at_start = _weighings().where(weighing.subject_id == restriction.subject_id)
    at_start = at_start.where(weighing.date_time < cast(cast(restriction.start_time, Date) + 1, DateTime))
    at_start = at_start.order_by(weighing.date_time.desc(), weighing.id.desc()).limit(1).lateral("at_start")
    today = _doses().where(dose.subject_id == given.c.subject)
    today = today.where(dose.date_time >= cast(given.c.today, DateTime), dose.date_time < tomorrow).lateral("doses")
    before = _doses().where(dose.subject_id == given.c.subject, dose.date_time < cast(given.c.today, DateTime))
    before = before.order_by(dose.date_time.desc(), dose.id.desc()).limit(1).lateral("before")
    return _in_order(
        select(newest).select_from(given).join(newest, true()),
        select(at_start).select_from(given)
        .join(restriction, (restriction.subject_id == given.c.subject) & (restriction.reference_weight == 0))
        .join(at_start, true()),
        select(today).select_from(given).join(today, true()),
        select(before).select_from(given).join(before, true()),
        _implants().join(given, given.c.subject == _surgeries.c.subject_id),
        _restrictions().join(given, given.c.subject == WaterRestrictionRow.subject_id),
    )  # fmt: skip


_PRESENT = compiled(_present())


def _day_so_far() -> Any:
    """Select what the board shows beside: the last weight before today, and whether there was a session today."""
    given = arrays(subject=Uuid, today=Date)
    weighing, session = aliased(WeighingRow), aliased(SessionRow)
    before = (
        select(weighing.weight)
        .where(weighing.subject_id == given.c.subject, weighing.date_time < cast(given.c.today, DateTime))
        .order_by(weighing.date_time.desc(), weighing.id.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    trained = exists(
        select(session.id).where(
            session.subject_id == given.c.subject, session.withdrawn_at.is_(None),
            session.start_time >= cast(given.c.today, DateTime), session.start_time < cast(given.c.today + 1, DateTime),
        )
    )  # fmt: skip
    restriction = aliased(WaterRestrictionRow)
    runs = (
        select(restriction.id).where(restriction.subject_id == given.c.subject, restriction.end_time.is_(None))
        .order_by(restriction.start_time.desc(), restriction.id).limit(1).scalar_subquery()
    )  # fmt: skip
    return select(given.c.subject, before.label("weight_before"), trained.label("trained"), runs.label("restriction"))


_DAY_SO_FAR = compiled(_day_so_far())


async def day_so_far(tx: ReadTx, todays: Mapping[UUID, date]) -> dict[UUID, asyncpg.Record]:
    """Return the rest of what the board shows of animals, each with its lab's today."""
    rows = await tx.rows(_DAY_SO_FAR, {"subject": list(todays), "today": list(todays.values())}) if todays else []
    return {row["subject"]: row for row in rows}


async def animals(tx: ReadTx, ids: list[UUID]) -> list[asyncpg.Record]:
    """Return what of animals and their labs weights depend on."""
    return await tx.rows(_ANIMALS, {"ids": ids})


async def restricted(tx: ReadTx, visible: tuple[UUID, ...] | None, lab_id: UUID | None) -> list[asyncpg.Record]:
    """Return the same of living animals that are water restricted, in some labs or in one."""
    return await tx.rows(_RESTRICTED, {"visible_labs": None if visible is None else list(visible), "lab": lab_id})


async def history(tx: ReadTx, subject_id: UUID) -> list[asyncpg.Record]:
    """Return every weighing, implant, restriction and dose of an animal, oldest first."""
    return await tx.rows(_HISTORY, {"ids": [subject_id]})


async def present(tx: ReadTx, todays: Mapping[UUID, date]) -> list[asyncpg.Record]:
    """Return what the present day of many animals depends on, oldest first; each lab has its own today."""
    return await tx.rows(_PRESENT, {"subject": list(todays), "today": list(todays.values())})


async def named(tx: ReadTx, principal: Principal, nickname: str) -> list[asyncpg.Record]:
    """Return the animals of a name that the caller sees."""
    visible = None if principal.visible_labs is None else list(principal.visible_labs)
    statement = _ANIMAL.where(SubjectRow.nickname == nickname)
    return await tx.rows(
        statement.where(or_(VISIBLE_LABS.is_(None), SubjectRow.lab_id == func.any(VISIBLE_LABS))),
        {"visible_labs": visible},
    )


# --- what other records show


def recent_weighings() -> Any:
    """Return an animal's newest weighings, as records."""
    row, user = aliased(WeighingRow), aliased(UserRow)
    newest = (
        select(row.id, row.date_time, row.weight, row.user_id).where(row.subject_id == SubjectRow.id)
        .order_by(row.date_time.desc(), row.id.desc()).limit(RECENT).correlate(SubjectRow).subquery("newest")
    )  # fmt: skip
    record = json_object({
        "subject": SubjectRow.nickname, "date_time": naive(newest.c.date_time), "weight": newest.c.weight,
        "user": select(user.username).where(user.id == newest.c.user_id).scalar_subquery(),
        "url": BASE_URL + "/weighings/" + cast(newest.c.id, String),
    })  # fmt: skip
    return (
        select(json_list(record, newest.c.date_time.desc(), newest.c.id.desc())).correlate(SubjectRow).scalar_subquery()
    )


def recent_water() -> Any:
    """Return an animal's newest doses, as records."""
    row, user, kind = aliased(WaterAdministrationRow), aliased(UserRow), aliased(WaterTypeRow)
    newest = (
        select(row).where(row.subject_id == SubjectRow.id)
        .order_by(row.date_time.desc(), row.id.desc()).limit(RECENT).correlate(SubjectRow).subquery("newest")
    )  # fmt: skip
    record = json_object({
        "subject": SubjectRow.nickname, "date_time": naive(newest.c.date_time),
        "water_administered": newest.c.water_administered,
        "water_type": select(kind.name).where(kind.id == newest.c.water_type_id).scalar_subquery(),
        "user": select(user.username).where(user.id == newest.c.user_id).scalar_subquery(),
        "url": BASE_URL + "/water-administrations/" + cast(newest.c.id, String),
        "session": newest.c.session_id, "adlib": newest.c.adlib,
    })  # fmt: skip
    return (
        select(json_list(record, newest.c.date_time.desc(), newest.c.id.desc())).correlate(SubjectRow).scalar_subquery()
    )


def water_in_session() -> Any:
    """Return the water that was given in a session, as records."""
    row, kind = aliased(WaterAdministrationRow), aliased(WaterTypeRow)
    record = json_object({
        "id": row.id, "name": literal("", Text),
        "water_type": select(kind.name).where(kind.id == row.water_type_id).correlate(row).scalar_subquery(),
        "water_administered": row.water_administered,
    })  # fmt: skip
    return (
        select(json_list(record, row.date_time, row.id)).where(row.session_id == SessionRow.id)
        .correlate(SessionRow).scalar_subquery()
    )  # fmt: skip


# --- rules


async def subject(tx: ReadTx, subject_id: UUID) -> asyncpg.Record:
    """Return the animal of a record."""
    row = await tx.row(_ANIMALS, {"ids": [subject_id]})
    assert row is not None
    return row


async def session(tx: ReadTx, session_id: UUID) -> asyncpg.Record | None:
    """Return animal and lab of a session."""
    return await tx.row(
        select(SessionRow.subject_id, SessionRow.lab_id).where(
            SessionRow.id == session_id, SessionRow.withdrawn_at.is_(None)
        )
    )


async def last_weighing(tx: ReadTx, subject_id: UUID, start: datetime) -> asyncpg.Record | None:
    """Return the last weighing up to the end of a day."""
    tomorrow = cast(cast(literal(start, DateTime), Date) + 1, DateTime)
    return await tx.row(
        select(WeighingRow.date_time, WeighingRow.weight)
        .where(WeighingRow.subject_id == subject_id, WeighingRow.date_time < tomorrow)
        .order_by(WeighingRow.date_time.desc(), WeighingRow.id.desc()).limit(1)
    )  # fmt: skip


async def usual_water(tx: ReadTx, subject_id: UUID) -> UUID | None:
    """Return the type of water of an animal's newest restriction; a running one goes before one that ended."""
    row = WaterRestrictionRow
    found: UUID | None = await tx.value(
        select(row.water_type_id).where(row.subject_id == subject_id)
        .order_by(row.end_time.is_not(None), row.start_time.desc(), row.id.desc()).limit(1)
    )  # fmt: skip
    return found


async def water_type(tx: ReadTx, name: str) -> UUID:
    """Return a type of water that the installation brings along."""
    found: UUID = await tx.value(select(WaterTypeRow.id).where(WaterTypeRow.name == name))
    return found


async def end_restrictions(tx: WriteTx, subject_id: UUID, end: datetime) -> None:
    """End what runs, as death does; a restriction does not end before it began."""
    row = WaterRestrictionRow
    await tx.execute(
        update(row).where(row.subject_id == subject_id, row.end_time.is_(None))
        .values(end_time=func.greatest(row.start_time, end), ended_by_death=True)
    )  # fmt: skip


async def reopen_restrictions(tx: WriteTx, subject_id: UUID) -> None:
    """Let what death ended run on."""
    row = WaterRestrictionRow
    ended = (row.subject_id == subject_id, row.ended_by_death)
    await tx.execute(update(row).where(*ended).values(end_time=None, ended_by_death=False))


async def circumstances(tx: ReadTx, subject_id: UUID) -> tuple[bool, bool]:
    """Whether an animal is water restricted, and whether it had a surgery."""
    row = await tx.row(
        select(
            exists(select(WaterRestrictionRow.id).where(
                WaterRestrictionRow.subject_id == subject_id, WaterRestrictionRow.end_time.is_(None)
            )),
            exists(select(_surgeries.c.id).where(_surgeries.c.subject_id == subject_id)),
        )
    )  # fmt: skip
    assert row is not None
    return row[0], row[1]


async def write_protocol(tx: WriteTx, subject_id: UUID, number: str) -> None:
    """Note the protocol that an animal is on."""
    await tx.execute(update(SubjectRow).where(SubjectRow.id == subject_id).values(protocol_number=number))


async def entered(tx: ReadTx, row: Any, principal: Principal, key: str) -> asyncpg.Record | None:
    """Return what somebody entered under an idempotency key."""
    columns = row.__table__.columns
    return await tx.row(select(*columns).where(row.entered_by_id == principal.user_id, row.idempotency_key == key))
