"""Every query of the colony that no declaration derives."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from bregma_kit.db import ReadTx, WriteTx, new_id
from sqlalchemy import ARRAY, Uuid, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bregma_metadata.colony.domain import Rule
from bregma_metadata.colony.tables import (
    BreedingPairRow,
    CageRow,
    CullRow,
    GenotypeTestRow,
    HousingRow,
    LitterRow,
    ZygosityRow,
    ZygosityRuleRow,
)
from bregma_metadata.labs.tables import LabRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.subjects.tables import LineRow, SubjectRow

_COUNTERS = {
    "subject": LineRow.subject_index, "breeding_pair": LineRow.breeding_pair_index, "litter": LineRow.litter_index,
}  # fmt: skip
_NAMES: Mapping[str, Any] = {
    "subject": SubjectRow.nickname, "breeding_pair": BreedingPairRow.name, "litter": LitterRow.name,
}  # fmt: skip


async def next_number(tx: WriteTx, line_id: UUID, kind: str) -> tuple[str, int]:
    """Take a line's next number; whoever takes one at the same time waits for this transaction and gets another."""
    counter = _COUNTERS[kind]
    statement = (
        update(LineRow).where(LineRow.id == line_id).values({counter: counter + 1}).returning(LineRow.nickname, counter)
    )
    row = await tx.row(statement)
    assert row is not None
    return row[0], row[1]


async def name_taken(tx: ReadTx, kind: str, name: str) -> bool:
    """Whether a subject, breeding pair or litter of this name is there already, in any lab."""
    column = _NAMES[kind]
    return bool(await tx.value(select(func.count()).where(column == name)))


async def one(tx: ReadTx, row: Any, row_id: UUID | None) -> asyncpg.Record | None:
    """Return a row of a table by its id."""
    return None if row_id is None else await tx.row(select(*row.__table__.columns).where(row.id == row_id))


async def rules_of(tx: ReadTx, line_id: UUID | None) -> list[Rule]:
    """Return a line's zygosity rules."""
    rows = await tx.rows(select(*ZygosityRuleRow.__table__.columns).where(ZygosityRuleRow.line_id == line_id))
    return [
        Rule(
            row["allele_id"],
            {row[f"sequence{n}_id"]: row[f"sequence{n}_result"] for n in (0, 1) if row[f"sequence{n}_id"] is not None},
            row["zygosity"],
        )
        for row in rows
    ]


async def tests_of(tx: ReadTx, subject_id: UUID) -> list[tuple[UUID, int]]:
    """Return an animal's genotype tests: (sequence, result)."""
    statement = select(GenotypeTestRow.sequence_id, GenotypeTestRow.test_result)
    rows = await tx.rows(statement.where(GenotypeTestRow.subject_id == subject_id))
    return [(row[0], row[1]) for row in rows]


async def zygosities_of(tx: ReadTx, subject_id: UUID | None) -> dict[UUID, int]:
    """Return an animal's zygosity of each allele that is known."""
    statement = select(ZygosityRow.allele_id, ZygosityRow.zygosity).where(ZygosityRow.subject_id == subject_id)
    return {row[0]: row[1] for row in await tx.rows(statement)}


async def write_zygosities(
    tx: WriteTx, subject_id: UUID, found: Mapping[UUID, int], origin: str, *, replace: bool
) -> None:
    """Note zygosities; without ``replace`` what is known already stays."""
    if not found:
        return
    rows = [
        {"id": new_id(), "subject_id": subject_id, "allele_id": allele, "zygosity": value, "origin": origin}
        for allele, value in found.items()
    ]
    statement = upsert(ZygosityRow).values(rows)
    keys = ["subject_id", "allele_id"]
    if replace:
        new = {"zygosity": statement.excluded.zygosity, "origin": statement.excluded.origin}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=new)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    await tx.execute(statement)


async def forget_concluded(tx: WriteTx, subject_id: UUID, keep: Iterable[UUID]) -> None:
    """Delete what earlier tests told and the present ones do not."""
    # not "not any": SQLAlchemy turns that into "differs from any", which of nothing is never true
    kept = func.all(bindparam("keep", type_=ARRAY(Uuid)))
    mine = (ZygosityRow.subject_id == subject_id) & (ZygosityRow.origin == "tests")
    await tx.execute(delete(ZygosityRow).where(mine, ZygosityRow.allele_id != kept), {"keep": list(keep)})


