"""Rules of the colony: what follows from a test, a birth, a move or a cull, in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bregma_kit.db import WriteTx
from bregma_kit.errors import Invalid
from bregma_kit.resource import Change

from bregma_metadata.colony import domain, store
from bregma_metadata.colony.tables import BreedingPairRow, CageRow, LitterRow, SubjectRequestRow
from bregma_metadata.husbandry import service as husbandry
from bregma_metadata.sessions.domain import lab_time
from bregma_metadata.subjects.naming import check_role, choose, choose_own
from bregma_metadata.subjects.tables import LineRow, SubjectRow

_CONDITIONS = ("cage_type", "enrichment", "food", "light_cycle", "cleaning_days")


async def default_lab(change: Change) -> None:
    """Without a lab a record belongs to the caller's only lab."""
    if change.creating and "lab_id" not in change.values:
        labs = list(change.principal.lab_roles)
        if len(labs) != 1:
            raise Invalid({"lab": ["This field is required."]})
        change.values["lab_id"] = labs[0]


async def give_name(change: Change, kind: str, field: str) -> None:
    """Let the line name what was given no name."""
    if not (change.creating or field in change.values) or not domain.wants_name(change.values.get(field)):
        return
    if not change.creating:
        raise Invalid({field: ["This field may not be blank."]})
    line_id = change.values.get("line_id")
    if line_id is None:
        raise Invalid({field: ["This field is required."]}, hint="with a line the name is given by the line")
    while True:
        line, number = await store.next_number(change.tx, line_id, kind)
        change.values[field] = domain.auto_name(kind, line, number)
        if not await store.name_taken(change.tx, kind, change.values[field]):
            return


async def nickname_first(change: Change) -> None:
    """A species or a line without a nickname goes by its name."""
    if change.creating and domain.wants_name(change.values.get("nickname")):
        change.values["nickname"] = change.values["name"]


# --- genetics


async def conclude(tx: WriteTx, subject_id: UUID) -> None:
    """Note what an animal's tests tell by its line's rules, and forget what they told before and no longer do."""
    subject = await store.lock_subject(tx, subject_id)
    if subject is None:
        return
    found = domain.from_tests(await store.rules_of(tx, subject["line_id"]), await store.tests_of(tx, subject_id))
    await store.forget_concluded(tx, subject_id, found)
    await store.write_zygosities(tx, subject_id, found, "tests", replace=True)


async def conclude_line(tx: WriteTx, *line_ids: UUID | None) -> None:
    """Do so for every tested animal of some lines, after their rules changed."""
    for line_id in dict.fromkeys(one for one in line_ids if one is not None):
        for subject_id in await store.tested_in_line(tx, line_id):
            await conclude(tx, subject_id)


async def own_subject(change: Change) -> None:
    """A record about one animal is written by its lab; the animal is locked while its genotype is worked out."""
    chosen = await choose_own(change)
    await store.lock_subject(change.tx, chosen["id"])


async def entered(change: Change) -> None:
    """A zygosity that somebody writes is entered, whatever it came from before."""
    await own_subject(change)
    change.values["origin"] = "entered"


async def own_subject_deleted(change: Change, _row_id: UUID) -> None:
    """Only the animal's lab deletes what is known of it."""
    await own_subject(change)


async def result_saved(change: Change, _row_id: UUID) -> None:
    """A test tells; one that was moved to another animal no longer tells of the former."""
    former = None if change.current is None else change.current["subject_id"]
    for subject_id in sorted({change.after("subject_id"), former} - {None}):
        await conclude(change.tx, subject_id)


async def result_deleted(change: Change, _row_id: UUID) -> None:
    """What only this test told is open again."""
    await conclude(change.tx, change.after("subject_id"))


async def rule_saved(change: Change, _row_id: UUID) -> None:
    """A rule tells of all tested animals of its line."""
    former = None if change.current is None else change.current["line_id"]
    await conclude_line(change.tx, change.after("line_id"), former)


async def _parents(change: Change, litter: Any) -> tuple[Any, list[Any]]:
    pair = await store.one(change.tx, BreedingPairRow, litter["breeding_pair_id"])
    if pair is None:
        return None, []
    father = await store.one(change.tx, SubjectRow, pair["father_id"])
    dams = [await store.one(change.tx, SubjectRow, pair[name]) for name in ("mother1_id", "mother2_id")]
    return father, [dam for dam in dams if dam is not None]


async def _litter_of(change: Change) -> Any:
    litter = await store.one(change.tx, LitterRow, change.values.get("litter_id"))
    if litter is not None and not change.principal.may_see(litter["lab_id"]):
        raise Invalid({"litter": [f"Object with name={change.given.get('litter')} does not exist."]})
    return litter


