"""Rules of weights and water, and what an animal needs today. Days are days of the animal's lab."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bregma_kit.auth import WRITERS, Principal
from bregma_kit.clock import now
from bregma_kit.db import Database, ReadTx, WriteTx
from bregma_kit.errors import Conflict, Invalid, NotAllowed, NotFound, Taken
from bregma_kit.resource import Change, Resource
from bregma_kit.scope import WriteRule
from bregma_kit.writing import create, validate

from bregma_metadata.colony.domain import protocol_number
from bregma_metadata.husbandry import domain, store
from bregma_metadata.husbandry.domain import Day, Dose, History, Percentages, Restriction
from bregma_metadata.sessions.domain import can_end_at, lab_time
from bregma_metadata.subjects.naming import STAFF, choose

KEEPERS = WRITERS | STAFF
"""Rigs weigh and give water too."""
LONGEST_KEY = 200
HEAVIEST, MOST_WATER = 2000.0, 1000.0
"""Grams and mL: beyond what the animals of these labs weigh and drink, and below what mg and µL typed by mistake give."""
AHEAD = timedelta(days=31)
"""A clock may be wrong; a date further ahead is a slip, and its weight would count as the last one from then on."""
LONGEST_HISTORY = timedelta(days=20 * 366)
"""No laboratory animal lives longer, and nobody may ask for days without end."""

recent_weighings, recent_water = store.recent_weighings, store.recent_water
water_in_session, restricted_now = store.water_in_session, store.restricted_now
RECENT = store.RECENT


def lab_now(timezone: str) -> datetime:
    """Return a lab's wall clock, to the second."""
    return now().astimezone(ZoneInfo(timezone)).replace(tzinfo=None, microsecond=0, fold=0)


# --- the animal of a record

animal_of = store.subject


def _check_role(change: Change, lab_id: UUID, roles: frozenset[str]) -> None:
    WriteRule(lab="lab_id", roles=roles).check(change.principal, {"lab_id": lab_id})


async def own_subject(change: Change, roles: frozenset[str] = KEEPERS) -> Any:
    """Find the animal that a record is about; the caller needs a role in its lab, and in that of the former one."""
    if change.current is not None:
        current = await store.subject(change.tx, change.current["subject_id"])
        _check_role(change, current["lab_id"], roles)
        if "subject_id" not in change.values:
            return current
    chosen = await choose(change, "subject", "subject_id")
    if chosen is None:
        raise Invalid({"subject": ["This field is required."]})
    _check_role(change, chosen["lab_id"], roles)
    return await store.subject(change.tx, chosen["id"])


def to_lab_time(change: Change, timezone: str, *columns: str) -> None:
    """Bring times to the lab's clock; the first of them is now there unless said."""
    for place, name in enumerate(columns):
        if change.values.get(name) is not None:
            change.values[name] = lab_time(change.values[name], timezone)
        elif place == 0 and change.creating:
            change.values[name] = lab_now(timezone)
        elif place == 0 and name in change.values:
            raise Invalid({name: ["This field may not be null."]})


def check_end(change: Change, timezone: str, what: str) -> None:
    """Refuse an end before the start."""
    end = change.after("end_time")
    if end is not None and not can_end_at(change.after("start_time"), end, timezone):
        raise Invalid({"end_time": [f"A {what} cannot end before it starts."]})


def _by_caller(change: Change) -> None:
    if change.creating:
        change.values.setdefault("user_id", change.principal.user_id)
        change.values["entered_by_id"] = change.principal.user_id


# --- weighings and doses


async def complete_weighing(change: Change) -> None:
    """A weighing is the caller's, now in the animal's lab, unless said."""
    animal = await own_subject(change)
    to_lab_time(change, animal["timezone"], "date_time")
    _check_entry(change, animal, "weight", HEAVIEST, "g")
    _by_caller(change)


def _check_entry(change: Change, animal: Mapping[str, Any], name: str, most: float, unit: str) -> None:
    """Refuse amounts and dates that are slips; what comes from another server is taken as it stands there."""
    if change.imported:
        return
    if (change.values.get(name) or 0.0) > most:
        raise Invalid(
            {name: [f"{change.values[name]:g} {unit} is more than an animal's; enter at most {most:g} {unit}."]}
        )
    moment = change.values.get("date_time")
    if moment is not None and moment > lab_now(animal["timezone"]) + AHEAD:
        raise Invalid({"date_time": [f"{moment.date()} lies in the future of {animal['nickname']}'s lab."]})


