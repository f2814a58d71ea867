"""Small recordings with the statistics that matter: noise, slow drift, spikes, a sync channel."""

import numpy as np
import pytest

from . import waves

RATE = 1000.0


def values_of(samples, channels, dtype="int16", seed=0):
    """A recording of (samples, channels); the last channel is a sync."""
    random = np.random.default_rng(seed)
    values = np.cumsum(random.normal(0, 3, (samples, channels)), axis=0) + random.normal(0, 8, (samples, channels))
    values[:, -1] = (np.arange(samples) // 17 % 2) * 64
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return values.astype(kind)
    room = np.iinfo(kind)
    return (values.astype(np.int64) % min(2**20, room.max)).astype(kind)


@pytest.fixture
def recording():
    """Make the values of a recording."""
    return values_of


@pytest.fixture
def raw(tmp_path):
    """Write a recording; return its path and its values."""

    def write(samples=2500, channels=30, dtype="int16", name="probe.ap.bin", seed=0):
        values = values_of(samples, channels, dtype, seed)
        path = tmp_path / name
        values.tofile(path)
        return path, values

    return write


@pytest.fixture
def packed(raw):
    """Write a compressed recording; return the path of its .cbin and its values."""
    from bregma_codecs import Options, compress_file

    def write(samples=2500, channels=30, dtype="int16", name="probe.ap.bin", seed=0, **options):
        path, values = raw(samples, channels, dtype, name, seed)
        done = compress_file(
            path, sample_rate=RATE, n_channels=channels, dtype=dtype, options=Options(**{"n_threads": 1, **options})
        )
        return done.cbin, values

    return write


@pytest.fixture
def wav(tmp_path):
    """Write a microphone recording; return its path and its bytes."""

    def make(name="mic.wav", rate=waves.RATE, **given):
        raw = waves.samples(**given)
        return waves.write(tmp_path / name, raw, rate), raw

    return make