async def born(change: Change) -> None:
    """A new animal takes line and birth date from its litter, and the rest from its parents, unless it was given."""
    litter = await _litter_of(change)
    if change.creating and litter is not None:
        father, dams = await _parents(change, litter)
        taken = {"line_id": litter["line_id"], "birth_date": litter["birth_date"]}
        taken |= domain.inherited(dams[0] if dams else None, father)
        for column, value in taken.items():
            if value is not None:
                change.values.setdefault(column, value)
    line = await store.one(change.tx, LineRow, change.values.get("line_id")) if change.creating else None
    if line is not None:
        for column in ("strain_id", "species_id"):
            if line[column] is not None:
                change.values.setdefault(column, line[column])


async def genotype_from_litter(change: Change, subject_id: UUID) -> None:
    """Note what an animal must have by its parents; what is known of it already stays."""
    litter = await store.one(change.tx, LitterRow, change.values.get("litter_id"))
    if litter is None:
        return
    father, dams = await _parents(change, litter)
    of_father = await store.zygosities_of(change.tx, father["id"]) if father else {}
    of_dams = [await store.zygosities_of(change.tx, dam["id"]) for dam in dams]
    found: dict[UUID, int] = {}
    for allele in {*of_father, *(allele for known in of_dams for allele in known)}:
        mother = domain.of_dams(known.get(allele) for known in of_dams)
        zygosity = domain.from_parents(mother, of_father.get(allele))
        if zygosity is not None:
            found[allele] = zygosity
    await store.write_zygosities(change.tx, subject_id, found, "parents", replace=False)


# --- breeding


async def complete_pair(change: Change) -> None:
    """Name a pair; fathers are male and mothers female, and all of them visible to the caller."""
    await default_lab(change)
    await give_name(change, "breeding_pair", "name")
    for name, sex in (("father", "M"), ("mother1", "F"), ("mother2", "F")):
        animal = await choose(change, name, f"{name}_id")
        if animal is not None and animal["sex"] != sex:
            word = "male" if sex == "M" else "female"
            raise Invalid({name: [f"{animal['nickname']} is not {word} (its sex is {animal['sex']})."]})


async def pair_saved(change: Change, _row_id: UUID) -> None:
    """The cage of a pair is the cage of its animals."""
    cage = change.given.get("cage")
    if cage is None:
        return
    for name in ("father", "mother1", "mother2"):
        animal = await store.one(change.tx, SubjectRow, change.after(f"{name}_id"))
        if animal is not None:
            # a pair may have an animal of another lab, whose people move it themselves
            check_role(change, animal["lab_id"])
            await move(change.tx, animal["id"], cage)


async def complete_litter(change: Change) -> None:
    """Name a litter; it takes its line from its breeding pair."""
    await default_lab(change)
    pair = await store.one(change.tx, BreedingPairRow, change.values.get("breeding_pair_id"))
    if pair is not None and not change.principal.may_see(pair["lab_id"]):
        raise Invalid({"breeding_pair": [f"Object with name={pair['name']} does not exist."]})
    if pair is not None and change.creating and pair["line_id"] is not None:
        change.values.setdefault("line_id", pair["line_id"])
    await give_name(change, "litter", "name")


# --- housing