async def complete_dose(change: Change) -> None:
    """Water is the caller's, now, of the type of the running restriction; the dead drink nothing."""
    animal = await own_subject(change)
    to_lab_time(change, animal["timezone"], "date_time")
    _check_entry(change, animal, "water_administered", MOST_WATER, "mL")
    _by_caller(change)
    if change.after("water_type_id") is None:
        usual = await store.usual_water(change.tx, animal["id"])
        change.values["water_type_id"] = usual or await store.water_type(change.tx, "Water")
    if animal["death_date"] is not None and change.after("date_time").date() > animal["death_date"]:
        raise Invalid({"date_time": [f"{animal['nickname']} died on {animal['death_date']}."]})
    await _check_session(change, animal)


async def _check_session(change: Change, animal: Mapping[str, Any]) -> None:
    session_id = change.values.get("session_id")
    if session_id is None:
        return
    found = await store.session(change.tx, session_id)
    if found is None or not change.principal.may_see(found["lab_id"]):
        raise Invalid({"session": [f"Object with id={session_id} does not exist."]})
    if found["subject_id"] != animal["id"]:
        raise Invalid({"session": [f"This is not a session of {animal['nickname']}."]})


async def may_undo(change: Change, _row_id: UUID) -> None:
    """Whoever entered something takes it back, or a manager of the lab."""
    assert change.current is not None
    animal, caller = await store.subject(change.tx, change.current["subject_id"]), change.principal
    _check_role(change, animal["lab_id"], KEEPERS)
    authors = (change.current["entered_by_id"], change.current["user_id"])
    if caller.user_id not in authors and not caller.may_write(animal["lab_id"], frozenset({"manager"})):
        raise NotAllowed(hint="whoever entered it, or a manager of the animal's lab, may delete it")


async def enter_once(
    resource: Resource, database: Database, principal: Principal, body: Any, key: str | None
) -> tuple[UUID, bool]:
    """Create a record and return (id, True); with a key a repetition finds what the first call made: (id, False)."""
    if key is None:
        async with database.write() as tx:
            return await create(resource, tx, principal, body), True
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise Invalid({"Idempotency-Key": [f"Send 1 to {LONGEST_KEY} printable characters."]})
    async with database.read() as tx:
        found = await _entered_before(resource, tx, principal, body, key)
    if found is not None:
        return found, False
    try:
        async with database.write() as tx:
            return await create(resource, tx, principal, body, carried={"idempotency_key": key}), True
    except Taken:
        # the same tap came twice at once
        async with database.read() as tx:
            found = await _entered_before(resource, tx, principal, body, key)
        if found is None:
            raise
        return found, False


async def _entered_before(resource: Resource, tx: ReadTx, principal: Principal, body: Any, key: str) -> UUID | None:
    row = await store.entered(tx, resource.table, principal, key)
    if row is None:
        return None
    given = validate(resource, body, "create")
    animal = await store.subject(tx, row["subject_id"])
    amount = next(name for name in ("weight", "water_administered") if name in resource.by_name)
    if given.get(amount) != row[amount] or given["subject"] not in (animal["nickname"], str(animal["id"])):
        raise Conflict(
            "This Idempotency-Key stands for another entry already.", hint="use a new key for each new entry"
        )
    found: UUID = row["id"]
    return found


# --- restrictions, surgeries, death


async def complete_restriction(change: Change) -> None:
    """A restriction starts now with plain water; the reference weight is the last weighing of the week before it."""
    animal = await own_subject(change, STAFF)
    to_lab_time(change, animal["timezone"], "start_time", "end_time")
    check_end(change, animal["timezone"], "restriction")
    start: datetime = change.after("start_time")
    await _check_alone(change, animal)
    if animal["death_date"] is not None and (start.date() > animal["death_date"] or change.after("end_time") is None):
        raise Invalid({"start_time": [f"{animal['nickname']} died on {animal['death_date']}."]})
    if change.creating and not change.links.get("users"):
        change.links["users"] = [change.principal.user_id]
    if change.after("water_type_id") is None:
        change.values["water_type_id"] = await store.water_type(change.tx, "Water")
    if "end_time" in change.values:
        change.values["ended_by_death"] = False
    if change.creating or "reference_weight" in change.values:
        await _default_reference(change, animal["id"], start)


