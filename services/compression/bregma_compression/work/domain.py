"""What a compression job is made of: its states, its names, and what the acquisition wrote down. Pure.

A job is *queued*, then *running*, and ends *done*, *failed* or *cancelled*. A worker that dies leaves it *running*: the next
one begins it anew, and what the dead one sent is nobody's. Only a job that read its own result back from the store, and got
every sample out of it, becomes *done*.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

MOST_TRIES = 5
"""Attempts before a job is given up: a worker that dies of the same recording would die for ever."""

RAW = ".bin"
CRF, PRESET = 29.0, "slow"
"""Of movies: what the paper of the International Brain Laboratory says, and what is worth a night's time."""
STEPS = {"reading": 0.2, "compressing": 0.4, "sending": 0.1, "verifying": 0.3}
"""The steps of a job, with the share of its time that each takes about."""


class State(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.QUEUED, State.RUNNING)
RETRIED = (State.FAILED, State.CANCELLED)


class CannotCompress(Exception):
    """It will never go as it is; the message is for the person who recorded it."""


class NotNow(Exception):
    """It may go later: the store is away, the disk is full, a file that is needed has not arrived.

    ``counts``: whether it was a try. What the recording has no part in is waited for as long as it takes.
    """

    def __init__(self, reason: str, *, counts: bool = True) -> None:
        super().__init__(reason)
        self.counts = counts


class Kind(StrEnum):
    """What a raw file is."""

    EPHYS = "ephys"
    VIDEO = "video"
    SOUND = "sound"


RESULTS = {Kind.EPHYS: 2, Kind.VIDEO: 1, Kind.SOUND: 1}
"""How many files become of one."""

_KINDS = {
    RAW: Kind.EPHYS, ".avi": Kind.VIDEO, ".mp4": Kind.VIDEO, ".mkv": Kind.VIDEO, ".mov": Kind.VIDEO, ".wav": Kind.SOUND,
}  # fmt: skip


def kind_of(name: str) -> Kind | None:
    """Return what a file is by its name; None if nothing here makes it smaller."""
    stem, dot, end = name.rpartition(".")
    return _KINDS.get(f"{dot}{end}".lower()) if stem else None


_EPHYS_TYPE = "ephysData.raw.apBin"


def means(pattern: str, kind: Kind | None) -> bool:
    """Whether a rule's pattern of types is meant for a kind: one that is as wide as to hold raw ephys is about that alone.

    Whoever wrote ``*`` for what is compressed without loss did not ask that movies be encoded with loss, and perhaps retired.
    """
    return kind is not None and (kind is Kind.EPHYS or not fnmatchcase(_EPHYS_TYPE, pattern))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a flat recording is to be read."""

    sample_rate: float
    n_channels: int


@dataclass(frozen=True, slots=True)
class Names:
    """The files that belong to a raw recording."""

    cbin: str
    ch: str
    meta: str


def is_raw(name: str) -> bool:
    """Whether a file may be made smaller, by its name."""
    return kind_of(name) is not None


def names_of(raw: str) -> Names:
    """Return the names beside a raw recording: x.ap.bin becomes x.ap.cbin and x.ap.ch."""
    if kind_of(raw) is not Kind.EPHYS:
        raise CannotCompress(f"{raw} is no flat recording: its name must end in {RAW}.")
    stem = raw[: -len(RAW)]
    return Names(f"{stem}.cbin", f"{stem}.ch", f"{stem}.meta")


def parse_meta(text: str, name: str) -> Shape:
    """Read SpikeGLX's settings: ``nSavedChans`` and the rate of the kind of device that was recorded."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    found = {key.strip().lstrip("~"): value.strip() for key, value in pairs}
    kind = {"nidq": "ni", "obx": "ob"}.get(found.get("typeThis", ""), "im")
    try:
        shape = Shape(float(found[f"{kind}SampRate"]), int(found["nSavedChans"]))
    except KeyError as missing:
        raise CannotCompress(f"{name} has no line {missing.args[0]}, so the recording cannot be read.") from None
    except ValueError as error:
        raise CannotCompress(f"{name} holds what is no number ({error}).") from None
    if not (0 < shape.sample_rate < float("inf") and shape.n_channels > 0):
        raise CannotCompress(f"{name} says {shape.sample_rate} Hz and {shape.n_channels} channels, which cannot be.")
    return shape


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait after so many attempts: 30 s, 2 min, 8 min, half an hour."""
    return timedelta(seconds=min(30 * 4 ** max(attempt - 1, 0), 1800))


def progress_of(step: str, part: float) -> float:
    """Return how far a job is, from how far its step is."""
    steps = list(STEPS)
    before = sum(STEPS[one] for one in steps[: steps.index(step)])
    return min(before + STEPS[step] * min(part, 1.0), 1.0)


@dataclass(frozen=True, slots=True)
class Concerned:
    """What a rule asks about a file."""

    lab: object
    repository: object
    dataset_type: str


def concerns(rule: Concerned, file: Concerned) -> bool:
    """Whether a rule is about a file; no lab and no repository mean any."""
    return (
        rule.lab in (None, file.lab)
        and rule.repository in (None, file.repository)
        and fnmatchcase(file.dataset_type, rule.dataset_type)
    )
