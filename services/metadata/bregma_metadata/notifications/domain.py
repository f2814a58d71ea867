"""Who is told what, and in which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

KINDS = {
    "mouse_underweight": timedelta(hours=1),
    "mouse_water": timedelta(hours=1),
    "mouse_not_weighed": timedelta(0),
    "responsible_user_change": timedelta(hours=1),
}
"""Kind → how long a user is not told the same about the same animal again."""
SCOPES = ("none", "mine", "lab", "all")
UNDERWEIGHT_MARGIN = 2.0
"""Percent points above the limit at which people are told already."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: one line, and the whole."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be told: whether the animal is theirs or of their lab, and what their rule says, if they have one."""

    name: str
    mine: bool
    same_lab: bool
    scope: str | None = None

    @property
    def wants(self) -> bool:
        """Without a rule people are told about their own animals."""
        return {"none": False, "mine": self.mine, "lab": self.mine or self.same_lab, "all": True}[self.scope or "mine"]


def readers(candidates: Iterable[Reader]) -> list[str]:
    """Return who is told."""
    return [one.name for one in candidates if one.wants]


def underweight(nickname: str, percent: float | None, limit: float) -> Message | None:
    """Say that an animal is at or near the weight it must not fall below; nothing where its percentage is not known.

    ``percent`` and ``limit`` are in percent of the expected weight.
    """
    if percent is None or not 0 < percent <= limit + UNDERWEIGHT_MARGIN:
        return None
    word = "WARNING" if percent <= limit else "ATTENTION"
    title = f"{word}: {nickname} weighs {percent:.1f} % of what is expected"
    more = "at or below" if percent <= limit else "close to"
    return Message(title, f"{title}, {more} the limit of {limit:.0f} %.\nWeigh it again, and look after its water.")


def water_due(nickname: str, due: float, last: datetime | None, now: datetime, started: date) -> Message | None:
    """Say that an animal waits for water: none for 23 hours, some due, and not on the restriction's first day.

    ``due`` is in mL; ``last`` and ``now`` are lab time.
    """
    if due <= 0 or started >= now.date() or (last is not None and now - last < timedelta(hours=23)):
        return None
    hours = (
        "never since its restriction began" if last is None else f"{(now - last).total_seconds() / 3600:.0f} hours ago"
    )
    title = f"{nickname} must get {due:.1f} mL of water"
    return Message(title, f"{title}.\nLast water: {hours}.")


def not_weighed(
    nickname: str, weighed: date | None, now: datetime, started: date, *, referenced: bool
) -> Message | None:
    """Say that a restricted animal was not weighed today; on the first day its reference weight counts."""
    if weighed == now.date() or (started >= now.date() and referenced):
        return None
    return Message(f"{nickname} was not weighed today", f"{nickname} is water restricted and was not weighed today.")


def new_responsible(nickname: str, old: str | None, new: str | None) -> Message:
    """Say that somebody else looks after an animal now."""
    title = f"{nickname} has a new responsible user"
    return Message(title, f"{nickname}: {old or 'nobody'} was responsible, now it is {new or 'nobody'}.")


def due_day(zone: str, at: time, now: datetime) -> date | None:
    """Return the lab's day whose daily work is due at ``now`` (aware), or None before that time of the day.

    A day is what is remembered, not a moment: when clocks change, no day is left out and none comes twice.
    """
    here = now.astimezone(ZoneInfo(zone))
    return here.date() if here.time() >= at else None