async def _check_alone(change: Change, animal: Mapping[str, Any]) -> None:
    """Refuse a restriction beside one that is open: its reference would be a weight that the first one has lowered already.

    Alyx lets them stand and measures by the newest; so what is imported from one stays as it is there.
    """
    if change.imported:
        return
    await store.lock_subject(change.tx, animal["id"])
    own = None if change.current is None else change.current["id"]
    end: datetime | None = change.after("end_time")
    for other in await store.open_restrictions(change.tx, animal["id"]):
        if other["id"] != own and (end is None or end > other["start_time"]):
            weighed = f" and weighed {other['reference_weight']:g} g then" if other["reference_weight"] else ""
            text = (
                f"{animal['nickname']} is restricted since {other['start_time']:%Y-%m-%d %H:%M}{weighed}. End that "
                f"restriction first: PATCH /water-restriction/{other['id']} its end_time."
            )
            raise Invalid({"subject": [text]})


async def _default_reference(change: Change, subject_id: UUID, start: datetime) -> None:
    if change.values.get("reference_weight"):
        return
    weighed = await store.last_weighing(change.tx, subject_id, start)
    if weighed is None:
        return
    if start - weighed["date_time"] >= domain.LONGEST_AGE_OF_REFERENCE:
        text = f"The last weighing before the start is of {weighed['date_time'].date()}: weigh it, or give the weight."
        raise Invalid({"reference_weight": [text]})
    change.values["reference_weight"] = weighed["weight"]


async def restriction_changed(change: Change, _row_id: UUID) -> None:
    """A restricted animal is on another protocol."""
    await refresh_protocol(change.tx, change.after("subject_id"))


async def may_delete_restriction(change: Change, _row_id: UUID) -> None:
    """Deleting is writing."""
    await own_subject(change, STAFF)


async def refresh_protocol(tx: WriteTx, subject_id: UUID) -> None:
    """Note the protocol that an animal is on now: 3 while restricted, 2 after a surgery, else 1."""
    water_restricted, had_surgery = await store.circumstances(tx, subject_id)
    number = protocol_number(water_restricted=water_restricted, had_surgery=had_surgery)
    await store.write_protocol(tx, subject_id, number)


async def died(tx: WriteTx, subject_id: UUID, death: date) -> None:
    """Death ends what restrictions run."""
    animal = await store.subject(tx, subject_id)
    end = domain.end_at_death(death, lab_now(animal["timezone"]))
    await store.end_restrictions(tx, subject_id, end)


async def lives(tx: WriteTx, subject_id: UUID) -> None:
    """A death that was taken back ended nothing."""
    await store.reopen_restrictions(tx, subject_id)


async def death_changed(change: Change, subject_id: UUID) -> None:
    """An animal's date of death was written, or cleared."""
    if "death_date" not in change.values:
        return
    if change.values["death_date"] is None:
        await lives(change.tx, subject_id)
    else:
        await died(change.tx, subject_id, change.values["death_date"])


# --- what an animal needs


