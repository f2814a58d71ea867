"""Lab time and a session's place: the rules a neuroscientist would state."""

from datetime import datetime
from zoneinfo import ZoneInfo


def lab_time(given: datetime, timezone: str) -> datetime:
    """Return the wall clock of the lab: naive input as written, anything with an offset converted."""
    if given.tzinfo is None:
        return given
    return given.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def place(subject: str, date: str, number: int | None) -> str:
    """Return a session's folder below its lab's ``Subjects``; the number always has three digits."""
    return f"{subject}/{date}/{number or 0:03d}"
