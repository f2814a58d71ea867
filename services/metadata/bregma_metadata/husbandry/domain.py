"""What an animal should weigh, and how much it must drink.

All weights are in grams, water in mL, days are days of the animal's lab. An implant is no part of the animal: what is
compared with a limit is weight net of the implant. What cannot be known (no weighing, no birth date, unknown sex) is
None, never a guess.

One limit counts everywhere, in lists, plots and for the extra water: the lab's two percentages added up. (Alyx colours
its lists by the larger of the two, and its plots by their sum.) The sum is what ``minimum`` is made of, so an animal is
red exactly when it is below its minimum weight and gets more water; with one percentage set both rules agree.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bregma_metadata.husbandry.growth import weight_at

NEED, NEED_WHEN_LIGHT = 0.04, 0.05
"""mL of water for each gram and day: 40 mL/kg, and 50 below the minimum weight."""
MARGIN = 0.02
"""An animal this close above its limit is orange."""
LONGEST_AGE_OF_REFERENCE = timedelta(days=7)
Measured = Sequence[tuple[datetime, float]]
"""Times and values, oldest first."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A water restriction; a reference weight of 0 stands for the last weighing up to its start."""

    start: datetime
    end: datetime | None = None
    reference_weight: float = 0.0

    def covers(self, day: date) -> bool:
        """Whether the animal was restricted on this day; first and last day count."""
        return self.start.date() <= day and (self.end is None or day <= self.end.date())


@dataclass(frozen=True, slots=True)
class Dose:
    """Water that was given; of free access no amount is known."""

    moment: datetime
    volume: float | None
    in_session: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """The weight that an animal is measured against: net of the implant that it carried at its restriction's start."""

    day: date
    weight: float


def age_in_weeks(birth: date, day: date) -> int:
    """Return whole weeks since birth."""
    return (day - birth).days // 7


def zscore_weight(sex: str, birth: date | None, reference: Reference | None, day: date) -> float | None:
    """Return what the animal would weigh if it had kept its place among animals of its sex and age."""
    if birth is None or reference is None:
        return None
    then, now = (weight_at(sex, age_in_weeks(birth, one)) for one in (reference.day, day))
    if then is None or now is None:
        return None
    return now[1] * (reference.weight - then[0]) / then[1] + now[0]


@dataclass(frozen=True, slots=True)
class Percentages:
    """How much a lab counts the reference weight and the z-score weight, as fractions of 1; both 0 set no limit."""

    reference: float
    zscore: float

    @property
    def limit(self) -> float:
        """The fraction of the expected weight that an animal must not fall below."""
        return self.reference + self.zscore

    def expected(self, reference: float | None, zscore: float | None, implant: float) -> float | None:
        """Return the weight that is expected, implant included: both weights as the lab counts them."""
        if self.limit <= 0 or (self.reference and reference is None) or (self.zscore and zscore is None):
            return None
        return (self.zscore * (zscore or 0.0) + self.reference * (reference or 0.0)) / self.limit + implant

    def minimum(self, expected: float | None, implant: float) -> float | None:
        """Return the weight, implant included, that the animal must not fall below."""
        return None if expected is None else self.limit * (expected - implant) + implant

    def colour(self, weight: float | None, expected: float | None, implant: float) -> str | None:
        """Return ``red`` below the minimum, ``orange`` up to two percent points above it, else ``green``."""
        if weight is None or expected is None:
            return None
        own = expected - implant
        if weight < self.limit * own + implant:
            return "red"
        return "orange" if weight < (self.limit + MARGIN) * own + implant else "green"


def percentage(weight: float | None, expected: float | None, implant: float) -> float | None:
    """Return the weight as percent of the expected one, both net of the implant."""
    if weight is None or expected is None or expected <= implant:
        return None
    return 100 * (weight - implant) / (expected - implant)


def water_needed(weight: float | None, minimum: float | None, implant: float) -> float | None:
    """Return the day's water; an animal whose minimum is not known is not known to be below it."""
    if weight is None:
        return None
    light = minimum is not None and weight < minimum
    return (NEED_WHEN_LIGHT if light else NEED) * max(weight - implant, 0.0)


def last(measured: Measured, day: date) -> tuple[datetime, float] | None:
    """Return the last measurement up to the end of a day."""
    place = bisect_right(measured, day, key=lambda one: one[0].date())
    return measured[place - 1] if place else None


