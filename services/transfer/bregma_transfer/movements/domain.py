"""What a movement is: its states, who may change them, how its file is divided, and which side is wrong. Pure.

A movement is *queued*, then *moving*, and ends *done*, *failed*, in *quarantine* (it arrived, with other bytes than were
registered) or *cancelled*. *paused* it waits for a person. Of one dataset and one target at most one is not done.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

MOST_TRIES = 8
PART = 16 * 2**20
MOST_PARTS = 9_000
"""S3 takes 10,000."""
MOST_FILES, MOST_BYTES = 64, 64 * 2**20
"""What a worker takes at once: many small files, or one large one."""
LONGEST_WAIT = 900.0
SOURCE, TARGET = "source", "target"


class State(StrEnum):
    """Where a movement is."""

    QUEUED = "queued"
    MOVING = "moving"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What a person may do with a movement."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY = "retry"


OPEN = (State.QUEUED, State.MOVING, State.PAUSED)
FROM: Mapping[Action, tuple[State, ...]] = {
    Action.PAUSE: (State.QUEUED, State.MOVING),
    Action.RESUME: (State.PAUSED,),
    Action.CANCEL: (*OPEN, State.FAILED, State.QUARANTINED),
    Action.RETRY: (State.FAILED, State.QUARANTINED, State.CANCELLED),
}
TO: Mapping[Action, State] = {
    Action.PAUSE: State.PAUSED,
    Action.RESUME: State.QUEUED,
    Action.CANCEL: State.CANCELLED,
    Action.RETRY: State.QUEUED,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file: the same for every attempt, so that what arrived counts."""

    number: int
    start: int
    end: int

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.end - self.start


def parts_of(size: int) -> list[Part]:
    """Divide a file; one that fits into a part has none, it is sent whole.

    >>> [one.size for one in parts_of(2 * PART + 1)]
    [16777216, 16777216, 1]
    >>> parts_of(PART)
    []
    """
    if size <= PART:
        return []
    length = max(PART, -(-size // MOST_PARTS))
    starts = range(0, size, length)
    return [Part(number, start, min(start + length, size)) for number, start in enumerate(starts, 1)]


def wait_before(tries: int, chance: Callable[[], float] = random.random) -> timedelta:
    """Return how long to wait after so many tries: 5 s, 10 s, 20 s ... 15 min, a quarter more or less.

    Without the chance a store that comes back would be met by everybody in the same moment.
    """
    return timedelta(seconds=min(5 * 2 ** min(max(tries - 1, 0), 10), LONGEST_WAIT) * (0.75 + 0.5 * chance()))


@dataclass(frozen=True, slots=True)
class Content:
    """Size and hashes of bytes that were read."""

    size: int
    md5: str
    sha256: str

    def __str__(self) -> str:
        """Say it to a person."""
        return f"{self.size:,} bytes with the MD5 {self.md5}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of holding an arrived copy against what was registered; no side: it is whole."""

    wrong: str | None = None
    reason: str = ""
    final: bool = False
    """Sending it again brings nothing."""


def judge(registered: Content, arrived: Content | None, source: Content | None, names: tuple[str, str]) -> Verdict:
    """Say which side is wrong; ``source`` is read only where the arrived copy is not what was registered."""
    if arrived == registered:
        return Verdict()
    here, there = names
    if source is None:
        return Verdict(
            SOURCE, f"The copy in {here} is gone: its store has no such object. Nothing was registered.", True
        )
    if source != registered:
        return Verdict(
            SOURCE,
            f"The copy in {here} is wrong: it has {source}, registered are {registered}. What arrived in {there} is kept "
            "apart and was not registered.",
            True,
        )
    what = "nothing" if arrived is None else str(arrived)
    return Verdict(
        TARGET,
        f"The copy in {there} is wrong: {what} arrived there. The one in {here} is what was registered, {registered}.",
    )


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is known of a file outside of the house before it is read: None where nobody said."""

    size: int | None
    md5: str | None
    sha256: str | None

    def contradicts(self, found: Content) -> bool:
        """Whether bytes are not the ones that were meant."""
        pairs = ((self.size, found.size), (self.md5, found.md5), (self.sha256, found.sha256))
        return any(said is not None and said != seen for said, seen in pairs)

    @property
    def proves(self) -> bool:
        """Whether bytes that do not contradict it are the very ones."""
        return self.md5 is not None or self.sha256 is not None

    def __str__(self) -> str:
        """Say it to a person."""
        size = "bytes of unknown number" if self.size is None else f"{self.size:,} bytes"
        return f"{size} with the MD5 {self.md5}" if self.md5 else size


def judge_foreign(
    registered: Claimed, told: Claimed, arrived: Content | None, source: Content | None, names: tuple[str, str]
) -> Verdict:
    """Say which side is wrong of a file that came from outside.

    ``told`` is what its carrier said that it sent; ``source`` what a second reading of the source gave, where there was one.
    """
    here, there = names
    if arrived is None:
        return Verdict(TARGET, f"Nothing arrived in {there}.")
    if told.contradicts(arrived):
        return Verdict(TARGET, f"The copy in {there} is wrong: {arrived} arrived there, {told} were sent from {here}.")
    if not registered.contradicts(arrived) and (registered.proves or told.proves or source == arrived):
        return Verdict()
    wrong = registered.contradicts(arrived)
    if not wrong:
        return Verdict(
            SOURCE, f"{here} does not give the same bytes twice: first {arrived}, then {source or 'nothing'}."
        )
    if source is not None and source != arrived:
        return Verdict(TARGET, f"The copy in {there} is wrong: {arrived} arrived there, {here} has {source}.")
    if source is None and not told.proves:
        return Verdict(
            SOURCE, f"The file in {here} is gone, and what arrived in {there} is not what was registered.", True
        )
    return Verdict(
        SOURCE,
        f"The file in {here} is wrong: it has {arrived}, registered are {registered}. What arrived in {there} is kept apart "
        "and was not registered.",
        True,
    )


class Waiting(Protocol):
    """A movement that may be taken."""

    @property
    def size(self) -> int:
        """Its bytes."""
        ...

    @property
    def places(self) -> tuple[UUID, UUID]:
        """Where it comes from and goes to."""
        ...


def choose(waiting: Sequence[Waiting], room: Mapping[UUID, int]) -> list[int]:
    """Return which of the waiting movements a worker takes, in their order: as many small ones as fit, or one large one.

    ``room`` says how many more files a repository takes at the same time; those that it does not name take any number.
    """
    chosen: list[int] = []
    left = dict(room)
    total = 0
    for index, one in enumerate(waiting):
        if any(left.get(place, 1) <= 0 for place in one.places):
            continue
        if chosen and total + one.size > MOST_BYTES:
            break
        chosen.append(index)
        total += one.size
        for place in one.places:
            if place in left:
                left[place] -= 1
        if len(chosen) == MOST_FILES:
            break
    return chosen
