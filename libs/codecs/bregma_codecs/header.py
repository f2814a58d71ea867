"""The ``.ch`` header of mtscomp's format, version 1.0: read with care, written as mtscomp writes it."""

import itertools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bregma_codecs.errors import BadHeader

VERSION, ALGORITHM = "1.0", "zlib"
ORDERS = ("F", "C")
KINDS = "iuf"
MOST_EXPANSION = 1032
"""Deflate never gives more bytes than this for one (RFC 1951: 258 bytes for 2 bits): a header that promises more is a lie."""
_SHA1 = re.compile(r"[0-9a-f]{40}\Z")
_OWN = frozenset({
    "version", "algorithm", "comp_level", "do_time_diff", "do_spatial_diff", "dtype", "n_channels", "sample_rate",
    "chunk_bounds", "chunk_offsets", "chunk_order", "sha1_compressed", "sha1_uncompressed", "shape",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a ``.cbin`` holds and where its chunks lie.

    ``chunk_bounds`` are sample indices (n_chunks + 1), ``chunk_offsets`` byte offsets (n_chunks + 1); ``sample_rate`` is in Hz.
    ``extra`` are keys that others added; they are kept.
    """

    dtype: np.dtype[Any]
    n_channels: int
    sample_rate: float
    chunk_bounds: list[int]
    chunk_offsets: list[int]
    chunk_order: str = "F"
    do_time_diff: bool = True
    do_spatial_diff: bool = False
    comp_level: int = -1
    sha1_compressed: str | None = None
    sha1_uncompressed: str | None = None
    shape: list[int] | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.chunk_bounds[-1]

    @property
    def n_chunks(self) -> int:
        """Number of chunks."""
        return len(self.chunk_bounds) - 1

    @property
    def sample_size(self) -> int:
        """Bytes of one sample of all channels."""
        return self.n_channels * self.dtype.itemsize

    @property
    def n_bytes(self) -> int:
        """Bytes of the decompressed recording."""
        return self.n_samples * self.sample_size

    def rows(self, chunk: int) -> int:
        """Return how many samples a chunk has."""
        return self.chunk_bounds[chunk + 1] - self.chunk_bounds[chunk]

    def place(self, chunk: int) -> tuple[int, int]:
        """Return (offset, length) of a chunk in the ``.cbin``, in bytes."""
        return self.chunk_offsets[chunk], self.chunk_offsets[chunk + 1] - self.chunk_offsets[chunk]

    def as_dict(self) -> dict[str, Any]:
        """Return the keys as mtscomp names them."""
        return {
            **self.extra,
            "version": VERSION, "algorithm": ALGORITHM, "comp_level": self.comp_level,
            "do_time_diff": self.do_time_diff, "do_spatial_diff": self.do_spatial_diff, "dtype": str(self.dtype),
            "n_channels": self.n_channels, "sample_rate": self.sample_rate, "chunk_bounds": self.chunk_bounds,
            "chunk_offsets": self.chunk_offsets, "chunk_order": self.chunk_order,
            "sha1_compressed": self.sha1_compressed, "sha1_uncompressed": self.sha1_uncompressed,
            "shape": self.shape or [self.n_samples, self.n_channels],
        }  # fmt: skip

    def to_json(self) -> str:
        """Return the text of the ``.ch``."""
        return json.dumps(self.as_dict(), indent=2, sort_keys=True)


def chunk_bounds(n_samples: int, chunk_duration: float, sample_rate: float) -> list[int]:
    """Return the sample indices at which chunks begin and end.

    Parameters
    ----------
    n_samples : int
        Samples of each channel, at least 1.
    chunk_duration : float
        Duration of a chunk (s); its samples are rounded half to even, as mtscomp does.
    sample_rate : float
        Samples per second (Hz).

    Returns
    -------
    list of int
        0, step, 2 * step ... n_samples.
    """
    step = max(1, round(chunk_duration * sample_rate))
    return [*range(0, n_samples, step), n_samples]


def read_header(path: Path) -> Header:
    """Read a ``.ch`` file.

    Raises
    ------
    BadHeader
        If there is none, or it is none of this format.
    """
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise BadHeader(
            f"{path}: there is no such header; a .cbin is read with the .ch that was written with it"
        ) from None
    except (ValueError, RecursionError) as error:
        raise BadHeader(f"{path}: this is no JSON ({error})") from None
    return parse_header(value, str(path))


def parse_header(value: Any, name: str = "header") -> Header:
    """Check the keys of a header and return it.

    Parameters
    ----------
    value : Mapping
        The content of a ``.ch``.
    name : str
        What to call it in messages.

    Raises
    ------
    BadHeader
        With the first thing that is wrong.
    """
    if not isinstance(value, Mapping):
        raise BadHeader(f"{name}: a header is a JSON object, this is {type(value).__name__}")
    keys = _Keys(dict(value), name)
    keys.must_be("version", VERSION)
    keys.must_be("algorithm", ALGORITHM)
    header = Header(
        dtype=keys.dtype(), n_channels=keys.whole("n_channels", least=1), sample_rate=keys.rate(),
        chunk_bounds=keys.ascending("chunk_bounds"), chunk_offsets=keys.ascending("chunk_offsets"),
        chunk_order=keys.one_of("chunk_order", ORDERS), do_time_diff=keys.flag("do_time_diff"),
        do_spatial_diff=keys.flag("do_spatial_diff"), comp_level=keys.whole("comp_level", least=-1),
        sha1_compressed=keys.sha1("sha1_compressed"), sha1_uncompressed=keys.sha1("sha1_uncompressed"),
        shape=keys.shape(), extra={key: one for key, one in keys.value.items() if key not in _OWN},
    )  # fmt: skip
    if len(header.chunk_bounds) != len(header.chunk_offsets):
        raise BadHeader(
            f"{name}: {len(header.chunk_bounds)} chunk_bounds and {len(header.chunk_offsets)} chunk_offsets; there must be as many"
        )
    for chunk in range(header.n_chunks):
        if header.rows(chunk) * header.sample_size > MOST_EXPANSION * header.place(chunk)[1]:
            raise BadHeader(
                f"{name}: chunk {chunk} cannot hold {header.rows(chunk)} samples in {header.place(chunk)[1]} bytes"
            )
    return header


@dataclass(frozen=True)
class _Keys:
    """Takes one key after the other out of a header; each problem is a sentence."""

    value: dict[str, Any]
    name: str

    def take(self, key: str) -> Any:
        if key not in self.value:
            raise BadHeader(f"{self.name}: {key} is missing")
        return self.value[key]

    def wrong(self, key: str, wanted: str) -> BadHeader:
        return BadHeader(f"{self.name}: {key} is {str(self.value[key])[:60]!r}, and must be {wanted}")

    def must_be(self, key: str, wanted: str) -> None:
        if self.take(key) != wanted:
            raise self.wrong(key, repr(wanted))

    def whole(self, key: str, least: int) -> int:
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.wrong(key, f"a whole number of at least {least}")
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self.take(key)
        if not isinstance(value, str) or value not in known:
            raise self.wrong(key, " or ".join(known))
        return value

    def rate(self) -> float:
        value = self.take("sample_rate")
        if not isinstance(value, int | float) or isinstance(value, bool) or not (0 < value < math.inf):
            raise self.wrong("sample_rate", "a positive number (Hz)")
        return float(value)

    def dtype(self) -> np.dtype[Any]:
        value = self.take("dtype")
        try:
            dtype: np.dtype[Any] = np.dtype(value) if isinstance(value, str) else np.dtype(bool)
        except (TypeError, ValueError, SyntaxError):  # numpy reads a small language here
            dtype = np.dtype(bool)
        if dtype.kind not in KINDS or dtype.itemsize > np.dtype(np.int64).itemsize:
            raise self.wrong("dtype", "the name of a numeric type, such as int16")
        return dtype

    def ascending(self, key: str) -> list[int]:
        value = self.take(key)
        sound = isinstance(value, list) and len(value) > 1 and all(type(one) is int for one in value) and value[0] == 0
        if not sound or value[-1] > np.iinfo(np.int64).max or any(b <= a for a, b in itertools.pairwise(value)):
            raise self.wrong(key, "a list of ascending whole numbers that begins with 0")
        return list(value)

    def sha1(self, key: str) -> str | None:
        value = self.value.get(key)
        if value is not None and not (isinstance(value, str) and _SHA1.match(value)):
            raise self.wrong(key, "40 hexadecimal digits, or null")
        return value

    def shape(self) -> list[int] | None:
        value = self.value.get("shape")
        if value is not None and not (isinstance(value, list) and all(type(one) is int for one in value)):
            raise self.wrong("shape", "a list of whole numbers")
        return value