@dataclass(frozen=True, kw_only=True)
class History:
    """All that weights and water are worked out from, each list oldest first."""

    sex: str = "U"
    birth: date | None = None
    percentages: Percentages = Percentages(0.0, 0.0)
    weighings: Measured = ()
    implants: Measured = ()
    restrictions: Sequence[Restriction] = ()
    doses: Sequence[Dose] = ()
    _given: dict[date, list[float]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Add up the doses of each day: rewards of sessions, and supplements."""
        given: defaultdict[date, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for dose in self.doses:
            given[dose.moment.date()][0 if dose.in_session else 1] += dose.volume or 0.0
        object.__setattr__(self, "_given", dict(given))

    @property
    def first_day(self) -> date | None:
        """The day of the first weighing or dose."""
        moments = [*(one[0] for one in self.weighings[:1]), *(one.moment for one in self.doses[:1])]
        return min(moments).date() if moments else None

    def weight(self, day: date) -> float | None:
        """Return the last weight up to a day."""
        found = last(self.weighings, day)
        return None if found is None else found[1]

    def implant(self, day: date) -> float:
        """Return what the animal carries on a day: 0 before its first implant."""
        found = last(self.implants, day)
        return 0.0 if found is None else found[1]

    def restriction(self, day: date) -> Restriction | None:
        """Return the newest of the restrictions of a day."""
        return next((one for one in reversed(self.restrictions) if one.covers(day)), None)

    def running(self, moment: datetime) -> Restriction | None:
        """Return the newest of the restrictions that run at this moment."""
        return next(
            (one for one in reversed(self.restrictions)
             if one.start <= moment and (one.end is None or moment < one.end)), None,
        )  # fmt: skip

    def reference(self, day: date) -> Reference | None:
        """Return what the animal is measured against; the newest restriction's weight stays so after its end."""
        newest = self.restrictions[-1] if self.restrictions else None
        one = newest if newest is not None and newest.start.date() <= day else self.restriction(day)
        if one is None:
            return None
        start = one.start.date()
        weighed = (one.start, one.reference_weight) if one.reference_weight else last(self.weighings, start)
        return None if weighed is None else Reference(weighed[0].date(), weighed[1] - self.implant(start))

    def given(self, day: date) -> tuple[float, float]:
        """Return the day's rewards and supplements."""
        reward, supplement = self._given.get(day, (0.0, 0.0))
        return reward, supplement

    def on(self, day: date) -> "Day":
        """Work out one day."""
        reference, weight, implant = self.reference(day), self.weight(day), self.implant(day)
        net = None if reference is None else reference.weight
        zscore = zscore_weight(self.sex, self.birth, reference, day)
        expected = self.percentages.expected(net, zscore, implant)
        minimum = self.percentages.minimum(expected, implant)
        weighed = last(self.weighings, day)
        reward, supplement = self.given(day)
        return Day(
            date=day, weight=weight, weighing_at=weighed[1] if weighed and weighed[0].date() == day else None,
            reference_weight=net, expected_weight=expected, min_weight=minimum,
            percentage_weight=percentage(weight, expected, implant), given_water_reward=reward,
            given_water_supplement=supplement, expected_water=water_needed(weight, minimum, implant),
            is_water_restricted=self.restriction(day) is not None, implant_weight=implant,
            colour=self.percentages.colour(weight, expected, implant),
        )  # fmt: skip

    def days(self, first: date, end: date) -> "Iterator[Day]":
        """Work out each day, both included."""
        for place in range((end - first).days + 1):
            yield self.on(first + timedelta(days=place))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """An animal's day: weights with the implant, except ``reference_weight``."""

    date: date
    weight: float | None
    weighing_at: float | None
    reference_weight: float | None
    expected_weight: float | None
    min_weight: float | None
    percentage_weight: float | None
    given_water_reward: float
    given_water_supplement: float
    expected_water: float | None
    is_water_restricted: bool
    implant_weight: float
    colour: str | None

    @property
    def given_water_total(self) -> float:
        """All the water of the day."""
        return self.given_water_reward + self.given_water_supplement

    @property
    def remaining_water(self) -> float | None:
        """What must still be given; negative when it got more."""
        return None if self.expected_water is None else self.expected_water - self.given_water_total

    @property
    def excess_water(self) -> float | None:
        """What it got beyond its need."""
        return None if self.expected_water is None else self.given_water_total - self.expected_water

    def record(self) -> dict[str, Any]:
        """Return the day as ``/water-requirement`` shows it."""
        shown = (
            "weight", "weighing_at", "reference_weight", "expected_weight", "min_weight", "percentage_weight",
            "given_water_reward", "given_water_supplement", "given_water_total", "expected_water", "excess_water",
            "is_water_restricted", "implant_weight", "colour",
        )  # fmt: skip
        return {"date": self.date.isoformat(), **{name: getattr(self, name) for name in shown}}


def end_at_death(death: date, now: datetime) -> datetime:
    """Return when an animal's death ends what runs: on that day, and not in the future."""
    return min(now, datetime.combine(death, datetime.max.time().replace(microsecond=0)))
