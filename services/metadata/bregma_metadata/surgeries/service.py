"""Rules of surgeries: what follows for the animal's severity, protocol and life."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from bregma_kit.errors import Invalid
from bregma_kit.resource import Change

from bregma_metadata.husbandry import service as husbandry
from bregma_metadata.subjects.naming import STAFF
from bregma_metadata.surgeries import store

MILD, MODERATE = 2, 3
FATAL = ("a", "n")
"""Acute and non-recovery: the animal does not wake up."""


async def complete(change: Change) -> None:
    """A surgery is the caller's and begins now, unless said."""
    animal = await husbandry.own_subject(change, STAFF)
    husbandry.to_lab_time(change, animal["timezone"], "start_time", "end_time")
    husbandry.check_end(change, animal["timezone"], "surgery")
    if change.creating and not change.links.get("users"):
        change.links["users"] = [change.principal.user_id]
    if _kills(change, animal):
        death = change.after("end_time").date()
        if animal["birth_date"] is not None and death < animal["birth_date"]:
            raise Invalid({"end_time": ["An animal cannot die before its birth."]})
        if animal["reduced_date"] is not None and death > animal["reduced_date"]:
            raise Invalid({"end_time": ["The animal was reduced before this day."]})


def _kills(change: Change, animal: Mapping[str, Any]) -> bool:
    fatal = change.after("outcome_type") in FATAL and change.after("end_time") is not None
    return fatal and animal["death_date"] is None


async def saved(change: Change, _row_id: UUID) -> None:
    """Severity is moderate from now on, the protocol is another, and an animal that did not recover is dead."""
    subject_id: UUID = change.after("subject_id")
    former: UUID = subject_id if change.current is None else change.current["subject_id"]
    animal = await husbandry.animal_of(change.tx, subject_id)
    await store.raise_severity(change.tx, subject_id, MILD, MODERATE)
    if _kills(change, animal):
        death = change.after("end_time").date()
        await store.write_death(change.tx, subject_id, death)
        await husbandry.died(change.tx, subject_id, death)
    for one in sorted({subject_id, former}):
        await husbandry.refresh_protocol(change.tx, one)