async def lock_subject(tx: WriteTx, subject_id: UUID) -> asyncpg.Record | None:
    """Hold an animal, so that two changes of its tests do not conclude from half of the other's."""
    statement = select(*SubjectRow.__table__.columns).where(SubjectRow.id == subject_id)
    return await tx.row(statement.with_for_update(key_share=True))


async def tested_in_line(tx: ReadTx, line_id: UUID) -> list[UUID]:
    """Return the animals of a line that have tests, in the order in which everybody locks them."""
    tests = select(GenotypeTestRow.subject_id)
    statement = select(SubjectRow.id).where(SubjectRow.line_id == line_id, SubjectRow.id.in_(tests))
    return [row[0] for row in await tx.rows(statement.order_by(SubjectRow.id))]


async def lab_now(tx: ReadTx, lab_id: UUID) -> datetime:
    """Return a lab's wall clock, to the second."""
    zone = select(LabRow.timezone).where(LabRow.id == lab_id).scalar_subquery()
    value: datetime = await tx.value(select(func.date_trunc("second", func.timezone(zone, func.now()))))
    return value


async def timezone_of(tx: ReadTx, lab_id: UUID) -> str:
    """Return a lab's time zone."""
    return str(await tx.value(select(LabRow.timezone).where(LabRow.id == lab_id)))


async def cage_named(tx: WriteTx, lab_id: UUID, name: str) -> UUID:
    """Return a lab's cage of this name; a new name is a new cage."""
    made = upsert(CageRow).values(id=new_id(), name=name, lab_id=lab_id)
    await tx.execute(made.on_conflict_do_nothing(index_elements=["name", "lab_id"]))
    found: UUID = await tx.value(select(CageRow.id).where(CageRow.name == name, CageRow.lab_id == lab_id))
    return found


async def open_housing(tx: ReadTx, subject_id: UUID) -> asyncpg.Record | None:
    """Return where an animal lives now."""
    columns = HousingRow.__table__.columns
    return await tx.row(select(*columns).where(HousingRow.subject_id == subject_id, HousingRow.end_time.is_(None)))


async def close_housing(tx: WriteTx, housing_id: UUID, end: datetime) -> None:
    """End a stay."""
    await tx.execute(update(HousingRow).where(HousingRow.id == housing_id).values(end_time=end))


async def add_housing(
    tx: WriteTx, subject_id: UUID, cage_id: UUID, start: datetime, conditions: dict[str, Any]
) -> None:
    """Begin a stay."""
    values = {"subject_id": subject_id, "cage_id": cage_id, "start_time": start, "conditions": conditions}
    await tx.execute(insert(HousingRow).values(id=new_id(), **values))


async def inmates(tx: ReadTx, cage_id: UUID) -> list[asyncpg.Record]:
    """Return the open stays in a cage."""
    columns = HousingRow.__table__.columns
    return await tx.rows(select(*columns).where(HousingRow.cage_id == cage_id, HousingRow.end_time.is_(None)))


async def end_life(tx: WriteTx, subject_id: UUID, values: Mapping[str, Any]) -> None:
    """Write an animal's date of death, or take it back."""
    await tx.execute(update(SubjectRow).where(SubjectRow.id == subject_id).values(**values))


async def cull_of(tx: ReadTx, subject_id: UUID) -> UUID | None:
    """Return an animal's cull."""
    found: UUID | None = await tx.value(select(CullRow.id).where(CullRow.subject_id == subject_id))
    return found


async def move_cull(tx: WriteTx, cull_id: UUID, day: date) -> None:
    """Keep the day of a cull the day of death."""
    await tx.execute(update(CullRow).where(CullRow.id == cull_id).values(date=day))


async def is_stock_manager(tx: ReadTx, user_id: UUID) -> bool:
    """Whether an account manages the stock of animals."""
    return bool(await tx.value(select(UserRow.is_stock_manager).where(UserRow.id == user_id)))
