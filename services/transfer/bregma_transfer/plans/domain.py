"""What is sent: wanted by a rule, not there yet, not on its way already. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from uuid import UUID
from zoneinfo import ZoneInfo

NIGHT = time(2)
"""When a lab's night begins on its own clocks: the experiments are over and nobody needs the network."""
AT_ONCE, AT_NIGHT = "at_once", "night"


@dataclass(frozen=True, slots=True)
class Rule:
    """Datasets like this shall have a verified copy there; None means any."""

    id: UUID
    target: UUID
    dataset_type: str = "*"
    lab: UUID | None = None
    project: UUID | None = None
    source: UUID | None = None
    minimum_copies: int | None = None
    priority: int = 0


@dataclass(slots=True)  # not frozen: a million of them are made in half the time
class Held:
    """A verified dataset with the places of its copies, the best to read from first."""

    dataset: UUID
    lab: UUID
    dataset_type: str
    copies: Sequence[UUID]
    projects: frozenset[UUID] = frozenset()
    coming: frozenset[UUID] = frozenset()
    """Places that a copy is on its way to."""
    refused: frozenset[UUID] = frozenset()
    """Places where these very bytes were cancelled or are in quarantine: a plan does not undo that every night."""
    foreign: bool = False
    """Declared at sources outside; there is no verified copy of it."""


@dataclass(slots=True)
class Wanted:
    """A copy to make."""

    dataset: UUID
    rule: UUID
    source: UUID
    target: UUID
    priority: int


@dataclass(slots=True)
class Planner:
    """The rules, in rank, with what was found out about kinds of datasets."""

    rules: Sequence[Rule]
    _known: dict[tuple[UUID, str], list[Rule]] = field(default_factory=dict)

    def plan(self, many: Iterable[Held]) -> Iterator[Wanted]:
        """Return the copies to make. With these on their way the next plan returns nothing."""
        for one in many:
            yield from self._of(one)

    def _of(self, one: Held) -> Iterator[Wanted]:
        kind = (one.lab, one.dataset_type)
        rules = self._known.get(kind)
        if rules is None:
            rules = self._known[kind] = [rule for rule in self.rules if _concerns(rule, one)]
        if not rules:
            return
        taken = {*one.copies, *one.coming, *one.refused}
        count = len(one.coming) if one.foreign else len({*one.copies, *one.coming})
        for rule in rules:
            enough = rule.minimum_copies is not None and count >= rule.minimum_copies
            if rule.target in taken or enough or (rule.project is not None and rule.project not in one.projects):
                continue
            source = next((place for place in one.copies if rule.source in (None, place)), None)
            if source is None:
                continue
            taken.add(rule.target)
            count += 1
            yield Wanted(one.dataset, rule.id, source, rule.target, rule.priority)


def _concerns(rule: Rule, one: Held) -> bool:
    return rule.lab in (None, one.lab) and fnmatchcase(one.dataset_type, rule.dataset_type)


def night_of(zone: str, now: datetime) -> tuple[date, datetime]:
    """Return the last night that began in a time zone: its date there, and the moment of its 02:00.

    Where clocks leap over 02:00 it is the moment of the leap; where it comes twice, the first.

    >>> night_of("America/New_York", datetime(2026, 3, 8, 7, 0, tzinfo=UTC))
    (datetime.date(2026, 3, 8), datetime.datetime(2026, 3, 8, 7, 0, tzinfo=datetime.timezone.utc))
    """
    place = ZoneInfo(zone)
    day = now.astimezone(place).date()
    begins = datetime.combine(day, NIGHT, place).astimezone(UTC)
    if begins > now:
        day -= timedelta(days=1)
        begins = datetime.combine(day, NIGHT, place).astimezone(UTC)
    return day, begins
