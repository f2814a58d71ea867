"""Chunks as zlib streams: three ways to write them, one exact way to read them, and a seek index inside legal streams.

zlib-ng deflates with a search that pays on samples, libdeflate is the fastest at both ends; each checks what the other wrote.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import deflate
import numpy as np
from zlib_ng import zlib_ng

from bregma_codecs.errors import BadInput, Damaged
from bregma_codecs.transform import Array

GROUP = 12
"""Channels that are reached together: fewer cost size, more cost time when one is wanted."""
_EMPTY_BLOCK = b"\x03\x00"
_HEAD, _TAIL = 2, 4
_ADLER = slice(-_TAIL, None)


@dataclass(frozen=True)
class Profile:
    """A way to deflate. All are read by every mtscomp reader."""

    name: str
    level: int
    library: str
    indexed: bool


PROFILES = {
    one.name: one for one in (
        Profile("balanced", 4, "zlib-ng", indexed=True),
        Profile("fast", 1, "libdeflate", indexed=False),
        Profile("small", 10, "libdeflate", indexed=False),
    )
}  # fmt: skip
DEFAULT_PROFILE = "balanced"


def profile(name: str, level: int | None = None) -> Profile:
    """Return a profile; a zlib ``level`` of 0 to 9 of the caller's own takes its place.

    Raises
    ------
    BadInput
        If there is no such profile or level.
    """
    if level is not None and level != -1:
        if not 0 <= level <= 9:
            raise BadInput(f"comp_level is {level}, and must be 0 to 9, or -1 for the profile's own")
        return Profile(f"level {level}", level, "zlib-ng", indexed=True)
    if name not in PROFILES:
        raise BadInput(f"there is no profile {name!r}; choose one of {', '.join(PROFILES)}")
    return PROFILES[name]


@dataclass(frozen=True)
class Stream:
    """One zlib stream; with an index also the bytes of each group of channels in it, and the CRC-32 of what they hold."""

    data: bytes | bytearray
    lengths: Sequence[int] = ()
    checks: Sequence[int] = ()


def groups_of(n_channels: int) -> list[int]:
    """Return the channels at which groups begin, and the end: the last channel, which is often a sync, is alone."""
    return [*range(0, n_channels - 1, GROUP), n_channels - 1, n_channels] if n_channels > 1 else [0, 1]


def compress(differences: Array, how: Profile, groups: Sequence[int] | None) -> Stream:
    """Deflate one chunk.

    Parameters
    ----------
    differences : ndarray
        C-contiguous; with ``groups`` of shape (channels, samples).
    how : Profile
        Library and level.
    groups : sequence of int or None
        Channels at which groups begin, and the end; after each the stream is flushed, so that it can be read on its own.
    """
    if how.library == "libdeflate":
        return Stream(deflate.zlib_compress(differences, how.level))
    if groups is None:
        return Stream(zlib_ng.compress(differences, how.level))
    deflater = zlib_ng.compressobj(how.level)
    parts: list[bytes] = []
    lengths, checks = [], []
    for first, last in itertools.pairwise(groups):
        rows = differences[first:last]
        checks.append(zlib_ng.crc32(rows))
        part = deflater.compress(rows) + deflater.flush(zlib_ng.Z_FULL_FLUSH)
        lengths.append(len(part) - (_HEAD if not parts else 0))
        parts.append(part)
    parts.append(deflater.flush())
    return Stream(b"".join(parts), lengths, checks)


def inflate(data: Any, dtype: np.dtype[Any], shape: tuple[int, int], where: str) -> Array:
    """Inflate a chunk with libdeflate; the result is the caller's to write to.

    Raises
    ------
    Damaged
        If it is no zlib stream, is of another size, fails its checksum, or is followed by other bytes.
    """
    size = shape[0] * shape[1] * dtype.itemsize
    try:
        plain = deflate.zlib_decompress(data, size)
    except deflate.DeflateError:
        raise Damaged(f"{where} is damaged: it does not inflate to {size:,} bytes") from None
    if len(plain) != size:
        raise Damaged(f"{where} is damaged: it holds {len(plain):,} bytes instead of {size:,}")
    if int.from_bytes(data[_ADLER], "big") != deflate.adler32(plain):
        raise Damaged(f"{where} is damaged: bytes follow the end of its stream")
    return np.frombuffer(plain, dtype).reshape(shape)


def inflate_otherwise(stream: Stream, how: Profile, dtype: np.dtype[Any], shape: tuple[int, int], where: str) -> Array:
    """Inflate a chunk with another library than the one that has just written it, so that no bug of one passes unseen."""
    if how.library != "libdeflate":
        return inflate(stream.data, dtype, shape, where)
    size = shape[0] * shape[1] * dtype.itemsize
    try:
        plain = zlib_ng.decompress(stream.data, bufsize=size)
    except zlib_ng.error as error:  # type: ignore[misc]  # the stubs do not know that it is an exception
        raise Damaged(f"{where} is damaged: it does not inflate ({error})") from None
    if len(plain) != size:
        raise Damaged(f"{where} is damaged: it holds {len(plain):,} bytes instead of {size:,}")
    return np.frombuffer(plain, dtype).reshape(shape)


def inflate_group(data: Any, check: int, dtype: np.dtype[Any], shape: tuple[int, int], where: str) -> Array:
    """Inflate one group of channels by what the index says of it.

    Raises
    ------
    Damaged
        If it does not hold what was written.
    """
    size = shape[0] * shape[1] * dtype.itemsize
    try:
        plain = deflate.deflate_decompress(bytes(data) + _EMPTY_BLOCK, size)
    except deflate.DeflateError:
        plain = bytearray()
    if len(plain) != size or deflate.crc32(plain) != check:
        raise Damaged(f"{where} is damaged: it does not hold the channels that the index says")
    return np.frombuffer(plain, dtype).reshape(shape)
