"""Recordings with the statistics of a Neuropixels probe, for measuring compression: noise, common signals, spikes, a sync.

Amplitudes are chosen so that mtscomp makes an `ap` recording 2.7 times smaller, which is what its authors report of real ones.
Everything is drawn second by second from a seed, so that a long recording begins as a short one does.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

RATE, CHANNELS = 30_000, 385
_LOW, _HIGH = -512, 511
"""Ten bits, as the first Neuropixels give."""
_SOURCE_SPACING, _UNITS, _SPIKE = 4, 190, 60
Array = np.ndarray[Any, Any]


@dataclass
class Probe:
    """A probe of ``channels`` - 1 sites and a sync; standard deviations of its parts are in counts."""

    seed: int = 0
    channels: int = CHANNELS
    thermal: float = 2.45
    background: float = 3.8
    slow: float = 3.0
    common: float = 1.6
    _second: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        draw = np.random.default_rng([self.seed, 0])
        sites = self.channels - 1
        self._gain = draw.lognormal(0, 0.18, sites).astype("f4")
        self._offset = draw.normal(0, 4, sites).astype("f4")
        place = np.arange(sites, dtype="f4")
        sources = np.arange(0, sites, _SOURCE_SPACING, dtype="f4")
        self._near, self._far = (_mixing(place, sources, width) for width in (5, 40))
        self._frequency = np.fft.rfftfreq(RATE, 1 / RATE).astype("f4")
        self._units = [_unit(draw, sites) for _ in range(_UNITS * sites // 384)]

    def second(self) -> Array:
        """Return the next second, (30000, channels) of int16."""
        draw = np.random.default_rng([self.seed, 1, self._second])
        sites, sources = self.channels - 1, self._near.shape[0]
        signal = self.thermal * self._noise(draw, sites, 0, 10_000)
        signal += self.background * self._noise(draw, sources, 300, 4_000) @ self._near
        signal += self.slow * self._noise(draw, sources, 80, 300) @ self._far
        time = self._second + np.arange(RATE) / RATE
        hum = self.common * np.sqrt(2) * np.sin(2 * np.pi * 60 * time)
        signal += self.common * self._noise(draw, 1, 0, 10_000) + hum[:, None].astype("f4")
        for first, shape, rate in self._units:
            for start in draw.integers(0, RATE - len(shape), draw.poisson(rate)):
                signal[start : start + len(shape), first : first + shape.shape[1]] += shape
        out = np.empty((RATE, self.channels), "<i2")
        np.clip(np.rint(signal * self._gain + self._offset), _LOW, _HIGH, out=signal)
        out[:, :-1] = signal
        out[:, -1] = 64 * (np.floor(time * 2).astype(int) % 2)
        self._second += 1
        return out

    def write(self, path: Path, seconds: int) -> Path:
        """Write a flat recording of some seconds."""
        with path.open("wb") as stream:
            for _ in range(seconds):
                stream.write(self.second().data)
        return path

    def _noise(self, draw: np.random.Generator, width: int, low: float, high: float) -> Array:
        """Return noise of unit variance between two frequencies (Hz), with the gentle slopes of an amplifier's filters."""
        spectrum = np.fft.rfft(draw.standard_normal((width, RATE), dtype="f4"), axis=1)
        keep = 1 / np.sqrt(1 + (self._frequency / high) ** 2)
        if low:
            keep *= self._frequency / np.sqrt(low**2 + self._frequency**2)
        keep[0] = 0
        shaped = np.fft.irfft(spectrum * keep, RATE, axis=1).astype("f4")
        return np.ascontiguousarray(shaped.T / np.sqrt(2 * (keep**2).sum() / RATE))


def _mixing(place: Array, sources: Array, width: float) -> Array:
    weight = np.exp(-0.5 * ((sources[:, None] - place[None, :]) / width) ** 2)
    return (weight / np.sqrt((weight**2).sum(axis=0))).astype("f4")


def _unit(draw: np.random.Generator, sites: int) -> tuple[int, Array, float]:
    """Return (first site, template of 2 ms x sites, firing rate in Hz) of a neuron."""
    time = np.arange(RATE // 500) / RATE * 1e3
    trough, hump = draw.uniform(0.12, 0.25), draw.uniform(0.25, 0.6)
    wave = -np.exp(-0.5 * ((time - 0.5) / trough) ** 2)
    wave += draw.uniform(0.2, 0.5) * np.exp(-0.5 * ((time - 0.5 - trough - hump) / hump) ** 2)
    centre = int(draw.integers(0, sites))
    near = np.arange(max(0, centre - 10), min(sites, centre + 11))
    size = draw.gamma(2, _SPIKE / 4) * np.exp(-np.abs(near - centre) / draw.uniform(1, 4))
    return int(near[0]), (wave[:, None] * size).astype("f4"), float(draw.gamma(1.2, 5) + 0.2)
