"""Wav files to test with, and the command line to type them at."""

import struct
import wave

import numpy as np
from bregma_codecs.cli import main
from click.testing import CliRunner

RATE = 192_000


def samples(n=3000, channels=2, width=2, seed=0):
    """The bytes of a call of falling pitch in noise, (n, channels, width), the extremes of the width among them."""
    random = np.random.default_rng(seed)
    time_ = np.arange(n)[:, None] / RATE
    values = 0.6 * np.sin(2 * np.pi * (12_000 - 5e4 * time_) * time_) + random.normal(0, 0.005, (n, channels))
    values[0], values[-1] = 1, -1
    whole = np.clip(np.round(values * 2**31), -(2**31), 2**31 - 1).astype("<i4").view("u1").reshape(n, channels, 4)
    raw = whole[..., 4 - width :].copy()
    if width == 1:
        raw[..., 0] ^= 0x80
    if width == 4:
        raw[..., 0] = 0
    return raw


def write(path, raw, rate=RATE):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(raw.shape[1])
        out.setsampwidth(raw.shape[2])
        out.setframerate(rate)
        out.writeframes(raw.tobytes())
    return path


def riff_file(path, *chunks, kind=b"RIFF"):
    body = b"".join(
        name + struct.pack("<I", len(data) if size is None else size) + data + b"\0" * (len(data) % 2)
        for name, data, size in chunks
    )
    path.write_bytes(kind + struct.pack("<I", 4 + len(body)) + b"WAVE" + body)
    return path


def fmt(channels=1, rate=8000, bits=16, tag=1, align=None, more=b""):
    align = channels * bits // 8 if align is None else align
    return (b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * align, align, bits) + more, None)


DATA = (b"data", np.arange(100, dtype="<i2").tobytes(), None)


def call(*words, status=0):
    done = CliRunner().invoke(main, [str(one) for one in words])
    assert done.exit_code == status, done.output
    assert "Traceback" not in done.output
    return done.output