def _history(animal: Mapping[str, Any], events: Iterable[Any]) -> History:
    by_kind: defaultdict[str, list[Any]] = defaultdict(list)
    for one in events:
        by_kind[one["kind"]].append(one)
    return History(
        sex=animal["sex"], birth=animal["birth_date"],
        percentages=Percentages(animal["reference_weight_pct"], animal["zscore_weight_pct"]),
        weighings=[(one["moment"], one["value"]) for one in by_kind["weighing"]],
        implants=[(one["moment"], one["value"]) for one in by_kind["implant"]],
        restrictions=[Restriction(one["moment"], one["ends"], one["value"]) for one in by_kind["restriction"]],
        doses=[Dose(one["moment"], one["value"], one["in_session"]) for one in by_kind["dose"]],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Present:
    """An animal now: its day so far, and what it was last given. Times are lab time; ``animal`` is its row."""

    animal: Mapping[str, Any]
    now: datetime
    day: Day
    restriction: Restriction | None
    last_weighing: tuple[datetime, float] | None
    last_dose: Dose | None

    @property
    def limit(self) -> float:
        """Percent of the expected weight that it must not fall below; 0 if its lab set none."""
        return 100 * float(self.animal["reference_weight_pct"] + self.animal["zscore_weight_pct"])

    @property
    def due(self) -> float | None:
        """The water (mL) that it must still get today, at least 0."""
        remaining = self.day.remaining_water
        return None if remaining is None else max(remaining, 0.0)


async def _presents(tx: ReadTx, animals: list[Any]) -> list[Present]:
    clocks = {one["id"]: lab_now(one["timezone"]) for one in animals}
    events: defaultdict[UUID, list[Any]] = defaultdict(list)
    if animals:
        for one in await store.present(tx, {key: clock.date() for key, clock in clocks.items()}):
            events[one["subject_id"]].append(one)
    return [_present(one, clocks[one["id"]], events[one["id"]]) for one in animals]


def _present(animal: Mapping[str, Any], clock: datetime, events: list[Any]) -> Present:
    known = _history(animal, events)
    today = clock.date()
    return Present(
        animal, clock, known.on(today), known.running(clock), domain.last(known.weighings, today),
        known.doses[-1] if known.doses else None,
    )  # fmt: skip


async def present(tx: ReadTx, ids: list[UUID]) -> dict[UUID, Present]:
    """Return animals as they are now: two statements, however many they are."""
    found = await _presents(tx, await store.animals(tx, ids))
    return {one.animal["id"]: one for one in found}


async def restricted_today(
    tx: ReadTx, principal: Principal | None = None, *, lab_id: UUID | None = None
) -> list[Present]:
    """Return every restricted living animal that somebody sees (or that there is), by lab and nickname."""
    visible = None if principal is None else principal.visible_labs
    return await _presents(tx, await store.restricted(tx, visible, lab_id))


async def fill_in(tx: ReadTx, records: list[dict[str, Any]]) -> None:
    """Fill in what records of animals show of weights and water; of the dead nothing is expected any more."""
    found = await present(tx, [UUID(one["id"]) for one in records])
    for record in records:
        # what is not known is zero: scripts written for Alyx calculate with these
        record |= {"reference_weight": 0.0, "expected_water": 0.0, "remaining_water": 0.0}
        one = found.get(UUID(record["id"]))
        if one is None:
            continue
        record["reference_weight"] = one.day.reference_weight or 0.0
        record["last_water_restriction"] = None if one.restriction is None else one.restriction.start.isoformat()
        if one.animal["death_date"] is None:
            record["expected_water"] = one.day.expected_water or 0.0
            record["remaining_water"] = one.day.remaining_water or 0.0


def _only(found: list[Any], principal: Principal, nickname: str) -> Any:
    own = [one for one in found if one["lab_id"] in principal.lab_roles] or found
    if not own:
        raise NotFound("Subject")
    if len(own) > 1:
        raise Conflict(
            f"{len(own)} subjects are named {nickname}.", hint=f"GET /subjects?nickname={nickname} lists them"
        )
    return own[0]


async def requirement(
    tx: ReadTx, principal: Principal, nickname: str, first: date | None, end: date | None
) -> dict[str, Any]:
    """Return an animal's days from its first weighing or dose until today, or until it died; two statements."""
    animal = _only(await store.named(tx, principal, nickname), principal, nickname)
    known = _history(animal, await store.history(tx, animal["id"]))
    today = lab_now(animal["timezone"]).date()
    end = end or min(today, animal["death_date"] or today)
    begin = first or known.first_day
    if begin is not None and end - begin > LONGEST_HISTORY:
        raise Invalid({"start_date": ["Ask for at most twenty years."]})
    day = first or today
    running = known.restriction(day)
    return {
        "subject": animal["nickname"],
        "implant_weight": known.implant(day if running is None else running.start.date()),
        "reference_weight_pct": animal["reference_weight_pct"], "zscore_weight_pct": animal["zscore_weight_pct"],
        "records": [] if begin is None else [one.record() for one in known.days(begin, end)],
    }  # fmt: skip
