"""What part of an array is asked for, and how much may be. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from bregma_kit.errors import Invalid

LARGEST = 16 * 2**20
"""Bytes of an answer as npy."""
LARGEST_JSON = 2 * 2**20
"""Values of a JSON answer take about this many bytes before they are written out."""
MOST_READ = 512 * 2**20
"""Bytes, as values of all channels, that are gone through for an answer: half a minute of 385 channels at 30 kHz."""

LARGEST_CHUNK = 128 * 2**20
"""Bytes of a chunk; a usual one of 385 channels has 23 million."""

FORMATS = ("json", "npy")
Channels = list[int] | slice | None


@dataclass(frozen=True, slots=True)
class Ask:
    """A part of an array as it was asked for; of samples or of seconds only one pair can be given."""

    form: str
    samples: tuple[int, int] | None
    seconds: tuple[float, float] | None
    channels: Channels

    @property
    def nothing(self) -> bool:
        """Whether only the array's shape is asked for."""
        return self.samples is None and self.seconds is None


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of an array: rows, columns (0: one dimension only), bytes of a value, and rows per second if known."""

    rows: int
    columns: int
    itemsize: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """Rows ``start`` to ``stop``, and which columns."""

    start: int
    stop: int
    columns: list[int] | slice


def parse(query: Mapping[str, str]) -> Ask:
    """Read an address's parameters; a mistake names its parameter."""
    form = query.get("format", "json")
    if form not in FORMATS:
        raise Invalid({"format": [f"Choose one of {', '.join(FORMATS)}."]})
    samples, seconds = _pair(query, "start", "stop", int), _pair(query, "t0", "t1", float)
    if samples and seconds:
        raise Invalid({"t0": ["Give start and stop in samples, or t0 and t1 in seconds, not both."]})
    ask = Ask(
        form, (int(samples[0]), int(samples[1])) if samples else None, seconds, parse_channels(query.get("channels"))
    )
    if ask.nothing and form == "npy":
        raise Invalid({"stop": ["Say which samples: start and stop, or t0 and t1 in seconds."]})
    return ask


def _pair(query: Mapping[str, str], first: str, last: str, kind: type[int] | type[float]) -> tuple[float, float] | None:
    if first not in query and last not in query:
        return None
    if last not in query:
        raise Invalid({last: [f"{first} needs {last} beside it."]})
    found = []
    for name in (first, last):
        try:
            value = kind(query.get(name) or "0")
        except ValueError:
            raise Invalid({name: ["Must be a whole number." if kind is int else "Must be a number."]}) from None
        if not 0 <= value < 2**53:  # also what is not a number at all
            raise Invalid({name: ["Must not be negative, nor beyond any recording."]})
        found.append(value)
    return found[0], found[1]


def parse_channels(text: str | None) -> Channels:
    """Read ``4``, ``0,4,9``, ``0:96`` or ``0:384:4``."""
    if not text:
        return None
    wrong = Invalid({"channels": [f"{text[:40]!r} must look like 4, or 0,4,9, or 0:96."]})
    try:
        if ":" not in text:
            return [int(one) for one in text.split(",")]
        found = slice(*(int(one) if one.strip() else None for one in text.split(":")))
    except (ValueError, TypeError):
        raise wrong from None
    if found.step is not None and found.step < 1:
        raise wrong
    return found


def part_of(ask: Ask, whole: Whole) -> Part:
    """Return the rows and columns that are meant; what lies outside, or is too much for one answer, is a mistake."""
    if ask.seconds is not None:
        if whole.rate is None:
            raise Invalid({"t0": ["This array has no sampling rate; give start and stop."]})
        # no further than a sample behind the end: what lies there is told below, however absurd the rate
        names, (start, stop) = ("t0", "t1"), tuple(round(min(one * whole.rate, whole.rows + 1)) for one in ask.seconds)
        there = f"It lasts {whole.rows / whole.rate:g} s."
    else:
        assert ask.samples is not None
        names, (start, stop) = ("start", "stop"), ask.samples
        there = f"It has samples 0 to {whole.rows}."
    if start > stop:
        raise Invalid({names[1]: [f"Must not lie before {names[0]}."]})
    if stop > whole.rows:
        raise Invalid({names[1]: [f"Lies behind the end. {there}"]})
    columns = _columns(ask.channels, whole)
    wide = len(range(*columns.indices(whole.columns))) if isinstance(columns, slice) else len(columns)
    _refuse_too_much(ask, whole, stop - start, wide if whole.columns else 1, names[1])
    return Part(start, stop, columns)


def _columns(channels: Channels, whole: Whole) -> list[int] | slice:
    if channels is None:
        return slice(None)
    if not whole.columns:
        raise Invalid({"channels": ["This array has one dimension, and no channels."]})
    if isinstance(channels, list) and not all(-whole.columns <= one < whole.columns for one in channels):
        raise Invalid({"channels": [f"It has channels 0 to {whole.columns - 1}."]})
    return channels


def _refuse_too_much(ask: Ask, whole: Whole, rows: int, columns: int, name: str) -> None:
    most = LARGEST if ask.form == "npy" else LARGEST_JSON
    if rows * columns * whole.itemsize > most:
        hint = f"at most {most // (columns * whole.itemsize):,} samples of these channels go into one answer"
        raise Invalid(
            {name: [f"{rows:,} samples of {columns} channels are too much for one answer as {ask.form}."]},
            hint=f"{hint}; ask for several, or download the file by its signed URL",
        )
    read = rows * max(whole.columns, 1) * whole.itemsize
    if read > MOST_READ:
        hint = f"at most {MOST_READ // (max(whole.columns, 1) * whole.itemsize):,} samples are gone through at once"
        raise Invalid({name: [f"{rows:,} samples are too many to go through for one answer."]}, hint=hint)


def is_number(dtype: np.dtype[np.generic]) -> bool:
    """Whether values can be written as JSON numbers."""
    return dtype.kind in "biuf"