def conditions_of(cage: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a cage is kept, as a stay in it remembers."""
    return {name: cage[name] for name in _CONDITIONS if cage[name] not in ("", None)}


async def move(tx: WriteTx, subject_id: UUID, cage: str) -> None:
    """Move an animal now: its former stay ends. A blank cage is none."""
    subject = await store.lock_subject(tx, subject_id)
    assert subject is not None
    name = cage.strip()
    now = await store.lab_now(tx, subject["lab_id"])
    cage_id = await store.cage_named(tx, subject["lab_id"], name) if name else None
    current = await store.open_housing(tx, subject_id)
    if current is not None:
        if current["cage_id"] == cage_id:
            return
        await store.close_housing(tx, current["id"], max(now, current["start_time"]))
    if cage_id is not None:
        kept = await store.one(tx, CageRow, cage_id)
        assert kept is not None
        await store.add_housing(tx, subject_id, cage_id, now, conditions_of(kept))


async def complete_housing(change: Change) -> None:
    """A stay begins now in the lab unless said, in a cage of the animal's lab; a new open one closes the former."""
    subject = await choose_own(change)
    await store.lock_subject(change.tx, subject["id"])
    if "cage_id" in change.values:
        name = str(change.values["cage_id"]).strip()
        if not name:
            raise Invalid({"cage": ["This field may not be blank."]})
        change.values["cage_id"] = await store.cage_named(change.tx, subject["lab_id"], name)
        cage = await store.one(change.tx, CageRow, change.values["cage_id"])
        assert cage is not None
        change.values["conditions"] = conditions_of(cage)
    await _housing_times(change, subject)
    if change.after("end_time") is None:
        await _close_former(change, subject["id"])


async def _housing_times(change: Change, subject: Mapping[str, Any]) -> None:
    timezone = await store.timezone_of(change.tx, subject["lab_id"])
    for name in ("start_time", "end_time"):
        if change.values.get(name) is not None:
            change.values[name] = lab_time(change.values[name], timezone)
    if change.creating and change.values.get("start_time") is None:
        change.values["start_time"] = await store.lab_now(change.tx, subject["lab_id"])


async def _close_former(change: Change, subject_id: UUID) -> None:
    former = await store.open_housing(change.tx, subject_id)
    if former is None or (change.current is not None and former["id"] == change.current["id"]):
        return
    start: datetime = change.after("start_time")
    if start < former["start_time"]:
        raise Invalid(
            {"start_time": ["The animal moved to its present cage later than this; say when this stay ended."]}
        )
    await store.close_housing(change.tx, former["id"], start)


async def cage_saved(change: Change, row_id: UUID) -> None:
    """Animals in a cage that is kept differently from now on begin a new stay, so that the old conditions stay known."""
    if change.current is None:
        return
    cage = await store.one(change.tx, CageRow, row_id)
    assert cage is not None
    if conditions_of(cage) == conditions_of(change.current):
        return
    now = await store.lab_now(change.tx, cage["lab_id"])
    for stay in await store.inmates(change.tx, row_id):
        moment = max(now, stay["start_time"])
        await store.close_housing(change.tx, stay["id"], moment)
        await store.add_housing(change.tx, stay["subject_id"], row_id, moment, conditions_of(cage))


# --- ends


async def complete_cull(change: Change) -> None:
    """A cull tells how severe the animal's life was, now or in the animal's record; it cannot precede the birth."""
    subject = await choose_own(change)
    await store.lock_subject(change.tx, subject["id"])
    if not change.creating and change.after("subject_id") != (change.current or {}).get("subject_id"):
        raise Invalid({"subject": ["A cull stays with its animal; delete it and make another."]})
    severity = change.given.get("severity") or subject["actual_severity"]
    if severity is None:
        raise Invalid({"severity": ["Give the actual severity (1 to 5) when an animal is culled."]})
    if not 1 <= severity <= 5:
        raise Invalid({"severity": ["Enter a severity from 1 (sub-threshold) to 5 (non-recovery)."]})
    day = change.after("date")
    if change.creating and day is None:
        day = change.values["date"] = (await store.lab_now(change.tx, subject["lab_id"])).date()
    if subject["birth_date"] is not None and day < subject["birth_date"]:
        raise Invalid({"date": ["An animal cannot die before its birth."]})
    if subject["reduced_date"] is not None and day > subject["reduced_date"]:
        raise Invalid({"date": ["The animal was reduced before this day."]})
    if change.creating:
        change.values.setdefault("user_id", change.principal.user_id)


async def cull_saved(change: Change, _row_id: UUID) -> None:
    """The day of the cull is the day of death."""
    values = {"death_date": change.after("date"), "to_be_culled": False}
    if change.given.get("severity") is not None:
        values["actual_severity"] = change.given["severity"]
    await store.end_life(change.tx, change.after("subject_id"), values)
    await husbandry.died(change.tx, change.after("subject_id"), change.after("date"))


async def cull_deleted(change: Change, _row_id: UUID) -> None:
    """Without its cull the animal lives; a body that was used as reduced cannot."""
    subject = await choose_own(change)
    if subject["reduced_date"] is not None:
        raise Invalid({"non_field_errors": ["This animal was reduced; clear its reduced date first."]})
    await store.end_life(change.tx, subject["id"], {"death_date": None})
    await husbandry.lives(change.tx, subject["id"])


async def death_changed(change: Change, subject_id: UUID) -> None:
    """The day of death of a culled animal is the day of its cull."""
    if change.creating or "death_date" not in change.values:
        return
    cull_id = await store.cull_of(change.tx, subject_id)
    if cull_id is None:
        return
    if change.values["death_date"] is None:
        raise Invalid({"death_date": ["This animal was culled; delete the cull instead."]})
    await store.move_cull(change.tx, cull_id, change.values["death_date"])


async def may_change_owner(change: Change) -> bool:
    """Only the present owner, stock managers and administrators give an animal to somebody else."""
    current = None if change.current is None else change.current["responsible_user_id"]
    return (
        current is None
        or current == change.principal.user_id
        or change.principal.administers
        or await store.is_stock_manager(change.tx, change.principal.user_id)
    )


async def check_request(change: Change) -> None:
    """An animal is given for a request that the caller sees."""
    request = await store.one(change.tx, SubjectRequestRow, change.values.get("request_id"))
    if request is not None and not change.principal.may_see(request["lab_id"]):
        raise Invalid({"request": ["Object does not exist."]})


async def complete_request(change: Change) -> None:
    """A request is the caller's own unless said."""
    await default_lab(change)
    if change.creating:
        change.values.setdefault("user_id", change.principal.user_id)
