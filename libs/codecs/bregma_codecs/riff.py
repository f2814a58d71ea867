"""The samples of a ``.wav``, found by the file's own chunks: what was cut off or never finished is noticed here.

Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF), EBU Tech 3306 (RF64, for more than 4 GiB).
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bregma_codecs.errors import BadInput
from bregma_codecs.transform import Array

BLOCK = 1 << 18
"""Samples of all channels that are read at a time."""
_PCM, _EXTENSIBLE = 1, 0xFFFE
_TAGS = {2: "ADPCM", 3: "floating point", 6: "A-law", 7: "mu-law"}
_IN_DS64 = 0xFFFFFFFF
# what says nothing about the recording beyond its samples: padding, and sums of them
_IDLE = {b"fact", b"PEAK", b"JUNK", b"junk", b"PAD ", b"FLLR", b"ds64"}


@dataclass(frozen=True)
class Wave:
    """An open recording of ``n_samples`` x ``n_channels`` whole numbers of ``width`` bytes; ``others`` are chunks beside its samples."""

    path: Path
    stream: BinaryIO
    sample_rate: int
    n_channels: int
    width: int
    n_samples: int
    offset: int
    others: tuple[str, ...]
    identity: tuple[int, int]

    @property
    def n_bytes(self) -> int:
        """Bytes of all samples."""
        return self.n_samples * self.n_channels * self.width

    def blocks(self) -> Iterator[Array]:
        """Give the bytes of the samples in blocks of shape (samples, channels, width), the first byte the least.

        Raises
        ------
        BadInput
            If the file changes meanwhile.
        """
        self.stream.seek(self.offset)
        size = self.n_channels * self.width
        for start in range(0, self.n_samples, BLOCK):
            wanted = min(BLOCK, self.n_samples - start) * size
            data = self.stream.read(wanted)
            if len(data) != wanted or _identity(self.stream) != self.identity:
                raise BadInput(f"{self.path}: the file was changed while it was read; wait until it is complete")
            yield np.frombuffer(data, np.uint8).reshape(-1, self.n_channels, self.width)


def full_scale(block: Array) -> Array:
    """Return samples (samples, channels, width) as int32 whose highest bit is theirs: the loudest is the same for each width."""
    samples, channels, width = block.shape
    wide = np.zeros((samples, channels, 4), np.uint8)
    wide[..., 4 - width :] = block
    if width == 1:
        wide[..., 3] ^= 0x80  # a byte of a wav counts from 0, silence is 128
    return wide.view("<i4").astype(np.int32, copy=False)[..., 0]


def of_width(values: Array, width: int) -> Array:
    """Return signed bytes (samples, channels, width) of int32 samples; the lower bytes are dropped."""
    return np.ascontiguousarray(values, "<i4").view(np.uint8).reshape(*values.shape, 4)[..., 4 - width :]


def _identity(stream: BinaryIO) -> tuple[int, int]:
    state = os.fstat(stream.fileno())
    return state.st_size, state.st_mtime_ns


@contextmanager
def opened(path: Path) -> Iterator[Wave]:
    """Open a ``.wav``.

    Raises
    ------
    BadInput
        If it is missing, empty, none, cut off, or holds anything but whole numbers of 8, 16, 24 or 32 bits.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    with stream:
        yield _parsed(path, stream)


def _parsed(path: Path, stream: BinaryIO) -> Wave:
    identity = _identity(stream)
    head = stream.read(12)
    if len(head) < 12 or head[:4] not in {b"RIFF", b"RF64"} or head[8:] != b"WAVE":
        raise BadInput(f"{path}: this is no wav recording")
    places: dict[bytes, tuple[int, int]] = {}
    others = []
    for name, start, size in _chunks(path, stream, identity[0]):
        if name in {b"fmt ", b"data"} and name not in places:
            places[name] = start, size
        elif name not in _IDLE:
            others.append(name.decode("latin-1").strip())
    if set(places) != {b"fmt ", b"data"}:
        raise BadInput(f"{path}: the recording has no samples, or does not say how they are written; was it cut off?")
    start, size = places[b"fmt "]
    stream.seek(start)
    channels, rate, width = _format(path, stream.read(size))
    start, size = places[b"data"]
    if not size:
        raise BadInput(f"{path}: there are no samples in it")
    if size % (channels * width):
        raise BadInput(
            f"{path}: {size:,} bytes are no whole number of samples of {channels} channels of {8 * width} bits; was it cut off?"
        )
    return Wave(path, stream, rate, channels, width, size // (channels * width), start, tuple(others), identity)


def _chunks(path: Path, stream: BinaryIO, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Give (name, first byte, length) of each chunk; they must fill the file."""
    place, long_size = 12, 0
    while place < end - 1:  # a last byte that evens the length out belongs to nobody
        stream.seek(place)
        head = stream.read(8)
        name, size = struct.unpack("<4sI", head) if len(head) == 8 else (b"", end)
        if name == b"ds64":
            long_size = int.from_bytes(stream.read(16)[8:], "little")
        if name == b"data" and size == _IN_DS64:
            size = long_size or size
        start = place + 8
        if start + size > end:
            raise BadInput(
                f"{path}: the recording is cut off, or was never closed: {max(end - start, 0):,} bytes are left of a part "
                f"that has {size:,} by its header"
                if name
                else f"{path}: {end - place} bytes at its end belong to nothing; was it cut off?"
            )
        yield name, start, size
        place = start + size + size % 2


def _format(path: Path, fmt: bytes) -> tuple[int, int, int]:
    """Return channels, samples per second and bytes of a sample."""
    if len(fmt) < 16:
        raise BadInput(f"{path}: the recording does not say how its samples are written")
    tag, channels, rate, _, align, bits = struct.unpack("<HHIIHH", fmt[:16])
    if tag == _EXTENSIBLE and len(fmt) >= 26:
        tag = int.from_bytes(fmt[24:26], "little")
    if tag != _PCM:
        raise BadInput(
            f"{path}: the samples are {_TAGS.get(tag, f'of kind {tag}')}, and FLAC holds whole numbers only; the file stays as it is"
        )
    if not (channels and rate and bits) or align != channels * ((bits + 7) // 8) or bits > 32:
        raise BadInput(
            f"{path}: {channels} channels of {bits} bits in {align} bytes at {rate} Hz is no recording that can be read"
        )
    return channels, rate, align // channels
