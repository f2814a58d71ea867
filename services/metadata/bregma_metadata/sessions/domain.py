"""Lab time and a session's place: the rules a neuroscientist would state."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator


def _taken_by_clients(value: UUID) -> UUID:
    if value.version not in (3, 4, 5):
        raise ValueError("Choose a UUID of version 4: ONE clients take no other for an id.")
    return value


ChosenId = Annotated[UUID, AfterValidator(_taken_by_clients)]
"""An id that a client may choose for a session."""


def lab_time(given: datetime, timezone: str) -> datetime:
    """Return the wall clock of the lab: naive input as written, anything with an offset converted."""
    if given.tzinfo is None:
        return given
    return given.astimezone(ZoneInfo(timezone)).replace(tzinfo=None, fold=0)


def can_end_at(start: datetime, end: datetime, timezone: str) -> bool:
    """Whether a session can have ended at this wall clock.

    In the night when the clocks go back an hour is lived twice: a session from 01:50 to 01:10 took twenty minutes.
    """
    if end >= start:
        return True
    zone = ZoneInfo(timezone)
    earliest, latest = start.replace(tzinfo=zone, fold=0), end.replace(tzinfo=zone, fold=1)
    return latest.astimezone(UTC) >= earliest.astimezone(UTC)
