"""Rules of insertions: they are their session's, and a probe that stays in has one serial number."""

from uuid import UUID

from bregma_kit.clock import now
from bregma_kit.errors import Invalid
from bregma_kit.resource import Change
from bregma_kit.scope import WriteRule

from bregma_metadata.insertions import store
from bregma_metadata.sessions.attached import check_writer
from bregma_metadata.sessions.domain import lab_time
from bregma_metadata.sessions.store import now_in, timezone_of
from bregma_metadata.subjects.naming import choose

SERIALS_DIFFER = "The serial numbers of chronic insertion and probe insertion do not match."
WRITERS = WriteRule(lab="lab_id")


async def complete_insertion(change: Change) -> None:
    """Check session and chronic insertion, and note the time."""
    if change.current is not None:
        await check_writer(change.tx, change.principal, change.current["session_id"])
        change.values["auto_datetime"] = now()
    if change.creating or "session_id" in change.values:
        await check_writer(change.tx, change.principal, change.values.get("session_id"))
    chronic_id = change.after("chronic_insertion_id")
    if chronic_id is None or not {"chronic_insertion_id", "serial"} & set(change.values):
        return
    chronic = await store.chronic(change.tx, chronic_id)
    if chronic is None or not change.principal.may_see(chronic["lab_id"]):
        raise Invalid({"chronic_insertion": [f'Invalid pk "{chronic_id}" - object does not exist.']})
    if chronic["serial"] != (change.after("serial") or ""):
        raise Invalid({"non_field_errors": [SERIALS_DIFFER]})


async def may_delete_insertion(change: Change, _row_id: UUID) -> None:
    """Deleting is writing."""
    assert change.current is not None
    await check_writer(change.tx, change.principal, change.current["session_id"])


async def complete_chronic(change: Change) -> None:
    """Find the animal; lab and time are those of the animal's lab unless said."""
    animal = await choose(change, "subject", "subject_id")
    if animal is not None:
        WRITERS.check(change.principal, {"lab_id": animal["lab_id"]})
        if change.creating:
            change.values.setdefault("lab_id", animal["lab_id"])
    if change.after("lab_id") is not None:
        zone = await timezone_of(change.tx, change.after("lab_id"))
        if change.values.get("start_time") is not None:
            change.values["start_time"] = lab_time(change.values["start_time"], zone)
        elif change.creating and "start_time" not in change.values:
            change.values["start_time"] = await now_in(change.tx, zone)
    serial = change.values.get("serial")
    if (
        change.current is not None
        and serial is not None
        and await store.other_serials(change.tx, change.current["id"], serial)
    ):
        raise Invalid({"serial": [SERIALS_DIFFER]})
