"""A quick look at a recording: a second of it as an image, how loud each channel is, and its spectrum."""

import io
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from bregma_codecs.errors import BadInput
from bregma_codecs.transform import Array

SECONDS = 1.0
_WINDOW = 2048
"""Samples of a piece of which the spectrum is taken: 15 Hz apart at 30 kHz."""
_WIDEST, _LOUD, _LEAST = 1500, 99.5, 16


class Recorded(Protocol):
    """What can be looked at: a :class:`bregma_codecs.Reader`, or anything else with these."""

    name: str
    sample_rate: float

    @property
    def duration(self) -> float:
        """Seconds."""

    def __getitem__(self, rows: slice, /) -> Array:
        """Return (samples, channels)."""


@dataclass(frozen=True)
class Look:
    """What a stretch of a recording looks like; amplitudes are in counts of the recording.

    ``values`` (samples, channels), ``start`` (s); ``rms`` (channels): root mean square about each channel's mean; ``power``
    (frequencies, channels): counts squared per Hz, of pieces that overlap by half under a Hann window; ``frequency`` (Hz).
    """

    values: Array
    start: float
    sample_rate: float
    rms: Array
    frequency: Array
    power: Array


def look(reader: Recorded, start: float | None = None, seconds: float = SECONDS) -> Look:
    """Read a stretch of a recording and measure it.

    Parameters
    ----------
    reader : Reader or alike
        The recording.
    start : float, optional
        Where to begin (s); the middle of the recording unless said.
    seconds : float
        How much of it (s), at most 10; less where the recording ends.

    Raises
    ------
    BadInput
        If it begins outside of the recording, or nothing or too much is asked for.
    """
    if not 0 < seconds <= 10:
        raise BadInput(f"{seconds} s cannot be looked at; ask for 10 s or less")
    begin = max(0.0, (reader.duration - seconds) / 2) if start is None else start
    if not 0 <= begin < reader.duration:
        raise BadInput(f"{begin} s lie outside of {reader.name}, which lasts {reader.duration:g} s")
    first = round(begin * reader.sample_rate)
    values = reader[first : first + round(seconds * reader.sample_rate)]
    if len(values) < _LEAST:
        raise BadInput(f"{len(values)} samples of {reader.name} are too few to look at; ask for {_LEAST} or more")
    centred = values.astype("f4") - values.mean(axis=0, dtype="f4")
    frequency, power = _spectrum(centred, reader.sample_rate)
    rms = np.sqrt(np.square(centred).mean(axis=0))
    return Look(values, first / reader.sample_rate, reader.sample_rate, rms, frequency, power)


def _spectrum(centred: Array, sample_rate: float) -> tuple[Array, Array]:
    length = min(_WINDOW, len(centred))
    hann = np.hanning(length + 1)[:length].astype("f4")[:, None]
    starts = range(0, len(centred) - length + 1, max(1, length // 2))
    power = sum(np.square(np.abs(np.fft.rfft(centred[one : one + length] * hann, axis=0))) for one in starts)
    scale = sample_rate * float(np.square(hann).sum()) * len(starts)
    density = np.asarray(power) / scale
    density[1 : -1 if length % 2 == 0 else None] *= 2  # both halves of the spectrum, of which one is kept
    return np.fft.rfftfreq(length, 1 / sample_rate), density


def draw(one: Look, title: str, form: str = "png") -> bytes:
    """Return a picture of it, as ``png`` or ``svg``.

    Raises
    ------
    BadInput
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise BadInput("pictures need matplotlib: pip install 'bregma-codecs[plot]'") from None
    figure = Figure(figsize=(12, 7), layout="constrained")
    figure.suptitle(title, fontsize=11)
    grid = figure.add_gridspec(2, 2, width_ratios=(3, 1), height_ratios=(3, 2))
    _image(figure.add_subplot(grid[:, 0]), one)
    loud = figure.add_subplot(grid[0, 1])
    loud.plot(one.rms, np.arange(len(one.rms)), color="#0b5c9e", linewidth=1)
    loud.set(
        xlabel="root mean square (counts)",
        ylabel="channel",
        xlim=(0, 1.3 * float(np.percentile(one.rms, 99)) or 1),
        ylim=(-0.5, len(one.rms) - 0.5),
    )
    _power(figure.add_subplot(grid[1, 1]), one)
    out = io.BytesIO()
    figure.savefig(out, format=form, dpi=110)
    return out.getvalue()


def _image(axes: Any, one: Look) -> None:
    """Draw channels over time, the middle of each channel grey; of many samples the furthest from it in each step are kept."""
    values = one.values - np.median(one.values, axis=0)
    step = -(-len(values) // _WIDEST)
    if step > 1:
        pieces = values[: len(values) // step * step].reshape(-1, step, values.shape[1])
        furthest = np.abs(pieces).argmax(axis=1)[:, None]
        values = np.take_along_axis(pieces, furthest, axis=1)[:, 0]
    reach = float(np.percentile(np.abs(values), _LOUD)) or 1.0
    end = one.start + len(one.values) / one.sample_rate
    shown = axes.imshow(
        values.T, aspect="auto", origin="lower", cmap="RdBu_r", vmin=-reach, vmax=reach, interpolation="nearest",
        extent=(one.start, end, -0.5, values.shape[1] - 0.5),
    )  # fmt: skip
    axes.set(xlabel="time (s)", ylabel="channel")
    axes.figure.colorbar(shown, ax=axes, label="counts from the channel's median", fraction=0.04)


def _power(axes: Any, one: Look) -> None:
    low, middle, high = np.percentile(np.maximum(one.power[1:], 1e-12), (10, 50, 90), axis=1)
    axes.fill_between(one.frequency[1:], low, high, color="#0b5c9e", alpha=0.25, linewidth=0)
    axes.plot(one.frequency[1:], middle, color="#0b5c9e", linewidth=1)
    axes.set(
        xlabel="frequency (Hz)", ylabel="power (counts²/Hz)\nmedian, 10 to 90 % of channels", xscale="log", yscale="log"
    )
